//! How an application is registered: where answers go, what it may be given, what it offers to others.
//!
//! Sign-in contract 9.4, 9.5, 9.7, 9.9 and 9.12; Graph's `application` and `servicePrincipal` resources.

use crate::{AppRoleId, ClientId, KeyCredentialId, Platform, RedirectUri, ScopeId, StrengthId, Timestamp};

/// A redirect URI with its platform.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RegisteredRedirect {
    /// The address.
    pub uri: RedirectUri,
    /// What answers there.
    pub platform: Platform,
}

/// Who may consent to a delegated scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ScopeConsent {
    /// Everyone, for themselves.
    User,
    /// Only administrators.
    Admin,
}

/// A delegated scope that an application offers to others (`oauth2PermissionScopes` in Graph).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposedScope {
    /// Its id.
    pub id: ScopeId,
    /// Its name in tokens, such as `Files.Read`.
    pub value: String,
    /// Whether it can be asked for.
    pub enabled: bool,
    /// Who may consent to it (`type` in Graph).
    pub consent: ScopeConsent,
    /// What administrators read: a title and an explanation.
    #[serde(default)]
    pub admin_consent_display_name: String,
    /// See above.
    #[serde(default)]
    pub admin_consent_description: String,
    /// What people read: a title and an explanation; empty for that of administrators.
    #[serde(default)]
    pub user_consent_display_name: String,
    /// See above.
    #[serde(default)]
    pub user_consent_description: String,
}

/// Who may hold an app role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AppRoleMember {
    /// People and groups.
    User,
    /// Other applications.
    Application,
}

/// A role that an application knows (`appRoles` in Graph).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Its id.
    pub id: AppRoleId,
    /// Its name in the `roles` claim; none for a role that only stands for "assigned".
    pub value: Option<String>,
    /// Whether it can be given.
    pub enabled: bool,
    /// Who may hold it.
    pub allowed_member_types: Vec<AppRoleMember>,
    /// Name to show.
    #[serde(default)]
    pub display_name: String,
    /// What it allows.
    #[serde(default)]
    pub description: String,
}

/// A certificate by whose key an application proves who it is (`private_key_jwt`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyCredential {
    /// `keyId` in Graph.
    pub id: KeyCredentialId,
    /// Name to show.
    #[serde(default)]
    pub display_name: String,
    /// The X.509 certificate, DER in base64.
    pub certificate: String,
    /// From when it works.
    pub start_at: Timestamp,
    /// Until when.
    pub end_at: Timestamp,
}

/// The algorithm of the tokens that an application gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum TokenAlgorithm {
    /// What every client library knows.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// Elliptic curve P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Edwards curve 25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl TokenAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name in JSON Web Signature (RFC 7518 3.1, RFC 8037 3.1).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// What an application wants to use of another one (`requiredResourceAccess` in Graph): what `.default` asks consent
/// for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequiredResource {
    /// Whose.
    pub resource: ClientId,
    /// Ids of its delegated scopes.
    #[serde(default)]
    pub scopes: Vec<ScopeId>,
    /// Ids of its app roles.
    #[serde(default)]
    pub roles: Vec<AppRoleId>,
}

/// Claims that an application wants beside the usual ones, by name (`optionalClaims` in Graph).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OptionalClaims {
    /// In ID tokens.
    pub id_token: Vec<String>,
    /// In access tokens for it.
    pub access_token: Vec<String>,
}

/// Which groups an application's tokens name (`groupMembershipClaims` in Graph).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum GroupClaims {
    /// Security groups, which all of ours are.
    SecurityGroup,
    /// All.
    All,
}

impl GroupClaims {
    /// Its name in Graph.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityGroup => "SecurityGroup",
            Self::All => "All",
        }
    }

    /// The value of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::SecurityGroup, Self::All]
            .into_iter()
            .find(|known| known.name() == name)
    }
}

