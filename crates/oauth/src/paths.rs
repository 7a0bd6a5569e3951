//! Which addresses belong to this door (sign-in contract 9.1 and 9.2).

/// What an address stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint<'a> {
    /// The `OpenID` Connect discovery document, under this tenant segment.
    Discovery(&'a str),
    /// The published signing keys.
    Keys(&'a str),
    /// The token endpoint.
    Token(&'a str),
    /// Where applications send their requests ahead (RFC 9126).
    PushedRequest(&'a str),
    /// Codes for a device without a browser (RFC 8628).
    DeviceCode(&'a str),
    /// The end of a token (RFC 7009).
    Revocation(&'a str),
    /// What a token is worth (RFC 7662).
    Introspection(&'a str),
    /// Claims of the person behind an access token.
    UserInfo,
    /// Instance discovery, by which clients ask whether they may trust this host.
    Instance,
    /// The page that `error_uri` points to.
    ErrorPage,
    /// Nothing.
    Unknown,
}

/// Whether a path belongs to this door, known or not: an unknown one gets an OAuth error, not a web page.
pub fn owns(path: &str) -> bool {
    if is_page(path) {
        return false;
    }
    let mut segments = segments(path);
    match (segments.next(), segments.next()) {
        (Some("oidc"), _) | (Some("error"), None) => true,
        (Some(_), Some(second)) => {
            matches!(
                second,
                "v2.0" | "oauth2" | "discovery" | ".well-known" | "userrealm"
            )
        }
        _ => false,
    }
}

/// Whether a request to this path only asks for something, whatever its method: what a token is worth is asked by POST.
pub fn only_asks(path: &str) -> bool {
    matches!(
        Endpoint::of(path),
        Endpoint::Introspection(_) | Endpoint::UserInfo
    )
}

/// What answers people with pages is in the door of pages.
fn is_page(path: &str) -> bool {
    let mut rest = segments(path).skip(1);
    matches!(
        (rest.next(), rest.next(), rest.next(), rest.next()),
        (
            Some("oauth2"),
            Some("v2.0"),
            Some("authorize" | "logout" | "deviceauth"),
            None
        ) | (Some("v2.0"), Some("adminconsent"), None, None)
    )
}

impl<'a> Endpoint<'a> {
    /// Reads a path. Doubled slashes count as one, because clients whose authority ends in a slash send them.
    pub(crate) fn of(path: &'a str) -> Self {
        // No path that means something has more than five segments.
        let mut parts = [""; 5];
        let mut count = 0;
        for segment in segments(path) {
            let Some(place) = parts.get_mut(count) else {
                return Self::Unknown;
            };
            *place = segment;
            count += 1;
        }
        match parts.get(..count).unwrap_or_default() {
            ["common", "discovery", "instance"] => Self::Instance,
            [tenant, "v2.0", ".well-known", "openid-configuration"]
            | [tenant, ".well-known", "openid-configuration"] => Self::Discovery(tenant),
            [tenant, "discovery", "v2.0", "keys"] | [tenant, "discovery", "keys"] => Self::Keys(tenant),
            [tenant, "oauth2", "v2.0", "token"] => Self::Token(tenant),
            [tenant, "oauth2", "v2.0", "devicecode"] => Self::DeviceCode(tenant),
            [tenant, "oauth2", "v2.0", "par"] => Self::PushedRequest(tenant),
            [tenant, "oauth2", "v2.0", "revoke"] => Self::Revocation(tenant),
            [tenant, "oauth2", "v2.0", "introspect"] => Self::Introspection(tenant),
            ["oidc", "userinfo"] => Self::UserInfo,
            ["error"] => Self::ErrorPage,
            _ => Self::Unknown,
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_path_of_the_contract() {
        for (path, endpoint) in [
            (
                "/t/v2.0/.well-known/openid-configuration",
                Endpoint::Discovery("t"),
            ),
            (
                "/t//v2.0/.well-known/openid-configuration",
                Endpoint::Discovery("t"),
            ),
            ("/t/.well-known/openid-configuration", Endpoint::Discovery("t")),
            ("/t/discovery/v2.0/keys", Endpoint::Keys("t")),
            ("/t/discovery/keys/", Endpoint::Keys("t")),
            ("/t/oauth2/v2.0/token", Endpoint::Token("t")),
            ("/t/oauth2/v2.0/devicecode", Endpoint::DeviceCode("t")),
            ("/t/oauth2/v2.0/par", Endpoint::PushedRequest("t")),
            ("/t/oauth2/v2.0/revoke", Endpoint::Revocation("t")),
            ("/t/oauth2/v2.0/introspect", Endpoint::Introspection("t")),
            ("/oidc/userinfo", Endpoint::UserInfo),
            ("/common/discovery/instance", Endpoint::Instance),
            ("/t/oauth2/v2.0/token/x", Endpoint::Unknown),
            ("/t/oauth2/v2.0/token/x/y", Endpoint::Unknown),
            ("/common/userrealm/ada@example.com", Endpoint::Unknown),
            ("/", Endpoint::Unknown),
        ] {
            assert_eq!(Endpoint::of(path), endpoint, "{path}");
            assert!(owns(path) || path == "/", "{path}");
        }
    }

    #[test]
    fn leaves_pages_to_their_door() {
        for path in [
            "/",
            "/sign-in",
            "/security-info/passkeys",
            "/assets/style.css",
            "/error/other",
            "/t/oauth2/v2.0/authorize",
            "/t/oauth2/v2.0/logout",
            "/t/oauth2/v2.0/deviceauth",
            "/t/adminconsent",
            "/t/v2.0/adminconsent",
            "/devicelogin",
        ] {
            assert!(!owns(path), "{path}");
        }
    }
}
