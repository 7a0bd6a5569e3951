//! An application's certificates: added as a file, taken away.

use axum::extract::Path;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use latchkey_domain::KeyCredentialId;
use latchkey_service::ApplicationError;

use super::show::{self, Shown};
use super::{key, open};
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::frame::Section;
use crate::portal::paths;
use crate::portal::question::Question;

/// `POST /portal/applications/{id}/certificates`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let wrong = |words: String| {
        let shown = Shown {
            certificate: Some(fields.get("name")),
            ..Shown::wrong(words)
        };
        Ok(show::answer(&admin, &file, shown))
    };
    let Ok(bytes) = STANDARD.decode(fields.get("certificate")) else {
        return Err(admin.member.visit.bad_request());
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let (key, name) = (key(&admin, &id)?, fields.get("name").trim());
    let added = service.add_key_credential(&admin.caller, info, key, name, &bytes);
    match added.await {
        Ok(()) => Ok(redirect(&format!(
            "{}/{id}?done=certificate",
            paths::APPLICATIONS
        ))),
        Err(ApplicationError::Field(_)) => {
            wrong("The name of a certificate has at most 120 characters.".to_owned())
        }
        Err(ApplicationError::Certificate(_)) if bytes.is_empty() => {
            wrong("Choose the certificate's file.".to_owned())
        }
        Err(ApplicationError::Certificate(refused)) => {
            wrong(format!("The certificate can't be used: {refused}."))
        }
        Err(error @ ApplicationError::TooManyCertificates(_)) => wrong(error.to_string()),
        Err(error) => Err(admin.application_failed(&error)),
    }
}

/// `GET /portal/applications/{id}/certificates/{certificate}/delete`
pub(super) async fn ask_delete(admin: Admin, Path((id, certificate)): Path<(String, String)>) -> Answer {
    let file = open(&admin, &id).await?;
    if !file.may_change {
        return Err(admin.not_allowed());
    }
    let mut known = file.view.application.registration.key_credentials.iter();
    let Some(found) = known.find(|known| known.id.to_string() == certificate) else {
        return Ok(admin.not_found());
    };
    let application = &file.view.application.application;
    let path = paths::application(&application.id);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            action: format!("{path}/certificates/{certificate}/delete"),
            path,
            name: &application.display_name,
            upn: "",
            title: "Delete the certificate?",
            text: "The application can't prove who it is by its key any more. Tokens that it has work until they end.",
            object: if found.display_name.is_empty() {
                "Certificate"
            } else {
                &found.display_name
            },
            when: None,
            mark: String::new(),
            button: "Delete certificate",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/applications/{id}/certificates/{certificate}/delete`
pub(super) async fn delete(
    Path((id, certificate)): Path<(String, String)>,
    AdminPosted { admin, .. }: AdminPosted,
) -> Answer {
    let Ok(certificate) = certificate.parse::<KeyCredentialId>() else {
        return Ok(admin.not_found());
    };
    let info = &admin.member.visit.info;
    let removed = admin
        .service()
        .remove_key_credential(&admin.caller, info, key(&admin, &id)?, certificate)
        .await;
    match removed {
        // Gone already is as good as deleted.
        Ok(()) | Err(ApplicationError::NoSuchCertificate) => Ok(redirect(&format!(
            "{}/{id}?done=uncertified",
            paths::APPLICATIONS
        ))),
        Err(error) => Err(admin.application_failed(&error)),
    }
}
