//! What is done to an application as a whole, and asks first.

use axum::extract::Path;
use http::StatusCode;
use latchkey_service::{ApplicationFile, PrincipalWish};
use latchkey_store::ApplicationKey;

use super::{key, open};
use crate::answer::{Answer, Stop, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::frame::Section;
use crate::portal::paths;
use crate::portal::question::Question;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    TurnOn,
    TurnOff,
    Delete,
}

impl Deed {
    const ALL: [Self; 3] = [Self::TurnOn, Self::TurnOff, Self::Delete];

    const fn segment(self) -> &'static str {
        match self {
            Self::TurnOn => "turn-on",
            Self::TurnOff => "turn-off",
            Self::Delete => "delete",
        }
    }

    /// Heading, what will happen, and the button's label.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::TurnOn => (
                "Turn the application on?",
                "It gets tokens again, and people can sign in to it.",
                "Turn on",
            ),
            Self::TurnOff => (
                "Turn the application off?",
                "It gets no tokens any more, those that it has stop working at our Graph, and nobody can sign in to it. \
                 You can turn it on again.",
                "Turn off",
            ),
            Self::Delete => (
                "Delete the application?",
                "It goes with its secrets, permissions and consents. This can't be undone.",
                "Delete application",
            ),
        }
    }
}

fn deed(admin: &Admin, segment: &str) -> Result<Deed, Stop> {
    let found = Deed::ALL.into_iter().find(|deed| deed.segment() == segment);
    found.ok_or_else(|| admin.not_found().into())
}

/// `GET /portal/applications/{id}/{deed}`
pub(super) async fn ask(admin: Admin, Path((id, segment)): Path<(String, String)>) -> Answer {
    let deed = deed(&admin, &segment)?;
    let file = open(&admin, &id).await?;
    if !file.may_change {
        return Err(admin.not_allowed());
    }
    let application = &file.view.application.application;
    let path = paths::application(&application.id);
    let (title, text, button) = deed.words();
    let client_id = application.client_id.to_string();
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            action: format!("{path}/{segment}"),
            path,
            name: &application.display_name,
            upn: "",
            title,
            text,
            object: &client_id,
            when: None,
            mark: String::new(),
            button,
            harmless: deed == Deed::TurnOn,
            problem: None,
        },
    ))
}

/// `POST /portal/applications/{id}/{deed}`
pub(super) async fn act(
    Path((id, segment)): Path<(String, String)>,
    AdminPosted { admin, .. }: AdminPosted,
) -> Answer {
    let deed = deed(&admin, &segment)?;
    if deed == Deed::Delete {
        let info = &admin.member.visit.info;
        let deleted = admin
            .service()
            .delete_application(&admin.caller, info, key(&admin, &id)?)
            .await;
        deleted.map_err(|error| admin.application_failed(&error))?;
        return Ok(redirect(paths::APPLICATIONS));
    }
    let file = open(&admin, &id).await?;
    switch(&admin, &file, deed == Deed::TurnOn).await?;
    Ok(redirect(&format!("{}/{id}?done={segment}", paths::APPLICATIONS)))
}

/// Turns the application on or off; one without a service principal gets one.
async fn switch(admin: &Admin, file: &ApplicationFile, on: bool) -> Result<(), Stop> {
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let application = &file.view.application.application;
    let wish = PrincipalWish {
        enabled: Some(on),
        ..PrincipalWish::default()
    };
    let switched = if file.view.application.principal_enabled.is_some() {
        let key = ApplicationKey::Principal(application.service_principal_id);
        service.update_principal(&admin.caller, info, key, wish).await
    } else {
        let made = service.create_principal(&admin.caller, info, application.client_id, wish);
        made.await.map(drop)
    };
    switched.map_err(|error| admin.application_failed(&error))
}
