//! Applications and service principals on the wire (Graph contract 12).

use latchkey_domain::{
    AppRole, AppRoleId, AppRoleMember, AppSecret, ClientRegistration, ExposedScope, GraphPermission,
    Platform, ScopeConsent, ScopeId,
};
use latchkey_service::{ApplicationView, PrincipalView};
use serde_json::{Map, Value, json};

use crate::select::{ObjectType, Selection};

/// The declared properties of an application; all but a few are in each answer. `latchkey` is our own: what Graph has
/// no property for.
pub(crate) const APPLICATION: ObjectType = ObjectType {
    name: "microsoft.graph.application",
    properties: &[
        "addIns[]",
        "api",
        "appId",
        "applicationTemplateId",
        "appRoles[]",
        "authenticationBehaviors",
        "certification",
        "createdByAppId",
        "createdDateTime",
        "defaultRedirectUri",
        "deletedDateTime",
        "description",
        "disabledByMicrosoftStatus",
        "displayName",
        "groupMembershipClaims",
        "id",
        "identifierUris[]",
        "info",
        "isDeviceOnlyAuthSupported",
        "isDisabled",
        "isFallbackPublicClient",
        "keyCredentials[]",
        "latchkey",
        "nativeAuthenticationApisEnabled",
        "notes",
        "optionalClaims",
        "parentalControlSettings",
        "passwordCredentials[]",
        "publicClient",
        "publisherDomain",
        "requestSignatureVerification",
        "requiredResourceAccess[]",
        "samlMetadataUrl",
        "serviceManagementReference",
        "servicePrincipalLockConfiguration",
        "signInAudience",
        "spa",
        "tags[]",
        "tokenEncryptionKeyId",
        "uniqueName",
        "verifiedPublisher",
        "web",
    ],
    default: &[
        "id",
        "deletedDateTime",
        "appId",
        "applicationTemplateId",
        "disabledByMicrosoftStatus",
        "createdDateTime",
        "displayName",
        "description",
        "groupMembershipClaims",
        "identifierUris",
        "isDeviceOnlyAuthSupported",
        "isFallbackPublicClient",
        "notes",
        "publisherDomain",
        "serviceManagementReference",
        "signInAudience",
        "tags",
        "tokenEncryptionKeyId",
        "defaultRedirectUri",
        "certification",
        "optionalClaims",
        "addIns",
        "api",
        "appRoles",
        "info",
        "keyCredentials",
        "latchkey",
        "parentalControlSettings",
        "passwordCredentials",
        "publicClient",
        "requiredResourceAccess",
        "verifiedPublisher",
        "web",
        "spa",
    ],
};

/// The declared properties of a service principal.
pub(crate) const PRINCIPAL: ObjectType = ObjectType {
    name: "microsoft.graph.servicePrincipal",
    properties: &[
        "accountEnabled",
        "addIns[]",
        "alternativeNames[]",
        "appDescription",
        "appDisplayName",
        "appId",
        "applicationTemplateId",
        "appOwnerOrganizationId",
        "appRoleAssignmentRequired",
        "appRoles[]",
        "createdByAppId",
        "deletedDateTime",
        "description",
        "disabledByMicrosoftStatus",
        "displayName",
        "homepage",
        "id",
        "info",
        "isDisabled",
        "keyCredentials[]",
        "latchkey",
        "loginUrl",
        "logoutUrl",
        "notes",
        "notificationEmailAddresses[]",
        "oauth2PermissionScopes[]",
        "passwordCredentials[]",
        "preferredSingleSignOnMode",
        "preferredTokenSigningKeyThumbprint",
        "replyUrls[]",
        "resourceSpecificApplicationPermissions[]",
        "samlSingleSignOnSettings",
        "servicePrincipalNames[]",
        "servicePrincipalType",
        "signInAudience",
        "tags[]",
        "tokenEncryptionKeyId",
        "verifiedPublisher",
    ],
    default: &[
        "id",
        "deletedDateTime",
        "accountEnabled",
        "alternativeNames",
        "appDisplayName",
        "appDescription",
        "appId",
        "applicationTemplateId",
        "appOwnerOrganizationId",
        "appRoleAssignmentRequired",
        "description",
        "disabledByMicrosoftStatus",
        "displayName",
        "homepage",
        "loginUrl",
        "logoutUrl",
        "notes",
        "notificationEmailAddresses",
        "preferredSingleSignOnMode",
        "preferredTokenSigningKeyThumbprint",
        "replyUrls",
        "servicePrincipalNames",
        "servicePrincipalType",
        "signInAudience",
        "tags",
        "tokenEncryptionKeyId",
        "samlSingleSignOnSettings",
        "addIns",
        "appRoles",
        "info",
        "keyCredentials",
        "latchkey",
        "oauth2PermissionScopes",
        "passwordCredentials",
        "resourceSpecificApplicationPermissions",
        "verifiedPublisher",
    ],
};

