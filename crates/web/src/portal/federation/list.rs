//! The tenant's domains, and to whom they are handed.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, UserId, UserRef};
use latchkey_service::{FederatedDomain, FederationError};

use super::{failed, known};
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::frame::{Frame, Section};
use crate::portal::{names, paths};
use crate::view::Site;

/// A domain in the list.
struct Row {
    path: String,
    domain: String,
    /// The provider; empty where people sign in here.
    issuer: String,
}

#[derive(Template)]
#[template(path = "portal/federation.html")]
struct Domains<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    rows: Vec<Row>,
    redirect_uri: String,
    signed_out_redirect_uri: String,
    may_write: bool,
    may_forget: bool,
    done: Option<&'static str>,
    /// Whose link was to be forgotten, and why it wasn't.
    text: &'a str,
    problem: &'a str,
}

fn answer(
    admin: &Admin,
    known: &[FederatedDomain],
    done: Option<&'static str>,
    wrong: (&str, &str),
) -> Response {
    let (text, problem) = wrong;
    let row = |domain: &String| {
        let mut known = known.iter().map(|known| &known.federation);
        let handed = known.find(|known| known.domain == *domain);
        Row {
            path: paths::federated_domain(domain),
            domain: domain.clone(),
            issuer: handed.map(|known| known.issuer.clone()).unwrap_or_default(),
        }
    };
    let may_write = admin.offers.has(Action::WriteFederation);
    page(
        if problem.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        },
        &Domains {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Federation),
            rows: admin.service().tenant().domains.iter().map(row).collect(),
            redirect_uri: admin.service().federation_redirect_uri(),
            signed_out_redirect_uri: admin.service().signed_out_redirect_uri(),
            may_write,
            may_forget: may_write && !known.is_empty(),
            done,
            text,
            problem,
        },
    )
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/federation`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let known = known(&admin).await?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    let done = match wanted.unwrap_or_default().done.as_str() {
        "handed" => Some("The provider answered. From now on people of the domain sign in there."),
        "saved" => Some("Saved."),
        "taken" => Some("The domain is taken back. Its people sign in here again."),
        "forgotten" => Some("The link is forgotten. The next sign-in by name decides anew."),
        _ => None,
    };
    Ok(answer(&admin, &known, done, ("", "")))
}

/// `POST /portal/federation/forget`
pub(super) async fn forget(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let text = fields.get("name").trim();
    // Whoever may not is refused, and recorded, where it would be forgotten.
    let mut somebody = UserId::from_bytes([0; 16]);
    if admin.offers.has(Action::WriteFederation) {
        match names::find_person(&admin, text).await? {
            Ok(user) => somebody = user.id,
            Err(words) => return Ok(answer(&admin, &known(&admin).await?, None, (text, words))),
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let user = UserRef::Id(somebody);
    match service.unlink_person(&admin.caller, info, &user).await {
        Ok(true) => Ok(redirect(&paths::with(paths::FEDERATION, "done", "forgotten"))),
        Ok(false) | Err(FederationError::NoSuchUser) => {
            let words = "This person never signed in at another provider.";
            Ok(answer(&admin, &known(&admin).await?, None, (text, words)))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}
