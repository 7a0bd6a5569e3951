//! Authentication strengths: what an application can demand of a sign-in.
//!
//! - `show`: all of them, one with the applications that demand it.
//! - `edit`: making, changing and deleting the tenant's own.
//! - `ways`: combinations of methods in words.

mod edit;
mod show;
mod ways;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use latchkey_domain::Action;
use latchkey_service::{Service, StrengthFailure, StrengthFile};

use super::admin::Admin;
use super::paths;
use crate::answer::Stop;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::STRENGTHS, get(show::list))
        .route(paths::NEW_STRENGTH, get(edit::ask_new).post(edit::create))
        .route("/portal/strengths/{id}", get(show::show))
        .route("/portal/strengths/{id}/edit", get(edit::ask).post(edit::save))
        .route(
            "/portal/strengths/{id}/delete",
            get(edit::ask_delete).post(edit::delete),
        )
}

/// All strengths, as far as the administrator may see them.
async fn all(admin: &Admin) -> Result<Vec<StrengthFile>, Stop> {
    let files = admin.service().strength_files(&admin.caller).await;
    files.map_err(|error| failed(admin, &error))
}

/// The strength that a path names.
async fn open(admin: &Admin, id: &str) -> Result<StrengthFile, Stop> {
    let mut files = all(admin).await?.into_iter();
    let found = files.find(|file| file.strength.id.to_string() == id);
    found.ok_or_else(|| admin.not_found().into())
}

/// One of the tenant's own, for whoever may change it.
async fn open_own(admin: &Admin, id: &str) -> Result<StrengthFile, Stop> {
    admin.needs(Action::WritePolicy)?;
    let file = open(admin, id).await?;
    if file.strength.is_built_in() {
        return Err(admin.not_found().into());
    }
    Ok(file)
}

/// A page that says why not.
fn failed(admin: &Admin, error: &StrengthFailure) -> Stop {
    match error {
        StrengthFailure::Denied(_) => admin.not_allowed(),
        StrengthFailure::Fault(fault) => admin.member.visit.fault(fault),
        _ => admin.not_found().into(),
    }
}
