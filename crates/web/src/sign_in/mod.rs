//! Handlers of the sign-in flow (sign-in contract 2).

mod federated;
mod first;
mod passkey;
mod steps;
mod under_way;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_service::Service;

use crate::routes;

pub(crate) use first::{begin_for, begin_in_domain};
pub(crate) use under_way::set_up_path;

/// The pages before a session.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::SIGN_IN, get(first::show).post(first::take_name))
        .route(routes::WAYS, get(first::ways))
        .route(routes::ORGANIZATION, get(federated::begin))
        .route(routes::FEDERATED, get(federated::finish))
        .route(routes::HELP, get(first::help))
        .route(routes::STRONGER, get(first::stronger))
        .route(routes::PASS, get(steps::show_pass).post(steps::take_pass))
        .route(
            routes::PASSWORD,
            get(steps::show_password).post(steps::take_password),
        )
        .route(routes::CODE, get(steps::show_code).post(steps::take_code))
        .route(routes::OWED_PASSWORD, post(steps::take_owed_password))
        .route(routes::PASSKEY, get(passkey::show).post(passkey::take))
}
