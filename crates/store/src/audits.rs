//! The audit log. It only ever grows.

use latchkey_domain::{
    Activity, AuditDetail, AuditEvent, AuditId, AuditOutcome, AuditTarget, ClientId, CorrelationId,
    Initiator, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use crate::log_query::LogQuery;
use crate::row::{FromRow, Row};
use crate::value::{Param, params};
use crate::{Reader, Result, StoreError, Writer, json};

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAudit {
    /// Its number: later events mostly have greater ones.
    pub seq: i64,
    /// The event.
    pub event: AuditEvent,
}

/// Which events a list holds; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// At this moment or earlier.
    pub to: Option<Timestamp>,
    /// The activity's name is this.
    pub activity: Option<String>,
    /// The activity's name starts so.
    pub activity_prefix: Option<String>,
    /// The category is this.
    pub category: Option<String>,
    /// The service is this.
    pub service: Option<String>,
    /// Of this request.
    pub correlation: Option<CorrelationId>,
    /// Done or refused.
    pub outcome: Option<AuditOutcome>,
    /// By this person.
    pub initiator_user: Option<UserId>,
    /// By this application.
    pub initiator_app: Option<ClientId>,
    /// To the thing with this id.
    pub target_id: Option<String>,
}

/// What is stored as one text, written.
#[derive(Serialize)]
struct DocumentRef<'a> {
    initiator: &'a Initiator,
    ip_address: &'a str,
    targets: &'a [AuditTarget],
    details: &'a [AuditDetail],
}

/// … and read.
#[derive(Deserialize)]
struct Document {
    initiator: Initiator,
    ip_address: String,
    targets: Vec<AuditTarget>,
    details: Vec<AuditDetail>,
}

const COLUMNS: &str = "l.seq, l.id, l.at, l.activity, l.outcome, l.reason, l.correlation_id, l.document";

impl FromRow for StoredAudit {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let unknown = |what: &str| StoreError::Corrupt(format!("an audit event with an unknown {what}"));
        let document: Document = json::read(row.text(7)?)?;
        let outcome = [AuditOutcome::Success, AuditOutcome::Failure]
            .into_iter()
            .find(|outcome| row.text(4).is_ok_and(|text| outcome.as_str() == text));
        let event = AuditEvent {
            id: row.get(1)?,
            at: row.get(2)?,
            activity: Activity::from_name(row.text(3)?).ok_or_else(|| unknown("activity"))?,
            outcome: outcome.ok_or_else(|| unknown("outcome"))?,
            reason: row.get(5)?,
            initiator: document.initiator,
            ip_address: document.ip_address,
            targets: document.targets,
            details: document.details,
            correlation_id: row.get(6)?,
        };
        Ok(Self {
            seq: row.get(0)?,
            event,
        })
    }
}

impl AuditFilter {
    /// The activities that it asks for, if it says anything of them. Category and service follow from them.
    fn activities(&self) -> Option<impl Iterator<Item = &'static str>> {
        let constrained = self.activity.is_some()
            || self.activity_prefix.is_some()
            || self.category.is_some()
            || self.service.is_some();
        constrained.then(|| {
            Activity::ALL
                .iter()
                .filter(|activity| {
                    let is = |wanted: &Option<String>, value: &str| {
                        wanted
                            .as_ref()
                            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
                    };
                    let name = activity.name();
                    let starts = |prefix: &String| {
                        name.get(..prefix.len())
                            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
                    };
                    is(&self.activity, name)
                        && self.activity_prefix.as_ref().is_none_or(starts)
                        && is(&self.category, activity.category())
                        && is(&self.service, activity.service())
                })
                .map(|activity| activity.name())
        })
    }
}

impl Reader {
    /// Events, newest first, those behind the event with the number `before`.
    pub async fn audits_page(
        &mut self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredAudit>> {
        let mut query = if filter.target_id.is_some() {
            let from = "FROM audit_targets t JOIN audits l ON l.seq = t.seq";
            LogQuery::new(&format!("SELECT {COLUMNS} {from}"), "t")
        } else {
            LogQuery::new(&format!("SELECT {COLUMNS} FROM audits l"), "l")
        };
        query.and_maybe("t.target_id = ?", filter.target_id.as_ref());
        query.within(filter.from.as_ref(), filter.to.as_ref());
        if let Some(activities) = filter.activities() {
            query.one_of("l.activity", activities);
        }
        query.and_maybe("l.correlation_id = ?", filter.correlation.as_ref());
        if let Some(outcome) = filter.outcome {
            query.and("l.outcome = ?", outcome.as_str().value());
        }
        query.and_maybe("l.initiator_user = ?", filter.initiator_user.as_ref());
        query.and_maybe("l.initiator_app = ?", filter.initiator_app.as_ref());
        let (sql, values) = query.page("audits", before, limit);
        self.query_all(&sql, &values).await
    }

    /// One event.
    pub async fn audit(&mut self, id: AuditId) -> Result<Option<StoredAudit>> {
        let sql = format!("SELECT {COLUMNS} FROM audits l WHERE l.id = ?1");
        self.query_opt(&sql, params![id]).await
    }
}

impl Writer {
    /// Records an event that changes nothing else, such as a refusal. Changes take their events themselves.
    pub async fn record(&mut self, event: &AuditEvent) -> Result<()> {
        let sql = "INSERT INTO audits (id, at, activity, outcome, reason, initiator_user, initiator_app, \
            correlation_id, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING seq";
        let document = json::write(&DocumentRef {
            initiator: &event.initiator,
            ip_address: &event.ip_address,
            targets: &event.targets,
            details: &event.details,
        })?;
        let (user, app) = match &event.initiator {
            Initiator::User { id, .. } => (Some(*id), None),
            Initiator::Application { client_id, .. } => (None, Some(*client_id)),
            Initiator::Console => (None, None),
        };
        let values = params![
            event.id,
            event.at,
            event.activity.name(),
            event.outcome.as_str(),
            event.reason,
            user,
            app,
            event.correlation_id,
            document,
        ];
        let (seq,) = self.query_one::<(i64,)>(sql, values).await?;
        for target in &event.targets {
            let sql =
                "INSERT INTO audit_targets (target_id, at, seq) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            self.execute(sql, params![target.id, event.at, seq]).await?;
        }
        Ok(())
    }

    /// Records the event of a change if there was one, and passes on whether there was.
    pub(crate) async fn record_if(&mut self, changed: bool, event: &AuditEvent) -> Result<bool> {
        if changed {
            self.record(event).await?;
        }
        Ok(changed)
    }
}
