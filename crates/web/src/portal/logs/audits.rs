//! The audit log (sign-in contract 12.2).

use axum::extract::Path;
use http::Uri;
use latchkey_domain::{Action, Activity, AuditId, AuditOutcome, AuditTarget, Initiator, TargetKind};
use latchkey_service::audit_json;
use latchkey_store::{AuditFilter, StoredAudit};

use super::super::admin::Admin;
use super::super::person::{audit_line, initiator_name};
use super::super::{names, paths};
use super::export::{Format, Source, download};
use super::failed;
use super::list::{self, Log, Row, Shown};
use super::query::{self, Fields, Kind, Parameters};
use super::record::{self, Fact, Part};
use crate::answer::{Answer, Stop};

/// What somebody's name in a filter stands for.
enum Whom {
    /// An object id, of whatever kind.
    Id(String),
    Name(latchkey_domain::Upn),
}

const NOBODY: &str = "Nobody has this account name.";

async fn filter(admin: &Admin, parameters: &Parameters) -> Result<(AuditFilter, Fields), Stop> {
    let mut fields = Fields::new();
    let domain = &admin.service().tenant().default_domain;
    let whom = |text: &str| match text.parse::<AuditId>() {
        Ok(id) => Ok(Whom::Id(id.to_string())),
        Err(_) => names::account_name(text, domain).map(Whom::Name),
    };
    let activity = fields.add(
        parameters,
        ("activity", "What"),
        Kind::Choice(activities()),
        |text| Ok::<_, &str>(text.to_owned()),
    );
    let outcome = fields.add(
        parameters,
        ("result", "Result"),
        Kind::Choice(outcomes()),
        |text| {
            [AuditOutcome::Success, AuditOutcome::Failure]
                .into_iter()
                .find(|outcome| outcome.as_str() == text)
                .ok_or("Choose one of the results.")
        },
    );
    let by = fields.add(parameters, ("by", "Done by"), Kind::Text, whom);
    let on = fields.add(parameters, ("on", "Done to"), Kind::Text, whom);
    let from = fields.add(parameters, ("from", "From"), Kind::Date, query::from);
    let to = fields.add(parameters, ("to", "To"), Kind::Date, query::to);
    let correlation = fields.add(
        parameters,
        ("correlation", "Correlation ID"),
        Kind::Text,
        query::correlation,
    );
    let mut filter = AuditFilter {
        from,
        to,
        activity,
        outcome,
        correlation,
        ..AuditFilter::default()
    };
    match by {
        None => {}
        Some(Whom::Id(id)) => filter.initiator_user = id.parse().ok(),
        Some(Whom::Name(name)) => match query::person(admin, name).await? {
            Some(user) => filter.initiator_user = Some(user.id),
            None => fields.mark("by", NOBODY),
        },
    }
    match on {
        None => {}
        Some(Whom::Id(id)) => filter.target_id = Some(id),
        Some(Whom::Name(name)) => match query::person(admin, name).await? {
            Some(user) => filter.target_id = Some(user.id.to_string()),
            None => fields.mark("on", NOBODY),
        },
    }
    Ok((filter, fields))
}

fn activities() -> Vec<(String, String)> {
    let mut names: Vec<_> = Activity::ALL.iter().map(|activity| activity.name()).collect();
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| (name.to_owned(), name.to_owned()))
        .collect()
}

fn outcomes() -> Vec<(String, String)> {
    [
        (AuditOutcome::Success, "Done"),
        (AuditOutcome::Failure, "Refused or failed"),
    ]
    .map(|(outcome, label)| (outcome.as_str().to_owned(), label.to_owned()))
    .into()
}

/// `GET /portal/logs/audit`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let parameters = Parameters::of(&uri);
    let before = parameters.get("before").parse().ok();
    // Permission comes before whatever is said about names.
    admin.needs(Action::ReadAudits)?;
    let (filter, fields) = filter(&admin, &parameters).await?;
    let mut found = Vec::new();
    if fields.are_right() {
        let listed = admin
            .service()
            .list_audits(&admin.caller, &filter, before, list::PAGE + 1)
            .await;
        found = listed.map_err(|error| failed(&admin, &error))?;
    }
    let next = list::cut(&mut found, |last| last.seq);
    let rows = found.iter().map(|stored| Row {
        path: format!("{}/{}", paths::AUDITS, stored.event.id),
        who: stored.event.targets.first().map(target_name).unwrap_or_default(),
        line: audit_line(stored),
    });
    let shown = Shown {
        log: Log::Audits,
        rows: rows.collect(),
        fields,
        next,
        further: before.is_some(),
    };
    Ok(list::answer(&admin, &shown))
}

fn target_name(target: &AuditTarget) -> String {
    target
        .display_name
        .clone()
        .or_else(|| target.upn.clone())
        .unwrap_or_else(|| target.id.clone())
}