/// All that is registered of an application beside its names and secrets. Stored as one document; what is missing in
/// it has its default.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientRegistration {
    /// Where answers may go.
    pub redirect_uris: Vec<RegisteredRedirect>,
    /// It may act without a secret where no redirect URI says what it is (`isFallbackPublicClient`).
    pub public_client_flows: bool,
    /// ID tokens may come from the authorization endpoint.
    pub implicit_id_token: bool,
    /// Access tokens may come from the authorization endpoint.
    pub implicit_access_token: bool,
    /// What it is, for people.
    pub description: Option<String>,
    /// For its administrators.
    pub notes: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Words to find its service principal by.
    pub principal_tags: Vec<String>,
    /// Called in a hidden frame when a session ends (Front-Channel Logout 1.0).
    pub front_channel_logout: Option<String>,
    /// Called by the server when a session ends (Back-Channel Logout 1.0).
    pub back_channel_logout: Option<String>,
    /// Names by which others ask for tokens for it, such as `api://files`. No two applications share one.
    pub identifier_uris: Vec<String>,
    /// Delegated scopes that it offers.
    pub scopes: Vec<ExposedScope>,
    /// Roles that it knows.
    pub app_roles: Vec<AppRole>,
    /// Certificates by which it proves who it is.
    pub key_credentials: Vec<KeyCredential>,
    /// The algorithm of its tokens.
    pub token_algorithm: TokenAlgorithm,
    /// Its requests count only if it sent them ahead (`require_pushed_authorization_requests`, RFC 9126 6).
    pub require_pushed_requests: bool,
    /// It gets tokens only that are bound to a key (`dpop_bound_access_tokens`, RFC 9449 5.2).
    pub bound_tokens_only: bool,
    /// The authentication strength that it demands, by its id (sign-in contract 3.3).
    pub required_strength: Option<StrengthId>,
    /// The shape of access tokens for it: 1 or 2; none is 1, as in Entra (`requestedAccessTokenVersion`).
    pub access_token_version: Option<u8>,
    /// Claims beside the usual ones.
    pub optional_claims: OptionalClaims,
    /// Its tokens name the groups of their person (`groupMembershipClaims`).
    pub group_claims: Option<GroupClaims>,
    /// Only people who were assigned to it get in (`appRoleAssignmentRequired`).
    pub assignment_required: bool,
    /// What it wants to use of others.
    pub required_resources: Vec<RequiredResource>,
    /// Its home page (`web.homePageUrl`).
    pub home_page: Option<String>,
    /// Who made it, as told on the consent page (`publisherDomain`, `verifiedPublisher`).
    pub publisher: Option<String>,
    /// Terms of service and privacy statement, linked from the consent page (`info`).
    pub terms_of_service: Option<String>,
    /// See above.
    pub privacy_statement: Option<String>,
}

impl ClientRegistration {
    /// Where to answer a request that names this redirect URI, and the platform that answers there.
    pub fn redirect(&self, requested: &str) -> Option<(String, Platform)> {
        self.redirect_uris
            .iter()
            .find_map(|known| known.uri.target(requested).map(|target| (target, known.platform)))
    }

    /// The delegated scope of this name, without regard to case, if it can be asked for.
    pub fn scope(&self, value: &str) -> Option<&ExposedScope> {
        self.scopes
            .iter()
            .find(|scope| scope.enabled && scope.value.eq_ignore_ascii_case(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_the_default() {
        let read: ClientRegistration = serde_json::from_str("{}").unwrap();
        assert_eq!(read, ClientRegistration::default());
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let registration = ClientRegistration {
            redirect_uris: vec![RegisteredRedirect {
                uri: RedirectUri::parse("http://localhost", Platform::PublicClient).unwrap(),
                platform: Platform::PublicClient,
            }],
            identifier_uris: vec!["api://files".to_owned()],
            scopes: vec![ExposedScope {
                id: ScopeId::from_bytes([1; 16]),
                value: "Files.Read".to_owned(),
                enabled: true,
                consent: ScopeConsent::User,
                admin_consent_display_name: "Read files".to_owned(),
                admin_consent_description: String::new(),
                user_consent_display_name: String::new(),
                user_consent_description: String::new(),
            }],
            token_algorithm: TokenAlgorithm::Es256,
            required_strength: Some(StrengthId::from_bytes([4; 16])),
            ..ClientRegistration::default()
        };
        let text = serde_json::to_string(&registration).unwrap();
        assert_eq!(
            serde_json::from_str::<ClientRegistration>(&text).unwrap(),
            registration
        );
        assert!(text.contains(r#""platform":"publicClient""#), "{text}");
        assert!(registration.scope("files.read").is_some() && registration.scope("Files.Write").is_none());
        let (target, platform) = registration.redirect("http://localhost:4711").unwrap();
        assert_eq!(
            (target.as_str(), platform),
            ("http://localhost:4711/", Platform::PublicClient)
        );
    }
}
