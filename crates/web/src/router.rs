//! All routes of this door.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use http::StatusCode;
use latchkey_service::Service;
use tower::util::MapResponseLayer;

use crate::pages::message::Message;
use crate::visit::Visit;
use crate::{assets, authorize, brand, headers, portal, security_info, sign_in};

/// The largest form: a passkey's answer with its sealed state, in bytes.
const MAX_FORM: usize = 128 * 1024;

/// The web door. The layer around it must put a `RequestInfo` into the extensions of every request.
pub fn router(service: Arc<Service>) -> Router {
    door(service, Router::new())
}

/// The web door of a demo: with the page of components beside the others.
pub fn demo_router(service: Arc<Service>) -> Router {
    door(service, portal::components::router())
}

fn door(service: Arc<Service>, more: Router<Arc<Service>>) -> Router {
    more.merge(sign_in::router())
        .merge(authorize::router())
        .merge(security_info::router())
        .merge(portal::router())
        .merge(assets::router())
        .merge(brand::router())
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(MapResponseLayer::new(headers::secure))
        .with_state(service)
}

async fn not_found(visit: Visit) -> Response {
    visit.quiet_not_found()
}

async fn wrong_method(visit: Visit) -> Response {
    visit.message(StatusCode::METHOD_NOT_ALLOWED, Message::BadRequest, None)
}
