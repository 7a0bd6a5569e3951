//! The authentication strength that an application demands of a sign-in.

use axum::extract::Path;
use latchkey_domain::StrengthId;
use latchkey_service::{ApplicationError, ApplicationFile, PrincipalWish};
use latchkey_store::ApplicationKey;

use super::{open, show};
use crate::answer::{Answer, redirect};
use crate::portal::admin::AdminPosted;
use crate::portal::paths;

/// A strength that can be chosen.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// What the page tells of the demand.
pub(super) struct Demand {
    /// It demands something.
    pub(super) is_some: bool,
    /// Its name and page, for those who may see strengths.
    pub(super) known: Option<(String, String)>,
    /// Empty when it may not be changed.
    pub(super) choices: Vec<Choice>,
}

impl Demand {
    pub(super) fn new(file: &ApplicationFile) -> Self {
        let demanded = file.view.application.registration.required_strength;
        let choice = |strength: &latchkey_domain::Strength| Choice {
            id: strength.id.to_string(),
            name: strength.display_name.clone(),
            chosen: demanded == Some(strength.id),
        };
        let known = file.strength.as_ref();
        Self {
            is_some: demanded.is_some(),
            known: known.map(|strength| (strength.display_name.clone(), paths::strength(strength.id))),
            choices: file.strengths.iter().map(choice).collect(),
        }
    }
}

/// `POST /portal/applications/{id}/strength`
pub(super) async fn set(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let file = open(&admin, &id).await?;
    let wanted = match fields.get("strength") {
        "" => None,
        text => match text.parse::<StrengthId>() {
            Ok(strength) => Some(strength),
            Err(_) => return Err(admin.member.visit.bad_request()),
        },
    };
    let wish = PrincipalWish {
        required_strength: Some(wanted),
        ..PrincipalWish::default()
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let key = ApplicationKey::Principal(file.view.application.application.service_principal_id);
    match service.update_principal(&admin.caller, info, key, wish).await {
        Ok(()) => Ok(redirect(&format!("{}/{id}?done=strength", paths::APPLICATIONS))),
        Err(ApplicationError::NoSuchStrength(_)) => {
            let words = "The strength is gone. Choose another one.";
            Ok(show::answer(&admin, &file, show::Shown::wrong(words)))
        }
        Err(error) => Err(admin.application_failed(&error)),
    }
}