/// Whom all applications here are for.
pub(crate) const AUDIENCE: &str = "AzureADMyOrg";

/// The application with the selected properties.
pub(crate) fn render(view: &ApplicationView, selection: &Selection) -> Map<String, Value> {
    let (of, registration) = (&view.application.application, &view.application.registration);
    selection.render(&APPLICATION, |name| {
        Some(match name {
            "api" => api(registration),
            "appId" => of.client_id.to_string().into(),
            "appRoles" => app_roles(registration),
            "createdDateTime" => of.created_at.to_rfc3339().into(),
            "description" => registration.description.as_deref()?.into(),
            "displayName" => of.display_name.as_str().into(),
            "id" => of.id.to_string().into(),
            "identifierUris" => registration.identifier_uris.as_slice().into(),
            "info" => info(registration),
            "isFallbackPublicClient" => registration.public_client_flows.into(),
            "keyCredentials" => keys(registration),
            "latchkey" => json!({
                "backChannelLogoutUrl": registration.back_channel_logout,
                "dpopBoundAccessTokens": registration.bound_tokens_only,
                "requirePushedAuthorizationRequests": registration.require_pushed_requests,
                "tokenSigningAlgorithm": registration.token_algorithm.name(),
            }),
            "notes" => registration.notes.as_deref()?.into(),
            "groupMembershipClaims" => registration.group_claims?.name().into(),
            "optionalClaims" => optional_claims(registration),
            "parentalControlSettings" => {
                json!({"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"})
            }
            "passwordCredentials" => view.secrets.iter().map(|secret| password(secret, None)).collect(),
            "publicClient" => json!({"redirectUris": redirects(registration, Platform::PublicClient)}),
            "publisherDomain" => registration.publisher.as_deref()?.into(),
            "requiredResourceAccess" => required(registration),
            "signInAudience" => AUDIENCE.into(),
            "spa" => json!({"redirectUris": redirects(registration, Platform::Spa)}),
            "tags" => registration.tags.as_slice().into(),
            "web" => json!({
                "homePageUrl": registration.home_page,
                "implicitGrantSettings": {
                    "enableAccessTokenIssuance": registration.implicit_access_token,
                    "enableIdTokenIssuance": registration.implicit_id_token,
                },
                "logoutUrl": registration.front_channel_logout,
                "redirectUris": redirects(registration, Platform::Web),
                "redirectUriSettings": [],
            }),
            _ => return None,
        })
    })
}

