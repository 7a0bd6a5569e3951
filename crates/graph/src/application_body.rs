//! Bodies that describe applications (Graph contract 12.1).

use std::str::FromStr;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use latchkey_domain::{
    AppRole, AppRoleMember, ExposedScope, GroupClaims, OptionalClaims, PrincipalId, RequiredResource,
    ScopeConsent, TokenAlgorithm,
};
use latchkey_service::{ApplicationWish, CertificateWish};
use serde_json::{Value, json};

use crate::application_view::{APPLICATION, AUDIENCE};
use crate::call::Call;
use crate::claims::Claims;
use crate::error::GraphError;
use crate::groups::{MAX_BINDS, references};
use crate::json::Object;

/// The longest name of a certificate.
const MAX_NAME: usize = 90;

/// Reads what an application is to be. Its owners are named when it is `new`; later they have paths of their own, and
/// the body may repeat what can't be written.
///
/// # Errors
/// What is unknown, of another type, or can't be had here: each by its name.
pub(crate) fn parse(call: &Call, new: bool) -> Result<(ApplicationWish, Claims), GraphError> {
    let mut body = call.json()?;
    body.check_type("application")?;
    read_nulls(&mut body);
    if !new {
        let fixed = [
            "keyCredentials",
            "latchkey",
            "passwordCredentials",
            "signInAudience",
        ];
        body.refuse_nulls(&fixed, "Application")?;
    }
    let audience = body.text("signInAudience")?;
    if audience.is_some_and(|audience| audience != AUDIENCE) {
        return Err(call
            .words
            .bad_request("Applications here are for this tenant: signInAudience must be 'AzureADMyOrg'.")
            .with_target("signInAudience"));
    }
    let mut wish = ApplicationWish {
        display_name: body.text_not_null("displayName", "Application")?,
        description: body.nullable_text("description")?,
        notes: body.nullable_text("notes")?,
        tags: body.texts("tags")?,
        public_client_flows: body.boolean("isFallbackPublicClient")?,
        identifier_uris: body.texts("identifierUris")?,
        ..ApplicationWish::default()
    };
    if new {
        let owners = references(call, &mut body, "owners@odata.bind")?;
        if owners.len() > MAX_BINDS {
            return Err(call
                .words
                .bad_request("An application can be made with at most 20 owners."));
        }
        wish.owners = owners.into_iter().map(PrincipalId::from).collect();
    }
    if let Some(mut web) = body.object("web")? {
        web.check_type("webApplication")?;
        web.null_empties(&["redirectUris"]);
        web.null_clears("implicitGrantSettings", no_implicit_grants());
        wish.web = web.texts("redirectUris")?;
        wish.home_page = web.nullable_text("homePageUrl")?;
        wish.front_channel_logout = web.nullable_text("logoutUrl")?;
        if let Some(mut implicit) = web.object("implicitGrantSettings")? {
            implicit.check_type("implicitGrantSettings")?;
            for property in ["enableAccessTokenIssuance", "enableIdTokenIssuance"] {
                implicit.null_clears(property, false.into());
            }
            wish.implicit_access_token = implicit.boolean("enableAccessTokenIssuance")?;
            wish.implicit_id_token = implicit.boolean("enableIdTokenIssuance")?;
            implicit.finish()?;
        }
        // Their order says nothing that is used here.
        web.objects("redirectUriSettings")?;
        web.finish()?;
    }
    wish.spa = redirects(&mut body, "spa", "spaApplication")?;
    wish.public_client = redirects(&mut body, "publicClient", "publicClientApplication")?;
    if let Some(mut info) = body.object("info")? {
        info.check_type("informationalUrl")?;
        wish.terms_of_service = info.nullable_text("termsOfServiceUrl")?;
        wish.privacy_statement = info.nullable_text("privacyStatementUrl")?;
        info.finish_read_only(&["logoUrl", "marketingUrl", "supportUrl"])?;
    }
    if let Some(api) = body.object("api")? {
        parse_api(call, api, &mut wish)?;
    }
    wish.app_roles = items(&mut body, "appRoles", |item| role(call, item))?;
    wish.required_resources = items(&mut body, "requiredResourceAccess", |item| required(call, item))?;
    if let Some(mut claims) = body.object("optionalClaims")? {
        claims.check_type("optionalClaims")?;
        let names = |list: Option<Vec<String>>| list.unwrap_or_default();
        wish.optional_claims = Some(OptionalClaims {
            id_token: names(items(&mut claims, "idToken", claim)?),
            access_token: names(items(&mut claims, "accessToken", claim)?),
        });
        claims.tolerate_empty(&["saml2Token"]);
        claims.finish()?;
    }
    let property = "groupMembershipClaims";
    wish.group_claims = match body.nullable_text(property)? {
        None => None,
        Some(None) => Some(None),
        Some(Some(name)) if name == "None" => Some(None),
        Some(Some(name)) => Some(Some(
            GroupClaims::parse(&name).ok_or_else(|| invalid(call, property))?,
        )),
    };
    if let Some(mut own) = body.object("latchkey")? {
        let property = "tokenSigningAlgorithm";
        wish.token_algorithm = own
            .text_not_null(property, "Application")?
            .map(|name| TokenAlgorithm::parse(&name).ok_or_else(|| invalid(call, property)))
            .transpose()?;
        wish.back_channel_logout = own.nullable_text("backChannelLogoutUrl")?;
        wish.require_pushed_requests =
            own.boolean_not_null("requirePushedAuthorizationRequests", "Application")?;
        wish.bound_tokens_only = own.boolean_not_null("dpopBoundAccessTokens", "Application")?;
        own.finish()?;
    }
    wish.certificates = items(&mut body, "keyCredentials", |item| certificate(call, item))?;
    // What clients send back as they read it: it says nothing.
    body.tolerate_empty(&["addIns"]);
    if new {
        body.finish_new(&APPLICATION.names())?;
        return Ok((wish, Claims::default()));
    }
    // Secrets are made by `addPassword`; the list can repeat them, or be empty.
    wish.no_secrets = body.take_empty_list("passwordCredentials");
    let claims = body.finish_with_claims(&APPLICATION.names())?;
    Ok((wish, claims))
}

