//! Redirect URIs: which may be registered, and which request meets which registration.
//!
//! Sign-in contract 9.9, RFC 9700 2.1, RFC 8252 7 and 8.

use std::borrow::Cow;

/// What kind of application answers at a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// A web application with a server that can keep a secret.
    Web,
    /// A single-page application: codes are redeemed by a script in a browser.
    Spa,
    /// An application on a person's device.
    PublicClient,
}

/// A redirect URI that may be registered. Kept as it was written, scheme and host in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a redirect URI can't be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Longer than 256 characters, or empty.
    #[error("a redirect URI has 1 to 256 characters")]
    Length,
    /// Not `scheme://host/path`, or with characters that don't belong into a URI.
    #[error(
        "not a URI with scheme, host and path in ASCII; write other letters percent-encoded, hosts in Punycode"
    )]
    Malformed,
    /// Plain `http` to another host than `localhost` or `127.0.0.1`.
    #[error("http is allowed for localhost only; use https")]
    PlainHttp,
    /// A scheme that this platform can't have, or that browsers interpret themselves.
    #[error("this scheme can't be used for this kind of application")]
    Scheme,
    /// A fragment.
    #[error("a redirect URI has no fragment")]
    Fragment,
    /// A wildcard.
    #[error("a redirect URI has no wildcard")]
    Wildcard,
    /// A user name or password before the host.
    #[error("a redirect URI has no user name before the host")]
    UserInfo,
    /// `.` or `..` as a path segment, or an encoded slash, backslash or dot.
    #[error("a redirect URI has no '.' or '..' segments and no encoded slashes")]
    PathTrick,
}

