//! The portal: what administrators see and do (sign-in contract 7).
//!
//! - `admin`: who is let in, with which permissions; `frame`: what surrounds every page; `paths`: where they are.
//! - `people`, `person`, `edit`, `deeds`: finding people, a person's page, changing an account, actions that ask first.
//! - `issue`, `sheet`, `span`: issuing a pass, showing its code once, spans of time in words.

mod admin;
mod deeds;
mod edit;
mod frame;
mod home;
mod issue;
pub(crate) mod paths;
mod people;
mod person;
mod sheet;
mod span;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use latchkey_service::Service;

/// The portal's routes.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(paths::HOME, get(home::show))
        .route(paths::PEOPLE, get(people::list))
        .route(paths::NEW_PERSON, get(edit::ask_new).post(edit::create))
        .route("/portal/people/{id}", get(person::show))
        .route("/portal/people/{id}/edit", get(edit::ask).post(edit::save))
        .route("/portal/people/{id}/pass", get(issue::ask).post(issue::issue))
        .route("/portal/people/{id}/{deed}", get(deeds::ask).post(deeds::act))
        .route(
            "/portal/people/{id}/{kind}/{method}/delete",
            get(deeds::ask_method).post(deeds::delete_method),
        )
}
