//! Records of the logs as JSON, in Graph's words: for the Graph door, and for exports.

use latchkey_domain::{
    AuditEvent, AuditTarget, AuthenticationStep, CorrelationId, Initiator, SessionId, SignInError, SignInId,
    SignInRecord, TenantId,
};
use serde::Serialize;
use serde_json::{Value, json};

/// What nobody's id is on the wire, where the schema demands one.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A `signIn` (Graph contract 11.1, sign-in contract 12.1), ready to be written out. Lists have a thousand of them, so it
/// borrows from the record what it can.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInJson<'a> {
    id: SignInId,
    created_date_time: String,
    user_display_name: Option<&'a str>,
    user_principal_name: Option<String>,
    user_id: String,
    app_id: &'a str,
    app_display_name: &'a str,
    ip_address: &'a str,
    client_app_used: &'a str,
    user_agent: &'a str,
    correlation_id: CorrelationId,
    original_request_id: CorrelationId,
    conditional_access_status: &'a str,
    applied_conditional_access_policies: [&'a str; 0],
    is_interactive: bool,
    risk_detail: &'a str,
    risk_level_aggregated: &'a str,
    risk_level_during_sign_in: &'a str,
    risk_state: &'a str,
    risk_event_types: [&'a str; 0],
    #[serde(rename = "riskEventTypes_v2")]
    risk_event_types_v2: [&'a str; 0],
    resource_display_name: &'a str,
    resource_id: &'a str,
    resource_tenant_id: TenantId,
    home_tenant_id: TenantId,
    service_principal_id: &'a str,
    service_principal_name: Option<&'a str>,
    status: Status<'a>,
    device_detail: DeviceDetail<'a>,
    location: Location<'a>,
    authentication_requirement: &'a str,
    authentication_details: Vec<Step<'a>>,
    authentication_methods_used: Vec<&'a str>,
    sign_in_event_types: [&'a str; 1],
    session_id: Option<SessionId>,
}

impl<'a> SignInJson<'a> {
    /// The record in Graph's words.
    pub fn new(tenant: TenantId, record: &'a SignInRecord) -> Self {
        let user_id = record
            .user_id
            .map_or_else(|| NOBODY.to_owned(), |id| id.to_string());
        Self {
            id: record.id,
            created_date_time: record.at.to_rfc3339(),
            user_display_name: record.user_display_name.as_deref(),
            user_principal_name: record
                .user_principal_name
                .as_ref()
                .map(|name| name.to_lowercase()),
            user_id,
            app_id: &record.app_id,
            app_display_name: &record.app_name,
            ip_address: &record.ip_address,
            client_app_used: client_app(record),
            user_agent: &record.user_agent,
            correlation_id: record.correlation_id,
            original_request_id: record.correlation_id,
            conditional_access_status: "notApplied",
            applied_conditional_access_policies: [],
            is_interactive: record.interactive,
            risk_detail: "none",
            risk_level_aggregated: "none",
            risk_level_during_sign_in: "none",
            risk_state: "none",
            risk_event_types: [],
            risk_event_types_v2: [],
            resource_display_name: "Microsoft Graph",
            resource_id: "00000003-0000-0000-c000-000000000000",
            resource_tenant_id: tenant,
            home_tenant_id: tenant,
            service_principal_id: "",
            service_principal_name: None,
            status: Status {
                error_code: record.error.map_or(0, SignInError::number),
                failure_reason: record.error.map_or("Other.", SignInError::reason),
                additional_details: record.error.and_then(SignInError::additional_details),
            },
            device_detail: DeviceDetail::default(),
            location: Location::default(),
            authentication_requirement: record.requirement.as_str(),
            authentication_details: record.steps.iter().map(Step::from).collect(),
            authentication_methods_used: record.steps.iter().map(|step| &*step.method).collect(),
            sign_in_event_types: [if record.interactive {
                "interactiveUser"
            } else {
                "nonInteractiveUser"
            }],
            session_id: record.session_id,
        }
    }

    /// The record as one line of text.
    pub fn to_line(&self) -> String {
        // Writing fails only for maps whose keys are no text, and there are none.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// People sign in with a browser. What else comes is a page's script or a program, and all browsers say `Mozilla`.
fn client_app(record: &SignInRecord) -> &'static str {
    if record.interactive || record.user_agent.starts_with("Mozilla/") {
        "Browser"
    } else {
        "Mobile Apps and Desktop clients"
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    error_code: u32,
    failure_reason: &'a str,
    additional_details: Option<&'a str>,
}

/// Nothing is known of devices.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceDetail<'a> {
    device_id: &'a str,
    display_name: Option<&'a str>,
    browser: Option<&'a str>,
    operating_system: Option<&'a str>,
    is_compliant: bool,
    is_managed: bool,
    trust_type: Option<&'a str>,
}

/// Addresses are not looked up.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    city: Option<&'a str>,
    state: Option<&'a str>,
    country_or_region: Option<&'a str>,
    geo_coordinates: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step<'a> {
    authentication_step_date_time: String,
    authentication_method: &'a str,
    authentication_method_detail: Option<&'a str>,
    succeeded: bool,
    authentication_step_result_detail: &'a str,
    authentication_step_requirement: &'a str,
}

impl<'a> From<&'a AuthenticationStep> for Step<'a> {
    fn from(step: &'a AuthenticationStep) -> Self {
        Self {
            authentication_step_date_time: step.at.to_rfc3339(),
            authentication_method: &step.method,
            authentication_method_detail: step.detail.as_deref(),
            succeeded: step.succeeded,
            authentication_step_result_detail: &step.result,
            authentication_step_requirement: &step.requirement,
        }
    }
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
