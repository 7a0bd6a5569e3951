//! Administrative units: parts of the directory that a role can be limited to.
//!
//! - `list`, `edit`: finding one, making and changing it.
//! - `show`: its page: who is in it, who holds a role for it, and changing both.

mod edit;
mod list;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_domain::AdministrativeUnit;
use latchkey_service::Service;

use super::admin::Admin;
use super::paths;
use crate::answer::Stop;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::UNITS, get(list::show))
        .route(paths::NEW_UNIT, get(edit::ask_new).post(edit::create))
        .route("/portal/units/{id}", get(show::show))
        .route("/portal/units/{id}/edit", get(edit::ask).post(edit::save))
        .route(
            "/portal/units/{id}/delete",
            get(edit::ask_delete).post(edit::delete),
        )
        .route("/portal/units/{id}/add", post(show::add))
        .route("/portal/units/{id}/remove", post(show::remove))
        .route("/portal/units/{id}/give", post(show::give))
        .route("/portal/units/{id}/take", post(show::take))
}

/// The unit that a path names.
async fn open(admin: &Admin, id: &str) -> Result<AdministrativeUnit, Stop> {
    let Ok(id) = id.parse() else {
        return Err(admin.not_found().into());
    };
    let unit = admin.service().show_unit(&admin.caller, id).await;
    unit.map_err(|error| admin.unit_failed(&error))
}
