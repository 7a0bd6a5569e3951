//! Paths as Graph writes them, brought to one form: a version and decoded segments.
//!
//! Graph contract 1.1: keys in parentheses, `%40`, doubled slashes, `/me`, functions with and without `()`.

use percent_encoding::percent_decode_str;

/// The first segment of every path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// `/v1.0`
    V1,
    /// `/beta`
    Beta,
}

impl Version {
    /// The segment.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// One segment behind the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A name or a key.
    Text(String),
    /// The key of the caller's own user object: what `/me` stands for.
    Me,
}

/// A path that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadSegment(pub(crate) String);

/// Reads a raw path.
///
/// # Errors
/// The segment that is no UTF-8, that names a key property which can't be used, or the version that we
/// don't serve.
pub(crate) fn parse(raw: &str) -> Result<(Version, Vec<Segment>), BadSegment> {
    let mut parts = raw.split('/').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let version = [Version::V1, Version::Beta]
        .into_iter()
        .find(|version| version.as_str().eq_ignore_ascii_case(first))
        .ok_or_else(|| BadSegment(first.to_owned()))?;
    let mut segments = Vec::with_capacity(8);
    for part in parts {
        let text = percent_decode_str(part)
            .decode_utf8()
            .map_err(|_| BadSegment(part.to_owned()))?;
        if segments.is_empty() && text.eq_ignore_ascii_case("me") {
            segments.extend([Segment::Text("users".to_owned()), Segment::Me]);
            continue;
        }
        match split_key(&text)? {
            (name, None) => segments.push(Segment::Text(name.to_owned())),
            (name, Some(key)) => segments.extend([Segment::Text(name.to_owned()), Segment::Text(key)]),
        }
    }
    // The Python SDK with a hand-made HTTP client sends this for `/me`.
    if let [Segment::Text(users), second, ..] = segments.as_mut_slice()
        && users.eq_ignore_ascii_case("users")
        && matches!(second, Segment::Text(key) if key == "me-token-to-replace")
    {
        *second = Segment::Me;
    }
    Ok((version, segments))
}

/// Takes `users('ada@example.com')` apart. What ends with no parenthesis has no key in it.
fn split_key(text: &str) -> Result<(&str, Option<String>), BadSegment> {
    let bad = || BadSegment(text.to_owned());
    let Some((name, arguments)) = text.strip_suffix(')').and_then(|open| open.split_once('(')) else {
        return Ok((text, None));
    };
    if arguments.is_empty() {
        return Ok((name, None));
    }
    // A key of another property than the usual ones stays with its name, which no key contains: see
    // `Call::alternate_key`.
    let (property, value) = match arguments.split_once('=') {
        // The one function with an argument, which is a number or stands in the query.
        Some((property, value)) if property.trim().eq_ignore_ascii_case("challengeTimeoutInMinutes") => {
            return Ok((name, Some(value.trim().to_owned())));
        }
        Some((property, value)) if !property.starts_with('\'') => {
            let property = property.trim();
            let is = |known: &&&str| known.eq_ignore_ascii_case(property);
            if ["userPrincipalName", "id"].iter().find(is).is_some() {
                ("", value)
            } else {
                let alternate = ["appId", "roleTemplateId"];
                (*alternate.iter().find(is).ok_or_else(bad)?, value)
            }
        }
        _ => ("", arguments),
    };
    let inner = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .ok_or_else(bad)?;
    // A quote inside a key is doubled; a single one ends it too early.
    let single = inner.replace("''", "");
    if single.contains('\'') {
        Err(bad())
    } else {
        let key = inner.replace("''", "'");
        Ok((
            name,
            Some(if property.is_empty() {
                key
            } else {
                format!("{property}={key}")
            }),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(path: &str) -> Vec<Segment> {
        parse(path).unwrap().1
    }

    fn text(parts: &[&str]) -> Vec<Segment> {
        parts
            .iter()
            .map(|part| Segment::Text((*part).to_owned()))
            .collect()
    }

    #[test]
    fn all_spellings_of_a_user_are_one() {
        let wanted = text(&["users", "ada@example.com", "authentication"]);
        for path in [
            "/v1.0/users/ada@example.com/authentication",
            "/v1.0/users/ada%40example.com/authentication",
            "/v1.0//users/ada%40example.com//authentication/",
            "/v1.0/users('ada@example.com')/authentication",
            "/v1.0/users(%27ada%40example.com%27)/authentication",
            "/v1.0/users(userPrincipalName='ada%40example.com')/authentication",
            "/V1.0/users/ada%40example.com/authentication",
            "/Beta/users/ada%40example.com/authentication",
        ] {
            assert_eq!(segments(path), wanted, "{path}");
        }
        assert_eq!(
            segments("/beta/users('o''neil@example.com')"),
            text(&["users", "o'neil@example.com"])
        );
        assert_eq!(
            segments("/v1.0/users/a_b.org%23EXT%23@example.com"),
            text(&["users", "a_b.org#EXT#@example.com"])
        );
    }

    #[test]
    fn other_keys_keep_their_name() {
        assert_eq!(
            segments("/v1.0/applications(appid='7')/owners"),
            text(&["applications", "appId=7", "owners"])
        );
        assert_eq!(
            segments("/v1.0/directoryRoles(roleTemplateId='8')"),
            text(&["directoryRoles", "roleTemplateId=8"])
        );
    }

    #[test]
    fn me_is_a_user_without_a_name() {
        let wanted = vec![
            Segment::Text("users".into()),
            Segment::Me,
            Segment::Text("authentication".into()),
        ];
        assert_eq!(segments("/v1.0/me/authentication"), wanted);
        assert_eq!(segments("/v1.0/users/me-token-to-replace/authentication"), wanted);
        assert_eq!(
            segments("/v1.0/groups/me"),
            text(&["groups", "me"]),
            "only at the beginning"
        );
    }

    #[test]
    fn functions_may_have_parentheses() {
        assert_eq!(segments("/v1.0/users/delta()"), text(&["users", "delta"]));
        assert_eq!(
            segments(
                "/beta/users/a/authentication/fido2Methods/creationOptions(challengeTimeoutInMinutes=10)"
            ),
            text(&[
                "users",
                "a",
                "authentication",
                "fido2Methods",
                "creationOptions",
                "10"
            ])
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in [
            "/v2.0/users",
            "/",
            "/v1.0/users/%ff",
            "/v1.0/users(mail='a')",
            "/v1.0/users('a'b')",
            "/v1.0/users(x)",
        ] {
            assert!(parse(path).is_err(), "{path}");
        }
    }
}
