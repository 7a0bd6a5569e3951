//! What can be said of an installation without changing anything, for `latchkey doctor`.

use latchkey_domain::{RoleId, Timestamp};
use latchkey_store::{AuditFilter, Reader, RegisteredKind, StoreError, Tenant};

use crate::passes::view_of;

/// Administrators that are looked at, at most.
const LOOKED_AT: u32 = 1000;

/// What was found.
#[derive(Debug)]
pub struct Health {
    /// The tenant, if it was made.
    pub tenant: Option<Tenant>,
    /// Passes can be issued and used.
    pub passes_enabled: bool,
    /// Global Administrators who may sign in.
    pub administrators: usize,
    /// Those of them who have something to sign in with at this moment.
    pub administrators_ready: usize,
    /// When the newest record of the audit log was written.
    pub newest_record: Option<Timestamp>,
}

/// Looks at the tenant and its administrators.
///
/// # Errors
/// [`StoreError`]
pub async fn examine(reader: &mut Reader, now: Timestamp) -> Result<Health, StoreError> {
    let administrators = reader
        .people_with_role(RoleId::GLOBAL_ADMINISTRATOR, LOOKED_AT)
        .await?;
    let mut ready = 0;
    for user in &administrators {
        let Some(user) = reader.user_by_id(*user).await? else {
            continue;
        };
        let signs_in = user.has_own_password()
            || reader.has_registered(user.id, RegisteredKind::Passkey).await?
            || reader.federation(user.upn.domain()).await?.is_some()
            || view_of(reader, user.id, now)
                .await?
                .is_some_and(|view| view.usability.is_usable());
        ready += usize::from(signs_in);
    }
    let newest = reader.audits_page(&AuditFilter::default(), None, 1).await?;
    Ok(Health {
        tenant: reader.tenant().await?,
        passes_enabled: reader.policy().await?.is_enabled(),
        administrators: administrators.len(),
        administrators_ready: ready,
        newest_record: newest.first().map(|stored| stored.event.at),
    })
}