/// Null clears what can be empty or off.
fn read_nulls(body: &mut Object) {
    body.null_empties(&["appRoles", "identifierUris", "requiredResourceAccess", "tags"]);
    body.null_clears("isFallbackPublicClient", false.into());
    for (property, cleared) in [
        (
            "web",
            json!({"redirectUris": [], "homePageUrl": null, "logoutUrl": null, "implicitGrantSettings": null}),
        ),
        ("spa", json!({"redirectUris": []})),
        ("publicClient", json!({"redirectUris": []})),
        (
            "info",
            json!({"privacyStatementUrl": null, "termsOfServiceUrl": null}),
        ),
        (
            "api",
            json!({"oauth2PermissionScopes": [], "requestedAccessTokenVersion": null}),
        ),
        ("optionalClaims", json!({})),
    ] {
        body.null_clears(property, cleared);
    }
}

fn no_implicit_grants() -> Value {
    json!({"enableAccessTokenIssuance": false, "enableIdTokenIssuance": false})
}

fn redirects(
    body: &mut Object,
    platform: &'static str,
    kind: &str,
) -> Result<Option<Vec<String>>, GraphError> {
    let Some(mut object) = body.object(platform)? else {
        return Ok(None);
    };
    object.check_type(kind)?;
    object.null_empties(&["redirectUris"]);
    let uris = object.texts("redirectUris")?;
    object.finish()?;
    Ok(uris)
}

fn parse_api(call: &Call, mut api: Object, wish: &mut ApplicationWish) -> Result<(), GraphError> {
    api.check_type("apiApplication")?;
    api.null_empties(&["oauth2PermissionScopes"]);
    wish.scopes = items(&mut api, "oauth2PermissionScopes", |item| scope(call, item))?;
    if api.has("requestedAccessTokenVersion") {
        let version = api.integer("requestedAccessTokenVersion")?;
        let version = version
            .map(|version| u8::try_from(version).map_err(|_| invalid(call, "requestedAccessTokenVersion")));
        wish.access_token_version = Some(version.transpose()?);
    }
    api.tolerate_empty(&["knownClientApplications", "preAuthorizedApplications"]);
    api.finish_read_only(&["acceptMappedClaims"])
}

fn items<T>(
    body: &mut Object,
    property: &'static str,
    read: impl Fn(Object) -> Result<T, GraphError>,
) -> Result<Option<Vec<T>>, GraphError> {
    let items = body.objects(property)?;
    items
        .map(|items| items.into_iter().map(read).collect())
        .transpose()
}

fn scope(call: &Call, mut item: Object) -> Result<ExposedScope, GraphError> {
    let property = "oauth2PermissionScopes";
    item.check_type("permissionScope")?;
    let scope = ExposedScope {
        id: id(call, &mut item, property)?,
        value: item.text("value")?.unwrap_or_default(),
        enabled: item.boolean("isEnabled")?.unwrap_or(true),
        consent: match item.text("type")?.as_deref() {
            None | Some("User") => ScopeConsent::User,
            Some("Admin") => ScopeConsent::Admin,
            Some(_) => return Err(invalid(call, property)),
        },
        admin_consent_display_name: item.text("adminConsentDisplayName")?.unwrap_or_default(),
        admin_consent_description: item.text("adminConsentDescription")?.unwrap_or_default(),
        user_consent_display_name: item.text("userConsentDisplayName")?.unwrap_or_default(),
        user_consent_description: item.text("userConsentDescription")?.unwrap_or_default(),
    };
    item.text("origin")?;
    item.finish()?;
    Ok(scope)
}

