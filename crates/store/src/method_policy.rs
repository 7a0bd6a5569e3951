//! What the tenant says of passkeys, authenticator apps and the registration campaign.

use latchkey_domain::{AuditEvent, MethodPolicies, Permit, Timestamp};

use crate::value::params;
use crate::{Reader, Result, Writer, json};

impl Reader {
    /// The policy; its defaults when none was ever saved.
    pub async fn method_policies(&mut self) -> Result<MethodPolicies> {
        let row: Option<(String,)> = self
            .query_opt("SELECT document FROM method_policy WHERE single = 1", &[])
            .await?;
        row.map_or_else(
            || Ok(MethodPolicies::default()),
            |(document,)| json::read(&document),
        )
    }
}

impl Writer {
    /// Puts a policy in force.
    pub async fn save_method_policies(
        &mut self,
        _: &Permit,
        policies: &MethodPolicies,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO method_policy (single, document, changed_at) VALUES (1, ?1, ?2) \
            ON CONFLICT (single) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at";
        self.execute(sql, params![json::write(policies)?, now]).await?;
        self.record(event).await
    }
}
