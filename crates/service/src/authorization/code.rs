//! The answer to a request that all is well with: a code, or tokens where an application was allowed them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{TokenKind, generate_token, sha256, token_hash};
use latchkey_domain::{
    ApplicationStanding, AskedFor, Authorization, AuthorizationCode, AuthorizationId, CODE_LIFETIME,
    ClientRegistration, SignInError, SignInRecord,
};
use latchkey_store::StoreError;

use super::answer::{ClientAnswer, ReplyTo};
use super::earlier::{Earlier, refused};
use super::id_token::IdTokenRequest;
use super::request::{AuthorizationRequest, Prompt};
use super::scopes::Wanted;
use super::tokens::{TokenWish, client_info, token_scopes};
use crate::applications::ProvedBy;
use crate::tokens::{DelegatedTokenRequest, TokenError};
use crate::{Fault, RequestInfo, Service, SignedIn};

/// An application with all that is known of it.
#[derive(Clone, Copy)]
pub(super) struct Client<'a> {
    pub(super) standing: &'a ApplicationStanding,
    pub(super) registration: &'a ClientRegistration,
}

impl Service {
    /// What a code for this request stands for.
    pub(super) fn code_for(&self, request: &AuthorizationRequest, member: &SignedIn) -> AuthorizationCode {
        let session = &member.session;
        AuthorizationCode {
            authorization: AuthorizationId::from_bytes(self.ordered_id()),
            client_id: request.client_id,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            user_id: member.user.id,
            session_id: session.id,
            pass_id: session.pass.map(|pass| pass.id),
            asked: AskedFor {
                audience: request.audience.clone(),
                platform: request.platform,
                scope: request.scope.clone(),
                nonce: request.nonce.clone(),
                auth_time: request.auth_time,
                acr: request.acr,
                handles_challenges: request.handles_challenges,
                key: request.key.clone(),
            },
        }
    }

    /// Issues what was asked for, and logs a sign-in that needed no page.
    pub(super) async fn issue_code(
        &self,
        request: &AuthorizationRequest,
        reply: &ReplyTo,
        client: Client<'_>,
        wants: &[Wanted],
        member: &SignedIn,
        info: &RequestInfo,
    ) -> Result<ClientAnswer, Fault> {
        let session = &member.session;
        let code = self.code_for(request, member);
        let now = self.now();
        let token = generate_token(&*self.random, TokenKind::AuthorizationCode);
        let mut parameters = Vec::new();
        let hash = request.response.code.then(|| token_hash(token.expose()));
        if hash.is_some() {
            parameters.push(("code", token.expose().clone()));
        }
        // What is issued at once stands on an authorization of its own, which has no refresh token: by it the application
        // also hears of the end of the session.
        let at_once = request.response.token || request.response.id_token;
        let authorization = at_once.then(|| Authorization {
            id: AuthorizationId::from_bytes(self.ordered_id()),
            ..Authorization::begin(&code, session, false, now)
        });
        let record = self.silent_record(request, member, info);
        let input = (hash, code.clone(), authorization.clone(), record);
        self.store
            .write_with(input, move |writer, (hash, code, authorization, record)| {
                Box::pin(async move {
                    if let Some(hash) = hash {
                        writer
                            .insert_authorization_code(hash, code, now + CODE_LIFETIME)
                            .await?;
                    }
                    if let Some(authorization) = authorization {
                        writer.insert_authorization(authorization).await?;
                    }
                    if let Some(record) = record {
                        writer.insert_sign_in(record).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        let basis = authorization.unwrap_or_else(|| Authorization::begin(&code, session, false, now));
        let mut at_hash = None;
        if request.response.token {
            let wish = TokenWish::first(wants);
            let issued = self
                .access_token(
                    &DelegatedTokenRequest {
                        authorization: &basis,
                        user: &member.user,
                        client: client.standing,
                        proved: ProvedBy::Nothing,
                        session: Some(session.id),
                        key: None,
                        scopes: &wish.scopes,
                        ip_address: &info.ip_address.to_string(),
                    },
                    &wish.resource,
                )
                .await
                .map_err(ended)?;
            at_hash = Some(half_hash(issued.access_token.expose()));
            parameters.push(("access_token", issued.access_token.expose().clone()));
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", issued.expires_in.0.to_string()));
            parameters.push(("scope", token_scopes(wants)));
        }
        if request.response.id_token {
            let id_token = self
                .id_token(&IdTokenRequest {
                    authorization: &basis,
                    user: &member.user,
                    client: client.standing,
                    registration: client.registration,
                    scope: &request.scope,
                    nonce: request.nonce.as_deref(),
                    code_hash: hash.is_some().then(|| half_hash(token.expose())),
                    token_hash: at_hash,
                })
                .await
                .map_err(ended)?;
            parameters.push(("id_token", id_token.expose().clone()));
        }
        if request.client_info {
            parameters.push(("client_info", client_info(member.user.id, self.tenant.id)));
        }
        parameters.push(("session_state", session.id.to_string()));
        Ok(self.answer(reply, parameters))
    }

    /// The record of a sign-in to an application by a session that was there before; none where somebody signed in for
    /// it, which is recorded already.
    pub(super) fn silent_record(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        info: &RequestInfo,
    ) -> Option<SignInRecord> {
        (!request.signed_in_by(&member.session)).then(|| self.record_of(request, member, info))
    }

    fn record_of(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        info: &RequestInfo,
    ) -> SignInRecord {
        let mut record = self.previously_satisfied(request.application(), member, info);
        record.correlation_id = request.correlation_id;
        record.interactive = request.prompt != Some(Prompt::None);
        record
    }

    /// Logs that somebody who is signed in was not let in to an application.
    pub(super) async fn log_refusal(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        error: SignInError,
        info: &RequestInfo,
    ) -> Result<(), StoreError> {
        let record = refused(self.record_of(request, member, info), error);
        self.store
            .write_with(record, |writer, record| {
                Box::pin(async move { writer.insert_sign_in(record).await })
            })
            .await
    }

    /// The record of a sign-in that an earlier session is good for.
    pub(crate) fn previously_satisfied(
        &self,
        application: (String, String),
        member: &SignedIn,
        info: &RequestInfo,
    ) -> SignInRecord {
        let earlier = Earlier {
            user: &member.user,
            method: member.session.method,
            session: member.session.id,
        };
        earlier.record(&self.coming(application, info), true)
    }
}

/// The left half of SHA-256, in base64url: `c_hash` and `at_hash` (`OpenID` Connect Core 3.3.2.11).
fn half_hash(text: &str) -> String {
    let hash = sha256(text.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default())
}

/// A session that is about to end was sent to sign in before; what is left is not the person's fault.
fn ended(error: TokenError) -> Fault {
    match error {
        TokenError::Fault(fault) => fault,
        other => Fault::Internal(other.to_string()),
    }
}
