//! `auditLogs/directoryAudits` (Graph contract 11.2, sign-in contract 12.2).

use latchkey_domain::{AuditId, AuditOutcome};
use latchkey_service::audit_json;
use latchkey_store::{AuditFilter, StoredAudit};
use serde_json::Value;

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{Filter, Literal, Operator};
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::sign_ins::{check_order, error, is_guid, not_served, once, place};

pub(crate) async fn list(call: &Call) -> Outcome {
    call.query.only(&["filter", "orderby", "skiptoken", "top"])?;
    check_order(call, "activityDateTime")?;
    let filter = call
        .query
        .get("filter")
        .map_or_else(|| Ok(AuditFilter::default()), parse)?;
    let page = call
        .query
        .page("directoryAudits", &call.preferred_page, 100, 1000)?;
    let before = place(page.after.as_deref())?;
    let mut events = call
        .service
        .list_audits(&call.caller, &filter, before, page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let path = "auditLogs/directoryAudits";
    let facts = page_facts(
        call,
        path,
        "directoryAudits",
        &mut events,
        page.limit,
        |last: &StoredAudit| last.seq.to_string(),
    );
    let bodies: Vec<Value> = events.iter().map(|stored| audit_json(&stored.event)).collect();
    Reply::list(call, path, &bodies, &facts)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let id = call.key(0).parse().unwrap_or(AuditId::from_bytes([0; 16]));
    let found = call
        .service
        .show_audit(&call.caller, id)
        .await
        .map_err(|refused| error(call, &refused))?;
    Reply::entity(
        call,
        "auditLogs/directoryAudits/$entity",
        &audit_json(&found.event),
    )
}

fn parse(text: &str) -> Result<AuditFilter, GraphError> {
    let mut wanted = AuditFilter::default();
    for condition in Filter::parse(text)?.conjuncts() {
        apply(&mut wanted, &condition).ok_or_else(|| not_served(&condition, "DirectoryAudit", is_typed))?;
    }
    Ok(wanted)
}

/// Puts a condition into the filter; `None` where it has no place there, or the place is taken.
fn apply(wanted: &mut AuditFilter, condition: &Filter) -> Option<()> {
    match condition {
        Filter::Compare(property, Operator::Ge, Literal::Date(at)) if is_date(property) => {
            once(&mut wanted.from, *at)
        }
        Filter::Compare(property, Operator::Le, Literal::Date(at)) if is_date(property) => {
            once(&mut wanted.to, *at)
        }
        Filter::Compare(property, Operator::Eq, Literal::Date(at)) if is_date(property) => {
            once(&mut wanted.from, *at)?;
            once(&mut wanted.to, *at)
        }
        Filter::Compare(property, Operator::Eq, Literal::Text(value)) => {
            match &*property.to_ascii_lowercase() {
                "activitydisplayname" => once(&mut wanted.activity, value.clone()),
                "id" => once(&mut wanted.id, value.parse().ok()?),
                "category" => once(&mut wanted.category, value.clone()),
                "loggedbyservice" => once(&mut wanted.service, value.clone()),
                "correlationid" => once(&mut wanted.correlation, value.parse().ok()?),
                "result" => once(
                    &mut wanted.outcome,
                    [AuditOutcome::Success, AuditOutcome::Failure]
                        .into_iter()
                        .find(|outcome| outcome.as_str().eq_ignore_ascii_case(value))?,
                ),
                "initiatedby/user/id" => once(&mut wanted.initiator_user, value.parse().ok()?),
                "initiatedby/app/appid" => once(&mut wanted.initiator_app, value.parse().ok()?),
                _ => None,
            }
        }
        Filter::Function(name, property, value)
            if name == "startswith" && property.eq_ignore_ascii_case("activityDisplayName") =>
        {
            once(&mut wanted.activity_prefix, value.clone())
        }
        Filter::Any(collection, inner) if collection.eq_ignore_ascii_case("targetResources") => {
            match &**inner {
                Filter::Compare(property, Operator::Eq, Literal::Text(value))
                    if property.eq_ignore_ascii_case("id") =>
                {
                    once(&mut wanted.target_id, value.clone())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the value is of the property's type.
fn is_typed(property: &str, literal: &Literal) -> bool {
    match &*property.to_ascii_lowercase() {
        "activitydatetime" => matches!(literal, Literal::Date(_)),
        "id" | "correlationid" | "initiatedby/user/id" | "initiatedby/app/appid" => is_guid(literal),
        _ => true,
    }
}

fn is_date(property: &str) -> bool {
    property.eq_ignore_ascii_case("activityDateTime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_become_one_typed_filter() {
        let filter = parse(
            "activityDisplayName eq 'Add user' and result eq 'success' and targetResources/any(t:t/id eq 'x') and activityDateTime le 2026-11-02T09:00:00Z",
        )
        .unwrap();
        assert_eq!(filter.activity.as_deref(), Some("Add user"));
        assert_eq!(filter.outcome, Some(AuditOutcome::Success));
        assert_eq!(filter.target_id.as_deref(), Some("x"));
        for not_served in [
            "operationType eq 'Add'",
            "result eq 'maybe'",
            "targetResources/any(t:t/displayName eq 'x')",
            "category eq 'a' or category eq 'b'",
            "activityDateTime gt 2026-11-02T09:00:00Z",
        ] {
            let code = parse(not_served).unwrap_err().content().code;
            assert_eq!(code, "Request_UnsupportedQuery", "{not_served}");
        }
        for ill_typed in [
            "initiatedBy/user/id eq 'ada'",
            "activityDateTime ge 'today'",
            "category eq",
        ] {
            assert_eq!(
                parse(ill_typed).unwrap_err().content().code,
                "BadRequest",
                "{ill_typed}"
            );
        }
    }
}
