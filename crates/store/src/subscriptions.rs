//! Subscriptions to changes, a document each, with how far each was told.
//!
//! The audit log is the queue of what happened: each change writes its record in its own transaction, whether somebody
//! listens or not. From there it goes, once for each subscription, into the queue of deliveries.

use std::collections::BTreeSet;

use latchkey_domain::{AuditEvent, LifecycleEvent, Message, Permit, Subscription, SubscriptionId, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Watermark, Writer, json};

/// A subscription with how far it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubscription {
    /// Itself.
    pub subscription: Subscription,
    /// How far in the audit log.
    pub told: Watermark,
    /// Its subscriber was reminded of its end.
    pub reminded: bool,
    /// It ended before its time.
    pub removed: bool,
}

const SUBSCRIPTION: &str = "document, told, reminded_for, removed";

/// The keys of [`Message::Changes`] in the queue: they begin with `changes` and a space, which `!` follows.
pub(crate) const CHANGES_WAITING: &str =
    "SELECT key FROM deliveries WHERE key >= 'changes ' AND key < 'changes!'";

impl FromRow for StoredSubscription {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let told = row
            .text(1)?
            .parse()
            .map_err(|_| StoreError::Corrupt("a subscription's mark is unreadable".to_owned()))?;
        let subscription: Subscription = json::read(row.text(0)?)?;
        Ok(Self {
            reminded: row.get::<Timestamp>(2)? == subscription.expires_at,
            subscription,
            told,
            removed: row.get(3)?,
        })
    }
}

impl Reader {
    /// All subscriptions that have not expired, oldest first; those too that ended before their time.
    pub async fn subscriptions(&mut self, now: Timestamp) -> Result<Vec<StoredSubscription>> {
        let sql = format!("SELECT {SUBSCRIPTION} FROM subscriptions WHERE expires_at > ?1");
        let mut all: Vec<StoredSubscription> = self.query_all(&sql, params![now]).await?;
        all.sort_by_key(|stored| (stored.subscription.created_at, stored.subscription.id));
        Ok(all)
    }

    /// The subscriptions for which changes wait in the queue of deliveries.
    pub async fn subscriptions_waiting(&mut self) -> Result<BTreeSet<SubscriptionId>> {
        let rows: Vec<(String,)> = self.query_all(CHANGES_WAITING, params![]).await?;
        let id = |(key,): (String,)| key.split(' ').nth(1)?.parse().ok();
        Ok(rows.into_iter().filter_map(id).collect())
    }

    /// The subscription with this id, unless it has expired.
    pub async fn subscription(
        &mut self,
        id: SubscriptionId,
        now: Timestamp,
    ) -> Result<Option<StoredSubscription>> {
        let sql = format!("SELECT {SUBSCRIPTION} FROM subscriptions WHERE id = ?1 AND expires_at > ?2");
        self.query_opt(&sql, params![id, now]).await
    }
}

impl Writer {
    /// Adds a subscription that is told of everything behind the mark.
    pub async fn insert_subscription(
        &mut self,
        _: &Permit,
        subscription: &Subscription,
        told: &Watermark,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO subscriptions (id, document, expires_at, told, reminded_for, removed) \
            VALUES (?1, ?2, ?3, ?4, 0, 0)";
        let document = json::write(subscription)?;
        let told = told.to_string();
        let values = params![subscription.id, document, subscription.expires_at, told];
        self.execute(sql, values).await?;
        self.insert_audit(event).await
    }

    /// Puts a changed subscription in place of the one before. False: there is none that stands.
    pub async fn update_subscription(
        &mut self,
        _: &Permit,
        subscription: &Subscription,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "UPDATE subscriptions SET document = ?2, expires_at = ?3 WHERE id = ?1 AND removed = 0";
        let document = json::write(subscription)?;
        let touched = self
            .execute(sql, params![subscription.id, document, subscription.expires_at])
            .await?;
        self.recorded(touched, event).await
    }

    /// Deletes a subscription. False: there is none.
    pub async fn delete_subscription(
        &mut self,
        _: &Permit,
        id: SubscriptionId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM subscriptions WHERE id = ?1";
        let deleted = self.execute(sql, params![id]).await?;
        self.recorded(deleted, event).await
    }

    /// Ends a subscription before its time, and lets its subscriber be told of that. False: it does not stand any more.
    pub async fn withdraw_subscription(
        &mut self,
        _: &Permit,
        id: SubscriptionId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "UPDATE subscriptions SET removed = 1 WHERE id = ?1 AND removed = 0";
        let touched = self.execute(sql, params![id]).await?;
        if touched > 0 {
            let message = Message::Lifecycle {
                subscription: id,
                event: LifecycleEvent::SubscriptionRemoved,
            };
            self.enqueue(&message, event.at).await?;
        }
        self.recorded(touched, event).await
    }

    /// Moves a subscription's mark and puts what was found between the two into the queue of deliveries. False: another
    /// node has done so, or the subscription is gone; nothing happened.
    pub async fn tell_subscription(
        &mut self,
        id: SubscriptionId,
        marks: (&Watermark, &Watermark),
        messages: &[Message],
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE subscriptions SET told = ?3 WHERE id = ?1 AND told = ?2";
        let (from, to) = (marks.0.to_string(), marks.1.to_string());
        let values = params![id, from, to];
        if self.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        for message in messages {
            self.enqueue(message, now).await?;
        }
        Ok(true)
    }

    /// Reminds a subscriber of the subscription's end, once for each end.
    pub async fn remind_subscriber(&mut self, subscription: &Subscription, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE subscriptions SET reminded_for = expires_at \
            WHERE id = ?1 AND expires_at = ?2 AND reminded_for <> expires_at AND removed = 0";
        let values = params![subscription.id, subscription.expires_at];
        if self.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        let message = Message::Lifecycle {
            subscription: subscription.id,
            event: LifecycleEvent::ReauthorizationRequired,
        };
        self.enqueue(&message, now).await?;
        Ok(true)
    }
}
