//! Subscriptions to changes: made, renewed, deleted (Graph contract 15).

mod announce;
mod handshake;
mod notify;

pub(crate) use notify::SIGNATURE;

use latchkey_crypto::Secret;
use latchkey_domain::{
    Activity, AuditTarget, Caller, ChangeType, Denied, HookUrl, InvalidHookUrl, ModifiedProperty, Permit,
    Subscriber, Subscription, SubscriptionError, SubscriptionId, TargetKind, Timestamp, UserId, Watched,
    may_watch,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::trail::Trail;
use crate::{Fault, RequestInfo, Service};

/// Why a subscription was not shown, made, renewed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionFailure {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller has none with this id.
    #[error("no such subscription")]
    NoSuchSubscription,
    /// There is no user or group of this id.
    #[error("no such resource")]
    NoSuchResource(String),
    /// A property must be there.
    #[error("Property {0} value is required but is empty or missing.")]
    Missing(&'static str),
    /// A property breaks its rule.
    #[error(transparent)]
    Invalid(#[from] SubscriptionError),
    /// An address can't be called.
    #[error("Property {property}: {error}.")]
    Url {
        /// The property.
        property: &'static str,
        /// Why.
        error: InvalidHookUrl,
    },
    /// Whoever is to be told did not say that they want it.
    #[error("Subscription validation request failed. {0}")]
    Handshake(&'static str),
    /// There are as many as there may be.
    #[error(
        "The tenant has {} subscriptions, as many as there may be.",
        Subscription::MAX
    )]
    TooMany,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SubscriptionFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a subscription is to be.
#[derive(Debug, Clone, Default)]
pub struct SubscriptionWish {
    /// What it is about.
    pub resource: Option<String>,
    /// Which kinds of change.
    pub change_type: Option<String>,
    /// Where changes are told.
    pub notification_url: Option<String>,
    /// Where its own fate is told.
    pub lifecycle_url: Option<String>,
    /// What comes with every notification.
    pub client_state: Option<String>,
    /// `latestSupportedTlsVersion`
    pub tls_version: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

impl Service {
    /// The caller's own subscriptions, oldest first.
    ///
    /// # Errors
    /// [`SubscriptionFailure::Denied`], [`SubscriptionFailure::Fault`]
    pub async fn list_subscriptions(
        &self,
        caller: &Caller,
    ) -> Result<Vec<Subscription>, SubscriptionFailure> {
        let subscriber = subscriber(caller)?;
        let stored = self.store.read().await?.subscriptions(self.now()).await?;
        let own = stored.into_iter().filter(|stored| !stored.removed);
        Ok(own
            .map(|stored| stored.subscription)
            .filter(|subscription| subscription.subscriber.is_same(&subscriber))
            .filter(|subscription| may_watch(caller, subscription.watched).is_ok())
            .collect())
    }

    /// One of the caller's own subscriptions.
    ///
    /// # Errors
    /// [`SubscriptionFailure::Denied`], [`SubscriptionFailure::NoSuchSubscription`], [`SubscriptionFailure::Fault`]
    pub async fn show_subscription(
        &self,
        caller: &Caller,
        id: SubscriptionId,
    ) -> Result<Subscription, SubscriptionFailure> {
        let subscriber = subscriber(caller)?;
        let mut reader = self.store.read().await?;
        let found = own(&mut reader, &subscriber, id, self.now()).await?;
        may_watch(caller, found.watched)?;
        Ok(found)
    }

    /// Makes a subscription, once those who are to be told said that they want it.
    ///
    /// # Errors
    /// [`SubscriptionFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn subscribe(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: SubscriptionWish,
    ) -> Result<Subscription, SubscriptionFailure> {
        let trail = self.trail(caller, info);
        let resource = wish
            .resource
            .clone()
            .ok_or(SubscriptionFailure::Missing("resource"))?;
        let watched = Watched::parse(&resource)?;
        let subscriber = match may_watch(caller, watched).and_then(|_| self::subscriber(caller)) {
            Ok(subscriber) => subscriber,
            Err(denied) => {
                let activity = Activity::AddSubscription;
                self.record_refusal(&trail, activity, denied, Vec::new()).await?;
                return Err(denied.into());
            }
        };
        let mut subscription = self.new_subscription(wish, watched, subscriber)?;
        let mut reader = self.store.read().await?;
        check_there(&mut reader, &subscription).await?;
        if reader.subscriptions(trail.at).await?.len() >= Subscription::MAX {
            return Err(SubscriptionFailure::TooMany);
        }
        drop(reader);
        self.shake_hands(&subscription).await?;
        // What happens from now on is told.
        let told = self.store.read().await?.watermark(trail.at).await?;
        if let Some(state) = subscription.client_state.take() {
            subscription.client_state = Some(self.master_keys.seal(
                &*self.random,
                &seal_context(subscription.id),
                &state,
            ));
        }
        let input = (caller.clone(), subscription, told, trail);
        self.store
            .write_with(input, |writer, (caller, subscription, told, trail)| {
                Box::pin(async move {
                    let permit = may_watch(caller, subscription.watched)?;
                    let event = trail.done(Activity::AddSubscription, "", vec![target(None, subscription)]);
                    writer
                        .insert_subscription(&permit, subscription, told, &event)
                        .await?;
                    Ok(subscription.clone())
                })
            })
            .await
    }

    fn new_subscription(
        &self,
        wish: SubscriptionWish,
        watched: Watched,
        subscriber: Subscriber,
    ) -> Result<Subscription, SubscriptionFailure> {
        use SubscriptionFailure::Missing;
        let changes = wish.change_type.ok_or(Missing("changeType"))?;
        let notification_url = wish.notification_url.ok_or(Missing("notificationUrl"))?;
        let url = |property, text: &str| {
            HookUrl::parse(text).map_err(|error| SubscriptionFailure::Url { property, error })
        };
        let now = self.now();
        let expires_at = wish.expires_at.ok_or(Missing("expirationDateTime"))?;
        Subscription::check_end(expires_at, now)?;
        if let Some(version) = &wish.tls_version {
            Subscription::check_tls_version(version)?;
        }
        if wish
            .client_state
            .as_ref()
            .is_some_and(|state| state.chars().count() > Subscription::MAX_STATE)
        {
            return Err(SubscriptionError::ClientState.into());
        }
        Ok(Subscription {
            id: SubscriptionId::from_bytes(self.random_id()),
            subscriber,
            watched,
            resource: wish.resource.unwrap_or_default(),
            changes: ChangeType::parse_list(&changes, watched)?,
            notification_url: url("notificationUrl", &notification_url)?,
            lifecycle_url: wish
                .lifecycle_url
                .map(|text| url("lifecycleNotificationUrl", &text))
                .transpose()?,
            client_state: wish.client_state.map(String::into_bytes),
            tls_version: wish.tls_version,
            created_at: now,
            expires_at,
        })
    }

    /// Renews one of the caller's own subscriptions: from now on it stands on what the caller has now, and ends at this
    /// moment if one is named.
    ///
    /// # Errors
    /// [`SubscriptionFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn renew_subscription(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: SubscriptionId,
        end: Option<Timestamp>,
    ) -> Result<Subscription, SubscriptionFailure> {
        let input = (caller.clone(), id, end, self.trail(caller, info));
        self.store
            .write_with(input, |writer, (caller, id, end, trail)| {
                Box::pin(renew(writer, caller, *id, *end, trail))
            })
            .await?
    }

    /// Deletes one of the caller's own subscriptions.
    ///
    /// # Errors
    /// [`SubscriptionFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn unsubscribe(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: SubscriptionId,
    ) -> Result<(), SubscriptionFailure> {
        let input = (caller.clone(), id, self.trail(caller, info));
        self.store
            .write_with(input, |writer, (caller, id, trail)| {
                Box::pin(remove(writer, caller, *id, trail))
            })
            .await?
    }

    /// The text that the subscriber gave for knowing notifications by.
    fn client_state(&self, subscription: &Subscription) -> Result<Option<Secret<String>>, Fault> {
        let Some(sealed) = &subscription.client_state else {
            return Ok(None);
        };
        let broken = || Fault::Internal("a subscription's clientState can't be opened".to_owned());
        let opened = self
            .master_keys
            .open(&seal_context(subscription.id), sealed)
            .map_err(|_| broken())?;
        let text = String::from_utf8(opened.expose().clone()).map_err(|_| broken())?;
        Ok(Some(Secret::new(text)))
    }
}

