//! The token endpoint (sign-in contract 9.5).

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use latchkey_service::{
    ClientAuthError, ClientCredentialsRequest, IssuedToken, RequestInfo, SentProof, Service,
    TenantSegment as Segment, TokenError, missing_principal, token_type,
};
use serde_json::{Value, json};

use crate::client::{self, Credentials, CredentialsError};
use crate::device;
use crate::error::{OAuthError, echo};
use crate::form::{Form, FormError};
use crate::grant;
use crate::possession::proof_of_key;
use crate::respond::{ANY, json_response};

/// The largest body of a token request: 64 KiB.
const MAX_BODY: usize = 64 * 1024;

/// Answers a request to the token endpoint. What its query says is ignored (clients contract 5).
pub(crate) async fn token(
    service: &Service,
    tenant: &str,
    info: &RequestInfo,
    request: Request,
) -> Result<Response, OAuthError> {
    if request.method() == Method::OPTIONS {
        return Ok(preflight());
    }
    if request.method() != Method::POST {
        return Err(OAuthError::wrong_verb("POST", request.method()));
    }
    let segment = service.tenant_segment(tenant);
    let path = request.uri().path().to_owned();
    let (headers, mut form) = form_of(request).await?;
    let proof = proof_of_key(&headers, &path)?;
    let segment = segment.ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
    match form.get("grant_type") {
        None => Err(OAuthError::missing("grant_type")),
        Some("authorization_code") => grant::code(service, info, &headers, proof, &mut form).await,
        Some("refresh_token") => grant::refresh(service, info, &headers, proof, &mut form).await,
        // The second is the draft's name, which MSAL for Node sends (clients contract 5).
        Some("urn:ietf:params:oauth:grant-type:device_code" | "device_code") => {
            device::redeem(service, info, &headers, proof, &mut form).await
        }
        Some("client_credentials") => client_credentials(service, segment, &headers, proof, &mut form).await,
        Some(other) => Err(OAuthError::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            70_003,
            format!("The app requested an unsupported grant type '{}'.", echo(other)),
        )),
    }
}

/// The headers of a request, and its body as a form.
pub(crate) async fn form_of(request: Request) -> Result<(HeaderMap, Form), OAuthError> {
    let (parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        return Err(OAuthError::malformed());
    }
    let body = read_body(body).await?;
    let form = Form::parse(&body).map_err(|error| match error {
        FormError::Malformed => OAuthError::malformed(),
        FormError::Repeated(name) => OAuthError::repeated(&name),
    })?;
    Ok((parts.headers, form))
}

async fn client_credentials(
    service: &Service,
    segment: Segment,
    headers: &HeaderMap,
    proof_of_key: Option<SentProof<'_>>,
    form: &mut Form,
) -> Result<Response, OAuthError> {
    if segment != Segment::Tenant {
        let text = "The grant type is not supported over the /common or /organizations endpoints. Please use the \
                    tenant-specific endpoint.";
        return Err(OAuthError::invalid_request(9_001_023, text));
    }
    let Credentials {
        client_id,
        proof,
        by_basic,
    } = client::read(headers, form).map_err(unreadable)?;
    let handles_challenges = form
        .get("claims")
        .map(declares_challenges)
        .transpose()?
        .unwrap_or(false);
    let scope = form.get("scope").ok_or_else(|| OAuthError::missing("scope"))?;
    let request = ClientCredentialsRequest {
        client_id: &client_id,
        proof,
        scope,
        handles_challenges,
        proof_of_key,
    };
    let issued = service
        .issue_application_token(request)
        .await
        .map_err(|error| refusal(service, &client_id, by_basic, scope, error))?;
    Ok(answer(&issued))
}

fn answer(issued: &IssuedToken) -> Response {
    let seconds = issued.expires_in.0;
    let body = json!({
        "token_type": token_type(issued.bound),
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": issued.access_token.expose(),
    });
    json_response(StatusCode::OK, body.to_string())
}

