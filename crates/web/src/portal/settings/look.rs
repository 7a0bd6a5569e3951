//! How the tenant presents itself.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, Uri};
use latchkey_domain::{AccentError, Action, LogoError};
use latchkey_service::{Branding, BrandingError, BrandingWish, LogoWish};

use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, Tick, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

const NAME: &str = "displayName";
const ACCENT: &str = "accent";
const LOGO: &str = "logo";
const REMOVE: &str = "removeLogo";

#[derive(Template)]
#[template(path = "portal/settings.html")]
struct Settings<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    name: Entry,
    accent: Entry,
    logo_wrong: bool,
    remove: Option<Tick>,
    sees_policy: bool,
    version: String,
    problem: &'a str,
    done: bool,
}

/// What was sent: name, colour, and whether the logo shall go.
type Sent<'a> = (&'a str, &'a str, bool);

/// The form: as it is stored, or as it was sent with what is wrong.
fn form(admin: &Admin, sent: Option<Sent<'_>>, problem: Option<(&str, &str)>, done: bool) -> Response {
    let branding = admin.service().branding();
    let stored = branding
        .accent
        .map(|accent| accent.to_string())
        .unwrap_or_default();
    let (name, accent, remove) = sent.unwrap_or((&branding.display_name, &stored, false));
    let (words, wrong) = problem.unwrap_or(("", ""));
    let status = if words.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    page(
        status,
        &Settings {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Settings),
            name: Entry {
                name: NAME,
                label: "Your organization's name",
                hint: "It stands on every page.",
                value: name.to_owned(),
                longest: 256,
                required: true,
                wrong: wrong == NAME,
            },
            accent: Entry {
                name: ACCENT,
                label: "Colour",
                hint: "Of links and main buttons, like #0d6b5e. Leave it empty for the usual green.",
                value: accent.to_owned(),
                longest: 7,
                required: false,
                wrong: wrong == ACCENT,
            },
            logo_wrong: wrong == LOGO,
            remove: branding.logo.as_ref().map(|_| Tick {
                name: REMOVE,
                label: "Remove the logo",
                hint: "",
                ticked: remove,
            }),
            version: version(&shown(&branding)),
            sees_policy: admin.offers.has(Action::ReadPolicy),
            problem: words,
            done,
        },
    )
}

/// Everything that the form shows; the tag tells colours and logos apart.
fn shown(branding: &Branding) -> (&str, &str) {
    (&branding.display_name, &branding.tag)
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/settings`
pub(super) async fn show(admin: Admin, uri: Uri) -> Answer {
    if !admin.offers.has(Action::WriteBranding) && admin.offers.has(Action::ReadPolicy) {
        return Ok(redirect(paths::SETTINGS_SIGN_IN));
    }
    admin.needs(Action::WriteBranding)?;
    let wanted = Query::<Wanted>::try_from_uri(&uri).map(|Query(wanted)| wanted);
    Ok(form(
        &admin,
        None,
        None,
        wanted.unwrap_or_default().done == "saved",
    ))
}

/// `POST /portal/settings`
pub(super) async fn save(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (name, accent) = (fields.get(NAME).trim(), fields.get(ACCENT).trim());
    let remove = fields.get(REMOVE) == "yes";
    let Ok(picture) = STANDARD.decode(fields.get(LOGO)) else {
        return Err(admin.member.visit.bad_request());
    };
    // Whoever may not is refused, and recorded, where it would be changed.
    if admin.offers.has(Action::WriteBranding) {
        // Another node may have changed it.
        let reloaded = admin.service().reload_branding().await;
        reloaded.map_err(|fault| admin.member.visit.fault(&fault))?;
        if is_stale(&fields, &shown(&admin.service().branding())) {
            return Ok(conflict(form(&admin, None, Some((STALE, "")), false)));
        }
    }
    let wish = BrandingWish {
        display_name: name.to_owned(),
        accent: (!accent.is_empty()).then(|| accent.to_owned()),
        logo: if !picture.is_empty() {
            LogoWish::New(picture)
        } else if remove {
            LogoWish::Remove
        } else {
            LogoWish::Keep
        },
    };
    let info = &admin.member.visit.info;
    let problem = match admin.service().change_branding(&admin.caller, info, wish).await {
        Ok(()) => return Ok(redirect(&paths::with(paths::SETTINGS, "done", "saved"))),
        Err(BrandingError::Denied(_)) => return Err(admin.not_allowed()),
        Err(BrandingError::Fault(fault)) => return Err(admin.member.visit.fault(&fault)),
        Err(BrandingError::Name) => ("A name has 1 to 256 characters.", NAME),
        Err(BrandingError::Accent(AccentError::Malformed)) => (
            "Write the colour with six digits from 0 to f, like #0d6b5e.",
            ACCENT,
        ),
        Err(BrandingError::Accent(AccentError::TooLight)) => (
            "Text in this colour could not be read on white. Take a darker one.",
            ACCENT,
        ),
        Err(BrandingError::Logo(LogoError::TooLarge)) => ("The logo has more than 64 KiB.", LOGO),
        Err(BrandingError::Logo(LogoError::NotPng)) => ("The logo must be a PNG picture.", LOGO),
        Err(BrandingError::Logo(LogoError::Dimensions)) => {
            ("The logo is wider or higher than 1024 pixels.", LOGO)
        }
    };
    Ok(form(&admin, Some((name, accent, remove)), Some(problem), false))
}
