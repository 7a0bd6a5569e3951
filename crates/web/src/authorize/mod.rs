//! Applications send people here, and get them back with an answer (sign-in contract 9.4, 9.12).

mod accounts;
mod consent;
mod device;
mod endpoint;
mod logout;
mod stay;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_service::Service;

use crate::routes;

pub(crate) use endpoint::{refused, resume_path};
pub(crate) use logout::end;

/// The authorization endpoint and its pages.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(
            routes::AUTHORIZE,
            get(endpoint::begin).post(endpoint::begin_posted),
        )
        .route(routes::CONSENT_TO_REGISTERED, get(endpoint::begin_consent))
        .route(routes::CONSENT_TO_SCOPES, get(endpoint::begin_consent_to_scopes))
        .route(routes::LOGOUT, get(logout::begin).post(logout::begin_posted))
        .route(routes::LOGOUT_CONFIRM, post(logout::confirmed))
        .route(routes::SIGNED_OUT_THERE, get(logout::back))
        .route(routes::STAY, get(stay::ask).post(stay::take))
        .route(routes::RESUME, get(endpoint::resume))
        .route(routes::ACCOUNT, post(accounts::take))
        .route(routes::CONSENT, post(consent::take))
        .route(routes::DEVICE, get(device::ask).post(device::take_code))
        .route(routes::DEVICE_ALIAS, get(device::ask).post(device::take_code))
        .route(routes::DEVICE_CONFIRM, post(device::take_answer))
}
