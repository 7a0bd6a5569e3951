//! The Microsoft Graph door: `/v1.0` and `/beta`, on the wire as Microsoft's own clients expect it.
//!
//! HTTP in, HTTP out. A handler reads its request, calls one use case of `latchkey-service` and renders the
//! answer; it holds no rule of its own. Where to look:
//!
//! | what | where |
//! |---|---|
//! | which routes there are | `routes` |
//! | the order of checks, limits | `door` |
//! | headers and form of answers | `respond`, `reply` |
//! | several requests in one | `batch` |
//! | every error, in both vocabularies | `error` |
//! | paths, bodies, query options, filters | `path`, `json`, `query`, `filter` |
//! | one resource | the file of its name |
//!
//! Numbers such as "Graph contract 4.3" point into the wire contract that this crate implements.

mod audits;
mod batch;
mod call;
mod door;
mod error;
mod filter;
mod groups;
mod json;
mod members;
mod methods;
mod organization;
mod passes;
mod path;
mod policy;
mod policy_body;
mod query;
mod reply;
mod respond;
mod roles;
mod routes;
mod select;
mod sign_ins;
mod user_body;
mod user_view;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::any;
use latchkey_service::Service;

pub use door::MAX_BODY;
pub use routes::{ROUTES, Route};

/// The door as a router. The binary's middleware puts a `RequestInfo` into the extensions of each request;
/// a request without one counts as from this machine.
pub fn router(service: Arc<Service>) -> Router {
    let door = any(|State(service): State<Arc<Service>>, request: Request| door::answer(service, request));
    [
        "/v1.0",
        "/v1.0/",
        "/v1.0/{*path}",
        "/beta",
        "/beta/",
        "/beta/{*path}",
    ]
    .into_iter()
    .fold(Router::new(), |router, path| router.route(path, door.clone()))
    .with_state(service)
}