/// `GET /portal/logs/audit/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>) -> Answer {
    let id = id.parse().unwrap_or(AuditId::from_bytes([0; 16]));
    let found = admin.service().show_audit(&admin.caller, id).await;
    let stored = found.map_err(|error| failed(&admin, &error))?;
    let line = audit_line(&stored);
    let event = &stored.event;
    let all = |name: &str, value: &str| Some(paths::with(paths::AUDITS, name, value));
    let mut facts = vec![match &event.initiator {
        Initiator::User { id, .. } => Fact::linked(
            "Done by",
            initiator_name(event).to_owned(),
            all("by", &id.to_string()),
        ),
        Initiator::Application { .. } | Initiator::Console => Fact::new("Done by", initiator_name(event)),
    }];
    match &event.initiator {
        Initiator::User { upn, .. } => facts.push(Fact::new("Account name", upn)),
        Initiator::Application { client_id, .. } => {
            facts.push(Fact::new("Application id", &client_id.to_string()));
        }
        Initiator::Console => {}
    }
    let correlation = event.correlation_id.to_string();
    facts.extend([
        Fact::new("Result", event.outcome.as_str()),
        Fact::new("Reason", &event.reason),
        Fact::new("Category", event.activity.category()),
        Fact::new("Logged by", event.activity.service()),
        Fact::new("Operation", event.activity.operation()),
        Fact::new("IP address", &event.ip_address),
        Fact::linked(
            "Correlation ID",
            correlation.clone(),
            all("correlation", &correlation),
        ),
        Fact::new("Record id", &event.id.to_string()),
    ]);
    facts.retain(|fact| !fact.value.is_empty());
    let mut parts: Vec<Part> = event.targets.iter().map(target_part).collect();
    if !event.details.is_empty() {
        let facts = event
            .details
            .iter()
            .map(|detail| Fact::new(&detail.key, &detail.value));
        parts.push(Part {
            title: "Details".to_owned(),
            facts: facts.collect(),
        });
    }
    Ok(record::answer(&admin, Log::Audits, &line, facts, parts))
}

fn target_part(target: &AuditTarget) -> Part {
    let path = match target.kind {
        TargetKind::User => Some(format!("{}/{}", paths::PEOPLE, target.id)),
        _ => None,
    };
    let mut facts = vec![Fact::new("Kind", target.kind.as_str())];
    facts.extend(
        target
            .upn
            .as_ref()
            .map(|upn| Fact::linked("Account name", upn.clone(), path)),
    );
    facts.push(Fact::linked(
        "Id",
        target.id.clone(),
        Some(paths::with(paths::AUDITS, "on", &target.id)),
    ));
    for change in &target.modified {
        let old = change.old.as_deref().unwrap_or("nothing");
        let new = change.new.as_deref().unwrap_or("nothing");
        facts.push(Fact::new(&change.name, &format!("{old} → {new}")));
    }
    Part {
        title: format!("Done to {}", target_name(target)),
        facts,
    }
}

/// `GET /portal/logs/audit/export`
pub(super) async fn export(admin: Admin, uri: Uri) -> Answer {
    admin.needs(Action::ReadAudits)?;
    let parameters = Parameters::of(&uri);
    let (filter, fields) = filter(&admin, &parameters).await?;
    if !fields.are_right() {
        return list(admin, uri).await;
    }
    download(admin, Format::of(&parameters), Events(filter)).await
}

struct Events(AuditFilter);

impl Source for Events {
    type Item = StoredAudit;
    const NAME: &'static str = "audit";
    const COLUMNS: &'static [&'static str] = &[
        "time",
        "id",
        "activity",
        "result",
        "reason",
        "category",
        "service",
        "by",
        "ipAddress",
        "on",
        "onId",
        "changes",
        "correlationId",
    ];

    async fn page(&self, admin: &Admin, before: Option<i64>, limit: u32) -> Result<Vec<StoredAudit>, Stop> {
        let found = admin
            .service()
            .list_audits(&admin.caller, &self.0, before, limit)
            .await;
        found.map_err(|error| failed(admin, &error))
    }

    fn place(item: &StoredAudit) -> i64 {
        item.seq
    }

    fn json(&self, _: &Admin, item: &StoredAudit) -> String {
        audit_json(&item.event).to_string()
    }

    fn cells(&self, item: &StoredAudit) -> Vec<String> {
        let event = &item.event;
        let all = |of: &dyn Fn(&AuditTarget) -> String| {
            let cells: Vec<String> = event.targets.iter().map(of).collect();
            cells.join("; ")
        };
        let changes = all(&|target| {
            let changes = target.modified.iter().map(|change| {
                let old = change.old.as_deref().unwrap_or_default();
                let new = change.new.as_deref().unwrap_or_default();
                format!("{}: {old} → {new}", change.name)
            });
            changes.collect::<Vec<_>>().join("; ")
        });
        vec![
            event.at.to_rfc3339(),
            event.id.to_string(),
            event.activity.name().to_owned(),
            event.outcome.as_str().to_owned(),
            event.reason.clone(),
            event.activity.category().to_owned(),
            event.activity.service().to_owned(),
            initiator_name(event).to_owned(),
            event.ip_address.clone(),
            all(&target_name),
            all(&|target| target.id.clone()),
            changes,
            event.correlation_id.to_string(),
        ]
    }
}