fn role(call: &Call, mut item: Object) -> Result<AppRole, GraphError> {
    item.check_type("appRole")?;
    let members = item.texts("allowedMemberTypes")?.unwrap_or_default();
    let member = |kind: &String| match kind.as_str() {
        "User" => Ok(AppRoleMember::User),
        "Application" => Ok(AppRoleMember::Application),
        _ => Err(invalid(call, "appRoles")),
    };
    let role = AppRole {
        id: id(call, &mut item, "appRoles")?,
        value: item.text("value")?.filter(|value| !value.is_empty()),
        enabled: item.boolean("isEnabled")?.unwrap_or(true),
        allowed_member_types: members.iter().map(member).collect::<Result<_, _>>()?,
        display_name: item.text("displayName")?.unwrap_or_default(),
        description: item.text("description")?.unwrap_or_default(),
    };
    item.text("origin")?;
    item.finish()?;
    Ok(role)
}

fn required(call: &Call, mut item: Object) -> Result<RequiredResource, GraphError> {
    let property = "requiredResourceAccess";
    item.check_type("requiredResourceAccess")?;
    let resource = item.text("resourceAppId")?.unwrap_or_default();
    let mut required = RequiredResource {
        resource: resource.parse().map_err(|_| invalid(call, property))?,
        scopes: Vec::new(),
        roles: Vec::new(),
    };
    for mut access in item.objects("resourceAccess")?.unwrap_or_default() {
        access.check_type("resourceAccess")?;
        match access.text("type")?.as_deref() {
            Some("Scope") => required.scopes.push(id(call, &mut access, property)?),
            Some("Role") => required.roles.push(id(call, &mut access, property)?),
            _ => return Err(invalid(call, property)),
        }
        access.finish()?;
    }
    item.finish()?;
    Ok(required)
}

/// A certificate that is there is named by its `keyId`, a new one comes with its `key`.
fn certificate(call: &Call, mut item: Object) -> Result<CertificateWish, GraphError> {
    const PROPERTY: &str = "keyCredentials";
    item.check_type("keyCredential")?;
    let id = item.text("keyId")?;
    let key = item.text("key")?;
    let name = item.text("displayName")?.unwrap_or_default();
    let start = item.nullable_date("startDateTime")?.flatten();
    let end = item.nullable_date("endDateTime")?.flatten();
    let kind = item.text("type")?;
    let usage = item.text("usage")?;
    // A word of the client's own, which clients derive from the certificate.
    item.text("customKeyIdentifier")?;
    item.finish()?;
    let Some(key) = key else {
        let id = id.unwrap_or_default();
        return id
            .parse()
            .map(CertificateWish::Kept)
            .map_err(|_| invalid(call, PROPERTY));
    };
    let fits = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("AsymmetricX509Cert"))
        && usage.is_none_or(|usage| usage.eq_ignore_ascii_case("Verify"))
        && name.chars().count() <= MAX_NAME;
    let bytes = BASE64_STANDARD
        .decode(&key)
        .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(&key));
    let (true, Ok(bytes)) = (fits, bytes) else {
        return Err(invalid(call, PROPERTY));
    };
    let read = call.service.read_certificate(&bytes, &name, start, end);
    read.map(CertificateWish::New).map_err(|refused| {
        call.words
            .bad_request(refused.to_string())
            .with_detail("InvalidValue", PROPERTY)
    })
}

fn claim(mut item: Object) -> Result<String, GraphError> {
    item.check_type("optionalClaim")?;
    let name = item.text("name")?.unwrap_or_default();
    item.boolean("essential")?;
    item.text("source")?;
    item.texts("additionalProperties")?;
    item.finish()?;
    Ok(name)
}

fn id<T: FromStr>(call: &Call, item: &mut Object, property: &'static str) -> Result<T, GraphError> {
    let text = item.text("id")?.unwrap_or_default();
    text.parse().map_err(|_| invalid(call, property))
}

fn invalid(call: &Call, property: &'static str) -> GraphError {
    call.words
        .bad_request(format!(
            "Invalid value specified for property '{property}' of resource 'Application'."
        ))
        .with_detail("InvalidValue", property)
}
