//! The way to another provider and back.

use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_service::{SignInFailure, UpstreamAnswer};

use super::first::query_of;
use super::under_way::{FlowQuery, UnderWay};
use crate::answer::{Answer, redirect};
use crate::pages::sign_in::Username;
use crate::visit::Visit;

/// What a provider sends people back with.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Returned {
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /sign-in/organization`: off to the provider.
pub(super) async fn begin(visit: Visit, uri: Uri) -> Answer {
    leave(UnderWay::named_from_link(visit, query_of(&uri))?).await
}

/// Sends the person to the provider of their domain.
pub(super) async fn leave(under_way: UnderWay) -> Answer {
    let begun = under_way.visit.service.begin_federated_sign_in(&under_way.flow);
    match begun.await {
        Ok(address) => Ok(redirect(&address)),
        Err(failure) => refused(&under_way, failure),
    }
}

/// `GET /sign-in/federated`: back from it.
pub(super) async fn finish(visit: Visit, uri: Uri) -> Answer {
    let returned = Query::<Returned>::try_from_uri(&uri).map(|Query(query)| query);
    let returned = returned.unwrap_or_default();
    let query = FlowQuery {
        flow: returned.state,
        ..FlowQuery::default()
    };
    let under_way = UnderWay::away_from_link(visit, query)?;
    let answer = UpstreamAnswer {
        code: returned.code,
        error: returned.error,
        issuer: returned.iss,
    };
    let visit = &under_way.visit;
    let finished = visit
        .service
        .finish_federated_sign_in(&under_way.flow, &visit.info, answer);
    match finished.await {
        Ok(step) => under_way.go_on(step).await,
        Err(failure) => refused(&under_way, failure),
    }
}

/// Back to the beginning, with the reason.
fn refused(under_way: &UnderWay, failure: SignInFailure) -> Answer {
    let problem = Some(under_way.refusal(failure)?);
    let site = under_way.visit.site();
    let page = Username {
        site,
        flow: under_way.view(),
        problem,
        passkey: None,
    };
    Ok(crate::answer::page(StatusCode::OK, &page))
}