pub(crate) fn seal_context(id: SubscriptionId) -> String {
    format!("subscription-client-state {id}")
}

/// In whose name the caller subscribes. Whoever may read nothing that can be subscribed to learns nothing of
/// subscriptions.
fn subscriber(caller: &Caller) -> Result<Subscriber, Denied> {
    let own = match caller {
        Caller::Person { id, .. } => *id,
        Caller::Application { .. } | Caller::Console => UserId::from_bytes([0; 16]),
    };
    let all = [
        Watched::Users,
        Watched::Groups,
        Watched::Audits,
        Watched::User(own),
    ];
    if all.iter().all(|watched| may_watch(caller, *watched).is_err()) {
        return Err(Denied::Permission);
    }
    Subscriber::of(caller).ok_or(Denied::Permission)
}

async fn own(
    reader: &mut Reader,
    subscriber: &Subscriber,
    id: SubscriptionId,
    now: Timestamp,
) -> Result<Subscription, SubscriptionFailure> {
    let found = reader.subscription(id, now).await?;
    found
        .filter(|stored| !stored.removed && stored.subscription.subscriber.is_same(subscriber))
        .map(|stored| stored.subscription)
        .ok_or(SubscriptionFailure::NoSuchSubscription)
}

/// The caller's own subscription and the permission to change it; a refusal is in the audit log.
async fn own_for_change(
    writer: &mut Writer,
    caller: &Caller,
    id: SubscriptionId,
    activity: Activity,
    trail: &Trail,
) -> Result<Result<(Subscription, Permit), Denied>, SubscriptionFailure> {
    let found = match subscriber(caller) {
        Ok(subscriber) => own(writer, &subscriber, id, trail.at).await?,
        Err(denied) => {
            let event = trail.refused(activity, &denied.to_string(), Vec::new());
            writer.record(&event).await?;
            return Ok(Err(denied));
        }
    };
    match may_watch(caller, found.watched) {
        Ok(permit) => Ok(Ok((found, permit))),
        Err(denied) => {
            let event = trail.refused(activity, &denied.to_string(), vec![target(None, &found)]);
            writer.record(&event).await?;
            Ok(Err(denied))
        }
    }
}

