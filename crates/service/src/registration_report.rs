//! Who registered what to sign in with (sign-in contract 12.3, Graph contract 11.4).

use latchkey_domain::{Action, Caller, Timestamp, User, UserId, UserRef, may};
use latchkey_store::{Reader, StoreError, UserFilter};

use crate::Service;
use crate::authorize::AccessError;

/// The most accounts that are looked at for one page, however few of them fit.
const MOST_READ: u32 = 5000;
/// Accounts that are read at once.
const BATCH: u32 = 500;

/// What somebody registered.
#[derive(Debug, Clone)]
pub struct RegistrationDetails {
    /// Who.
    pub user: User,
    /// Holds a directory role.
    pub is_admin: bool,
    /// Has passkeys that stay in one device.
    pub device_bound_passkey: bool,
    /// Has passkeys that travel between devices.
    pub synced_passkey: bool,
    /// Has an authenticator app.
    pub totp: bool,
    /// Has a pass, usable or not.
    pub pass: bool,
    /// The strongest second factor is asked for first.
    pub system_preferred: bool,
    /// When the newest of these was registered; when the account was made if there is none.
    pub updated_at: Timestamp,
}

impl RegistrationDetails {
    /// Can sign in without a password. A pass makes nobody so.
    pub const fn is_passwordless(&self) -> bool {
        self.device_bound_passkey || self.synced_passkey
    }

    /// Registered more than a password. A pass does not count.
    pub const fn is_mfa(&self) -> bool {
        self.is_passwordless() || self.totp
    }
}

/// A page of the report.
#[derive(Debug, Clone, Default)]
pub struct RegistrationPage {
    /// In the order of the names.
    pub items: Vec<RegistrationDetails>,
    /// The name key after which the next page begins; none: this is the last one.
    pub next: Option<String>,
}

impl Service {
    /// A page of the report about the accounts that may sign in, as far as they fit. It may be short though more
    /// follows, since what nobody can look up is looked at one by one.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn registration_report(
        &self,
        caller: &Caller,
        filter: Option<&UserFilter>,
        fits: impl Fn(&RegistrationDetails) -> bool + Send + Sync,
        after: Option<String>,
        limit: u32,
    ) -> Result<RegistrationPage, AccessError> {
        may(caller, Action::ReadRegistrations, None)?;
        let mut reader = self.store.read().await?;
        let filter = filter.cloned().unwrap_or(UserFilter::AccountEnabled(true));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut items, mut next, mut read) = (Vec::new(), after, 0);
        loop {
            let users = reader.users_page(Some(&filter), next.as_deref(), BATCH).await?;
            read += BATCH;
            let is_last = users.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            for user in users {
                next = Some(user.upn.key().to_owned());
                if !user.account_enabled {
                    continue;
                }
                let details = details(&mut reader, user).await?;
                if fits(&details) {
                    items.push(details);
                }
                if items.len() >= limit {
                    return Ok(RegistrationPage { items, next });
                }
            }
            if is_last {
                return Ok(RegistrationPage { items, next: None });
            }
            if read >= MOST_READ {
                return Ok(RegistrationPage { items, next });
            }
        }
    }

    /// What one person registered. Who may not sign in is not in the report.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn registration_details(
        &self,
        caller: &Caller,
        user: UserId,
    ) -> Result<RegistrationDetails, AccessError> {
        may(caller, Action::ReadRegistrations, None)?;
        let mut reader = self.store.read().await?;
        let found = reader.user(&UserRef::Id(user)).await?;
        let found = found.filter(|user| user.account_enabled);
        Ok(details(&mut reader, found.ok_or(AccessError::NoSuchUser)?).await?)
    }
}

async fn details(reader: &mut Reader, user: User) -> Result<RegistrationDetails, StoreError> {
    let passkeys = reader.passkeys_of(user.id).await?;
    let apps = reader.totp_apps_of(user.id).await?;
    let roles = reader.held_roles(user.id.into()).await?;
    let pass = reader.pass_of(user.id).await?;
    let times = passkeys
        .iter()
        .map(|passkey| passkey.created_at)
        .chain(apps.iter().map(|app| app.created_at))
        .chain(pass.iter().map(|stored| stored.pass.created_at));
    Ok(RegistrationDetails {
        is_admin: !roles.tenant.is_empty() || !roles.units.is_empty(),
        device_bound_passkey: passkeys.iter().any(|passkey| !passkey.synced),
        synced_passkey: passkeys.iter().any(|passkey| passkey.synced),
        totp: !apps.is_empty(),
        pass: pass.is_some(),
        system_preferred: reader.personal_sign_in(user.id).await?.system_preferred,
        updated_at: times.max().unwrap_or(user.created_at),
        user,
    })
}
