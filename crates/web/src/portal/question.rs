//! A page that asks before something is done that can't be taken back.

use askama::Template;

use super::frame::Frame;
use crate::moment::Moment;
use crate::view::Site;

#[derive(Template)]
#[template(path = "portal/deed.html")]
pub(super) struct Question<'a> {
    pub(super) site: Site<'a>,
    pub(super) frame: Frame<'a>,
    /// Where the trail and *Cancel* lead.
    pub(super) path: String,
    pub(super) name: &'a str,
    pub(super) upn: &'a str,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    /// Named below the text, such as a passkey's own name.
    pub(super) object: &'a str,
    /// The moment that this name ends with.
    pub(super) when: Option<Moment>,
    pub(super) action: String,
    /// For a form that counts once, or only for what it showed; else empty.
    pub(super) mark: String,
    pub(super) button: &'a str,
    pub(super) harmless: bool,
    pub(super) problem: Option<&'a str>,
}
