//! Addresses that others name for the server to call.

use std::fmt;

/// An `https` address that the server calls because somebody asked for it. Kept as it was written. Whether a call may
/// go there is decided when it is made, by the addresses that its name then stands for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct HookUrl(String);

/// The text is no `https` address, or one with parts that don't belong into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an https address of at most {} characters without user name and fragment",
    HookUrl::MAX
)]
pub struct InvalidHookUrl;

impl HookUrl {
    /// Most characters of one.
    pub const MAX: usize = 2048;

    /// Checks an address: `https://host[:port][/path][?query]`.
    ///
    /// # Errors
    /// [`InvalidHookUrl`]
    pub fn parse(text: &str) -> Result<Self, InvalidHookUrl> {
        let fits = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&b);
        let rest = text
            .get(..8)
            .filter(|scheme| scheme.eq_ignore_ascii_case("https://"))
            .and_then(|scheme| text.get(scheme.len()..))
            .ok_or(InvalidHookUrl)?;
        if text.len() > Self::MAX || !rest.bytes().all(fits) {
            return Err(InvalidHookUrl);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (host, port) = match authority
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
        {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or(InvalidHookUrl)?)),
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let is_host = if authority.starts_with('[') {
            host.parse::<std::net::Ipv6Addr>().is_ok()
        } else {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            !host.is_empty() && !host.starts_with('.') && host.bytes().all(fits)
        };
        let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
        if is_host && port.is_none_or(is_port) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidHookUrl)
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host that it names.
    pub fn host(&self) -> &str {
        let rest = self.0.get("https://".len()..).unwrap_or_default();
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        match authority.split_once(']') {
            Some((host, _)) => host.trim_start_matches('['),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    /// The address with one more query parameter. Both parts must be encoded already.
    #[must_use]
    pub fn with_parameter(&self, name: &str, value: &str) -> String {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        format!("{}{separator}{name}={value}", self.0)
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_with_a_host_are_called() {
        for text in [
            "https://app.example.com",
            "HTTPS://app.example.com:8443/hook?sig=a%2Fb&x=[1]",
            "https://10.0.0.1/",
            "https://[2001:db8::1]:8443/hook",
            "https://app.example.com?x",
        ] {
            assert_eq!(HookUrl::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "https://",
            "https:///path",
            "https://?x",
            "http://app.example.com/",
            "app.example.com",
            "https://user@app.example.com/",
            "https://app.example.com/#there",
            "https://app.example.com:0/",
            "https://app.example.com:99999/",
            "https://app.example.com:/",
            "https://app.example.com/a b",
            "https://app.example.com/\r\nx",
            "https://[::1/",
            "https://[localhost]/",
            "https://[::1]x/",
            "https://bücher.example/",
        ] {
            assert_eq!(HookUrl::parse(text), Err(InvalidHookUrl), "{text}");
        }
        assert!(HookUrl::parse(&format!("https://a/{}", "x".repeat(HookUrl::MAX))).is_err());
    }

    #[test]
    fn the_host_is_told() {
        for (text, host) in [
            ("https://app.example.com", "app.example.com"),
            ("HTTPS://localhost:8443/hook?x=[1]", "localhost"),
            ("https://[2001:db8::1]:8443/hook", "2001:db8::1"),
            ("https://10.0.0.1?x", "10.0.0.1"),
        ] {
            assert_eq!(HookUrl::parse(text).unwrap().host(), host);
        }
    }

    #[test]
    fn a_parameter_joins_those_that_are_there() {
        let with = |text: &str| HookUrl::parse(text).unwrap().with_parameter("t", "1");
        assert_eq!(with("https://a.example/hook"), "https://a.example/hook?t=1");
        assert_eq!(
            with("https://a.example/hook?x=y"),
            "https://a.example/hook?x=y&t=1"
        );
    }
}
