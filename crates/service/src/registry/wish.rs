//! What someone wants an application to be.

use latchkey_domain::{
    AppRole, ExposedScope, GroupClaims, KeyCredential, KeyCredentialId, ModifiedProperty, OptionalClaims,
    Platform, PrincipalId, RedirectUri, RegisteredApplication, RegisteredRedirect, RegistrationError,
    RequiredResource, StrengthId, TokenAlgorithm, is_application_name,
};

use super::ApplicationError;
use crate::certificates::MAX_CERTIFICATES;

/// What an application is to be; what is `None` is not mentioned, `Some(None)` is cleared.
#[derive(Debug, Clone, Default)]
pub struct ApplicationWish {
    /// Name to show.
    pub display_name: Option<String>,
    /// What it is, for people.
    pub description: Option<Option<String>>,
    /// For its administrators.
    pub notes: Option<Option<String>>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// Redirect URIs of its web application.
    pub web: Option<Vec<String>>,
    /// Redirect URIs of its single-page application.
    pub spa: Option<Vec<String>>,
    /// Redirect URIs of its application on devices.
    pub public_client: Option<Vec<String>>,
    /// It may act without a secret where no redirect URI says what it is.
    pub public_client_flows: Option<bool>,
    /// ID tokens may come from the authorization endpoint.
    pub implicit_id_token: Option<bool>,
    /// Access tokens may, too.
    pub implicit_access_token: Option<bool>,
    /// Called in a hidden frame when a session ends.
    pub front_channel_logout: Option<Option<String>>,
    /// Called by the server when a session ends.
    pub back_channel_logout: Option<Option<String>>,
    /// Its home page.
    pub home_page: Option<Option<String>>,
    /// Names by which others ask for tokens for it.
    pub identifier_uris: Option<Vec<String>>,
    /// Delegated scopes that it offers.
    pub scopes: Option<Vec<ExposedScope>>,
    /// Roles that it knows.
    pub app_roles: Option<Vec<AppRole>>,
    /// The shape of access tokens for it.
    pub access_token_version: Option<Option<u8>>,
    /// The algorithm of its tokens.
    pub token_algorithm: Option<TokenAlgorithm>,
    /// Its requests count only if it sent them ahead.
    pub require_pushed_requests: Option<bool>,
    /// It gets bound tokens only.
    pub bound_tokens_only: Option<bool>,
    /// Claims beside the usual ones.
    pub optional_claims: Option<OptionalClaims>,
    /// Whether its tokens name groups.
    pub group_claims: Option<Option<GroupClaims>>,
    /// What it wants to use of others.
    pub required_resources: Option<Vec<RequiredResource>>,
    /// Its terms of service.
    pub terms_of_service: Option<Option<String>>,
    /// Its privacy statement.
    pub privacy_statement: Option<Option<String>>,
    /// The certificates by whose keys it proves who it is, all of them.
    pub certificates: Option<Vec<CertificateWish>>,
    /// All its secrets are to go.
    pub no_secrets: bool,
    /// Who is to own it beside whoever makes it; for a new one only.
    pub owners: Vec<PrincipalId>,
}

/// A certificate that an application is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateWish {
    /// One that it has.
    Kept(KeyCredentialId),
    /// A new one.
    New(KeyCredential),
}

/// What a service principal is to be; what is `None` is not mentioned.
#[derive(Debug, Clone, Default)]
pub struct PrincipalWish {
    /// Whether it may get tokens and people may sign in to it.
    pub enabled: Option<bool>,
    /// Only people who were assigned to it get in.
    pub assignment_required: Option<bool>,
    /// The authentication strength that it demands of people; only who may change the policies may change it.
    pub required_strength: Option<Option<StrengthId>>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
}

