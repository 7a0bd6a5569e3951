//! Who hears of what: shown, changed, tried out.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_domain::{
    Action, Activity, Audience, AuditTarget, Caller, Denied, HookUrl, InvalidHookUrl, MailAddress,
    ModifiedProperty, NoticeKind, NoticeSettings, TargetKind, TenantId, may,
};
use latchkey_store::{NoticeChannel, StoreError};

use super::{MAIL, WEBHOOK};
use crate::{AccessError, Fault, LetterAbout, MailError, MailSetup, RequestInfo, Service};

/// What there is to know about notices.
#[derive(Debug, Clone)]
pub struct NoticeDesk {
    /// Who hears of what.
    pub settings: NoticeSettings,
    /// How mail leaves; none: it doesn't.
    pub setup: Option<MailSetup>,
    /// How it goes with mail, once it has begun.
    pub mail: Option<NoticeChannel>,
    /// How it goes with the webhook, once it has begun.
    pub webhook: Option<NoticeChannel>,
}

/// What the settings are to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeWish {
    /// The audiences of each kind.
    pub told: BTreeMap<NoticeKind, BTreeSet<Audience>>,
    /// The address that stands for all administrators; empty: each of them.
    pub administrators: String,
    /// The webhook's address; empty: there is none.
    pub webhook: String,
}

/// Why settings were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The administrators' address is none.
    #[error("the administrators' address is not a mail address")]
    Administrators,
    /// The webhook's address can't be called.
    #[error(transparent)]
    Webhook(#[from] InvalidHookUrl),
    /// The webhook's address is in a network of our own, and the operator doesn't name it.
    #[error("the webhook's address is not on the open internet")]
    WebhookInside,
    /// The caller has no mail address, for a test.
    #[error("the account has no mail address")]
    NoAddress,
    /// The test mail did not leave.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for NoticeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<AccessError> for NoticeError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::Fault(Fault::Internal("nobody was named".to_owned())),
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// Who hears of what, and how it goes.
    ///
    /// # Errors
    /// [`NoticeError::Denied`], [`NoticeError::Fault`]
    pub async fn show_notice_settings(&self, caller: &Caller) -> Result<NoticeDesk, NoticeError> {
        may(caller, Action::WriteNotices, None)?;
        let mut reader = self.store.read().await?;
        Ok(NoticeDesk {
            settings: reader.notice_settings().await?,
            setup: self.outbound.mail(),
            mail: reader.notice_channel(MAIL).await?,
            webhook: reader.notice_channel(WEBHOOK).await?,
        })
    }

    /// Changes who hears of what. A webhook that is new hears of what happens from now on.
    ///
    /// # Errors
    /// [`NoticeError`]; a refusal for lack of permission is in the audit log.
    pub async fn change_notice_settings(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: NoticeWish,
    ) -> Result<(), NoticeError> {
        let (trail, activity) = (self.trail(caller, info), Activity::UpdateNotices);
        let permit = self
            .permit_or_record(caller, &trail, Action::WriteNotices, activity, Vec::new())
            .await?;
        let address = Some(wish.administrators.as_str()).filter(|text| !text.is_empty());
        let address = address.map(|text| MailAddress::parse(text).ok_or(NoticeError::Administrators));
        let webhook = Some(wish.webhook.as_str()).filter(|text| !text.is_empty());
        let new = NoticeSettings {
            told: wish.told,
            administrators: address.transpose()?,
            webhook: webhook.map(HookUrl::parse).transpose()?,
        };
        // Nothing would ever arrive there.
        if let Some(webhook) = &new.webhook
            && !self.outbound.lets_pass(webhook.host())
        {
            return Err(NoticeError::WebhookInside);
        }
        let input = (permit, trail, self.tenant.id, new);
        self.store
            .write_with(input, move |writer, (permit, trail, tenant, new)| {
                Box::pin(async move {
                    let old = writer.notice_settings().await?;
                    if *new == old {
                        return Ok(());
                    }
                    let event = trail.done(activity, "", vec![target(*tenant, &old, new)]);
                    writer.save_notice_settings(permit, new, &event).await?;
                    match (&old.webhook, &new.webhook) {
                        (None, Some(_)) => {
                            let here = writer.watermark(trail.at).await?;
                            writer.begin_notices(WEBHOOK, &here).await
                        }
                        (Some(_), None) => writer.end_notices(WEBHOOK).await,
                        _ => Ok(()),
                    }
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Sends a mail to the caller, at once, and says what became of it.
    ///
    /// # Errors
    /// [`NoticeError`]
    pub async fn send_test_mail(&self, caller: &Caller) -> Result<String, NoticeError> {
        may(caller, Action::WriteNotices, None)?;
        let Caller::Person { id, .. } = caller else {
            return Err(NoticeError::NoAddress);
        };
        let user = self.store.read().await?.user_by_id(*id).await?;
        let random = latchkey_domain::CorrelationId::from_bytes(self.random_id());
        let letter = user
            .as_ref()
            .and_then(|user| self.letter_to(user, format!("{random}.test"), LetterAbout::Test))
            .ok_or(NoticeError::NoAddress)?;
        let address = letter.address.clone();
        self.outbound.send_mail(letter).await?;
        Ok(address)
    }
}

/// What was changed: of each kind its audiences; of the webhook's address no query, which may hold its receiver's key.
fn target(tenant: TenantId, old: &NoticeSettings, new: &NoticeSettings) -> AuditTarget {
    let properties = |of: &NoticeSettings| {
        let mut all: Vec<(String, Option<String>)> = NoticeKind::ALL
            .into_iter()
            .map(|kind| (kind.as_str().to_owned(), Some(of.words(kind))))
            .collect();
        let address = of.administrators.as_ref().map(ToString::to_string);
        all.push(("administratorsAddress".to_owned(), address));
        let webhook = of.webhook.as_ref();
        let shown = webhook.map(|url| url.as_str().split('?').next().unwrap_or_default().to_owned());
        all.push(("webhook".to_owned(), shown));
        all
    };
    let modified = properties(old)
        .into_iter()
        .zip(properties(new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(&name, old.as_deref(), new.as_deref()));
    AuditTarget {
        kind: TargetKind::Directory,
        id: tenant.to_string(),
        display_name: None,
        upn: None,
        modified: modified.collect(),
    }
}
