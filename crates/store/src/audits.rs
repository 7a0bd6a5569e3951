//! The audit log: written in the transaction of the change that it tells of, read newest first.

use latchkey_domain::{
    Activity, AuditEvent, AuditId, AuditOutcome, ClientId, CorrelationId, Initiator, Timestamp, UserId,
};

use crate::conditions::{Conditions, unindexed};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// Which events a list is about: those that meet all of what is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Up to this moment, itself included.
    pub to: Option<Timestamp>,
    /// The event with this id.
    pub id: Option<AuditId>,
    /// `activityDisplayName` is this.
    pub activity: Option<String>,
    /// `activityDisplayName` starts so.
    pub activity_prefix: Option<String>,
    /// `category` is this.
    pub category: Option<String>,
    /// `loggedByService` is this.
    pub service: Option<String>,
    /// They belong to this piece of work.
    pub correlation: Option<CorrelationId>,
    /// Done, or refused.
    pub outcome: Option<AuditOutcome>,
    /// Done by this person.
    pub initiator_user: Option<UserId>,
    /// Done by this application in its own name.
    pub initiator_app: Option<ClientId>,
    /// One of the targets has this id.
    pub target_id: Option<String>,
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAudit {
    /// Unique; where the next page goes on.
    pub seq: i64,
    /// What happened.
    pub event: AuditEvent,
}

pub(crate) const AUDIT: &str = "a.seq, a.id, a.at, a.activity, a.succeeded, a.reason, a.initiator, a.ip_address, a.targets, \
    a.details, a.correlation_id";

impl FromRow for StoredAudit {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let activity = Activity::from_name(row.text(3)?)
            .ok_or_else(|| StoreError::Corrupt("a stored activity is unknown".to_owned()))?;
        let outcome = if row.get(4)? {
            AuditOutcome::Success
        } else {
            AuditOutcome::Failure
        };
        let event = AuditEvent {
            id: row.get(1)?,
            at: row.get(2)?,
            activity,
            outcome,
            reason: row.get(5)?,
            initiator: json::read(row.text(6)?)?,
            ip_address: row.get(7)?,
            targets: json::read(row.text(8)?)?,
            details: json::read(row.text(9)?)?,
            correlation_id: row.get(10)?,
        };
        Ok(Self {
            seq: row.get(0)?,
            event,
        })
    }
}

