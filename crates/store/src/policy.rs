//! The pass policy in force.

use std::sync::Arc;

use latchkey_domain::{AuditEvent, GroupId, IncludeTarget, PassPolicy, PassPolicyChange, Permit, Timestamp};
use serde::{Deserialize, Serialize};

use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// The stored form; the domain checks it again when it is read.
#[derive(Serialize, Deserialize)]
struct Document {
    enabled: Option<bool>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    default: Option<i64>,
    length: Option<i64>,
    one_time_only: Option<bool>,
    /// Absent in the list: all users.
    include: Vec<Option<GroupId>>,
    exclude: Vec<GroupId>,
}

impl Reader {
    /// The policy; its defaults when none was ever saved.
    pub async fn policy(&mut self) -> Result<Arc<PassPolicy>> {
        let row: Option<(String,)> = self
            .query_opt("SELECT document FROM pass_policy WHERE single = 1", &[])
            .await?;
        self.policy_of(row.map(|(document,)| document))
    }

    /// When one of the policies of methods was last put in force, that of passes among them; none ever was: `None`.
    pub async fn policies_changed_at(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT changed_at FROM pass_policy UNION ALL SELECT changed_at FROM method_policy";
        let rows: Vec<(Timestamp,)> = self.query_all(sql, &[]).await?;
        Ok(rows.into_iter().map(|(at,)| at).max())
    }

    /// The policy of its stored form, if there is one. The same text is not parsed twice in a row.
    pub(crate) fn policy_of(&mut self, document: Option<String>) -> Result<Arc<PassPolicy>> {
        if let Some((text, policy)) = self.memory().and_then(|memory| memory.policy.as_ref())
            && *text == document
        {
            return Ok(Arc::clone(policy));
        }
        let policy = match &document {
            Some(text) => from_document(text)?,
            None => PassPolicy::default(),
        };
        let policy = Arc::new(policy);
        if let Some(memory) = self.memory() {
            memory.policy = Some((document, Arc::clone(&policy)));
        }
        Ok(policy)
    }
}

impl Writer {
    /// Puts a policy in force.
    pub async fn save_policy(
        &mut self,
        _: &Permit,
        policy: &PassPolicy,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO pass_policy (single, document, changed_at) VALUES (1, ?1, ?2) \
            ON CONFLICT (single) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at";
        let document = to_document(policy)?;
        self.execute(sql, params![document, now]).await?;
        self.record(event).await
    }
}

fn to_document(policy: &PassPolicy) -> Result<String> {
    let all = policy.as_change();
    let include = policy.include().iter().map(|target| match target {
        IncludeTarget::AllUsers => None,
        IncludeTarget::Group(group) => Some(*group),
    });
    json::write(&Document {
        enabled: all.enabled,
        minimum: all.minimum,
        maximum: all.maximum,
        default: all.default,
        length: all.length,
        one_time_only: all.one_time_only,
        include: include.collect(),
        exclude: policy.exclude().to_vec(),
    })
}

fn from_document(text: &str) -> Result<PassPolicy> {
    let stored: Document = json::read(text)?;
    let include = stored.include.into_iter().map(|group| match group {
        None => IncludeTarget::AllUsers,
        Some(group) => IncludeTarget::Group(group),
    });
    let change = PassPolicyChange {
        enabled: stored.enabled,
        minimum: stored.minimum,
        maximum: stored.maximum,
        default: stored.default,
        length: stored.length,
        one_time_only: stored.one_time_only,
        include: Some(include.collect()),
        exclude: Some(stored.exclude),
    };
    PassPolicy::default()
        .changed(&change)
        .map_err(|error| StoreError::Corrupt(format!("the stored pass policy: {error}")))
}
