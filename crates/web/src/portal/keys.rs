//! The keys that sign tokens: how they stand, and giving them successors.

use askama::Template;
use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_crypto::KeyState;
use latchkey_domain::Action;
use latchkey_service::SigningKeyView;

use super::admin::{Admin, AdminPosted};
use super::frame::{Frame, Section};
use super::paths;
use super::question::Question;
use crate::answer::{Answer, page, redirect};
use crate::moment::Moment;
use crate::view::Site;

/// A key in the list.
struct Row {
    id: String,
    algorithm: &'static str,
    words: &'static str,
    signs: bool,
    /// What happens, or happened, when.
    event: &'static str,
    when: Moment,
}

impl Row {
    fn new(view: &SigningKeyView) -> Self {
        let (words, event, when) = match (view.state, view.believed_until) {
            (KeyState::Published, _) => ("Takes over", "signs from", view.use_from),
            (KeyState::Retired | KeyState::Ended, Some(until)) => {
                ("Signs no more", "its tokens are believed until", until)
            }
            _ if view.signs => ("Signs", "since", view.use_from),
            _ => ("Succeeded", "signed from", view.use_from),
        };
        Self {
            id: view.id.clone(),
            algorithm: view.algorithm,
            words,
            signs: view.signs,
            event,
            when: when.into(),
        }
    }
}

#[derive(Template)]
#[template(path = "portal/keys.html")]
struct Keys<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    rows: Vec<Row>,
    may_rotate: bool,
    /// Successors were published already.
    pending: bool,
    done: Option<&'static str>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/keys`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    let views = admin.service().list_signing_keys(&admin.caller).await;
    let views = views.map_err(|error| admin.failed(&error))?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    let done = wanted.unwrap_or_default().done == "rotated";
    let shown = views.iter().filter(|view| view.state != KeyState::Ended);
    Ok(page(
        StatusCode::OK,
        &Keys {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Keys),
            rows: shown.map(Row::new).collect(),
            may_rotate: admin.offers.has(Action::RotateSigningKeys),
            pending: views.iter().any(|view| view.state == KeyState::Published),
            done: done.then_some("The new keys are published. They take over in a day."),
        },
    ))
}

/// `GET /portal/keys/rotate`
pub(super) async fn ask(admin: Admin) -> Answer {
    admin.needs(Action::RotateSigningKeys)?;
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Keys),
            path: paths::KEYS.to_owned(),
            name: "Keys",
            upn: "",
            title: "Make new keys?",
            text: "They are published now and sign from tomorrow on, so that applications learn them in time. \
                   Tokens of the old keys stay valid until they end. Nobody is signed out.",
            object: "",
            when: None,
            action: paths::ROTATE_KEYS.to_owned(),
            mark: admin.service().form_mark(),
            button: "Make new keys",
            harmless: true,
            problem: None,
        },
    ))
}

/// `POST /portal/keys/rotate`
pub(super) async fn rotate(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    // Whoever may not is refused, and recorded, where the keys would be made; two clicks make them once.
    if admin.offers.has(Action::RotateSigningKeys) {
        admin.take_form(&fields).await?;
    }
    let info = &admin.member.visit.info;
    let rotated = admin.service().rotate_signing_keys(&admin.caller, info).await;
    rotated.map_err(|error| admin.failed(&error))?;
    Ok(redirect(&paths::with(paths::KEYS, "done", "rotated")))
}
