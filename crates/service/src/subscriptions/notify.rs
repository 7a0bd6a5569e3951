//! What a subscriber is sent (Graph contract 15).
//!
//! The queue says what happened; the notification is made anew at each attempt, so that whoever may no longer see it is
//! no longer told, and no secret lies in the queue.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::{JwsAlgorithm, Secret, sha256};
use latchkey_domain::{
    Activity, Caller, CorrelationId, LifecycleEvent, News, NewsSubject, Subscription, SubscriptionId,
    Watched, may_watch,
};
use latchkey_store::StoreError;
use serde_json::{Map, Value, json};

use crate::group_members::members_are_shown;
use crate::outbound::{OutboundBody, OutboundRequest, Reach};
use crate::tokens::algorithm_of;
use crate::{Fault, RequestInfo, Service};

/// Who sends change notifications in Microsoft Graph: its clients look for this id in `azp`.
const SENDER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";
/// How long the tokens of a notification are good for, in seconds.
const LIFETIME: i64 = 3600;
/// The header with the signature of the whole body.
pub(crate) const SIGNATURE: &str = "latchkey-signature";

impl Service {
    /// The request that tells a subscriber of changes; none if they are not to hear of them any more.
    pub(crate) async fn changes_request(
        &self,
        id: SubscriptionId,
        news: &[News],
    ) -> Result<Option<OutboundRequest>, Fault> {
        let now = self.now();
        let stored = self.store.read().await?.subscription(id, now).await?;
        let Some(stored) = stored.filter(|stored| !stored.removed) else {
            return Ok(None);
        };
        let subscription = stored.subscription;
        let standing = self.standing_subscriber(&subscription.subscriber, now).await?;
        let Some(caller) = standing.filter(|caller| may_watch(caller, subscription.watched).is_ok()) else {
            self.withdraw(&subscription).await?;
            return Ok(None);
        };
        let common = self.common(&subscription)?;
        let mut value = Vec::new();
        for news in news {
            let (resource, mut data) = resource(news);
            if !self.moves_are_shown(&caller, news).await?
                && let Some(data) = data.as_object_mut()
            {
                data.remove("members@delta");
            }
            let mut one = common.clone();
            one.insert("changeType".to_owned(), news.change.as_str().into());
            one.insert("resource".to_owned(), resource.into());
            one.insert("resourceData".to_owned(), data);
            value.push(Value::Object(one));
        }
        let url = subscription.notification_url.to_string();
        self.signed_request(&subscription, url, value).await.map(Some)
    }

    /// The request that tells a subscriber what happens to the subscription; none if they don't want to hear of it.
    pub(crate) async fn lifecycle_request(
        &self,
        id: SubscriptionId,
        event: LifecycleEvent,
    ) -> Result<Option<OutboundRequest>, Fault> {
        let stored = self.store.read().await?.subscription(id, self.now()).await?;
        let wanted = |removed| removed == (event == LifecycleEvent::SubscriptionRemoved);
        let Some(stored) = stored.filter(|stored| wanted(stored.removed)) else {
            return Ok(None);
        };
        let subscription = stored.subscription;
        let Some(url) = &subscription.lifecycle_url else {
            return Ok(None);
        };
        let mut one = self.common(&subscription)?;
        one.insert("lifecycleEvent".to_owned(), event.as_str().into());
        one.insert("resource".to_owned(), subscription.resource.as_str().into());
        let (url, value) = (url.to_string(), vec![Value::Object(one)]);
        self.signed_request(&subscription, url, value).await.map(Some)
    }

    /// Whether the subscriber may hear who came to a group or went. Of a group that is gone nobody knows.
    async fn moves_are_shown(&self, caller: &Caller, news: &News) -> Result<bool, Fault> {
        let NewsSubject::Group(id, _) = &news.subject else {
            return Ok(true);
        };
        let mut reader = self.store.read().await?;
        match reader.group(*id).await? {
            Some(group) => Ok(members_are_shown(&mut reader, caller, &group).await?),
            None => Ok(false),
        }
    }

