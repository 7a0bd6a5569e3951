//! `auditLogs/signIns` (Graph contract 11.1, sign-in contract 12.1).

use latchkey_domain::{CorrelationId, SignInId, SignInRecord};
use latchkey_service::{LogError, SignInJson};
use latchkey_store::{SignInFilter, StoredSignIn};
use serde_json::Value;

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::path::Version;
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

/// What Graph declares of a sign-in, in either version; those without a value here at the end.
pub(crate) const SIGN_IN: ObjectType = ObjectType::whole(
    "microsoft.graph.signIn",
    &[
        "id",
        "createdDateTime",
        "userDisplayName",
        "userPrincipalName",
        "userId",
        "appId",
        "appDisplayName",
        "ipAddress",
        "clientAppUsed",
        "userAgent",
        "correlationId",
        "originalRequestId",
        "conditionalAccessStatus",
        "appliedConditionalAccessPolicies[]",
        "isInteractive",
        "riskDetail",
        "riskLevelAggregated",
        "riskLevelDuringSignIn",
        "riskState",
        "riskEventTypes[]",
        "riskEventTypes_v2[]",
        "resourceDisplayName",
        "resourceId",
        "resourceTenantId",
        "homeTenantId",
        "servicePrincipalId",
        "servicePrincipalName",
        "status",
        "deviceDetail",
        "location",
        "authenticationRequirement",
        "authenticationDetails[]",
        "authenticationMethodsUsed[]",
        "signInEventTypes[]",
        "sessionId",
        "authenticationAppDeviceDetails",
        "authenticationProcessingDetails[]",
        "authenticationProtocol",
        "authenticationRequirementPolicies[]",
        "autonomousSystemNumber",
        "crossTenantAccessType",
        "flaggedForReview",
        "incomingTokenType",
        "networkLocationDetails[]",
        "processingTimeInMilliseconds",
        "sessionLifetimePolicies[]",
        "signInIdentifier",
        "signInIdentifierType",
        "tokenIssuerType",
        "uniqueTokenIdentifier",
        "userType",
    ],
);

/// What a use case of logs answers, on the wire.
pub(crate) fn error(call: &Call, error: &LogError) -> GraphError {
    match error {
        LogError::Denied(_) => call.words.denied(),
        LogError::NoSuchRecord => call.words.not_found(call.key(0)),
        LogError::Fault(fault) => call.words.fault(fault),
    }
}

/// A condition that a log does not serve, or whose value is not of its property's type.
pub(crate) fn not_served(
    condition: &Filter,
    resource: &str,
    is_typed: impl Fn(&str, &Literal) -> bool,
) -> GraphError {
    match condition {
        Filter::Compare(property, _, literal) if !is_typed(property, literal) => GraphError::gateway(
            format!("Invalid filter clause: The value for property '{property}' is not of its type."),
        ),
        _ => filter::unsupported(condition, resource),
    }
}

/// Whether a value can be an id.
pub(crate) fn is_guid(literal: &Literal) -> bool {
    matches!(literal, Literal::Text(text) if text.parse::<CorrelationId>().is_ok())
}

/// The number of the record that the last page ended with.
pub(crate) fn place(after: Option<&str>) -> Result<Option<i64>, GraphError> {
    after
        .map(|text| text.parse().map_err(|_| crate::query::page_token_expired()))
        .transpose()
}

/// Newest first is the only order.
pub(crate) fn check_order(call: &Call, property: &str) -> Result<(), GraphError> {
    match call.query.get("orderby") {
        None => Ok(()),
        Some(order) if order.eq_ignore_ascii_case(&format!("{property} desc")) => Ok(()),
        Some(_) => Err(GraphError::unsupported_query(format!(
            "The only order is '{property} desc'."
        ))),
    }
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &SIGN_IN)?;
    call.query
        .only(&["filter", "orderby", "select", "skiptoken", "top"])?;
    check_order(call, "createdDateTime")?;
    let filter = call
        .query
        .get("filter")
        .map_or_else(|| Ok(SignInFilter::default()), |text| parse(text, call.version))?;
    let page = call.query.page("signIns", &call.preferred_page, 1000, 1000)?;
    let before = place(page.after.as_deref())?;
    let mut records = call
        .service
        .list_sign_ins(&call.caller, &filter, before, page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let path = "auditLogs/signIns";
    let facts = page_facts(
        call,
        path,
        "signIns",
        &mut records,
        page.limit,
        |last: &StoredSignIn| last.seq.to_string(),
    );
    let all = records.iter().map(|stored| render(call, &stored.record));
    if selection.is_chosen() {
        let bodies: Vec<Value> = all.map(|record| selected(&selection, &record)).collect();
        return Reply::list(call, &selection.context(path), &bodies, &facts);
    }
    Reply::list(call, path, &all.collect::<Vec<_>>(), &facts)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &SIGN_IN)?;
    call.query.only(&["select"])?;
    let id = call.key(0).parse().unwrap_or(SignInId::from_bytes([0; 16]));
    let found = call
        .service
        .show_sign_in(&call.caller, id)
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context("auditLogs/signIns"));
    Reply::entity(
        call,
        &context,
        &selected(&selection, &render(call, &found.record)),
    )
}

fn parse(text: &str, version: Version) -> Result<SignInFilter, GraphError> {
    let mut wanted = SignInFilter::default();
    for condition in Filter::parse(text)?.conjuncts() {
        let applied = match event_type(&condition) {
            // Interactive is what is told without a filter.
            Some("interactiveUser") => Some(()),
            Some("nonInteractiveUser") if version == Version::Beta => {
                wanted.silent = true;
                Some(())
            }
            Some(_) => None,
            None => apply(&mut wanted, &condition),
        };
        applied.ok_or_else(|| not_served(&condition, "SignIn", is_typed))?;
    }
    Ok(wanted)
}

