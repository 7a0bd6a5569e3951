//! Accounts that were deleted: brought back, or deleted for good. Both ask first.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::UserId;
use latchkey_service::RelationError;
use latchkey_store::DeletedUser;

use super::admin::{Admin, AdminPosted};
use super::frame::Section;
use super::paths;
use super::question::Question;
use crate::answer::{Answer, Stop, page, redirect};

/// What becomes of a deleted account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Restore,
    Purge,
}

impl Fate {
    fn parse(admin: &Admin, segment: &str) -> Result<Self, Stop> {
        match segment {
            "restore" => Ok(Self::Restore),
            "purge" => Ok(Self::Purge),
            _ => Err(admin.not_found().into()),
        }
    }

    /// Heading, what will happen, and the button's label.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Restore => (
                "Restore the account?",
                "Its owner can sign in again with the password, passkeys and apps that it had. Passes, roles and \
                 memberships don't come back: give them anew.",
                "Restore account",
            ),
            Self::Purge => (
                "Delete the account for good?",
                "It goes with all its sign-in methods, and nobody can bring it back. What it did stays in the logs.",
                "Delete for good",
            ),
        }
    }
}

fn failed(admin: &Admin, error: &RelationError) -> Stop {
    match error {
        RelationError::Access(access) => admin.failed(access),
        _ => admin.not_found().into(),
    }
}

async fn find(admin: &Admin, id: &str) -> Result<DeletedUser, Stop> {
    let id = id.parse().unwrap_or(UserId::from_bytes([0; 16]));
    let found = admin.service().show_deleted_user(&admin.caller, id).await;
    found.map_err(|error| failed(admin, &error))
}

fn question(admin: &Admin, found: &DeletedUser, fate: Fate, problem: Option<&str>) -> Response {
    let (title, text, button) = fate.words();
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let segment = match fate {
        Fate::Restore => "restore",
        Fate::Purge => "purge",
    };
    page(
        status,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            action: format!("{}/{segment}", paths::deleted_person(&found.user.id)),
            path: paths::DELETED_PEOPLE.to_owned(),
            name: &found.user.display_name,
            upn: found.user.upn.as_str(),
            title,
            text,
            object: "",
            when: None,
            mark: String::new(),
            button,
            harmless: fate == Fate::Restore,
            problem,
        },
    )
}

/// `GET /portal/people/deleted/{id}/{fate}`
pub(super) async fn ask(admin: Admin, Path((id, segment)): Path<(String, String)>) -> Answer {
    let fate = Fate::parse(&admin, &segment)?;
    let found = find(&admin, &id).await?;
    if !admin.service().may_restore(&admin.caller, found.user.id) {
        return Err(admin.not_allowed());
    }
    Ok(question(&admin, &found, fate, None))
}

/// `POST /portal/people/deleted/{id}/{fate}`
pub(super) async fn act(
    Path((id, segment)): Path<(String, String)>,
    AdminPosted { admin, .. }: AdminPosted,
) -> Answer {
    let fate = Fate::parse(&admin, &segment)?;
    let user = id.parse().unwrap_or(UserId::from_bytes([0; 16]));
    let (service, caller, info) = (admin.service(), &admin.caller, &admin.member.visit.info);
    let outcome = match fate {
        Fate::Restore => service.restore_user(caller, info, user).await.map(drop),
        Fate::Purge => service.purge_user(caller, info, user).await,
    };
    match (outcome, fate) {
        (Ok(()), Fate::Restore) => Ok(redirect(&format!("{}?done=restored", paths::person(&user)))),
        (Ok(()), Fate::Purge) => Ok(redirect(&paths::with(paths::DELETED_PEOPLE, "done", "purged"))),
        (Err(RelationError::NameTaken), _) => {
            let found = find(&admin, &id).await?;
            let words = "Another account has this account name meanwhile. Give that one another name first.";
            Ok(question(&admin, &found, fate, Some(words)))
        }
        (Err(error), _) => Err(failed(&admin, &error)),
    }
}
