//! The portal: what administrators see and do (sign-in contract 7).
//!
//! - `admin`: who is let in, with which permissions; `frame`: what surrounds every page; `paths`: where they are.
//! - `home`, `chart`: what needs attention; sign-ins by day.
//! - `components`: all that pages are made of, in every state; for the demo.
//! - `people`, `person`, `edit`, `deeds`: finding people, a person's page, changing an account, actions that ask first.
//! - `deleted`: accounts that were deleted, brought back or deleted for good.
//! - `issue`, `sheet`, `span`: issuing a pass, showing its code once, spans of time in words.
//! - `bulk`: many passes at once; `names`: account names as they are typed.
//! - `applications`: applications, their secrets, what they were granted.
//! - `question`, `form`: a page that asks first, fields of forms.
//! - `groups`, `group_edit`: groups and who is in them.
//! - `roles`, `units`: who holds which role, for the tenant or a part of the directory.
//! - `keys`: the keys that sign tokens.
//! - `federation`: domains whose people sign in at another provider.
//! - `strengths`: what an application can demand of a sign-in.
//! - `settings`: how the tenant presents itself, how its people sign in.
//! - `logs`: both logs, their records, exports; `csv`: how a table is written.
//! - `policy`, `policy_form`, `what_if`: the pass policy, its two forms, what it means for somebody.

mod admin;
mod applications;
mod bulk;
mod chart;
pub(crate) mod components;
mod csv;
mod deeds;
mod deleted;
mod edit;
mod federation;
mod form;
mod frame;
mod group_edit;
mod groups;
mod home;
mod issue;
mod keys;
mod logs;
mod names;
pub(crate) mod paths;
mod people;
mod person;
mod policy;
mod policy_form;
mod question;
mod roles;
mod settings;
mod sheet;
mod span;
mod strengths;
mod units;
mod what_if;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use latchkey_service::Service;

use crate::answer::redirect;

/// The portal's routes.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .merge(applications::router())
        .merge(bulk::router())
        .merge(federation::router())
        .merge(logs::router())
        .merge(roles::router())
        .merge(settings::router())
        .merge(strengths::router())
        .merge(units::router())
        .route(paths::HOME, get(home::show))
        .route("/portal/", get(|| async { redirect(paths::HOME) }))
        .route(paths::PEOPLE, get(people::list))
        .route(paths::NEW_PERSON, get(edit::ask_new).post(edit::create))
        .route(paths::GROUPS, get(groups::list))
        .route("/portal/groups/{id}", get(groups::show))
        .route(
            paths::NEW_GROUP,
            get(group_edit::ask_new).post(group_edit::create),
        )
        .route(
            "/portal/groups/{id}/edit",
            get(group_edit::ask).post(group_edit::save),
        )
        .route(
            "/portal/groups/{id}/delete",
            get(group_edit::ask_delete).post(group_edit::delete),
        )
        .route("/portal/groups/{id}/owners/add", post(group_edit::add_owner))
        .route(
            "/portal/groups/{id}/owners/remove",
            post(group_edit::remove_owner),
        )
        .route("/portal/groups/{id}/add", post(groups::add))
        .route("/portal/groups/{id}/remove", post(groups::remove))
        .route(paths::KEYS, get(keys::show))
        .route(paths::ROTATE_KEYS, get(keys::ask).post(keys::rotate))
        .route(paths::POLICY, get(policy::show))
        .route(paths::POLICY_TARGETS, post(policy::save_targets))
        .route(paths::POLICY_LIMITS, post(policy::save_limits))
        .route("/portal/people/{id}", get(person::show))
        .route("/portal/people/{id}/edit", get(edit::ask).post(edit::save))
        .route("/portal/people/{id}/pass", get(issue::ask).post(issue::issue))
        .route(
            "/portal/people/deleted/{id}/{fate}",
            get(deleted::ask).post(deleted::act),
        )
        .route("/portal/people/{id}/{deed}", get(deeds::ask).post(deeds::act))
        .route(
            "/portal/people/{id}/{kind}/{method}/delete",
            get(deeds::ask_method).post(deeds::delete_method),
        )
}
