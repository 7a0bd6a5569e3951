//! How single people sign in.

use latchkey_domain::{AuditEvent, PerUserMfa, Permit, PersonalSignIn, UserId};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

impl FromRow for PersonalSignIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            system_preferred: row.get(0)?,
            mfa: PerUserMfa::parse(row.text(1)?)
                .ok_or_else(|| StoreError::Corrupt("an unknown state of per-user MFA".to_owned()))?,
            must_register: row.get(2)?,
        })
    }
}

impl Reader {
    /// How this person signs in: as everybody does, unless something else was said.
    pub async fn personal_sign_in(&mut self, user: UserId) -> Result<PersonalSignIn> {
        let sql = "SELECT system_preferred, mfa, must_register FROM personal_sign_in WHERE user_id = ?1";
        Ok(self.query_opt(sql, params![user]).await?.unwrap_or_default())
    }
}

impl Writer {
    /// Keeps how this person signs in.
    pub async fn save_personal_sign_in(
        &mut self,
        _: &Permit,
        user: UserId,
        personal: PersonalSignIn,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO personal_sign_in (user_id, system_preferred, mfa, must_register) \
            VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user_id) DO UPDATE SET \
            system_preferred = excluded.system_preferred, mfa = excluded.mfa, must_register = excluded.must_register";
        self.execute(
            sql,
            params![
                user,
                personal.system_preferred,
                personal.mfa.as_str(),
                personal.must_register
            ],
        )
        .await?;
        self.record(event).await
    }

    /// Part of adding a second factor: nothing is owed any more.
    pub(crate) async fn has_registered(&mut self, user: UserId) -> Result<()> {
        let sql = "UPDATE personal_sign_in SET must_register = 0 WHERE user_id = ?1";
        self.execute(sql, params![user]).await.map(drop)
    }
}