/// Schemes that browsers and systems interpret themselves: nothing of an application's own answers there.
const NOT_APPLICATIONS: [&str; 20] = [
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "ms-settings",
    "resource",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

impl RedirectUri {
    /// Most characters of one.
    pub const MAX_CHARACTERS: usize = 256;
    /// Most of one application.
    pub const MAX_PER_APPLICATION: usize = 256;

    /// Checks a URI that someone wants to register.
    ///
    /// # Errors
    /// [`RedirectUriError`]
    pub fn parse(text: &str, platform: Platform) -> Result<Self, RedirectUriError> {
        if text.is_empty() || text.chars().count() > Self::MAX_CHARACTERS {
            return Err(RedirectUriError::Length);
        }
        let (scheme, rest) = text.split_once(':').ok_or(RedirectUriError::Malformed)?;
        let scheme = scheme.to_ascii_lowercase();
        check_characters(rest)?;
        if scheme == "https" || scheme == "http" {
            let (host, tail) = split_authority(rest).ok_or(RedirectUriError::Malformed)?;
            let host = host.to_ascii_lowercase();
            check_host(&host)?;
            check_path(tail)?;
            if scheme == "http" && !is_loopback(&host) {
                return Err(RedirectUriError::PlainHttp);
            }
            return Ok(Self(format!("{scheme}://{host}{tail}")));
        }
        if !is_scheme(&scheme) || !rest.starts_with('/') {
            return Err(RedirectUriError::Malformed);
        }
        if platform != Platform::PublicClient || NOT_APPLICATIONS.contains(&scheme.as_str()) {
            return Err(RedirectUriError::Scheme);
        }
        let authority = split_authority(rest).map_or("", |(authority, _)| authority);
        if authority.contains('@') {
            return Err(RedirectUriError::UserInfo);
        }
        check_path(rest)?;
        Ok(Self(format!("{scheme}:{rest}")))
    }

    /// As it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where to answer a request that names this address, if the two are the same: sign by sign, but that an absent
    /// path is `/`, and that the port of a loopback address is the request's own choice (RFC 8252 7.3).
    pub fn target(&self, requested: &str) -> Option<String> {
        let (ours, theirs) = (with_path(&self.0), with_path(requested));
        if ours == theirs {
            return Some(theirs.into_owned());
        }
        let (our_host, our_tail) = loopback(&ours)?;
        let (their_host, their_tail) = loopback(&theirs)?;
        (our_host == their_host && our_tail == their_tail).then(|| theirs.into_owned())
    }

    /// Scheme, host and port, as a browser's `Origin` header writes them; none for an application's own scheme.
    pub fn origin(&self) -> Option<&str> {
        let (scheme, rest) = self.0.split_once(':')?;
        let (authority, _) = split_authority(rest)?;
        let default_port = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let length = scheme.len() + "://".len() + authority.len();
        let origin = self.0.get(..length)?;
        Some(origin.strip_suffix(default_port).unwrap_or(origin))
    }

    /// Whether a browser's `Origin` is that of this address; the port of a loopback address does not matter.
    pub fn is_of_origin(&self, origin: &str) -> bool {
        let Some(own) = self.origin() else { return false };
        let without_port = |text: &str| loopback(&with_path(text)).map(|(host, _)| host.to_owned());
        own == origin || without_port(own).is_some_and(|host| without_port(origin) == Some(host))
    }
}

impl std::fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Authority and what follows it, of what follows `scheme:`.
fn split_authority(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix("//")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.split_at_checked(end)
}

/// An `http` or `https` address with `/` where it has no path.
fn with_path(text: &str) -> Cow<'_, str> {
    let web = text.strip_prefix("https:").or_else(|| text.strip_prefix("http:"));
    match web.and_then(split_authority) {
        Some((_, tail)) if !tail.starts_with('/') => {
            let (start, tail) = text
                .split_at_checked(text.len() - tail.len())
                .unwrap_or((text, ""));
            Cow::Owned(format!("{start}/{tail}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// The host and what follows the port, of a loopback address.
fn loopback(text: &str) -> Option<(&str, &str)> {
    let (authority, tail) = split_authority(text.strip_prefix("http:")?)?;
    let (host, port) = authority
        .split_once(':')
        .map_or((authority, None), |(host, port)| (host, Some(port)));
    (is_loopback(host) && port.is_none_or(is_port)).then_some((host, tail))
}

fn is_loopback(authority: &str) -> bool {
    let host = authority.split(':').next().unwrap_or_default();
    host == "localhost" || host == "127.0.0.1"
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// RFC 3986 3.1, of at least two characters: one letter is a drive on Windows.
fn is_scheme(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
}

fn check_characters(rest: &str) -> Result<(), RedirectUriError> {
    if rest.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    if rest.contains('*') {
        return Err(RedirectUriError::Wildcard);
    }
    let known = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()+,;=%".contains(&b);
    if !rest.bytes().all(known) {
        return Err(RedirectUriError::Malformed);
    }
    let mut parts = rest.split('%');
    parts.next();
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            None => return Err(RedirectUriError::Malformed),
            Some(b'/' | b'\\' | b'.' | 0..=0x1f | 0x7f) => return Err(RedirectUriError::PathTrick),
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_host(authority: &str) -> Result<(), RedirectUriError> {
    if authority.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    let (host, port) = authority
        .split_once(':')
        .map_or((authority, None), |(host, port)| (host, Some(port)));
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if host.split('.').all(label) && port.is_none_or(is_port) {
        Ok(())
    } else {
        Err(RedirectUriError::Malformed)
    }
}

fn check_path(tail: &str) -> Result<(), RedirectUriError> {
    let path = tail.split('?').next().unwrap_or_default();
    if path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err(RedirectUriError::PathTrick);
    }
    if path.contains(['[', ']', '@']) {
        return Err(RedirectUriError::Malformed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn web(text: &str) -> Result<RedirectUri, RedirectUriError> {
        RedirectUri::parse(text, Platform::Web)
    }

    #[test]
    fn what_may_be_registered() {
        for text in [
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com:8443/a/b?c=d&e=%C3%A4",
            "http://localhost",
            "http://localhost:3000/callback",
            "http://127.0.0.1/x",
        ] {
            assert_eq!(web(text).unwrap().as_str(), text);
        }
        assert_eq!(
            web("HTTPS://App.Example.com/Path").unwrap().as_str(),
            "https://app.example.com/Path"
        );
        for text in ["myapp://auth", "msal1234://auth", "com.example.app:/callback"] {
            assert_eq!(web(text), Err(RedirectUriError::Scheme), "{text}");
            assert!(RedirectUri::parse(text, Platform::PublicClient).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_may_not() {
        use RedirectUriError as E;
        for (text, error) in [
            ("", E::Length),
            ("https://app.example.com/a#b", E::Fragment),
            ("https://app.example.com/#", E::Fragment),
            ("https://*.example.com/", E::Wildcard),
            ("https://app.example.com/*", E::Wildcard),
            ("http://app.example.com/", E::PlainHttp),
            ("http://localhost.evil.example/", E::PlainHttp),
            ("http://[::1]/", E::Malformed),
            ("https://good.example@evil.example/", E::UserInfo),
            ("https://user:secret@evil.example/", E::UserInfo),
            ("https://app.ex\u{e4}mple.com/", E::Malformed),
            ("https://app.example.com\u{3002}evil/", E::Malformed),
            ("https://app.example.com\\@evil.example/", E::Malformed),
            ("https://app.example.com/a%2fb", E::PathTrick),
            ("https://app.example.com/a%5Cb", E::PathTrick),
            ("https://app.example.com/%2e%2e/b", E::PathTrick),
            ("https://app.example.com/a/../b", E::PathTrick),
            ("https://app.example.com/a%0d%0aSet-Cookie:x", E::PathTrick),
            ("https://app.example.com/a b", E::Malformed),
            ("https://app.example.com/%4", E::Malformed),
            ("https://app.example.com/%zz", E::Malformed),
            ("https://app.example.com:0/", E::Malformed),
            ("https://app.example.com:99999/", E::Malformed),
            ("https://app..example.com/", E::Malformed),
            ("https:///path", E::Malformed),
            ("https:app.example.com", E::Malformed),
            ("app.example.com", E::Malformed),
            ("//app.example.com", E::Malformed),
        ] {
            assert_eq!(web(text), Err(error), "{text}");
        }
        let long = format!("https://app.example.com/{}", "a".repeat(256));
        assert_eq!(web(&long), Err(E::Length));
        for text in [
            "javascript://%250aalert(1)/",
            "data:/x",
            "file:///etc/passwd",
            "c:/x",
            "myapp:x",
        ] {
            assert!(
                RedirectUri::parse(text, Platform::PublicClient).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn only_the_path_slash_and_a_loopback_port_may_differ() {
        let bare = web("https://app.example.com").unwrap();
        assert_eq!(
            bare.target("https://app.example.com").as_deref(),
            Some("https://app.example.com/")
        );
        assert_eq!(
            bare.target("https://app.example.com/").as_deref(),
            Some("https://app.example.com/")
        );
        let page = web("https://app.example.com/cb").unwrap();
        for other in [
            "https://app.example.com/cb/",
            "https://app.example.com/CB",
            "https://APP.example.com/cb",
            "https://app.example.com:443/cb",
            "http://app.example.com/cb",
            "https://app.example.com/cb?x=1",
            "https://app.example.com/cb#x",
            "https://app.example.com/x/../cb",
            "https://app.example.com/%63b",
            "https://app.example.com/cb%2f",
            "https://app.example.com@evil.example/cb",
            "https://evil.example/https://app.example.com/cb",
        ] {
            assert_eq!(page.target(other), None, "{other}");
        }
        let local = web("http://localhost").unwrap();
        for same in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:53123",
            "http://localhost:1/",
        ] {
            assert!(local.target(same).is_some(), "{same}");
        }
        for other in [
            "http://127.0.0.1:53123",
            "https://localhost:53123",
            "http://localhost:53123/x",
            "http://localhost:x",
            "http://localhost:53123@evil.example",
            "http://localhost:",
            "http://localhost:65536",
        ] {
            assert_eq!(local.target(other), None, "{other}");
        }
        let fixed = web("http://localhost:3000/cb").unwrap();
        assert!(fixed.target("http://localhost:4000/cb").is_some());
        assert!(fixed.target("http://localhost:4000/other").is_none());
    }

    #[test]
    fn origins_are_those_of_the_header() {
        let origin = |text| web(text).unwrap().origin().map(str::to_owned);
        assert_eq!(
            origin("https://app.example.com/x").as_deref(),
            Some("https://app.example.com")
        );
        assert_eq!(
            origin("https://app.example.com:443/x").as_deref(),
            Some("https://app.example.com")
        );
        assert_eq!(
            origin("https://app.example.com:8443?x").as_deref(),
            Some("https://app.example.com:8443")
        );
        let app = web("https://app.example.com/x").unwrap();
        assert!(app.is_of_origin("https://app.example.com"));
        for other in [
            "https://app.example.com:8443",
            "http://app.example.com",
            "null",
            "",
            "https://app.example.com.evil",
        ] {
            assert!(!app.is_of_origin(other), "{other}");
        }
        assert!(
            web("http://localhost/x")
                .unwrap()
                .is_of_origin("http://localhost:5173")
        );
        assert!(
            !web("http://localhost/x")
                .unwrap()
                .is_of_origin("https://localhost:5173")
        );
    }

    fn address() -> impl Strategy<Value = String> {
        (
            "[a-z][a-z0-9]{0,8}(\\.[a-z][a-z0-9]{0,8}){0,3}",
            proptest::option::of(1_u16..),
            "(/[A-Za-z0-9_~-]{0,6}){0,4}",
        )
            .prop_map(|(host, port, path)| {
                let port = port.map_or(String::new(), |port| format!(":{port}"));
                format!("https://{host}{port}{path}")
            })
    }

    proptest! {
        #[test]
        fn what_is_registered_meets_itself_and_no_one_else(own in address(), other in address()) {
            let registered = web(&own).unwrap();
            prop_assert!(registered.target(&own).is_some());
            let same = own.trim_end_matches('/') == other.trim_end_matches('/');
            prop_assert!(same || registered.target(&other).is_none());
        }

        #[test]
        fn nothing_slipped_in_still_meets(own in address(), at in 0_usize..60, sign in "[@#*?%\\\\\u{e9}. ]|%2f|%2e|\\.\\./|//") {
            let registered = web(&own).unwrap();
            let at = at.min(own.len());
            let changed = format!("{}{sign}{}", &own[..at], &own[at..]);
            prop_assert_eq!(registered.target(&changed), None);
        }

        #[test]
        fn whatever_is_accepted_is_plain(text in ".{0,60}", https in "https://[a-zA-Z0-9.:@/\\\\#*%?&-]{0,40}") {
            for text in [text, https] {
                if let Ok(uri) = RedirectUri::parse(&text, Platform::PublicClient) {
                    let text = uri.as_str();
                    prop_assert!(text.is_ascii() && !text.contains(['#', '*', '\\', ' ']));
                    if let Some(authority) = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next()) {
                        prop_assert!(!authority.contains('@') && !authority.is_empty());
                    }
                }
            }
        }
    }
}
