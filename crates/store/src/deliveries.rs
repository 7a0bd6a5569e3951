//! The queue of what others are to hear of: filled by the change that they hear of, in its transaction; emptied by one
//! node at a time.

use latchkey_domain::{Delivery, Message, Receiver, Timestamp};

use crate::conditions::Conditions;
use crate::row::{FromRow, Row};
use crate::sessions::Ending;
use crate::value::params;
use crate::{Reader, Result, Writer, json};

const DELIVERY: &str = "document, created_at, attempts";

/// A part of the queue that is worked off by itself: nobody waits for those of another part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Calls to applications and subscribers.
    Calls,
    /// Notices by mail.
    Mail,
    /// Notices to the tenant's webhook.
    Webhook,
}

impl Lane {
    /// The keys of notices begin with `notice`, their way out and a space each, which `!` follows.
    const fn condition(self) -> &'static str {
        match self {
            Self::Calls => "(key < 'notice ' OR key >= 'notice!')",
            Self::Mail => "key >= 'notice mail ' AND key < 'notice mail!'",
            Self::Webhook => "key >= 'notice webhook ' AND key < 'notice webhook!'",
        }
    }
}

/// Deliveries that are due in a part of the queue, but for these receivers, whose ids end their keys or stand between two
/// spaces in them.
fn due<'a>(lane: Lane, now: &'a Timestamp, except: &'a [String]) -> Conditions<'a> {
    let mut list = Conditions::default();
    list.and("due_at <= ?", now);
    list.and_text(lane.condition());
    for pattern in except {
        list.and("key NOT LIKE ?", pattern);
    }
    list
}

fn patterns(receivers: &[Receiver]) -> Vec<String> {
    let mut patterns = Vec::new();
    for receiver in receivers {
        match receiver {
            Receiver::Application(client) => patterns.push(format!("% {client}")),
            Receiver::Subscriber(subscription) => patterns.push(format!("% {subscription} %")),
            Receiver::Subscribers => patterns.extend(["changes %", "lifecycle %"].map(str::to_owned)),
        }
    }
    patterns
}

impl FromRow for Delivery {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            message: json::read(row.text(0)?)?,
            created_at: row.get(1)?,
            attempts: row.get(2)?,
        })
    }
}

/// The applications to call when sessions end.
pub(crate) fn called_at_end(condition: &str) -> String {
    format!(
        "SELECT DISTINCT a.client_id, s.user_id, s.id FROM sessions s \
         JOIN authorizations a ON a.user_id = s.user_id AND a.session_id = s.id \
         JOIN client_registrations r ON r.client_id = a.client_id \
         WHERE r.back_channel_logout = 1 AND {condition}"
    )
}

impl Reader {
    /// Whether a delivery is due to anybody but these receivers.
    pub async fn is_delivery_due(&mut self, lane: Lane, now: Timestamp, except: &[Receiver]) -> Result<bool> {
        let except = patterns(except);
        let list = due(lane, &now, &except);
        let sql = format!("SELECT key FROM deliveries {} LIMIT 1", list.text());
        let found: Vec<(String,)> = self.query_any(&sql, list.values()).await?;
        Ok(!found.is_empty())
    }

    /// How many messages wait to be delivered.
    pub async fn deliveries_waiting(&mut self) -> Result<u64> {
        let (count,): (i64,) = self
            .query_one("SELECT count(*) FROM deliveries", params![])
            .await?;
        Ok(count.unsigned_abs())
    }
}

impl Writer {
    /// Puts a message into the queue, unless it waits there already.
    pub(crate) async fn enqueue(&mut self, message: &Message, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO deliveries (key, document, created_at, due_at, attempts) \
            VALUES (?1, ?2, ?3, ?3, 0) ON CONFLICT DO NOTHING";
        self.execute(sql, params![message.key(), json::write(message)?, now])
            .await
            .map(drop)
    }

    /// Tells applications that sessions end, as far as they want to be called.
    pub(crate) async fn announce_end(&mut self, which: Ending, now: Timestamp) -> Result<()> {
        let (condition, values) = which.condition();
        let rows: Vec<(_, _, _)> = self.query_all(&called_at_end(condition), &values).await?;
        for (client, user, session) in rows {
            let message = Message::Logout {
                client,
                user,
                session,
            };
            self.enqueue(&message, now).await?;
        }
        Ok(())
    }

    /// Takes up to `limit` deliveries that are due to anybody but these receivers. Whoever took one has [`Delivery::LEASE`] for it; if nothing is heard
    /// of it by then, it is due again.
    pub async fn take_deliveries(
        &mut self,
        lane: Lane,
        now: Timestamp,
        limit: u32,
        except: &[Receiver],
    ) -> Result<Vec<Delivery>> {
        let (except, lease) = (patterns(except), now + Delivery::LEASE);
        let mut list = due(lane, &now, &except);
        let (now, lease, limit) = (list.bind(&now), list.bind(&lease), list.bind(&limit));
        // The second condition is for engines on which another node may have taken one since it was chosen.
        let sql = format!(
            "UPDATE deliveries SET due_at = {lease}, attempts = attempts + 1 WHERE key IN \
             (SELECT key FROM deliveries {} ORDER BY due_at, key LIMIT {limit}) \
             AND due_at <= {now} \
             RETURNING {DELIVERY}",
            list.text()
        );
        self.query_any(&sql, list.values()).await
    }

    /// A delivery arrived, is of no use any more, or is given up: it leaves the queue.
    pub async fn finish_delivery(&mut self, delivery: &Delivery) -> Result<()> {
        self.execute(
            "DELETE FROM deliveries WHERE key = ?1",
            params![delivery.message.key()],
        )
        .await
        .map(drop)
    }

    /// A delivery is given up: it leaves the queue, and whoever is told of that is.
    pub async fn give_up_delivery(&mut self, delivery: &Delivery, now: Timestamp) -> Result<()> {
        self.finish_delivery(delivery).await?;
        match delivery.message.when_given_up() {
            Some(message) => self.enqueue(&message, now).await,
            None => Ok(()),
        }
    }

    /// An attempt failed; there will be another one. If its time was up and somebody else took the delivery meanwhile,
    /// nothing happens.
    pub async fn postpone_delivery(&mut self, delivery: &Delivery, next: Timestamp) -> Result<()> {
        let sql = "UPDATE deliveries SET due_at = ?3 WHERE key = ?1 AND attempts = ?2";
        self.execute(sql, params![delivery.message.key(), delivery.attempts, next])
            .await
            .map(drop)
    }
}
