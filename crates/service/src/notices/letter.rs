//! From the queue to whoever is to read it.
//!
//! The queue names a record of the audit log and a reader; the letter is made anew at each attempt, so that it goes to
//! the address of that moment, and no address and no name lies in the queue.

use latchkey_domain::{AuditId, MailAddress, NOTICE_ROLES, Notice, NoticeReader, TextProperty, User};
use latchkey_store::{Reader, StoreError};

use crate::deliveries::Outcome;
use crate::{Account, Fault, Letter, LetterAbout, MailError, Service};

impl Service {
    /// Sends one notice to one reader.
    pub(crate) async fn send_notice(&self, record: AuditId, reader: &NoticeReader) -> Result<Outcome, Fault> {
        if *reader == NoticeReader::Webhook {
            return match self.notice_request(record).await? {
                Some(request) => Ok(self.call(request).await),
                None => Ok(Outcome::Moot),
            };
        }
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
            NoticeReader::AdministratorsAddress => {
                let settings = store.notice_settings().await?;
                drop(store);
                let about = LetterAbout::Administrators(notice, account);
                let id = format!("{record}.{}", reader.key());
                let tenant = self.branding().display_name.clone();
                let to = |address: MailAddress| self.letter_at(address.to_string(), tenant, id, about);
                return Ok(settings.administrators.map(to));
            }
            NoticeReader::Webhook => return Ok(None),
        };
        drop(store);
        let id = format!("{record}.{}", reader.key());
        Ok(to.and_then(|to| self.letter_to(&to, id, about)))
    }

    /// A letter to somebody; none: they have no mail address.
    pub(super) fn letter_to(&self, to: &User, id: String, about: LetterAbout) -> Option<Letter> {
        let address = to.text.get(TextProperty::Mail)?.to_owned();
        let language = to.text.get(TextProperty::PreferredLanguage);
        Some(Letter {
            language: language.map(str::to_owned),
            ..self.letter_at(address, to.display_name.clone(), id, about)
        })
    }

    /// A letter to an address and the name that belongs to it.
    fn letter_at(&self, address: String, name: String, id: String, about: LetterAbout) -> Letter {
        Letter {
            address,
            name,
            language: None,
            id,
            sent_at: self.now(),
            tenant: self.branding().display_name.clone(),
            origin: self.settings.origin.clone(),
            about,
        }
    }
}

async fn is_administrator(reader: &mut Reader, user: &User) -> Result<bool, StoreError> {
    let roles = reader.roles_of(user.id.into()).await?;
    Ok(user.account_enabled && NOTICE_ROLES.iter().any(|role| roles.contains(role)))
}
