//! `openidconnect`, unmodified: registers itself as a web application through Graph, then discovery, the code flow with
//! PKCE, the ID token's checks, userinfo, refresh tokens, introspection and revocation.

use graph_rs_sdk::GraphClient;
use latchkey_clients::{Listener, Place, Result, http_client, tell};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IntrospectionUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RequestTokenError, RevocationUrl, Scope,
    TokenIntrospectionResponse, TokenResponse,
};
use serde_json::{Value, json};

/// Registers the application: client id and secret.
async fn register(place: &Place, http: &reqwest::Client, redirect: &str) -> Result<(String, String)> {
    let mut graph = GraphClient::new(place.graph_token(http).await?);
    graph.use_test_endpoint(&format!("{}/v1.0", place.url).parse()?);
    let application = json!({
        "displayName": "Shop in Rust", "web": { "redirectUris": [redirect] }, "signInAudience": "AzureADMyOrg",
    });
    let made = graph
        .applications()
        .create_application(&application)
        .send()
        .await?;
    let made: Value = made.error_for_status()?.json().await?;
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
    let (id, app_id) = (text(&made["id"])?, text(&made["appId"])?);
    let principal = json!({ "appId": app_id });
    graph
        .service_principals()
        .create_service_principal(&principal)
        .send()
        .await?
        .error_for_status()?;
    let asked = json!({ "passwordCredential": { "displayName": "test" } });
    let secret = graph.application(id).add_password(&asked).send().await?;
    let secret: Value = secret.error_for_status()?.json().await?;
    Ok((app_id, text(&secret["secretText"])?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let place = Place::from_environment()?;
    let http = http_client()?;
    let listener = Listener::new()?;
    let redirect = listener.url()?;
    let (client_id, secret) = register(&place, &http, &redirect).await?;

    let issuer = place.issuer()?;
    let metadata = CoreProviderMetadata::discover_async(issuer.clone(), &http).await?;
    let oauth = format!("{}/{}/oauth2/v2.0", place.url, place.tenant);
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(client_id),
        Some(ClientSecret::new(secret)),
    )
    .set_redirect_uri(RedirectUrl::new(redirect)?)
    .set_introspection_url(IntrospectionUrl::new(format!("{oauth}/introspect"))?)
    .set_revocation_url(RevocationUrl::new(format!("{oauth}/revoke"))?);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("offline_access".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    tell(&json!({ "open": url }));
    let code = listener.code(state.secret(), issuer.as_str())?;

    let tokens = client
        .exchange_code(AuthorizationCode::new(code))?
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await?;
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let key = id_token.signing_key(&verifier)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
        assert_eq!(&actual, expected);
    }
    assert!(
        id_token.claims(&verifier, &Nonce::new_random()).is_err(),
        "another request's nonce"
    );

    // Userinfo is for this subject and no other.
    let subject = claims.subject().clone();
    let info: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(subject.clone()))?
        .request_async(&http)
        .await?;
    assert_eq!(info.subject(), &subject);

    // Refresh tokens rotate; a revoked one is not active, and is refused with OAuth's own error.
    let first = tokens.refresh_token().ok_or("no refresh token")?;
    let renewed = client.exchange_refresh_token(first)?.request_async(&http).await?;
    let second = renewed.refresh_token().ok_or("no new refresh token")?;
    assert_ne!(first.secret(), second.secret());
    let renewed_claims = renewed
        .id_token()
        .ok_or("no new ID token")?
        .claims(&verifier, |_: Option<&Nonce>| Ok(()))?;
    assert_eq!(renewed_claims.subject(), &subject);
    let asked = openidconnect::AccessToken::new(second.secret().clone());
    assert!(client.introspect(&asked).request_async(&http).await?.active());
    client
        .revoke_token(second.clone().into())?
        .request_async(&http)
        .await?;
    assert!(!client.introspect(&asked).request_async(&http).await?.active());
    match client.exchange_refresh_token(second)?.request_async(&http).await {
        Err(RequestTokenError::ServerResponse(refusal)) => {
            assert_eq!(refusal.error().to_string(), "invalid_grant")
        }
        other => return Err(format!("a revoked refresh token: {other:?}").into()),
    }

    let name = claims.preferred_username().ok_or("no name")?;
    tell(&json!({ "signedIn": name.as_str() }));
    Ok(())
}
