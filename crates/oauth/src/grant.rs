//! Codes and refresh tokens at the token endpoint (sign-in contract 9.5 and 9.11).

use axum::response::Response;
use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};
use latchkey_domain::ProofError;
use latchkey_service::{
    ClientClaim, CodeRequest, GrantFailure, RefreshRequest, RequestInfo, SentProof, Service, TokenGrant,
    token_type,
};
use serde_json::json;

use crate::client::{self, Credentials};
use crate::error::{OAuthError, echo};
use crate::form::Form;
use crate::respond::{json_response, readable_by};
use crate::token::{client_refusal, unreadable};

/// `grant_type=authorization_code`
pub(crate) async fn code(
    service: &Service,
    info: &RequestInfo,
    headers: &HeaderMap,
    proof: Option<SentProof<'_>>,
    form: &mut Form,
) -> Result<Response, OAuthError> {
    let credentials = client::read(headers, form).map_err(unreadable)?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let request = CodeRequest {
        client: claim(&client_id, credentials, headers, proof),
        code: form.get("code").ok_or_else(|| OAuthError::missing("code"))?,
        redirect_uri: form.get("redirect_uri"),
        verifier: form.get("code_verifier"),
        scope: form.get("scope"),
        claims: form.get("claims"),
    };
    let granted = service.redeem_code(request, info).await;
    finish(service, &client_id, by_basic, form, granted)
}

/// `grant_type=refresh_token`
pub(crate) async fn refresh(
    service: &Service,
    info: &RequestInfo,
    headers: &HeaderMap,
    proof: Option<SentProof<'_>>,
    form: &mut Form,
) -> Result<Response, OAuthError> {
    let credentials = client::read(headers, form).map_err(unreadable)?;
    let (client_id, by_basic) = (credentials.client_id.clone(), credentials.by_basic);
    let request = RefreshRequest {
        client: claim(&client_id, credentials, headers, proof),
        refresh_token: form
            .get("refresh_token")
            .ok_or_else(|| OAuthError::missing("refresh_token"))?,
        scope: form.get("scope"),
        claims: form.get("claims"),
    };
    let granted = service.refresh(request, info).await;
    finish(service, &client_id, by_basic, form, granted)
}

pub(crate) fn claim<'a>(
    client_id: &'a str,
    credentials: Credentials,
    headers: &'a HeaderMap,
    proof_of_key: Option<SentProof<'a>>,
) -> ClientClaim<'a> {
    ClientClaim {
        client_id,
        proof_of_key,
        proof: credentials.proof,
        origin: headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()),
    }
}

pub(crate) fn finish(
    service: &Service,
    client_id: &str,
    by_basic: bool,
    form: &Form,
    granted: Result<TokenGrant, GrantFailure>,
) -> Result<Response, OAuthError> {
    match granted {
        Ok(granted) => Ok(answer(&granted, form.get("client_info") == Some("1"))),
        Err(failure) => Err(refusal(service, client_id, by_basic, failure)),
    }
}

fn answer(granted: &TokenGrant, with_client_info: bool) -> Response {
    let seconds = granted.expires_in.0;
    let mut body = json!({
        "token_type": token_type(granted.bound),
        "scope": granted.scope,
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": granted.access_token.expose(),
    });
    if let Some(body) = body.as_object_mut() {
        if let Some(token) = &granted.refresh_token {
            body.insert("refresh_token".to_owned(), token.expose().as_str().into());
        }
        if let Some(token) = &granted.id_token {
            body.insert("id_token".to_owned(), token.expose().as_str().into());
        }
        if with_client_info {
            body.insert("client_info".to_owned(), granted.client_info.as_str().into());
        }
    }
    // Only the application's own pages may read what was issued to a page.
    readable_by(
        json_response(StatusCode::OK, body.to_string()),
        granted.allow_origin.as_deref(),
    )
}

pub(crate) fn refusal(
    service: &Service,
    client_id: &str,
    by_basic: bool,
    failure: GrantFailure,
) -> OAuthError {
    let bad_request = |error, number, text| OAuthError::new(StatusCode::BAD_REQUEST, error, number, text);
    let text = failure.to_string();
    match failure {
        GrantFailure::Client(error) => client_refusal(service, &echo(client_id), by_basic, error),
        GrantFailure::Grant(error) => {
            let refusal = bad_request("invalid_grant", error.number(), text);
            match error.suberror() {
                Some(suberror) => refusal.with_suberror(suberror),
                None => refusal,
            }
        }
        GrantFailure::Device(error) => bad_request(error.word(), error.number(), text),
        GrantFailure::TooManyDevices { wait } => OAuthError::too_many(wait, text),
        GrantFailure::Scope(latchkey_service::ScopeError::Fault(fault)) | GrantFailure::Fault(fault) => {
            OAuthError::fault(&fault)
        }
        GrantFailure::Scope(error) => {
            let (word, number) = error.code();
            bad_request(word, number, text)
        }
        // The proof may be in order, and is not that of the grant.
        GrantFailure::Proof(ProofError::Key) => bad_request("invalid_grant", 50_027, text),
        GrantFailure::Proof(_) => bad_request("invalid_dpop_proof", 50_027, text),
        GrantFailure::ProofMissing => bad_request("invalid_request", 900_144, text),
        GrantFailure::Consent => bad_request("invalid_grant", 65_001, text).with_suberror("consent_required"),
        GrantFailure::Claims(_) => bad_request("invalid_request", 9_002_313, text),
        // Not `invalid_grant`, upon which client libraries forget a refresh token that is still good for less.
        GrantFailure::Unmet(unmet) => bad_request("interaction_required", 50_076, text)
            .with_suberror("basic_action")
            .with_claims(&unmet.claims()),
        GrantFailure::NotRevocable => bad_request("unsupported_token_type", 9_002_313, text),
        GrantFailure::OriginMissing => bad_request("invalid_request", 9_002_327, text),
        GrantFailure::OriginForbidden => bad_request("invalid_request", 9_002_326, text),
    }
}
