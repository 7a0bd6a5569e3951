//! This door's cookies. All are `__Host-`: this host only, over TLS only, not readable by scripts.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Ties the forms of a sign-in to one browser.
pub(crate) const BROWSER: &str = "__Host-lk_flow";
/// The session.
pub(crate) const SESSION: &str = "__Host-lk_session";
/// Sessions that outlive the browser; they are in [`SESSION`], too, until it is closed.
pub(crate) const KEPT: &str = "__Host-lk_kept";
/// "Stay signed in?" is not to be asked again.
pub(crate) const DONT_ASK: &str = "__Host-lk_dont_ask";
/// Marks the owner's own device, whose wrong guesses are counted apart (sign-in contract 11.2).
pub(crate) const DEVICE: &str = "__Host-lk_device";
/// The account that last used a passkey here, as a hash (sign-in contract 2.3).
pub(crate) const PASSKEY_USER: &str = "__Host-lk_passkey";
/// The key of an authenticator app that waits for its first code, sealed.
pub(crate) const PENDING_APP: &str = "__Host-lk_app";

/// Until the browser is closed.
pub(crate) const THIS_BROWSER_SESSION: Option<u32> = None;
/// 90 days in seconds.
pub(crate) const NINETY_DAYS: Option<u32> = Some(90 * 24 * 3600);

/// 400 days in seconds: the longest that browsers keep one.
pub(crate) const AS_LONG_AS_POSSIBLE: Option<u32> = Some(400 * 24 * 3600);

/// A cookie of the request. The first of that name counts.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The sessions of several accounts in one cookie: their tokens, separated by dots.
pub(crate) fn tokens(cookie: Option<&str>) -> impl Iterator<Item = &str> {
    let all = cookie.unwrap_or_default().split('.');
    all.filter(|token| !token.is_empty()).take(MOST_ACCOUNTS)
}

/// The most accounts in one browser.
pub(crate) const MOST_ACCOUNTS: usize = 5;

/// Sets a cookie. `seconds` is how long it is kept.
pub(crate) fn set(headers: &mut HeaderMap, name: &str, value: &str, seconds: Option<u32>) {
    let kept = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{kept}");
    // Our values are base64url or hexadecimal, with dots between, so this cannot fail.
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Takes a cookie away.
pub(crate) fn remove(headers: &mut HeaderMap, name: &str) {
    set(headers, name, "", Some(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_of_that_name_in_any_header() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("a=1; __Host-lk_session=first;b=2"),
        );
        headers.append(COOKIE, HeaderValue::from_static("__Host-lk_session=second"));
        assert_eq!(find(&headers, SESSION), Some("first"));
        assert_eq!(find(&headers, "b"), Some("2"));
        assert_eq!(find(&headers, DEVICE), None);
    }

    #[test]
    fn every_cookie_has_its_flags() {
        let mut headers = HeaderMap::new();
        set(&mut headers, SESSION, "x", THIS_BROWSER_SESSION);
        set(&mut headers, DEVICE, "y", NINETY_DAYS);
        remove(&mut headers, PENDING_APP);
        let all: Vec<_> = headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(
            all,
            [
                "__Host-lk_session=x; Path=/; Secure; HttpOnly; SameSite=Lax",
                "__Host-lk_device=y; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=7776000",
                "__Host-lk_app=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
            ]
        );
    }
}