/// The kind of sign-in that `signInEventTypes/any(t:t eq '…')` asks for.
fn event_type(condition: &Filter) -> Option<&str> {
    let Filter::Any(collection, inner) = condition else {
        return None;
    };
    match &**inner {
        Filter::Compare(item, Operator::Eq, Literal::Text(kind))
            if item.is_empty() && collection.eq_ignore_ascii_case("signInEventTypes") =>
        {
            Some(kind)
        }
        _ => None,
    }
}

/// Puts a condition into the filter; `None` where it has no place there, or the place is taken.
fn apply(wanted: &mut SignInFilter, condition: &Filter) -> Option<()> {
    match condition {
        Filter::Compare(property, operator, literal) => {
            match (&*property.to_ascii_lowercase(), operator, literal) {
                ("createddatetime", Operator::Ge, Literal::Date(at)) => once(&mut wanted.from, *at),
                ("createddatetime", Operator::Le, Literal::Date(at)) => once(&mut wanted.to, *at),
                ("createddatetime", Operator::Eq, Literal::Date(at)) => {
                    once(&mut wanted.from, *at)?;
                    once(&mut wanted.to, *at)
                }
                ("id", Operator::Eq, Literal::Text(id)) => once(&mut wanted.id, id.parse().ok()?),
                ("userid", Operator::Eq, Literal::Text(id)) => once(&mut wanted.user_id, id.parse().ok()?),
                ("userprincipalname", Operator::Eq, Literal::Text(name)) => {
                    once(&mut wanted.upn, name.to_lowercase())
                }
                ("status/errorcode", Operator::Eq, Literal::Number(number)) => {
                    once(&mut wanted.error_number, u32::try_from(*number).ok()?)
                }
                ("ipaddress", Operator::Eq, Literal::Text(address)) => once(&mut wanted.ip, address.clone()),
                ("correlationid", Operator::Eq, Literal::Text(id)) => {
                    once(&mut wanted.correlation, id.parse().ok()?)
                }
                ("appid", Operator::Eq, Literal::Text(id)) => once(&mut wanted.app_id, id.clone()),
                _ => None,
            }
        }
        Filter::Function(name, property, value)
            if name == "startswith" && property.eq_ignore_ascii_case("userPrincipalName") =>
        {
            once(&mut wanted.upn_prefix, value.to_lowercase())
        }
        _ => None,
    }
}

/// Whether the value is of the property's type.
fn is_typed(property: &str, literal: &Literal) -> bool {
    match &*property.to_ascii_lowercase() {
        "createddatetime" => matches!(literal, Literal::Date(_)),
        "id" | "userid" | "correlationid" => is_guid(literal),
        "status/errorcode" => matches!(literal, Literal::Number(_)),
        _ => true,
    }
}

/// Fills a place that is still empty.
pub(crate) fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    let empty = place.is_none();
    if empty {
        *place = Some(value);
    }
    empty.then_some(())
}

/// The record as it was selected. What Graph declares and nothing is known of here is null, or empty.
fn selected(selection: &Selection, record: &SignInJson<'_>) -> Value {
    selection.of_whole(&SIGN_IN, serde_json::to_value(record).unwrap_or_default())
}

fn render<'a>(call: &Call, record: &'a SignInRecord) -> SignInJson<'a> {
    SignInJson::new(call.service.tenant().id, record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_become_one_typed_filter() {
        let filter = parse(
            "createdDateTime ge 2026-11-02T09:00:00Z and userPrincipalName eq 'Ada@Example.com' and status/errorCode eq 130503",
            Version::V1,
        )
        .unwrap();
        assert_eq!(filter.upn.as_deref(), Some("ada@example.com"));
        assert_eq!(filter.error_number, Some(130_503));
        assert!(filter.from.is_some() && filter.to.is_none());
        assert!(
            !parse("signInEventTypes/any(t:t eq 'interactiveUser')", Version::V1)
                .unwrap()
                .silent
        );
    }

    #[test]
    fn silent_sign_ins_are_told_on_beta_to_who_asks_for_them() {
        let wish = "userId eq '11111111-2222-3333-4444-555555555555' and signInEventTypes/any(t: t eq 'nonInteractiveUser')";
        assert!(parse(wish, Version::Beta).unwrap().silent);
        assert!(parse(wish, Version::V1).is_err());
    }

    #[test]
    fn what_no_index_serves_is_refused() {
        for not_served in [
            "riskState eq 'none'",
            "userId eq '11111111-2222-3333-4444-555555555555' or appId eq 'x'",
            "createdDateTime gt 2026-11-02T09:00:00Z",
            "appId eq 'a' and appId eq 'b'",
            "status/errorCode eq -1",
            "not(appId eq 'a')",
            "contains(userPrincipalName,'a')",
            "signInEventTypes/any(t:t eq 'servicePrincipal')",
        ] {
            let code = parse(not_served, Version::Beta).unwrap_err().content().code;
            assert_eq!(code, "Request_UnsupportedQuery", "{not_served}");
        }
        for ill_typed in [
            "userId eq 'ada'",
            "createdDateTime ge '2026-11-02T09:00:00Z'",
            "status/errorCode eq 'x'",
            "riskState",
        ] {
            assert_eq!(
                parse(ill_typed, Version::Beta).unwrap_err().content().code,
                "BadRequest",
                "{ill_typed}"
            );
        }
    }
}