impl ApplicationWish {
    /// Puts the wish into an application.
    ///
    /// # Errors
    /// [`ApplicationError::Field`], [`ApplicationError::Redirect`]
    pub(super) fn apply(&self, to: &mut RegisteredApplication) -> Result<(), ApplicationError> {
        if let Some(name) = &self.display_name {
            if !is_application_name(name) {
                let property = "displayName";
                return Err(RegistrationError { property }.into());
            }
            to.application.display_name.clone_from(name);
        }
        let registration = &mut to.registration;
        set(&mut registration.description, self.description.as_ref());
        set(&mut registration.notes, self.notes.as_ref());
        set(&mut registration.tags, self.tags.as_ref());
        set(
            &mut registration.public_client_flows,
            self.public_client_flows.as_ref(),
        );
        set(
            &mut registration.implicit_id_token,
            self.implicit_id_token.as_ref(),
        );
        set(
            &mut registration.implicit_access_token,
            self.implicit_access_token.as_ref(),
        );
        set(
            &mut registration.front_channel_logout,
            self.front_channel_logout.as_ref(),
        );
        set(
            &mut registration.back_channel_logout,
            self.back_channel_logout.as_ref(),
        );
        set(&mut registration.home_page, self.home_page.as_ref());
        set(&mut registration.identifier_uris, self.identifier_uris.as_ref());
        set(&mut registration.scopes, self.scopes.as_ref());
        set(&mut registration.app_roles, self.app_roles.as_ref());
        set(
            &mut registration.access_token_version,
            self.access_token_version.as_ref(),
        );
        set(&mut registration.token_algorithm, self.token_algorithm.as_ref());
        set(
            &mut registration.require_pushed_requests,
            self.require_pushed_requests.as_ref(),
        );
        set(
            &mut registration.bound_tokens_only,
            self.bound_tokens_only.as_ref(),
        );
        set(&mut registration.optional_claims, self.optional_claims.as_ref());
        set(&mut registration.group_claims, self.group_claims.as_ref());
        set(
            &mut registration.required_resources,
            self.required_resources.as_ref(),
        );
        set(&mut registration.terms_of_service, self.terms_of_service.as_ref());
        set(
            &mut registration.privacy_statement,
            self.privacy_statement.as_ref(),
        );
        if let Some(wishes) = &self.certificates {
            registration.key_credentials = certificates(&registration.key_credentials, wishes)?;
        }
        for (platform, property, uris) in [
            (Platform::Web, "web", &self.web),
            (Platform::Spa, "spa", &self.spa),
            (Platform::PublicClient, "publicClient", &self.public_client),
        ] {
            let Some(uris) = uris else { continue };
            registration
                .redirect_uris
                .retain(|known| known.platform != platform);
            for text in uris {
                let uri =
                    RedirectUri::parse(text, platform).map_err(|reason| ApplicationError::Redirect {
                        property,
                        uri: text.clone(),
                        reason,
                    })?;
                registration
                    .redirect_uris
                    .push(RegisteredRedirect { uri, platform });
            }
        }
        Ok(registration.validate()?)
    }
}

fn certificates(
    known: &[KeyCredential],
    wishes: &[CertificateWish],
) -> Result<Vec<KeyCredential>, ApplicationError> {
    if wishes.len() > MAX_CERTIFICATES {
        return Err(ApplicationError::TooManyCertificates(MAX_CERTIFICATES));
    }
    let find = |wish: &CertificateWish| match wish {
        CertificateWish::New(new) => Ok(new.clone()),
        CertificateWish::Kept(id) => {
            let kept = known.iter().find(|one| one.id == *id).cloned();
            kept.ok_or(ApplicationError::NoSuchCertificate)
        }
    };
    wishes.iter().map(find).collect()
}

impl PrincipalWish {
    /// Puts the wish into an application that has a service principal.
    pub(super) fn apply(&self, to: &mut RegisteredApplication) -> Result<(), ApplicationError> {
        if let Some(enabled) = self.enabled {
            to.principal_enabled = Some(enabled);
        }
        set(
            &mut to.registration.assignment_required,
            self.assignment_required.as_ref(),
        );
        set(&mut to.registration.principal_tags, self.tags.as_ref());
        set(
            &mut to.registration.required_strength,
            self.required_strength.as_ref(),
        );
        Ok(to.registration.validate()?)
    }
}

fn set<T: Clone>(property: &mut T, wish: Option<&T>) {
    if let Some(wish) = wish {
        property.clone_from(wish);
    }
}

/// What differs, for the audit log. Nothing in a registration is secret.
pub(super) fn differences(old: &RegisteredApplication, new: &RegisteredApplication) -> Vec<ModifiedProperty> {
    let mut all = Vec::new();
    let (before, after) = (&old.application.display_name, &new.application.display_name);
    if before != after {
        all.push(ModifiedProperty::text("DisplayName", Some(before), Some(after)));
    }
    let enabled = |of: &RegisteredApplication| of.principal_enabled.map(|enabled| enabled.to_string());
    if enabled(old) != enabled(new) {
        all.push(ModifiedProperty {
            name: "AccountEnabled".to_owned(),
            old: enabled(old),
            new: enabled(new),
        });
    }
    let document = |of: &RegisteredApplication| serde_json::to_value(&of.registration).unwrap_or_default();
    let (before, after) = (document(old), document(new));
    let keys = after.as_object().into_iter().flat_map(|members| members.keys());
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        if old != new {
            all.push(ModifiedProperty {
                name: key.clone(),
                old: old.map(ToString::to_string),
                new: new.map(ToString::to_string),
            });
        }
    }
    all
}
