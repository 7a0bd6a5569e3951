//! The sign-in log and the audit log: lists with filters in the address, one record with all that is known, exports.
//!
//! - `query`: filters as they come in an address, and as fields of a form; `list`: the page of either log.
//! - `sign_ins`, `audits`: what each log is asked and shows; `record`: one record's page.
//! - `export`: the whole of a list as CSV or JSON lines, streamed.

mod audits;
mod export;
mod list;
mod query;
mod record;
mod sign_ins;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use latchkey_domain::Action;
use latchkey_service::{LogError, Service};

use super::admin::Admin;
use super::paths;
use crate::answer::{Answer, Stop, redirect};

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::LOGS, get(first))
        .route(paths::SIGN_INS, get(sign_ins::list))
        .route(&format!("{}/export", paths::SIGN_INS), get(sign_ins::export))
        .route(&format!("{}/{{id}}", paths::SIGN_INS), get(sign_ins::show))
        .route(paths::AUDITS, get(audits::list))
        .route(&format!("{}/export", paths::AUDITS), get(audits::export))
        .route(&format!("{}/{{id}}", paths::AUDITS), get(audits::show))
}

/// `GET /portal/logs`: the first log that this administrator may see.
async fn first(admin: Admin) -> Answer {
    if admin.offers.has(Action::ReadSignIns) {
        Ok(redirect(paths::SIGN_INS))
    } else if admin.offers.has(Action::ReadAudits) {
        Ok(redirect(paths::AUDITS))
    } else {
        Err(admin.not_allowed())
    }
}

fn failed(admin: &Admin, error: &LogError) -> Stop {
    match error {
        LogError::Denied(_) => admin.not_allowed(),
        LogError::NoSuchRecord => admin.not_found().into(),
        LogError::Fault(fault) => admin.member.visit.fault(fault),
    }
}
