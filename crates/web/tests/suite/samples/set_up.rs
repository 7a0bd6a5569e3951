//! The pages of a set-up, in their states.

use latchkey_web::pages::set_up::{SetUpDone, SetUpPage, SetUpRow};
use latchkey_web::view::{Account, Countdown, Kind, Site};

use askama::Template;

const fn row(kind: Kind, done: bool, next: bool) -> SetUpRow {
    SetUpRow { kind, done, next }
}

/// File name and HTML of each.
pub(crate) fn pages(
    site: Site<'_>,
    account: Account<'_>,
    left: Option<&Countdown>,
) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let account = Account {
        trip: "c2V0LXVw",
        ..account
    };
    let first = SetUpPage {
        site,
        account,
        application: None,
        pass_ends: left.map(|left| left.until.clone()),
        left: left.cloned(),
        over: false,
        rows: &[row(Kind::Passkey, false, true)],
        next: Kind::Passkey,
        other: Some(Kind::App),
        optional: true,
    };
    let second = SetUpPage {
        application: Some(site.tenant),
        pass_ends: first.pass_ends.clone(),
        left: left.cloned(),
        rows: &[row(Kind::App, true, false), row(Kind::Password, false, true)],
        next: Kind::Password,
        other: Some(Kind::Passkey),
        optional: false,
        ..first
    };
    let over = SetUpPage {
        over: true,
        left: None,
        rows: &[row(Kind::Passkey, false, true)],
        pass_ends: first.pass_ends.clone(),
        ..first
    };
    let done = |application, signs_in_again, passkey| SetUpDone {
        site,
        account,
        application,
        onward: "/security-info",
        signs_in_again,
        passkey,
    };
    Ok(vec![
        ("set-up", first.render()?),
        ("set-up-second", second.render()?),
        ("set-up-over", over.render()?),
        ("set-up-done", done(None, false, true).render()?),
        (
            "set-up-done-application",
            done(Some(site.tenant), true, false).render()?,
        ),
    ])
}
