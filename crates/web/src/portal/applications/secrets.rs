//! An application's secrets: made, shown once, deleted.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use latchkey_domain::{Seconds, SecretId};
use latchkey_service::ApplicationError;

use super::show::{self, Shown};
use super::{key, open};
use crate::answer::{Answer, page, redirect};
use crate::moment::Moment;
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::portal::question::Question;
use crate::view::Site;

/// How long a new secret can work, as the form offers it: what it sends, in days, and in words.
const SPANS: [(&str, i64, &str); 4] = [
    ("90", 90, "3 months"),
    ("180", 180, "6 months"),
    ("365", 365, "1 year"),
    ("730", 730, "2 years"),
];

/// One of them on the page.
pub(super) struct Span {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) chosen: bool,
}

/// All of them; half a year unless another one was chosen.
pub(super) fn spans(chosen: &str) -> Vec<Span> {
    let known = SPANS.iter().any(|(value, ..)| *value == chosen);
    let chosen = if known { chosen } else { "180" };
    let span = |(value, _, label): (&'static str, i64, &'static str)| Span {
        value,
        label,
        chosen: value == chosen,
    };
    SPANS.into_iter().map(span).collect()
}

#[derive(Template)]
#[template(path = "portal/application_secret.html")]
struct NewSecretPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    name: &'a str,
    client_id: String,
    secret: &'a str,
    until: Moment,
}

/// `POST /portal/applications/{id}/secrets`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let wrong = |words: String| {
        let shown = Shown {
            secret: Some((fields.get("name"), fields.get("days"))),
            ..Shown::wrong(words)
        };
        Ok(show::answer(&admin, &file, shown))
    };
    let Some((_, days, _)) = SPANS.into_iter().find(|(word, ..)| *word == fields.get("days")) else {
        return wrong("Choose how long the secret works.".to_owned());
    };
    // Whoever may not is refused, and recorded, where the secret would be made.
    if file.may_change {
        admin.take_form(&fields).await?;
    }
    let name = fields.get("name").trim();
    let end_at = admin.service().now() + Seconds(days * 24 * 3600);
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let name = (!name.is_empty()).then(|| name.to_owned());
    let made = service
        .add_secret(&admin.caller, info, key(&admin, &id)?, name, None, Some(end_at))
        .await;
    let made = match made {
        Ok(made) => made,
        Err(ApplicationError::SecretName) => {
            return wrong("The name of a secret has at most 120 characters.".to_owned());
        }
        Err(error @ ApplicationError::TooManySecrets(_)) => return wrong(error.to_string()),
        Err(error) => return Err(admin.application_failed(&error)),
    };
    let application = &file.view.application.application;
    Ok(page(
        StatusCode::OK,
        &NewSecretPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            path: paths::application(&application.id),
            name: &application.display_name,
            client_id: application.client_id.to_string(),
            secret: made.secret.expose(),
            until: made.kept.end_at.into(),
        },
    ))
}

/// `GET /portal/applications/{id}/secrets/{secret}/delete`
pub(super) async fn ask_delete(admin: Admin, Path((id, secret)): Path<(String, String)>) -> Answer {
    let file = open(&admin, &id).await?;
    if !file.may_change {
        return Err(admin.not_allowed());
    }
    let mut secrets = file.view.secrets.iter();
    let Some(found) = secrets.find(|known| known.id.to_string() == secret) else {
        return Ok(admin.not_found());
    };
    let application = &file.view.application.application;
    let path = paths::application(&application.id);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            action: format!("{path}/secrets/{secret}/delete"),
            path,
            name: &application.display_name,
            upn: "",
            title: "Delete the secret?",
            text: "The application can't prove who it is with it any more. Tokens that it has work until they end.",
            object: found.display_name.as_deref().unwrap_or("Secret"),
            when: None,
            mark: String::new(),
            button: "Delete secret",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/applications/{id}/secrets/{secret}/delete`
pub(super) async fn delete(
    Path((id, secret)): Path<(String, String)>,
    AdminPosted { admin, .. }: AdminPosted,
) -> Answer {
    let Ok(secret) = secret.parse::<SecretId>() else {
        return Ok(admin.not_found());
    };
    let info = &admin.member.visit.info;
    let removed = admin
        .service()
        .remove_secret(&admin.caller, info, key(&admin, &id)?, secret)
        .await;
    match removed {
        // Gone already is as good as deleted.
        Ok(()) | Err(ApplicationError::NoSuchSecret(_)) => {
            Ok(redirect(&format!("{}/{id}?done=secret", paths::APPLICATIONS)))
        }
        Err(error) => Err(admin.application_failed(&error)),
    }
}
