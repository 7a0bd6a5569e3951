//! Telling applications, server to server, that their person is signed out (`OpenID` Connect Back-Channel Logout 1.0).

use latchkey_crypto::Secret;
use latchkey_domain::{ClientId, SessionId, UserId};
use serde_json::json;

use crate::tokens::algorithm_of;
use crate::{Fault, OutboundBody, OutboundRequest, Reach, Service};

/// How long a logout token is good for: 2 minutes (section 2.4).
const LIFETIME: i64 = 120;
/// What makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Service {
    /// The request that tells an application of the end of a session; none if it does not want to hear of that any
    /// more.
    pub(crate) async fn logout_request(
        &self,
        client: ClientId,
        user: UserId,
        session: SessionId,
    ) -> Result<Option<OutboundRequest>, Fault> {
        let registration = self.store.read().await?.registration(client).await?;
        let Some(registration) = registration else {
            return Ok(None);
        };
        let Some(url) = registration.back_channel_logout.clone() else {
            return Ok(None);
        };
        let now = self.now().as_seconds();
        let claims = json!({
            "iss": self.issuer(),
            "sub": self.subject(client, user),
            "aud": client,
            "iat": now,
            "exp": now + LIFETIME,
            "jti": self.token_id(),
            "events": { EVENT: {} },
            "sid": session,
        });
        let token = self.sign_typed(algorithm_of(&registration), "logout+jwt", &claims)?;
        // Signs of base64url and dots only: nothing to encode.
        let form = format!("logout_token={}", token.expose());
        Ok(Some(OutboundRequest {
            url,
            body: Some(OutboundBody {
                content_type: "application/x-www-form-urlencoded",
                text: Secret::new(form),
            }),
            // Whoever owns the application named the address; that takes no role.
            reach: Reach::OpenInternet,
            ..OutboundRequest::default()
        }))
    }
}