    /// What stands in every notification.
    fn common(&self, subscription: &Subscription) -> Result<Map<String, Value>, Fault> {
        let mut common = Map::new();
        let mut add = |name: &str, value: Value| common.insert(name.to_owned(), value);
        add("subscriptionId", subscription.id.to_string().into());
        add(
            "subscriptionExpirationDateTime",
            subscription.expires_at.to_rfc3339().into(),
        );
        add("tenantId", self.tenant.id.to_string().into());
        let state = self.client_state(subscription)?;
        add(
            "clientState",
            state.map_or(Value::Null, |state| state.expose().as_str().into()),
        );
        Ok(common)
    }

    /// Signed twice: by a token in `validationTokens`, as Microsoft Graph does where it encrypts data, which says who
    /// sends and for whom; and by a token in a header, which says what is sent, too.
    async fn signed_request(
        &self,
        subscription: &Subscription,
        url: String,
        value: Vec<Value>,
    ) -> Result<OutboundRequest, Fault> {
        let client = subscription.subscriber.client();
        let registration = self.store.read().await?.registration(client).await?;
        let algorithm = registration.map_or(JwsAlgorithm::Rs256, |registration| algorithm_of(&registration));
        let now = self.now().as_seconds();
        let mut claims = json!({
            "iss": self.issuer(),
            "aud": client,
            "sub": SENDER,
            "azp": SENDER,
            "tid": self.tenant.id.to_string(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "ver": "2.0",
        });
        let token = self.sign_typed(algorithm, "JWT", &claims)?;
        let body = json!({ "value": value, "validationTokens": [token.expose()] }).to_string();
        if let Some(claims) = claims.as_object_mut() {
            let digest = URL_SAFE_NO_PAD.encode(sha256(body.as_bytes()));
            claims.insert("body_sha256".to_owned(), digest.into());
        }
        let signature = self.sign_typed(algorithm, "JWT", &claims)?;
        Ok(OutboundRequest {
            url,
            body: Some(OutboundBody {
                content_type: "application/json; charset=utf-8",
                text: Secret::new(body),
            }),
            headers: vec![(SIGNATURE, signature.expose().clone())],
            reach: Reach::OpenInternet,
            ..OutboundRequest::default()
        })
    }

    /// Ends a subscription whose subscriber may no longer hear of what it is about.
    async fn withdraw(&self, subscription: &Subscription) -> Result<(), Fault> {
        let info = RequestInfo::console(CorrelationId::from_bytes(self.random_id()));
        let trail = self.trail(&Caller::Console, &info);
        let reason = "its subscriber may no longer read the resource";
        let event = trail.done(
            Activity::DeleteSubscription,
            reason,
            vec![super::target(None, subscription)],
        );
        let permit = may_watch(&Caller::Console, Watched::Users)
            .map_err(|denied| Fault::Internal(denied.to_string()))?;
        self.store
            .write_with((subscription.id, permit, event), |writer, (id, permit, event)| {
                Box::pin(async move { writer.withdraw_subscription(permit, *id, event).await })
            })
            .await
            .map(drop)
            .map_err(|error: StoreError| error.into())
    }
}

/// `resource` and `resourceData` of what happened.
fn resource(news: &News) -> (String, Value) {
    let (kind, path, id) = match &news.subject {
        NewsSubject::User(id) => ("User", "Users", id.to_string()),
        NewsSubject::Group(id, _) => ("Group", "Groups", id.to_string()),
        NewsSubject::Audit(id) => ("DirectoryAudit", "auditLogs/directoryAudits", id.to_string()),
    };
    let resource = format!("{path}/{id}");
    let mut data = json!({
        "@odata.type": format!("#Microsoft.Graph.{kind}"),
        "@odata.id": resource,
        "id": id,
    });
    if let (NewsSubject::Group(_, moved), Some(data)) = (&news.subject, data.as_object_mut())
        && !moved.is_empty()
    {
        let member = |(id, joined): &(String, bool)| {
            if *joined {
                json!({ "id": id })
            } else {
                json!({ "id": id, "@removed": "deleted" })
            }
        };
        data.insert("members@delta".to_owned(), moved.iter().map(member).collect());
    }
    (resource, data)
}