pub(crate) fn unreadable(error: CredentialsError) -> OAuthError {
    match error {
        CredentialsError::MissingId => OAuthError::missing("client_id"),
        CredentialsError::BadHeader => OAuthError::invalid_client(
            7_000_218,
            "The Authorization header can't be read as HTTP Basic.",
            true,
        ),
        CredentialsError::BadAssertion => OAuthError::invalid_request(
            900_144,
            "The request must contain 'client_assertion' and a 'client_assertion_type' of jwt-bearer together.",
        ),
        CredentialsError::Twice => OAuthError::invalid_request(
            9_002_313,
            "Invalid request. The client must authenticate in one way only, by header or by body.",
        ),
    }
}

/// Whether the `claims` parameter declares that the client understands challenges (sign-in contract 9.10).
fn declares_challenges(claims: &str) -> Result<bool, OAuthError> {
    let claims: Value = serde_json::from_str(claims).map_err(|_| OAuthError::malformed())?;
    let declared = claims
        .pointer("/access_token/xms_cc/values")
        .and_then(Value::as_array);
    Ok(declared
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .any(|able| able.eq_ignore_ascii_case("cp1")))
}

fn refusal(service: &Service, client_id: &str, by_basic: bool, scope: &str, error: TokenError) -> OAuthError {
    let app = echo(client_id);
    match error {
        TokenError::Client(error) => client_refusal(service, &app, by_basic, error),
        TokenError::ScopeForm => OAuthError::new(
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            1_002_012,
            format!(
                "The provided value for scope {} is not valid. Client credential flows must have a scope value with \
                 /.default suffixed to the resource identifier (application ID URI).",
                echo(scope)
            ),
        ),
        TokenError::UnknownResource(resource) => OAuthError::new(
            StatusCode::BAD_REQUEST,
            "invalid_resource",
            500_011,
            format!(
                "The resource principal named {} was not found in the tenant named {}.",
                echo(&resource),
                service.tenant().display_name
            ),
        ),
        TokenError::NotAssigned { .. } => OAuthError::new(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            501_051,
            error.to_string(),
        ),
        TokenError::Proof(error) => OAuthError::new(
            StatusCode::BAD_REQUEST,
            "invalid_dpop_proof",
            50_027,
            error.to_string(),
        ),
        TokenError::ProofMissing => OAuthError::invalid_request(900_144, error.to_string()),
        TokenError::PassEnded => OAuthError::new(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            130_504,
            "The Temporary Access Pass behind this session has expired.",
        )
        .with_suberror("bad_token"),
        TokenError::Fault(fault) => OAuthError::fault(&fault),
    }
}

pub(crate) fn client_refusal(
    service: &Service,
    app: &str,
    by_basic: bool,
    error: ClientAuthError,
) -> OAuthError {
    let unauthorized =
        |number, text| OAuthError::new(StatusCode::BAD_REQUEST, "unauthorized_client", number, text);
    match error {
        ClientAuthError::Unknown => unauthorized(
            700_016,
            format!(
                "Application with identifier '{app}' was not found in the directory '{}'.",
                service.tenant().display_name
            ),
        ),
        ClientAuthError::Disabled => unauthorized(7_000_112, format!("Application '{app}' is disabled.")),
        ClientAuthError::NoPrincipal => unauthorized(7_000_229, missing_principal(app)),
        ClientAuthError::SecretMissing => OAuthError::invalid_client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            by_basic,
        ),
        ClientAuthError::SecretWrong => OAuthError::invalid_client(
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{app}'."
            ),
            by_basic,
        ),
        ClientAuthError::SecretExpired => OAuthError::invalid_client(
            7_000_222,
            format!(
                "The provided client secret keys for app '{app}' are expired. Create new keys for the app."
            ),
            by_basic,
        ),
        ClientAuthError::SecretOfPublicClient => OAuthError::invalid_client(
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
            by_basic,
        ),
        ClientAuthError::Assertion(error) => {
            OAuthError::invalid_client(error.number(), error.to_string(), by_basic)
        }
        ClientAuthError::Fault(fault) => OAuthError::fault(&fault),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

async fn read_body(body: Body) -> Result<Bytes, OAuthError> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(OAuthError::too_large()),
        Err(_) => Err(OAuthError::malformed()),
    }
}

/// The answer to a browser that asks whether a page of another site may call (Fetch standard, CORS preflight).
pub(crate) fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST, OPTIONS"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "content-type, dpop, client-request-id, return-client-request-id, x-client-sku, x-client-ver",
        ),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}
