//! Signing in with a passkey: alone, with or without a name, or after the password.

use http::{StatusCode, Uri};
use latchkey_service::SignInFailure;

use super::first::{query_of, ways_page};
use super::under_way::UnderWay;
use crate::answer::{Answer, page};
use crate::pages::sign_in::{Passkey, PasskeyRequest};
use crate::view::Problem;
use crate::visit::{Posted, Visit};

/// `GET /sign-in/passkey`
pub(super) async fn show(visit: Visit, uri: Uri) -> Answer {
    match UnderWay::from_link(visit, query_of(&uri)) {
        Ok(under_way) => ask_passkey(under_way, None, None).await,
        Err(unknown) => Err(unknown.0.restart()),
    }
}

/// The page that asks the browser for a passkey; the other ways when there is none to ask for. `demanded_by` is the
/// application for which another sign-in was not enough.
pub(super) async fn ask_passkey(
    under_way: UnderWay,
    problem: Option<Problem>,
    demanded_by: Option<&str>,
) -> Answer {
    let service = &under_way.visit.service;
    match service.begin_passkey_sign_in(&under_way.flow).await {
        Ok((options, flow)) => {
            let flow = service.seal_flow(&flow);
            let request = PasskeyRequest {
                options: &options,
                flow: &flow,
            };
            let site = under_way.visit.site();
            Ok(page(
                StatusCode::OK,
                &Passkey {
                    site,
                    flow: under_way.view(),
                    problem,
                    demanded_by,
                    request,
                },
            ))
        }
        Err(failure) => {
            let problem = under_way.refusal(failure)?;
            ways_page(&under_way, Some(problem)).await
        }
    }
}

/// `POST /sign-in/passkey`
pub(super) async fn take(posted: Posted) -> Answer {
    let (under_way, fields) = UnderWay::from_form(posted)?;
    let visit = &under_way.visit;
    let answer = fields.get("credential").as_bytes();
    match visit
        .service
        .sign_in_with_passkey(&under_way.flow, &visit.info, answer)
        .await
    {
        Ok(step) => under_way.go_on(step).await,
        Err(SignInFailure::Fault(fault)) => Err(visit.fault(&fault)),
        Err(failure) => {
            let problem = under_way.refusal(failure)?;
            ask_passkey(under_way, Some(problem), None).await
        }
    }
}
