//! Notices to the tenant's webhook: JSON, signed as change notifications are.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{JwsAlgorithm, Secret, sha256};
use latchkey_domain::{AuditId, Doer, Notice, User};
use serde_json::{Value, json};

use crate::outbound::{OutboundBody, OutboundRequest, Reach};
use crate::subscriptions::SIGNATURE;
use crate::{Fault, Service};

/// The signature's type, so that nobody takes it for a token that opens something (RFC 8725, 3.11).
const TYPE: &str = "notice+jwt";
/// How long the signature is good for, in seconds.
const LIFETIME: i64 = 3600;

impl Service {
    /// The request that tells the webhook; none: there is no webhook any more.
    pub(crate) async fn notice_request(&self, record: AuditId) -> Result<Option<OutboundRequest>, Fault> {
        let mut reader = self.store.read().await?;
        let Some(url) = reader.notice_settings().await?.webhook else {
            return Ok(None);
        };
        let stored = reader.audit(record).await?;
        let Some(notice) = stored.and_then(|stored| Notice::of(&stored.event)) else {
            return Ok(None);
        };
        let person = reader.user_by_id(notice.user).await?;
        drop(reader);
        let body = self.body(record, &notice, person.as_ref()).to_string();
        let now = self.now().as_seconds();
        let claims = json!({
            "iss": self.issuer(),
            "aud": url.as_str(),
            "tid": self.tenant.id.to_string(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "body_sha256": URL_SAFE_NO_PAD.encode(sha256(body.as_bytes())),
        });
        let signature = self.sign_typed(JwsAlgorithm::Rs256, TYPE, &claims)?;
        Ok(Some(OutboundRequest {
            url: url.to_string(),
            body: Some(OutboundBody {
                content_type: "application/json; charset=utf-8",
                text: Secret::new(body),
            }),
            headers: vec![(SIGNATURE, signature.expose().clone())],
            reach: Reach::OpenInternet,
            ..OutboundRequest::default()
        }))
    }

    fn body(&self, record: AuditId, notice: &Notice, person: Option<&User>) -> Value {
        let by = match &notice.by {
            Doer::Oneself(from) => json!({ "kind": "oneself", "ipAddress": from }),
            Doer::Other(name) => json!({ "kind": "other", "displayName": name }),
            Doer::Server => json!({ "kind": "server" }),
        };
        json!({
            "id": record.to_string(),
            "tenantId": self.tenant.id.to_string(),
            "kind": notice.kind.as_str(),
            "occurredDateTime": notice.at.to_rfc3339(),
            "user": {
                "id": notice.user.to_string(),
                "userPrincipalName": person.map(|person| person.upn.to_string()),
                "displayName": person.map(|person| person.display_name.clone()),
            },
            "by": by,
            "method": notice.method.map(latchkey_domain::LastingMethod::as_str),
            "pass": notice.valid.map(|(start, end)| json!({
                "startDateTime": start.to_rfc3339(),
                "endDateTime": end.to_rfc3339(),
            })),
            "signIn": notice.sign_in.as_ref().map(|(at, from)| json!({
                "occurredDateTime": at.to_rfc3339(),
                "ipAddress": from,
            })),
        })
    }
}