impl AuditFilter {
    /// The names of the activities that are asked for, in any case; none of them: all are. Category and service follow from
    /// the activity, so they need no columns.
    pub(crate) fn activities(&self) -> Option<Vec<&'static str>> {
        let agrees = |wanted: &Option<String>, found: &str| {
            let wanted = wanted.as_deref();
            wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        let begins = |name: &str, prefix: &String| {
            let start = name.get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let wanted: Vec<_> = Activity::ALL
            .iter()
            .filter(|activity| {
                agrees(&self.activity, activity.name())
                    && agrees(&self.category, activity.category())
                    && agrees(&self.service, activity.service())
                    && self
                        .activity_prefix
                        .as_ref()
                        .is_none_or(|prefix| begins(activity.name(), prefix))
            })
            .map(|activity| activity.name())
            .collect();
        (wanted.len() < Activity::ALL.len()).then_some(wanted)
    }
}

/// The statement for a page. The most selective filter leads through its index, in the order of the list; the
/// others only look at what it finds.
pub(crate) fn page<'a>(
    filter: &'a AuditFilter,
    activities: Option<&[&'static str]>,
    before: Option<&'a (Timestamp, i64)>,
    limit: &'a u32,
) -> (String, Conditions<'a>) {
    let mut list = Conditions::default();
    let limit = list.bind(limit);
    let (mut from, mut key, mut led) = ("audits a", "a", false);
    let mut lead = |column: &str| {
        let condition = if led { unindexed(column) } else { column.to_owned() };
        led = true;
        condition + " = ?"
    };
    if let Some(id) = &filter.id {
        list.and(&lead("a.id"), id);
    }
    if let Some(target) = &filter.target_id {
        // CROSS tells SQLite to keep this order.
        if filter.id.is_some() {
            from = "audits a CROSS JOIN audit_targets t";
            list.and("t.target_id = ?", target);
            list.and_text("t.at = a.at AND t.seq = a.seq");
        } else {
            (from, key) = ("audit_targets t CROSS JOIN audits a", "t");
            list.and(&lead("t.target_id"), target);
            list.and_text("a.seq = t.seq");
        }
    }
    if let Some(correlation) = &filter.correlation {
        list.and(&lead("a.correlation_id"), correlation);
    }
    if let Some(user) = &filter.initiator_user {
        list.and(&lead("a.initiator_user"), user);
    }
    if let Some(client) = &filter.initiator_app {
        list.and(&lead("a.initiator_app"), client);
    }
    list.newest_first(key, (filter.from.as_ref(), filter.to.as_ref()), before);
    if let Some(outcome) = filter.outcome {
        list.and_text(match outcome {
            AuditOutcome::Success => "a.succeeded = 1",
            AuditOutcome::Failure => "a.succeeded = 0",
        });
    }
    let order = format!("ORDER BY {key}.at DESC, {key}.seq DESC LIMIT {limit}");
    let Some(activities) = activities else {
        return (
            format!("SELECT {AUDIT} FROM {from} {} {order}", list.text()),
            list,
        );
    };
    // A few fixed lengths, so that there are few different statements; no activity has the empty name.
    let missing = activities.len().next_power_of_two() - activities.len();
    let names: Vec<_> = activities
        .iter()
        .chain(std::iter::repeat_n(&"", missing))
        .map(|name| list.bind(*name))
        .collect();
    if led || names.len() == 1 {
        let column = if led {
            unindexed("a.activity")
        } else {
            "a.activity".to_owned()
        };
        list.and_text(&format!("{column} IN ({})", names.join(", ")));
        return (
            format!("SELECT {AUDIT} FROM {from} {} {order}", list.text()),
            list,
        );
    }
    // Each activity's newest come from the index; the newest of those are the page.
    list.and_text("a.activity = ");
    let branches: Vec<_> = names
        .iter()
        .map(|name| {
            format!(
                "SELECT * FROM (SELECT a.at, a.seq FROM audits a {}{name} {order}) b",
                list.text()
            )
        })
        .collect();
    let sql = format!(
        "SELECT {AUDIT} FROM audits a WHERE a.seq IN (SELECT p.seq FROM ({}) p \
         ORDER BY p.at DESC, p.seq DESC LIMIT {limit}) {order}",
        branches.join(" UNION ALL ")
    );
    (sql, list)
}

impl Reader {
    /// The next `limit` events after the one with the number `before`, newest first. Events of the same moment
    /// come in the order of their numbers, the highest first.
    pub async fn audits_page(
        &mut self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredAudit>> {
        let activities = filter.activities();
        if activities.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let mut cursor = None;
        if let Some(seq) = before {
            let at = self
                .query_opt::<(Timestamp,)>("SELECT at FROM audits WHERE seq = ?1", params![seq])
                .await?;
            // Events are removed oldest first: where this one is gone, none is left after it.
            let Some((at,)) = at else { return Ok(Vec::new()) };
            cursor = Some((at, seq));
        }
        let (sql, list) = page(filter, activities.as_deref(), cursor.as_ref(), &limit);
        self.query_all(&sql, list.values()).await
    }

    /// The event with this id.
    pub async fn audit(&mut self, id: AuditId) -> Result<Option<StoredAudit>> {
        self.query_opt(
            &format!("SELECT {AUDIT} FROM audits a WHERE a.id = ?1"),
            params![id],
        )
        .await
    }
}

impl Writer {
    /// Records what changed nothing: a refusal.
    pub async fn record(&mut self, event: &AuditEvent) -> Result<()> {
        self.insert_audit(event).await
    }

    /// Records the change that the same transaction makes.
    pub(crate) async fn insert_audit(&mut self, event: &AuditEvent) -> Result<()> {
        let (initiator_user, initiator_app) = match &event.initiator {
            Initiator::User { id, .. } => (Some(id), None),
            Initiator::Application { client_id, .. } => (None, Some(client_id)),
            Initiator::Console => (None, None),
        };
        let succeeded = event.outcome == AuditOutcome::Success;
        let initiator = json::write(&event.initiator)?;
        let targets = json::write(&event.targets)?;
        let details = json::write(&event.details)?;
        let (seq,) = self
            .query_one::<(i64,)>(
                "INSERT INTO audits (id, at, activity, succeeded, reason, initiator, initiator_user, initiator_app, \
                 ip_address, targets, details, correlation_id) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                 RETURNING seq",
                params![
                    event.id,
                    event.at,
                    event.activity.name(),
                    succeeded,
                    event.reason,
                    initiator,
                    initiator_user,
                    initiator_app,
                    event.ip_address,
                    targets,
                    details,
                    event.correlation_id,
                ],
            )
            .await?;
        for target in &event.targets {
            self.execute(
                "INSERT INTO audit_targets (target_id, at, seq) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![target.id, event.at, seq],
            )
            .await?;
        }
        Ok(())
    }

    /// Records a change if it touched something, and tells whether it did.
    pub(crate) async fn recorded(&mut self, touched: u64, event: &AuditEvent) -> Result<bool> {
        if touched > 0 {
            self.insert_audit(event).await?;
        }
        Ok(touched > 0)
    }
}
