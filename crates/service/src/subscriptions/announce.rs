//! From the audit log into the queue of deliveries.
//!
//! Each change writes its record in its own transaction: that is what happened, and nothing more is written for those
//! who listen, so that nobody's sign-in is slower because somebody does. Each subscription has a mark in the log, up to
//! which it was told. A step reads on from the marks and, in one transaction for all, moves them and queues what was
//! found: what happened is queued once, whichever node does it and whenever that node dies.
//!
//! For a subscription of which something still waits in the queue nothing is read on. So whoever does not answer has a
//! few notifications waiting, never thousands, and is in nobody's way; the rest waits in the log.

use latchkey_domain::{Delivery, Message, News, Subscription, SubscriptionId, Timestamp};
use latchkey_store::{StoreError, StoredAudit, StoredSubscription, Watermark};

use crate::{Fault, Service};

/// Records of the log that one step reads.
const RECORDS: u32 = 500;
/// Most things told in one notification.
const NEWS: usize = 50;

/// What one subscription is to be told.
struct Step {
    subscription: SubscriptionId,
    from: Watermark,
    to: Watermark,
    messages: Vec<Message>,
}

impl Service {
    /// Queues what subscribers want to hear of, as far as it has happened since they were last told. True: there may be
    /// more once the queue is empty, call again at once.
    ///
    /// # Errors
    /// [`Fault`] when the store fails: nothing was queued, and nothing is lost.
    pub async fn announce_changes(&self) -> Result<bool, Fault> {
        let now = self.now();
        let mut reader = self.store.snapshot().await?;
        let mut standing = reader.subscriptions(now).await?;
        standing.retain(|stored| !stored.removed);
        if standing.is_empty() {
            return Ok(false);
        }
        let busy = reader.subscriptions_waiting().await?;
        let end = reader.watermark(now).await?;
        let (mut steps, mut more) = (Vec::new(), false);
        let free = |stored: &&StoredSubscription| !busy.contains(&stored.subscription.id);
        for from in marks(standing.iter().filter(free)) {
            if from == end {
                continue;
            }
            let records = reader.audits_between(&from, &end, RECORDS).await?;
            let full = u32::try_from(records.len()).is_ok_and(|count| count >= RECORDS);
            more |= full;
            let to = match records.last() {
                Some(last) if full => from.reached(last.seq, &end),
                _ => end.clone(),
            };
            for stored in standing.iter().filter(free).filter(|stored| stored.told == from) {
                steps.push(Step {
                    subscription: stored.subscription.id,
                    from: from.clone(),
                    to: to.clone(),
                    messages: messages(&stored.subscription, &records, now),
                });
            }
        }
        drop(reader);
        let ending: Vec<Subscription> = standing
            .into_iter()
            .filter(|stored| !stored.reminded && stored.subscription.wants_reminder(now))
            .map(|stored| stored.subscription)
            .collect();
        if !steps.is_empty() || !ending.is_empty() {
            self.queue(steps, ending, now).await?;
        }
        Ok(more)
    }

    async fn queue(&self, steps: Vec<Step>, ending: Vec<Subscription>, now: Timestamp) -> Result<(), Fault> {
        self.store
            .write_with((steps, ending), move |writer, (steps, ending)| {
                Box::pin(async move {
                    for step in steps {
                        writer
                            .tell_subscription(step.subscription, (&step.from, &step.to), &step.messages, now)
                            .await?;
                    }
                    for subscription in ending {
                        writer.remind_subscriber(subscription, now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}

/// The different marks: mostly one, since all subscriptions are told together.
fn marks<'a>(standing: impl Iterator<Item = &'a StoredSubscription>) -> Vec<Watermark> {
    let mut marks: Vec<Watermark> = Vec::new();
    for stored in standing {
        if !marks.contains(&stored.told) {
            marks.push(stored.told.clone());
        }
    }
    marks
}

fn messages(subscription: &Subscription, records: &[StoredAudit], now: Timestamp) -> Vec<Message> {
    let found: Vec<(i64, News)> = records
        .iter()
        // What happened longer ago nobody waits for any more: it was said that something was missed.
        .filter(|record| now < record.event.at + Delivery::PATIENCE)
        .filter_map(|record| Some((record.seq, subscription.news(&record.event)?)))
        .collect();
    found
        .chunks(NEWS)
        .map(|chunk| {
            let mut told: Vec<News> = Vec::new();
            for (_, news) in chunk {
                // The same user changed twice in a moment: once is enough.
                if !told.contains(news) {
                    told.push(news.clone());
                }
            }
            Message::Changes {
                subscription: subscription.id,
                first: chunk.first().map_or(0, |(seq, _)| *seq),
                news: told,
            }
        })
        .collect()
}
