//! From the queue to whoever is to read it.
//!
//! The queue names a record of the audit log and a reader; the letter is made anew at each attempt, so that it goes to
//! the address of that moment, and no address and no name lies in the queue.

use latchkey_domain::{AuditId, NOTICE_ROLES, Notice, NoticeReader, TextProperty, User};
use latchkey_store::{Reader, StoreError};

use crate::deliveries::Outcome;
use crate::{Account, Fault, Letter, LetterAbout, MailError, Service};

impl Service {
    /// Sends one notice to one reader.
    pub(crate) async fn send_notice(&self, record: AuditId, reader: &NoticeReader) -> Result<Outcome, Fault> {
        let Some(letter) = self.letter(record, reader).await? else {
            return Ok(Outcome::Moot);
        };
        Ok(match self.outbound.send_mail(letter).await {
            Ok(()) => Outcome::Arrived,
            Err(MailError::NotNow(reason)) => Outcome::Failed(reason),
            Err(MailError::Never(reason)) => Outcome::Hopeless(reason),
        })
    }

    /// The letter; none: nobody is to read it any more, or nobody can.
    async fn letter(&self, record: AuditId, reader: &NoticeReader) -> Result<Option<Letter>, Fault> {
        let mut store = self.store.read().await?;
        let stored = store.audit(record).await?;
        let Some(notice) = stored.and_then(|stored| Notice::of(&stored.event)) else {
            return Ok(None);
        };
        let Some(person) = store.user_by_id(notice.user).await? else {
            return Ok(None);
        };
        let account = Account {
            display_name: person.display_name.clone(),
            upn: person.upn.to_string(),
        };
        let (to, about) = match reader {
            NoticeReader::Person => (Some(person), LetterAbout::Own(notice, account)),
            NoticeReader::Manager => {
                let manager = store.manager_of(notice.user).await?;
                (manager, LetterAbout::Report(notice, account))
            }
            NoticeReader::Administrator(id) => {
                let administrator = match store.user_by_id(*id).await? {
                    Some(user) if is_administrator(&mut store, &user).await? => Some(user),
                    _ => None,
                };
                (administrator, LetterAbout::Administrators(notice, account))
            }
        };
        drop(store);
        let id = format!("{record}.{}", reader.key());
        Ok(to.and_then(|to| self.letter_to(&to, id, about)))
    }

    /// A letter to somebody; none: they have no mail address.
    fn letter_to(&self, to: &User, id: String, about: LetterAbout) -> Option<Letter> {
        Some(Letter {
            address: to.text.get(TextProperty::Mail)?.to_owned(),
            name: to.display_name.clone(),
            language: to.text.get(TextProperty::PreferredLanguage).map(str::to_owned),
            id,
            sent_at: self.now(),
            tenant: self.branding().display_name.clone(),
            origin: self.settings.origin.clone(),
            about,
        })
    }
}

async fn is_administrator(reader: &mut Reader, user: &User) -> Result<bool, StoreError> {
    let roles = reader.roles_of(user.id.into()).await?;
    Ok(user.account_enabled && NOTICE_ROLES.iter().any(|role| roles.contains(role)))
}