/// The service principal with the selected properties.
pub(crate) fn render_principal(
    view: &PrincipalView,
    tenant: &str,
    selection: &Selection,
) -> Map<String, Value> {
    match view {
        PrincipalView::Graph => selection.render(&PRINCIPAL, graph_property),
        PrincipalView::Application(found) => {
            let (of, registration) = (&found.application, &found.registration);
            selection.render(&PRINCIPAL, |name| {
                Some(match name {
                    "accountEnabled" => found.principal_enabled.unwrap_or(false).into(),
                    "appDescription" => registration.description.as_deref()?.into(),
                    "appDisplayName" | "displayName" => of.display_name.as_str().into(),
                    "appId" => of.client_id.to_string().into(),
                    "appOwnerOrganizationId" => tenant.into(),
                    "appRoleAssignmentRequired" => registration.assignment_required.into(),
                    "appRoles" => app_roles(registration),
                    "homepage" => registration.home_page.as_deref()?.into(),
                    "id" => of.service_principal_id.to_string().into(),
                    "info" => info(registration),
                    "keyCredentials" => keys(registration),
                    "latchkey" => json!({
                        "requiredAuthenticationStrength":
                            registration.required_strength.map(|id| id.to_string()),
                    }),
                    "logoutUrl" => registration.front_channel_logout.as_deref()?.into(),
                    "oauth2PermissionScopes" => scopes(registration),
                    "replyUrls" => all_redirects(registration),
                    "servicePrincipalNames" => names(of.client_id.to_string(), registration),
                    "servicePrincipalType" => "Application".into(),
                    "signInAudience" => AUDIENCE.into(),
                    "tags" => registration.principal_tags.as_slice().into(),
                    _ => return None,
                })
            })
        }
    }
}

/// What our Graph is, and what it can be asked for (Graph contract 12.2).
fn graph_property(name: &str) -> Option<Value> {
    let id = PrincipalView::Graph.client_id().to_string();
    Some(match name {
        "accountEnabled" => true.into(),
        "appDisplayName" | "displayName" => PrincipalView::GRAPH_NAME.into(),
        "appId" => id.into(),
        "appRoleAssignmentRequired" => false.into(),
        "appRoles" => GraphPermission::ALL
            .iter()
            .filter_map(|permission| {
                let id = permission.application_id()?;
                Some(json!({
                    "id": AppRoleId::from_uuid(id).to_string(),
                    "value": permission.value(),
                    "displayName": permission.value(),
                    "description": format!("Allows the app to use {permission} without a signed-in user."),
                    "allowedMemberTypes": ["Application"],
                    "isEnabled": permission.is_used(),
                    "origin": "Application",
                }))
            })
            .collect(),
        "id" => PrincipalView::Graph.id().to_string().into(),
        "oauth2PermissionScopes" => GraphPermission::ALL
            .iter()
            .filter_map(|permission| {
                let id = permission.delegated_id()?;
                let words = match permission.consent_words() {
                    "" => permission.value(),
                    words => words,
                };
                let everyone = permission.people_may_consent();
                Some(json!({
                    "id": ScopeId::from_uuid(id).to_string(),
                    "value": permission.value(),
                    "type": if everyone { "User" } else { "Admin" },
                    "isEnabled": permission.is_used(),
                    "adminConsentDisplayName": words,
                    "adminConsentDescription":
                        format!("Allows the app to use {permission} on behalf of the signed-in user."),
                    "userConsentDisplayName": words,
                    "userConsentDescription": words,
                    "origin": "Application",
                }))
            })
            .collect(),
        "servicePrincipalNames" => json!([id, "https://graph.microsoft.com"]),
        "servicePrincipalType" => "Application".into(),
        "signInAudience" => "AzureADMultipleOrgs".into(),
        _ => return None,
    })
}

/// A secret; its text is known only while it is made.
pub(crate) fn password(secret: &AppSecret, text: Option<&str>) -> Value {
    json!({
        "customKeyIdentifier": null,
        "displayName": secret.display_name,
        "endDateTime": secret.end_at.to_rfc3339(),
        "hint": secret.hint,
        "keyId": secret.id.to_string(),
        "secretText": text,
        "startDateTime": secret.start_at.to_rfc3339(),
    })
}

fn keys(registration: &ClientRegistration) -> Value {
    registration
        .key_credentials
        .iter()
        .map(|key| {
            json!({
                "customKeyIdentifier": null,
                "displayName": key.display_name,
                "endDateTime": key.end_at.to_rfc3339(),
                "key": null,
                "keyId": key.id.to_string(),
                "startDateTime": key.start_at.to_rfc3339(),
                "type": "AsymmetricX509Cert",
                "usage": "Verify",
            })
        })
        .collect()
}