async fn renew(
    writer: &mut Writer,
    caller: &Caller,
    id: SubscriptionId,
    end: Option<Timestamp>,
    trail: &Trail,
) -> Result<Result<Subscription, SubscriptionFailure>, SubscriptionFailure> {
    let activity = Activity::UpdateSubscription;
    let (old, permit) = match own_for_change(writer, caller, id, activity, trail).await? {
        Ok(found) => found,
        Err(denied) => return Ok(Err(denied.into())),
    };
    let new = Subscription {
        subscriber: subscriber(caller)?,
        expires_at: end.unwrap_or(old.expires_at),
        ..old.clone()
    };
    Subscription::check_end(new.expires_at, trail.at)?;
    let event = trail.done(activity, "", vec![target(Some(&old), &new)]);
    writer.update_subscription(&permit, &new, &event).await?;
    Ok(Ok(new))
}

async fn remove(
    writer: &mut Writer,
    caller: &Caller,
    id: SubscriptionId,
    trail: &Trail,
) -> Result<Result<(), SubscriptionFailure>, SubscriptionFailure> {
    let activity = Activity::DeleteSubscription;
    let (old, permit) = match own_for_change(writer, caller, id, activity, trail).await? {
        Ok(found) => found,
        Err(denied) => return Ok(Err(denied.into())),
    };
    let event = trail.done(activity, "", vec![target(None, &old)]);
    writer.delete_subscription(&permit, id, &event).await?;
    Ok(Ok(()))
}

/// Whether the one user or group that it is about is there.
async fn check_there(reader: &mut Reader, subscription: &Subscription) -> Result<(), SubscriptionFailure> {
    let (there, id) = match subscription.watched {
        Watched::User(id) => (reader.user_by_id(id).await?.is_some(), id.to_string()),
        Watched::Group(id) | Watched::GroupMembers(id) => (reader.group(id).await?.is_some(), id.to_string()),
        Watched::Users | Watched::Groups | Watched::Audits => return Ok(()),
    };
    there.then_some(()).ok_or(SubscriptionFailure::NoSuchResource(id))
}

/// A subscription as the target of an event, never with its `clientState`.
fn target(old: Option<&Subscription>, subscription: &Subscription) -> AuditTarget {
    let end = |subscription: &Subscription| subscription.expires_at.to_rfc3339();
    let new = end(subscription);
    let words: Vec<_> = subscription.changes.iter().map(ChangeType::to_string).collect();
    let mut modified = vec![ModifiedProperty::text(
        "ExpirationDateTime",
        old.map(end).as_deref(),
        Some(&new),
    )];
    if old.is_none() {
        modified.extend([
            ModifiedProperty::text("Resource", None, Some(&subscription.resource)),
            ModifiedProperty::text("ChangeType", None, Some(&words.join(","))),
            ModifiedProperty::text(
                "NotificationUrl",
                None,
                Some(shown(&subscription.notification_url)),
            ),
        ]);
    }
    AuditTarget {
        kind: TargetKind::Subscription,
        id: subscription.id.to_string(),
        display_name: Some(subscription.resource.clone()),
        upn: None,
        modified,
    }
}

/// The address without its query, which may hold the receiver's key.
fn shown(url: &HookUrl) -> &str {
    url.as_str().split('?').next().unwrap_or_default()
}
