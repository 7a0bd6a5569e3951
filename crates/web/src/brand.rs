//! The tenant's own colours and logo, served from here under names that change with them.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use latchkey_domain::{Accent, Palette};
use latchkey_service::Service;

/// Browsers may keep them for ever: a change has a new name.
const CACHE: &str = "public, max-age=31536000, immutable";

/// The routes of these files.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/assets/brand/{tag}/colours.css", get(colours))
        .route("/assets/brand/{tag}/logo.png", get(logo))
}

async fn colours(Path(tag): Path<String>, State(service): State<Arc<Service>>) -> Response {
    let branding = service.branding();
    match branding.accent.filter(|_| branding.tag == tag) {
        Some(accent) => {
            let kind = "text/css; charset=utf-8";
            ([(CACHE_CONTROL, CACHE), (CONTENT_TYPE, kind)], stylesheet(accent)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn logo(Path(tag): Path<String>, State(service): State<Arc<Service>>) -> Response {
    let branding = service.branding();
    match branding.logo.as_ref().filter(|_| branding.tag == tag) {
        Some(logo) => {
            let headers = [(CACHE_CONTROL, CACHE), (CONTENT_TYPE, "image/png")];
            (headers, logo.bytes().to_vec()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn stylesheet(accent: Accent) -> String {
    let mut text = String::new();
    rule(&mut text, &accent.light());
    text.push_str("\n@media (prefers-color-scheme: dark) {\n");
    rule(&mut text, &accent.dark());
    text.push_str("\n}\n");
    text
}

fn rule(text: &mut String, palette: &Palette) {
    let Palette {
        accent,
        strong,
        on_accent,
        calm,
    } = palette;
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        ":root {{ --accent: {accent}; --accent-strong: {strong}; --on-accent: {on_accent}; --calm: {calm}; }}"
    );
}
