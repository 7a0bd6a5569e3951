//! Domains whose people sign in at another `OpenID` Provider.
//!
//! - `list`: the tenant's domains, and to whom they are handed; forgetting who somebody is there.
//! - `domain`: one of them: handing it over, changing how, taking it back.

mod domain;
mod list;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_service::{FederatedDomain, FederationError, Service};

use super::admin::Admin;
use super::paths;
use crate::answer::Stop;

/// The routes of this part.
pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::FEDERATION, get(list::show))
        .route(paths::FORGET_LINK, post(list::forget))
        .route(
            "/portal/federation/{domain}",
            get(domain::show).post(domain::save),
        )
        .route(
            "/portal/federation/{domain}/take-back",
            get(domain::ask).post(domain::take_back),
        )
}

/// What is handed over, for whoever may see it.
async fn known(admin: &Admin) -> Result<Vec<FederatedDomain>, Stop> {
    let known = admin.service().federated_domains(&admin.caller).await;
    known.map_err(|error| failed(admin, &error))
}

/// One of the tenant's domains, and to whom it is handed.
async fn open(admin: &Admin, domain: &str) -> Result<Option<FederatedDomain>, Stop> {
    let known = known(admin).await?;
    if admin.service().tenant().domains.iter().all(|own| own != domain) {
        return Err(admin.not_found().into());
    }
    Ok(known.into_iter().find(|known| known.federation.domain == domain))
}

/// A page that says why not.
fn failed(admin: &Admin, error: &FederationError) -> Stop {
    match error {
        FederationError::Denied(_) => admin.not_allowed(),
        FederationError::Fault(fault) => admin.member.visit.fault(fault),
        _ => admin.not_found().into(),
    }
}
