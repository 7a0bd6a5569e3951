//! Which registrations are in order (Graph contract 12.1, sign-in contract 9.7 and 9.9).

use std::collections::HashSet;

use crate::{AppRoleMember, ClientId, ClientRegistration, Platform, RedirectUri, TenantId};

/// A property whose value breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value specified for property '{property}' of resource 'Application'.")]
pub struct RegistrationError {
    /// The property's name in Graph.
    pub property: &'static str,
}

const MAX_ITEMS: usize = 400;
const MAX_NAME: usize = 120;
const MAX_TEXT: usize = 1024;
const MAX_URL: usize = 255;

/// Whether an application may be called so: 1–256 characters, none of them a control character.
pub fn is_application_name(name: &str) -> bool {
    !name.trim().is_empty() && is_text(name, 256)
}

/// Whether an application may have this identifier, whose form is right: with a GUID only its own client id or the
/// tenant's, a web address only in a domain of the tenant. By the name of another, tokens that were meant for that
/// one would become its own.
pub fn may_be_called(uri: &str, own: ClientId, tenant: TenantId, domains: &[String]) -> bool {
    let authority = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_lowercase();
    if let Some(rest) = uri.strip_prefix("api://") {
        let known = authority(rest).parse::<ClientId>();
        return known.is_err() || known == Ok(own) || authority(rest).parse() == Ok(tenant);
    }
    let web = uri
        .strip_prefix("https://")
        .or_else(|| uri.strip_prefix("http://"));
    web.is_none_or(|rest| {
        let host = authority(rest);
        let is_in = |domain: &String| {
            let before = host.strip_suffix(domain.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        domains.iter().any(is_in)
    })
}

impl ClientRegistration {
    /// Checks what has been put together from a request. Redirect URIs are checked by their own type.
    ///
    /// # Errors
    /// The first property that breaks its rule.
    pub fn validate(&self) -> Result<(), RegistrationError> {
        let texts = [
            ("description", &self.description),
            ("notes", &self.notes),
            ("publisherDomain", &self.publisher),
        ];
        let urls = [
            ("homePageUrl", &self.home_page),
            ("termsOfServiceUrl", &self.terms_of_service),
            ("privacyStatementUrl", &self.privacy_statement),
        ];
        let text_fits = |text: &Option<String>| text.as_deref().is_none_or(|text| is_text(text, MAX_TEXT));
        let url_fits = |url: &Option<String>| url.as_deref().is_none_or(is_web_address);
        let tags_fit = |tags: &[String]| tags.len() <= MAX_ITEMS && tags.iter().all(|tag| is_text(tag, 256));
        let checks = [
            (
                self.redirect_uris.len() <= RedirectUri::MAX_PER_APPLICATION,
                "redirectUris",
            ),
            (self.identifiers_fit(), "identifierUris"),
            (
                // Shown in a frame of the page that signs out.
                self.front_channel_logout.as_deref().is_none_or(is_own_page),
                "logoutUrl",
            ),
            (
                // Called by the server itself, with a token: encrypted.
                self.back_channel_logout
                    .as_deref()
                    .is_none_or(|url| is_own_page(url) && url.starts_with("https:")),
                "backChannelLogoutUrl",
            ),
            (self.scopes_fit(), "oauth2PermissionScopes"),
            (self.roles_fit(), "appRoles"),
            (self.required_fit(), "requiredResourceAccess"),
            (
                self.access_token_version
                    .is_none_or(|version| matches!(version, 1 | 2)),
                "requestedAccessTokenVersion",
            ),
            (tags_fit(&self.tags) && tags_fit(&self.principal_tags), "tags"),
        ];
        let texts = texts
            .into_iter()
            .map(|(property, text)| (text_fits(text), property));
        let urls = urls.into_iter().map(|(property, url)| (url_fits(url), property));
        let mut all = checks.into_iter().chain(texts).chain(urls);
        match all.find(|(fits, _)| !fits) {
            Some((_, property)) => Err(RegistrationError { property }),
            None => Ok(()),
        }
    }

    fn identifiers_fit(&self) -> bool {
        let fits = |uri: &String| {
            let scheme = ["api://", "https://", "http://", "urn:", "ms-appx://"];
            let known = scheme.iter().find_map(|scheme| uri.strip_prefix(scheme));
            known.is_some_and(|rest| !rest.is_empty())
                && uri.len() <= MAX_URL
                && !uri.ends_with('/')
                && uri
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}*#?".contains(&b))
        };
        self.identifier_uris.len() <= MAX_ITEMS
            && self.identifier_uris.iter().all(fits)
            && all_differ(&self.identifier_uris)
    }

    fn scopes_fit(&self) -> bool {
        self.scopes.len() <= MAX_ITEMS
            && all_differ(self.scopes.iter().map(|scope| scope.id))
            && all_differ(self.scopes.iter().map(|scope| scope.value.to_lowercase()))
            && self.scopes.iter().all(|scope| {
                is_permission_value(&scope.value)
                    && is_text(&scope.admin_consent_display_name, MAX_NAME)
                    && is_text(&scope.user_consent_display_name, MAX_NAME)
                    && is_text(&scope.admin_consent_description, MAX_TEXT)
                    && is_text(&scope.user_consent_description, MAX_TEXT)
            })
    }

    fn roles_fit(&self) -> bool {
        // A role with a value may share it with a scope, as in Entra ID.
        let values: Vec<_> = self
            .app_roles
            .iter()
            .filter_map(|role| role.value.as_deref())
            .collect();
        self.app_roles.len() <= MAX_ITEMS
            && all_differ(self.app_roles.iter().map(|role| role.id))
            && all_differ(values.iter().map(|value| value.to_lowercase()))
            && values.iter().all(|value| is_permission_value(value))
            && self.app_roles.iter().all(|role| {
                is_text(&role.display_name, MAX_NAME)
                    && !role.display_name.trim().is_empty()
                    && is_text(&role.description, MAX_TEXT)
                    && is_member_list(&role.allowed_member_types)
            })
    }

    fn required_fit(&self) -> bool {
        let wanted = |count: usize| count <= MAX_ITEMS;
        self.required_resources.len() <= 50
            && all_differ(self.required_resources.iter().map(|required| required.resource))
            && self
                .required_resources
                .iter()
                .all(|required| wanted(required.scopes.len() + required.roles.len()))
    }
}

fn is_member_list(kinds: &[AppRoleMember]) -> bool {
    !kinds.is_empty() && kinds.len() <= 2 && kinds.first() != kinds.get(1)
}

fn is_text(text: &str, max: usize) -> bool {
    let fits = |c: char| !c.is_control() || c == '\n' || c == '\r' || c == '\t';
    text.chars().count() <= max && text.chars().all(fits)
}

/// A name in the `scp` and `roles` claims: RFC 6749 3.3 without the signs that separate it from its resource.
fn is_permission_value(value: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b":!#$%&'()*+,-.;=?@[]^_`{|}~".contains(&b);
    !value.is_empty() && value.len() <= MAX_NAME && !value.starts_with('.') && value.bytes().all(fits)
}

/// A web page of an application that we call or show: what could be a redirect URI.
fn is_own_page(url: &str) -> bool {
    RedirectUri::parse(url, Platform::Web).is_ok()
}

/// A web page that may be linked.
fn is_web_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && url.len() <= MAX_URL
        && url
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b))
}

