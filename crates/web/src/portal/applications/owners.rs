//! Who owns an application: people are added by their account names; applications that own it can be taken away.

use axum::extract::Path;
use latchkey_domain::PrincipalId;
use latchkey_service::{ApplicationError, OwnerView, PrincipalView};

use super::show::{self, Shown};
use super::{key, open};
use crate::answer::{Answer, redirect};
use crate::portal::admin::AdminPosted;
use crate::portal::{names, paths};

/// Somebody on the list of owners.
pub(super) struct OwnerRow {
    /// Their own page, where there is one.
    pub(super) path: Option<String>,
    pub(super) id: String,
    pub(super) name: String,
    /// Account name, or that it is an application.
    pub(super) detail: String,
}

impl OwnerRow {
    pub(super) fn new(owner: &OwnerView) -> Self {
        let id = owner.id().to_string();
        match owner {
            OwnerView::User(user) => Self {
                path: Some(paths::person(&user.id)),
                id,
                name: user.display_name.clone(),
                detail: user.upn.to_string(),
            },
            OwnerView::Principal(principal) => Self {
                path: match &**principal {
                    PrincipalView::Application(found) => Some(paths::application(&found.application.id)),
                    PrincipalView::Graph => None,
                },
                id,
                name: principal.display_name().to_owned(),
                detail: "Application".to_owned(),
            },
        }
    }
}

/// `POST /portal/applications/{id}/owners`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let text = fields.get("owner");
    let again = |problem| {
        let shown = Shown {
            owner: (text, problem),
            ..Shown::default()
        };
        Ok(show::answer(&admin, &file, shown))
    };
    // Whoever may not is refused, and recorded, where the application would be changed.
    let mut somebody = PrincipalId::from_bytes([0; 16]);
    if file.may_change {
        match names::find_person(&admin, text).await? {
            Ok(user) => somebody = user.id.into(),
            Err(words) => return again(words),
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let added = service
        .add_application_owner(&admin.caller, info, key(&admin, &id)?, somebody)
        .await;
    match added {
        Ok(()) => Ok(redirect(&format!("{}/{id}?done=owner", paths::APPLICATIONS))),
        Err(ApplicationError::OwnerAlready) => again("This person owns the application already."),
        Err(ApplicationError::TooManyOwners(_)) => again("An application has at most 100 owners."),
        Err(error) => Err(admin.application_failed(&error)),
    }
}

/// `POST /portal/applications/{id}/owners/remove`
pub(super) async fn remove(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let nobody = PrincipalId::from_bytes([0; 16]);
    let owner = fields.get("owner").parse().unwrap_or(nobody);
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let removed = service
        .remove_application_owner(&admin.caller, info, key(&admin, &id)?, owner)
        .await;
    match removed {
        // Gone already is as good as removed.
        Ok(()) | Err(ApplicationError::NoSuchPrincipal(_)) => {
            Ok(redirect(&format!("{}/{id}?done=disowned", paths::APPLICATIONS)))
        }
        Err(error) => Err(admin.application_failed(&error)),
    }
}
