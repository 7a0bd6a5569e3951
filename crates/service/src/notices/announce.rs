//! From the audit log into the queue of deliveries.
//!
//! The mark says how far in the log people were told. A step reads on from it and, in one transaction, moves it and
//! queues what was found: each notice is queued once, whichever node does it and whenever that node dies
//! (`docs/decisions/0018-notices-read-the-audit-log.md`).

use latchkey_domain::{
    Audience, Delivery, Message, NOTICE_ROLES, Notice, NoticeKind, NoticeReader, NoticeSettings,
    TextProperty, Timestamp,
};
use latchkey_store::{Reader, StoreError, StoredAudit, Watermark};

use super::{MAIL, WEBHOOK};
use crate::{Fault, Service};

/// Records of the log that one step reads.
const RECORDS: u32 = 200;
/// With so many waiting in the queue nothing is read on: while the mail server is down the rest waits in the log.
const MOST_WAITING: u64 = 1000;
/// The most administrators that one notice goes to.
const ADMINISTRATORS: u32 = 50;

impl Service {
    /// Lets notices begin, if mail can leave and none was sent before: from here on people are told of what happens.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn begin_notices(&self) -> Result<(), Fault> {
        if self.outbound.mail().is_none() {
            return Ok(());
        }
        let mut reader = self.store.snapshot().await?;
        if reader.notice_channel(MAIL).await?.is_some() {
            return Ok(());
        }
        let told = reader.watermark(self.now()).await?;
        drop(reader);
        self.store
            .write_with(told, |writer, told| {
                Box::pin(async move { writer.begin_notices(MAIL, told).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Queues notices of what happened since people were last told. True: there may be more, call again at once.
    ///
    /// # Errors
    /// [`Fault`] when the store fails: nothing was queued, and nothing is lost.
    pub async fn announce_notices(&self) -> Result<bool, Fault> {
        let settings = self.store.read().await?.notice_settings().await?;
        let (mail, webhook) = (self.outbound.mail().is_some(), settings.webhook.is_some());
        let mut more = false;
        for (channel, open) in [(MAIL, mail), (WEBHOOK, webhook)] {
            more |= open && self.announce_by(channel, &settings).await?;
        }
        Ok(more)
    }

    async fn announce_by(&self, channel: &'static str, settings: &NoticeSettings) -> Result<bool, Fault> {
        let mut reader = self.store.snapshot().await?;
        let Some(found) = reader.notice_channel(channel).await? else {
            return Ok(false);
        };
        let told = found.told;
        if told.is_at(reader.newest_audit().await?) || reader.notices_waiting(channel).await? >= MOST_WAITING
        {
            return Ok(false);
        }
        let now = self.now();
        let end = reader.watermark(now).await?;
        if told == end {
            return Ok(false);
        }
        // What happened longer ago nobody waits for any more.
        let too_old = reader
            .newest_audit_before(now - Delivery::PATIENCE_OF_NOTICES)
            .await?;
        let from = told.after_all(too_old);
        let records = reader
            .audits_of_between(&from, &end, &NoticeKind::ACTIVITIES, RECORDS)
            .await?;
        let full = u32::try_from(records.len()).is_ok_and(|count| count >= RECORDS);
        let to = match records.last() {
            Some(last) if full => from.reached(last.seq, &end),
            _ => end,
        };
        let mut messages = Vec::new();
        for record in &records {
            let found = notices(&mut reader, settings, record).await?;
            messages.extend(found.into_iter().filter(|message| message.is_notice_by(channel)));
        }
        drop(reader);
        self.queue_notices(channel, (told, to), messages, now).await?;
        Ok(full)
    }

    async fn queue_notices(
        &self,
        channel: &'static str,
        marks: (Watermark, Watermark),
        messages: Vec<Message>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.store
            .write_with((marks, messages), move |writer, ((from, to), messages)| {
                Box::pin(async move { writer.queue_notices(channel, (from, to), messages, now).await })
            })
            .await
            .map(drop)
            .map_err(|error: StoreError| error.into())
    }
}

/// The notices of one record, one for each reader who can be reached.
async fn notices(
    reader: &mut Reader,
    settings: &NoticeSettings,
    record: &StoredAudit,
) -> Result<Vec<Message>, StoreError> {
    let Some(notice) = Notice::of(&record.event) else {
        return Ok(Vec::new());
    };
    let mut readers = Vec::new();
    let tells = |audience| settings.tells(notice.kind, audience);
    if tells(Audience::Person) {
        let person = reader.user_by_id(notice.user).await?;
        if person.is_some_and(|person| person.text.get(TextProperty::Mail).is_some()) {
            readers.push(NoticeReader::Person);
        }
    }
    if tells(Audience::Manager) {
        let manager = reader.manager_of(notice.user).await?;
        if manager.is_some_and(|manager| manager.text.get(TextProperty::Mail).is_some()) {
            readers.push(NoticeReader::Manager);
        }
    }
    if tells(Audience::Webhook) && settings.webhook.is_some() {
        readers.push(NoticeReader::Webhook);
    }
    if tells(Audience::Administrators) && settings.administrators.is_some() {
        readers.push(NoticeReader::AdministratorsAddress);
    } else if tells(Audience::Administrators) {
        let holders = reader
            .role_holders_with_mail(&NOTICE_ROLES, ADMINISTRATORS)
            .await?;
        // Nobody gets two mails of the same.
        let others = holders.into_iter().filter(|holder| *holder != notice.user);
        readers.extend(others.map(NoticeReader::Administrator));
    }
    let message = |reader| Message::Notice {
        record: record.event.id,
        reader,
    };
    Ok(readers.into_iter().map(message).collect())
}
