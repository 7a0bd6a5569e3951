//! Records of the logs as JSON, in Graph's words: for the Graph door, and for exports.

use latchkey_domain::{AuditEvent, AuditTarget, Initiator, SignInRecord, TenantId};
use serde_json::{Value, json};

/// What nobody's id is on the wire, where the schema demands one.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A `signIn` (Graph contract 11.1, sign-in contract 12.1).
pub fn sign_in_json(tenant: TenantId, record: &SignInRecord) -> Value {
    let details: Vec<Value> = record
        .steps
        .iter()
        .map(|step| {
            json!({
                "authenticationStepDateTime": step.at.to_rfc3339(),
                "authenticationMethod": step.method,
                "authenticationMethodDetail": step.detail,
                "succeeded": step.succeeded,
                "authenticationStepResultDetail": step.result,
                "authenticationStepRequirement": step.requirement,
            })
        })
        .collect();
    let tenant = tenant.to_string();
    let correlation = record.correlation_id.to_string();
    json!({
        "id": record.id.to_string(),
        "createdDateTime": record.at.to_rfc3339(),
        "userDisplayName": record.user_display_name,
        "userPrincipalName": record.user_principal_name.as_ref().map(|name| name.to_lowercase()),
        "userId": record.user_id.map_or_else(|| NOBODY.to_owned(), |id| id.to_string()),
        "appId": record.app_id,
        "appDisplayName": record.app_name,
        "ipAddress": record.ip_address,
        "clientAppUsed": "Browser",
        "userAgent": record.user_agent,
        "correlationId": correlation,
        "originalRequestId": correlation,
        "conditionalAccessStatus": "notApplied",
        "appliedConditionalAccessPolicies": [],
        "isInteractive": true,
        "riskDetail": "none",
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "riskEventTypes": [],
        "riskEventTypes_v2": [],
        "resourceDisplayName": "Microsoft Graph",
        "resourceId": "00000003-0000-0000-c000-000000000000",
        "resourceTenantId": tenant,
        "homeTenantId": tenant,
        "servicePrincipalId": "",
        "servicePrincipalName": null,
        "status": {
            "errorCode": record.error.map_or(0, latchkey_domain::SignInError::number),
            "failureReason": record.error.map_or("Other.", latchkey_domain::SignInError::reason),
            "additionalDetails": record.error.and_then(latchkey_domain::SignInError::additional_details),
        },
        "deviceDetail": {
            "deviceId": "", "displayName": null, "browser": null, "operatingSystem": null,
            "isCompliant": false, "isManaged": false, "trustType": null,
        },
        "location": {"city": null, "state": null, "countryOrRegion": null, "geoCoordinates": null},
        "authenticationRequirement": record.requirement.as_str(),
        "authenticationDetails": details,
        "authenticationMethodsUsed": record.steps.iter().map(|step| &step.method).collect::<Vec<_>>(),
        "signInEventTypes": ["interactiveUser"],
        "sessionId": record.session_id.map(|id| id.to_string()),
    })
}

fn target(target: &AuditTarget) -> Value {
    let modified: Vec<Value> = target
        .modified
        .iter()
        .map(|one| json!({"displayName": one.name, "oldValue": one.old, "newValue": one.new}))
        .collect();
    json!({
        "id": target.id,
        "displayName": target.display_name,
        "type": target.kind.as_str(),
        "userPrincipalName": target.upn,
        "groupType": null,
        "modifiedProperties": modified,
    })
}

fn initiator(event: &AuditEvent) -> Value {
    match &event.initiator {
        Initiator::User {
            id,
            upn,
            display_name,
        } => json!({
            "user": {
                "id": id.to_string(),
                "displayName": display_name,
                "userPrincipalName": upn,
                "ipAddress": event.ip_address,
            },
            "app": null,
        }),
        Initiator::Application {
            client_id,
            service_principal_id,
            display_name,
        } => json!({
            "user": null,
            "app": {
                "appId": client_id.to_string(),
                "displayName": display_name,
                "servicePrincipalId": service_principal_id.to_string(),
                "servicePrincipalName": null,
            },
        }),
        Initiator::Console => json!({
            "user": null,
            "app": {
                "appId": null,
                "displayName": "Latchkey console",
                "servicePrincipalId": null,
                "servicePrincipalName": null,
            },
        }),
    }
}

/// A `directoryAudit` (Graph contract 11.2, sign-in contract 12.2).
pub fn audit_json(event: &AuditEvent) -> Value {
    json!({
        "id": event.id.to_string(),
        "category": event.activity.category(),
        "correlationId": event.correlation_id.to_string(),
        "result": event.outcome.as_str(),
        "resultReason": event.reason,
        "activityDisplayName": event.activity.name(),
        "activityDateTime": event.at.to_rfc3339(),
        "loggedByService": event.activity.service(),
        "operationType": event.activity.operation(),
        "initiatedBy": initiator(event),
        "targetResources": event.targets.iter().map(target).collect::<Vec<_>>(),
        "additionalDetails":
            event.details.iter().map(|one| json!({"key": one.key, "value": one.value})).collect::<Vec<_>>(),
    })
}
