//! Reading the sign-in log and the audit log (Graph contract 11).

use latchkey_domain::{Action, AuditId, Caller, Denied, SignInId, may};
use latchkey_store::{AuditFilter, SignInFilter, StoreError, StoredAudit, StoredSignIn};

use crate::{Fault, Service};

/// Why a log was not shown.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such record.
    #[error("no such record")]
    NoSuchRecord,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for LogError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// A page of the sign-in log, newest first, those before the record number `before`.
    ///
    /// # Errors
    /// [`LogError`]
    pub async fn list_sign_ins(
        &self,
        caller: &Caller,
        filter: &SignInFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredSignIn>, LogError> {
        may(caller, Action::ReadSignIns, None)?;
        Ok(self
            .store
            .read()
            .await?
            .sign_ins_page(filter, before, limit)
            .await?)
    }

    /// One record of the sign-in log.
    ///
    /// # Errors
    /// [`LogError`]
    pub async fn show_sign_in(&self, caller: &Caller, id: SignInId) -> Result<StoredSignIn, LogError> {
        may(caller, Action::ReadSignIns, None)?;
        self.store
            .read()
            .await?
            .sign_in(id)
            .await?
            .ok_or(LogError::NoSuchRecord)
    }

    /// A page of the audit log, newest first, those before the record number `before`.
    ///
    /// # Errors
    /// [`LogError`]
    pub async fn list_audits(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredAudit>, LogError> {
        may(caller, Action::ReadAudits, None)?;
        Ok(self
            .store
            .read()
            .await?
            .audits_page(filter, before, limit)
            .await?)
    }

    /// One record of the audit log.
    ///
    /// # Errors
    /// [`LogError`]
    pub async fn show_audit(&self, caller: &Caller, id: AuditId) -> Result<StoredAudit, LogError> {
        may(caller, Action::ReadAudits, None)?;
        self.store
            .read()
            .await?
            .audit(id)
            .await?
            .ok_or(LogError::NoSuchRecord)
    }
}
