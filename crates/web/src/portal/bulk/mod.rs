//! Many passes at once (sign-in contract 7.4): whom, what will happen to each, and the run, whose answer is the only
//! place where the codes are.
//!
//! - `choose`: whom, and what kind of pass; `list`: a pasted list, or the people of a group.
//! - `preview`: what will happen to each; `run`: issues one pass after the other while the answer is read.

mod choose;
mod list;
mod preview;
mod run;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_domain::{Denied, UserRef};
use latchkey_service::{AccessError, Service};

use super::admin::Admin;
use super::{names, paths};

/// The most people of one run.
pub(super) const MOST: usize = 1000;

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::MANY_PASSES, get(choose::ask).post(choose::take))
        .route(paths::MANY_PASSES_RUN, post(run::run))
}

/// Whom an entry of a list means: an object id, or an account name.
fn whom(admin: &Admin, entry: &str) -> Result<UserRef, &'static str> {
    if let Ok(id) = entry.parse() {
        return Ok(UserRef::Id(id));
    }
    let domain = &admin.service().tenant().default_domain;
    names::account_name(entry, domain).map(UserRef::Name)
}

/// Why somebody can't be given a pass by this administrator.
fn why_not(error: &AccessError) -> &'static str {
    match error {
        AccessError::Denied(Denied::Oneself) => "This is your own account.",
        AccessError::Denied(_) => "This account's roles or groups protect it from you.",
        AccessError::NoSuchUser => "Nobody has this account name.",
        AccessError::Fault(_) => "The server could not do it at this moment. Try this one again.",
    }
}