fn all_differ<T: Eq + std::hash::Hash>(items: impl IntoIterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    items.into_iter().all(|item| seen.insert(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppRole, AppRoleId, ClientId, ExposedScope, RequiredResource, ScopeConsent, ScopeId};

    fn scope(id: u8, value: &str) -> ExposedScope {
        ExposedScope {
            id: ScopeId::from_bytes([id; 16]),
            value: value.to_owned(),
            enabled: true,
            consent: ScopeConsent::User,
            admin_consent_display_name: "Read".to_owned(),
            admin_consent_description: String::new(),
            user_consent_display_name: String::new(),
            user_consent_description: String::new(),
        }
    }

    fn role(id: u8, value: Option<&str>) -> AppRole {
        AppRole {
            id: AppRoleId::from_bytes([id; 16]),
            value: value.map(str::to_owned),
            enabled: true,
            allowed_member_types: vec![AppRoleMember::User, AppRoleMember::Application],
            display_name: "Reader".to_owned(),
            description: String::new(),
        }
    }

    fn check(change: impl FnOnce(&mut ClientRegistration)) -> Option<&'static str> {
        let mut registration = ClientRegistration::default();
        change(&mut registration);
        registration.validate().err().map(|error| error.property)
    }

    #[test]
    fn what_is_in_order_passes() {
        assert_eq!(check(|_| {}), None);
        let all = check(|r| {
            r.identifier_uris = vec!["api://files".into(), "https://files.example.com/api".into()];
            r.scopes = vec![scope(1, "Files.Read"), scope(2, "Files.Write")];
            r.app_roles = vec![role(1, Some("Files.Read")), role(2, None), role(3, None)];
            r.access_token_version = Some(2);
            r.home_page = Some("https://files.example.com/".into());
        });
        assert_eq!(all, None);
    }

    #[test]
    fn identifiers_are_an_applications_own() {
        let (own, other) = (ClientId::from_bytes([1; 16]), ClientId::from_bytes([2; 16]));
        let tenant = TenantId::from_bytes([3; 16]);
        let domains = ["example.com".to_owned()];
        let may = |uri: &str| may_be_called(uri, own, tenant, &domains);
        let shouted = format!("api://{}", own.to_string().to_uppercase());
        let (mine, below, of_tenant) = (
            format!("api://{own}"),
            format!("api://{own}/v1"),
            format!("api://{tenant}/files"),
        );
        for uri in [&mine, &below, &of_tenant, &shouted] {
            assert!(may(uri), "{uri}");
        }
        for uri in [
            "api://files",
            "api://files/v1",
            "urn:files",
            "https://example.com",
            "https://a.Example.com:8/x",
        ] {
            assert!(may(uri), "{uri}");
        }
        let (theirs, below) = (
            format!("api://{other}"),
            format!("api://{}/v1", other.to_string().to_uppercase()),
        );
        for uri in [&theirs, &below] {
            assert!(!may(uri), "{uri}");
        }
        for uri in [
            "https://other.example",
            "http://badexample.com/",
            "https://example.com.evil.net/example.com",
        ] {
            assert!(!may(uri), "{uri}");
        }
    }

    #[test]
    fn names_are_not_empty_nor_long() {
        for wrong in ["", "  ", "a\0b", &"a".repeat(257)] {
            assert!(!is_application_name(wrong), "{wrong}");
        }
        assert!(is_application_name(&"ä".repeat(256)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for uri in [
            "",
            "files",
            "api://",
            "api://a/",
            "api://a b",
            "javascript:x",
            "api://ä",
        ] {
            assert_eq!(
                check(|r| r.identifier_uris = vec![uri.to_owned()]),
                Some("identifierUris"),
                "{uri}"
            );
        }
        let twice = check(|r| r.identifier_uris = vec!["api://a".into(), "api://a".into()]);
        assert_eq!(twice, Some("identifierUris"));
        for scopes in [
            vec![scope(1, "")],
            vec![scope(1, "a b")],
            vec![scope(1, "a/b")],
            vec![scope(1, "a"), scope(1, "b")],
            vec![scope(1, "a"), scope(2, "A")],
        ] {
            assert_eq!(check(|r| r.scopes = scopes), Some("oauth2PermissionScopes"));
        }
        let mut for_nobody = role(1, None);
        for_nobody.allowed_member_types.clear();
        let mut nameless = role(1, None);
        nameless.display_name.clear();
        for roles in [
            vec![for_nobody],
            vec![nameless],
            vec![role(1, None), role(1, None)],
        ] {
            assert_eq!(check(|r| r.app_roles = roles), Some("appRoles"));
        }
        let required = RequiredResource {
            resource: ClientId::GRAPH,
            scopes: Vec::new(),
            roles: Vec::new(),
        };
        let twice = check(|r| r.required_resources = vec![required.clone(), required]);
        assert_eq!(twice, Some("requiredResourceAccess"));
        assert_eq!(
            check(|r| r.access_token_version = Some(3)),
            Some("requestedAccessTokenVersion")
        );
        let script = || Some("javascript:x".to_owned());
        assert_eq!(check(|r| r.home_page = script()), Some("homePageUrl"));
        for wrong in [
            "javascript:x",
            "http://app.example.com/out",
            "https://a;sandbox/",
            "https://*/",
        ] {
            let wrong = || Some(wrong.to_owned());
            assert_eq!(check(|r| r.front_channel_logout = wrong()), Some("logoutUrl"));
            assert_eq!(
                check(|r| r.back_channel_logout = wrong()),
                Some("backChannelLogoutUrl")
            );
        }
        let loopback = || Some("http://localhost:5000/out".to_owned());
        assert_eq!(check(|r| r.front_channel_logout = loopback()), None);
        assert_eq!(
            check(|r| r.back_channel_logout = loopback()),
            Some("backChannelLogoutUrl")
        );
        assert_eq!(
            check(|r| r.terms_of_service = script()),
            Some("termsOfServiceUrl")
        );
        assert_eq!(
            check(|r| r.privacy_statement = script()),
            Some("privacyStatementUrl")
        );
        assert_eq!(check(|r| r.notes = Some("a\0b".into())), Some("notes"));
    }
}
