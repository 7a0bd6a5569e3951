//! Settings.
//!
//! - `look`: the name, colour and logo of the tenant.
//! - `notices`: who hears of what by mail and by the webhook.
//! - `sign_in`: domains, who is asked to add a method; `options`: what the operator has chosen.

mod look;
mod notices;
mod options;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use latchkey_service::Service;

use super::paths;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::SETTINGS, get(look::show).post(look::save))
        .route(paths::SETTINGS_NOTICES, get(notices::show).post(notices::save))
        .route(paths::SETTINGS_SIGN_IN, get(sign_in::show).post(sign_in::save))
}