fn api(registration: &ClientRegistration) -> Value {
    json!({
        "acceptMappedClaims": null,
        "knownClientApplications": [],
        "oauth2PermissionScopes": scopes(registration),
        "preAuthorizedApplications": [],
        "requestedAccessTokenVersion": registration.access_token_version,
    })
}

fn scopes(registration: &ClientRegistration) -> Value {
    let one = |scope: &ExposedScope| {
        json!({
            "adminConsentDescription": scope.admin_consent_description,
            "adminConsentDisplayName": scope.admin_consent_display_name,
            "id": scope.id.to_string(),
            "isEnabled": scope.enabled,
            "type": match scope.consent { ScopeConsent::User => "User", ScopeConsent::Admin => "Admin" },
            "userConsentDescription": scope.user_consent_description,
            "userConsentDisplayName": scope.user_consent_display_name,
            "value": scope.value,
        })
    };
    registration.scopes.iter().map(one).collect()
}

fn app_roles(registration: &ClientRegistration) -> Value {
    let member = |kind: &AppRoleMember| match kind {
        AppRoleMember::User => "User",
        AppRoleMember::Application => "Application",
    };
    let one = |role: &AppRole| {
        json!({
            "allowedMemberTypes": role.allowed_member_types.iter().map(member).collect::<Vec<_>>(),
            "description": role.description,
            "displayName": role.display_name,
            "id": role.id.to_string(),
            "isEnabled": role.enabled,
            "origin": "Application",
            "value": role.value,
        })
    };
    registration.app_roles.iter().map(one).collect()
}

fn info(registration: &ClientRegistration) -> Value {
    json!({
        "logoUrl": null,
        "marketingUrl": null,
        "privacyStatementUrl": registration.privacy_statement,
        "supportUrl": null,
        "termsOfServiceUrl": registration.terms_of_service,
    })
}

fn optional_claims(registration: &ClientRegistration) -> Value {
    let list = |names: &[String]| -> Value {
        let one = |name: &String| json!({"additionalProperties": [], "essential": false, "name": name, "source": null});
        names.iter().map(one).collect()
    };
    let claims = &registration.optional_claims;
    json!({"accessToken": list(&claims.access_token), "idToken": list(&claims.id_token), "saml2Token": []})
}

fn required(registration: &ClientRegistration) -> Value {
    let one = |required: &latchkey_domain::RequiredResource| {
        let scopes = required
            .scopes
            .iter()
            .map(|id| json!({"id": id.to_string(), "type": "Scope"}));
        let roles = required
            .roles
            .iter()
            .map(|id| json!({"id": id.to_string(), "type": "Role"}));
        json!({
            "resourceAppId": required.resource.to_string(),
            "resourceAccess": scopes.chain(roles).collect::<Vec<_>>(),
        })
    };
    registration.required_resources.iter().map(one).collect()
}

fn redirects(registration: &ClientRegistration, platform: Platform) -> Vec<&str> {
    let of = |known: &&latchkey_domain::RegisteredRedirect| known.platform == platform;
    let all = registration.redirect_uris.iter().filter(of);
    all.map(|known| known.uri.as_str()).collect()
}

fn all_redirects(registration: &ClientRegistration) -> Value {
    registration
        .redirect_uris
        .iter()
        .map(|known| known.uri.as_str())
        .collect()
}

fn names(client_id: String, registration: &ClientRegistration) -> Value {
    let mut names = registration.identifier_uris.clone();
    names.push(client_id);
    names.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_property_is_declared() {
        for kind in [&APPLICATION, &PRINCIPAL] {
            for name in kind.default {
                assert!(kind.declares(name), "{name}");
            }
        }
    }

    #[test]
    fn graph_offers_each_of_its_permissions() {
        let count = |name| graph_property(name).unwrap().as_array().unwrap().len();
        let roles = GraphPermission::ALL
            .iter()
            .filter(|p| p.application_id().is_some());
        let scopes = GraphPermission::ALL.iter().filter(|p| p.delegated_id().is_some());
        assert_eq!(count("appRoles"), roles.count());
        assert_eq!(count("oauth2PermissionScopes"), scopes.count());
    }
}
