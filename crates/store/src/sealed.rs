//! Everything that is stored sealed under the master key, so that it can be sealed anew under another.

use latchkey_domain::{AuditEvent, Permit, Subscription};

use crate::value::{Value, params};
use crate::{Reader, Result, Writer, json};

/// Where sealed values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedTable {
    /// Keys that sign tokens, by their `kid`.
    SigningKeys,
    /// Keys of the tenant, by name.
    TenantKeys,
    /// Our secrets at other providers, by domain.
    Federations,
    /// What subscribers know notifications by, by the subscription's id.
    Subscriptions,
    /// Seeds of authenticator apps, by the app's id.
    TotpApps,
    /// Other providers' ID tokens, by the session's id.
    Sessions,
}

/// Whose a sealed value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedName {
    /// A name.
    Text(String),
    /// The bytes of an id.
    Id([u8; 16]),
}

/// A sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedValue {
    /// Whose it is.
    pub name: SealedName,
    /// What is stored.
    pub sealed: Vec<u8>,
}

impl SealedTable {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::SigningKeys,
        Self::TenantKeys,
        Self::Federations,
        Self::Subscriptions,
        Self::TotpApps,
        Self::Sessions,
    ];

    /// How a page is read, and how one value is replaced. Subscriptions are few, and come as documents.
    const fn sql(self) -> [&'static str; 2] {
        match self {
            Self::SigningKeys => [
                "SELECT kid, sealed FROM signing_keys WHERE kid > ?1 ORDER BY kid LIMIT 500",
                "UPDATE signing_keys SET sealed = ?3 WHERE kid = ?1 AND sealed = ?2",
            ],
            Self::TenantKeys => [
                "SELECT name, sealed FROM tenant_keys WHERE name > ?1 ORDER BY name LIMIT 500",
                "UPDATE tenant_keys SET sealed = ?3 WHERE name = ?1 AND sealed = ?2",
            ],
            Self::Federations => [
                "SELECT domain, secret FROM federations WHERE domain > ?1 AND secret IS NOT NULL \
                 ORDER BY domain LIMIT 500",
                "UPDATE federations SET secret = ?3 WHERE domain = ?1 AND secret = ?2",
            ],
            Self::Subscriptions => [
                "SELECT id, document FROM subscriptions WHERE id > ?1 ORDER BY id",
                "UPDATE subscriptions SET document = ?3 WHERE id = ?1 AND document = ?2",
            ],
            Self::TotpApps => [
                "SELECT id, sealed_key FROM totp_apps WHERE id > ?1 ORDER BY id LIMIT 500",
                "UPDATE totp_apps SET sealed_key = ?3 WHERE id = ?1 AND sealed_key = ?2",
            ],
            Self::Sessions => [
                "SELECT id, upstream_token FROM sessions WHERE id > ?1 AND upstream_token IS NOT NULL \
                 ORDER BY id LIMIT 500",
                "UPDATE sessions SET upstream_token = ?3 WHERE id = ?1 AND upstream_token = ?2",
            ],
        }
    }

    const fn has_ids(self) -> bool {
        matches!(self, Self::Subscriptions | Self::TotpApps | Self::Sessions)
    }
}

impl SealedName {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Id(id) => Value::Blob(id),
        }
    }
}

impl Reader {
    /// The sealed values behind this one; none once there are no more.
    pub async fn sealed_values(
        &mut self,
        table: SealedTable,
        after: Option<&SealedName>,
    ) -> Result<Vec<SealedValue>> {
        let [sql, _] = table.sql();
        let first = if table.has_ids() {
            Value::Blob(&[])
        } else {
            Value::Text("")
        };
        let after = [after.map_or(first, SealedName::value)];
        if table == SealedTable::Subscriptions {
            let rows: Vec<([u8; 16], String)> = self.query_all(sql, &after).await?;
            let mut values = Vec::new();
            for (id, document) in rows {
                if let Some(sealed) = json::read::<Subscription>(&document)?.client_state {
                    let name = SealedName::Id(id);
                    values.push(SealedValue { name, sealed });
                }
            }
            return Ok(values);
        }
        let rows: Vec<(SealedName, Vec<u8>)> = if table.has_ids() {
            let rows: Vec<([u8; 16], Vec<u8>)> = self.query_all(sql, &after).await?;
            rows.into_iter()
                .map(|(id, sealed)| (SealedName::Id(id), sealed))
                .collect()
        } else {
            let rows: Vec<(String, Vec<u8>)> = self.query_all(sql, &after).await?;
            rows.into_iter()
                .map(|(name, sealed)| (SealedName::Text(name), sealed))
                .collect()
        };
        let value = |(name, sealed)| SealedValue { name, sealed };
        Ok(rows.into_iter().map(value).collect())
    }
}

impl Writer {
    /// Puts values that were sealed anew in the place of those that are there, each with what it replaces; one that was
    /// changed meanwhile stays. How many were replaced.
    pub async fn reseal(
        &mut self,
        _: &Permit,
        table: SealedTable,
        values: &[(SealedValue, Vec<u8>)],
        event: &AuditEvent,
    ) -> Result<u64> {
        let [_, sql] = table.sql();
        let mut replaced = 0;
        for (old, new) in values {
            let name = old.name.value();
            replaced += if table == SealedTable::Subscriptions {
                self.reseal_subscription(sql, old, new).await?
            } else {
                self.execute(sql, params![name, old.sealed, new]).await?
            };
        }
        self.recorded(replaced, event).await?;
        Ok(replaced)
    }

    async fn reseal_subscription(&mut self, sql: &str, old: &SealedValue, new: &[u8]) -> Result<u64> {
        let name = old.name.value();
        let read = "SELECT document FROM subscriptions WHERE id = ?1";
        let Some((document,)) = self.query_opt::<(String,)>(read, params![name]).await? else {
            return Ok(0);
        };
        let mut subscription: Subscription = json::read(&document)?;
        if subscription.client_state.as_ref() != Some(&old.sealed) {
            return Ok(0);
        }
        subscription.client_state = Some(new.to_vec());
        let changed = json::write(&subscription)?;
        self.execute(sql, params![name, document, changed]).await
    }
}
