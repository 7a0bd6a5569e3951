//! Applications: who they are, what they prove themselves with, what they were granted.
//!
//! - `list`, `show`: finding one, its page.
//! - `edit`, `fields`: registering and changing one, and the form for it.
//! - `certificates`: a certificate, added as a file and taken away.
//! - `deeds`: turning one on or off, deleting it: asked first.
//! - `secrets`: a new secret, shown once.
//! - `demand`: the strength that it demands of a sign-in.
//! - `owners`: who owns it, added and taken away.
//! - `assigned`: who may use it, added and taken away.
//! - `granted`: permissions and consents, given and taken.

mod assigned;
mod certificates;
mod deeds;
mod demand;
mod edit;
mod fields;
mod granted;
mod list;
mod owners;
mod secrets;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_service::{ApplicationFile, Service};
use latchkey_store::ApplicationKey;

use super::admin::Admin;
use super::paths;
use crate::answer::Stop;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::APPLICATIONS, get(list::show))
        .route(paths::NEW_APPLICATION, get(edit::ask_new).post(edit::create))
        .route("/portal/applications/{id}", get(show::show))
        .route("/portal/applications/{id}/edit", get(edit::ask).post(edit::save))
        .route("/portal/applications/{id}/secrets", post(secrets::add))
        .route(
            "/portal/applications/{id}/secrets/{secret}/delete",
            get(secrets::ask_delete).post(secrets::delete),
        )
        .route("/portal/applications/{id}/certificates", post(certificates::add))
        .route(
            "/portal/applications/{id}/certificates/{certificate}/delete",
            get(certificates::ask_delete).post(certificates::delete),
        )
        .route("/portal/applications/{id}/permissions", post(granted::give))
        .route(
            "/portal/applications/{id}/permissions/remove",
            post(granted::take),
        )
        .route("/portal/applications/{id}/consents/remove", post(granted::revoke))
        .route("/portal/applications/{id}/strength", post(demand::set))
        .route("/portal/applications/{id}/assigned", post(assigned::add))
        .route(
            "/portal/applications/{id}/assigned/remove",
            post(assigned::remove),
        )
        .route("/portal/applications/{id}/owners", post(owners::add))
        .route("/portal/applications/{id}/owners/remove", post(owners::remove))
        .route(
            "/portal/applications/{id}/{deed}",
            get(deeds::ask).post(deeds::act),
        )
}

/// The key of the application that a path names.
fn key(admin: &Admin, id: &str) -> Result<ApplicationKey, Stop> {
    let id = id.parse().map(ApplicationKey::Object);
    id.map_err(|_| admin.not_found().into())
}

/// The application that a path names, as far as the administrator may see it.
async fn open(admin: &Admin, id: &str) -> Result<ApplicationFile, Stop> {
    let file = admin
        .service()
        .application_file(&admin.caller, key(admin, id)?)
        .await;
    file.map_err(|error| admin.application_failed(&error))
}
