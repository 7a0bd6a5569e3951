//! `policies/authenticationMethodsPolicy` and its configurations (Graph contract 5).
//!
//! Only the pass configuration can be changed yet; the others show what Latchkey offers.

use std::sync::Arc;

use latchkey_domain::{PassPolicy, PassPolicyChange};
use latchkey_service::PolicyChangeError;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::path::Version;
use crate::policy_body::{self, ID as PASS};
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;

/// A configuration that can't be changed: id, type, whether it is on, properties of its own as JSON.
struct Fixed {
    id: &'static str,
    kind: &'static str,
    enabled: bool,
    beta_only: bool,
    own: fn() -> Value,
}

const FIXED: &[Fixed] = &[
    Fixed {
        id: "Fido2",
        kind: "fido2",
        enabled: true,
        beta_only: false,
        own: fido2,
    },
    Fixed {
        id: "MicrosoftAuthenticator",
        kind: "microsoftAuthenticator",
        enabled: false,
        beta_only: false,
        own: || json!({"isSoftwareOathEnabled": false}),
    },
    Fixed {
        id: "SoftwareOath",
        kind: "softwareOath",
        enabled: true,
        beta_only: false,
        own: || json!({}),
    },
    Fixed {
        id: "Email",
        kind: "email",
        enabled: false,
        beta_only: false,
        own: || json!({"allowExternalIdToUseEmailOtp": "disabled"}),
    },
    Fixed {
        id: "Sms",
        kind: "sms",
        enabled: false,
        beta_only: false,
        own: || json!({}),
    },
    Fixed {
        id: "Voice",
        kind: "voice",
        enabled: false,
        beta_only: false,
        own: || json!({"isOfficePhoneAllowed": false}),
    },
    Fixed {
        id: "X509Certificate",
        kind: "x509Certificate",
        enabled: false,
        beta_only: false,
        own: || json!({"certificateUserBindings": []}),
    },
    Fixed {
        id: "HardwareOath",
        kind: "hardwareOath",
        enabled: false,
        beta_only: true,
        own: || json!({}),
    },
];

fn fido2() -> Value {
    json!({
        "isSelfServiceRegistrationAllowed": true,
        "isAttestationEnforced": false,
        "keyRestrictions": {"isEnforced": false, "enforcementType": "block", "aaGuids": []},
    })
}

impl Fixed {
    fn render(&self) -> Value {
        let mut body = json!({
            "@odata.type": format!("#microsoft.graph.{}AuthenticationMethodConfiguration", self.kind),
            "id": self.id,
            "state": if self.enabled { "enabled" } else { "disabled" },
            "excludeTargets": [],
            "includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}],
        });
        if let (Some(members), Value::Object(own)) = (body.as_object_mut(), (self.own)()) {
            members.extend(own);
        }
        body
    }
}

/// The configurations other than that of passes, in this version.
fn fixed(version: Version) -> impl Iterator<Item = &'static Fixed> {
    FIXED
        .iter()
        .filter(move |one| version == Version::Beta || !one.beta_only)
}

fn error(call: &Call, error: &PolicyChangeError) -> GraphError {
    match error {
        PolicyChangeError::Denied(_) => call.words.denied(),
        PolicyChangeError::Invalid(invalid) => call
            .words
            .bad_request(invalid.to_string())
            .with_target(invalid.field().name()),
        PolicyChangeError::Stale => call.words.bad_request(error.to_string()),
        PolicyChangeError::Fault(fault) => call.words.fault(fault),
    }
}

async fn in_force(call: &Call) -> Result<Arc<PassPolicy>, GraphError> {
    call.service
        .show_pass_policy(&call.caller)
        .await
        .map_err(|refused| error(call, &refused))
}

fn configurations(call: &Call, policy: &PassPolicy) -> Vec<Value> {
    let pass = policy_body::render(policy, &call.url("$metadata"));
    fixed(call.version).map(Fixed::render).chain([pass]).collect()
}

fn whole(call: &Call, policy: &PassPolicy) -> Outcome {
    let body = json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed.",
        "lastModifiedDateTime": null,
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        "reconfirmationInDays": null,
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {
                "snoozeDurationInDays": 0, "state": "disabled", "includeTargets": [], "excludeTargets": [],
            },
        },
        "authenticationMethodConfigurations": configurations(call, policy),
    });
    Reply::entity(call, "authenticationMethodsPolicy", &body)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    whole(call, in_force(call).await?.as_ref())
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("authenticationMethodsPolicy")?;
    let unchanged = [
        ("id", "authenticationMethodsPolicy"),
        ("policyMigrationState", "migrationComplete"),
    ];
    let mut changes = unchanged.iter().find_map(|(name, value)| {
        body.take(name)
            .filter(|given| given != value && !given.is_null())
            .map(|_| *name)
    });
    for name in [
        "registrationEnforcement",
        "reportSuspiciousActivitySettings",
        "systemCredentialPreferences",
        "microsoftAuthenticatorPlatformSettings",
        "reconfirmationInDays",
    ] {
        changes = changes.or(body.take(name).filter(|given| !given.is_null()).map(|_| name));
    }
    body.finish_read_only(&[
        "authenticationMethodConfigurations",
        "description",
        "displayName",
        "lastModifiedDateTime",
        "policyVersion",
    ])?;
    if let Some(name) = changes {
        // Whether the caller may comes before what is wrong with the wish.
        in_force(call).await?;
        let message = format!("{name} can't be changed in Latchkey yet.");
        return Err(call.words.bad_request(message).with_target(name));
    }
    let policy = call
        .service
        .change_pass_policy(&call.caller, &call.info, PassPolicyChange::default())
        .await
        .map_err(|refused| error(call, &refused))?;
    whole(call, &policy)
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let policy = in_force(call).await?;
    let context = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations";
    Reply::list(
        call,
        context,
        &configurations(call, &policy),
        &ListFacts::default(),
    )
}

/// The configuration that the path names: `None` for that of passes.
fn named(call: &Call) -> Result<Option<&'static Fixed>, GraphError> {
    if call.key(0).eq_ignore_ascii_case(PASS) {
        return Ok(None);
    }
    let found = fixed(call.version).find(|one| one.id.eq_ignore_ascii_case(call.key(0)));
    found.map(Some).ok_or_else(|| call.words.not_found(call.key(0)))
}

pub(crate) async fn show_configuration(call: &Call) -> Outcome {
    let policy = in_force(call).await?;
    let body = match named(call)? {
        None => policy_body::render(&policy, &call.url("$metadata")),
        Some(fixed) => fixed.render(),
    };
    Reply::entity(call, "authenticationMethodConfigurations/$entity", &body)
}

pub(crate) async fn update_configuration(call: &Call) -> Outcome {
    let body = call.json()?;
    if let Some(error) = unchangeable(call).await {
        return Err(error);
    }
    let change = policy_body::parse(body, call.words)?;
    call.service
        .change_pass_policy(&call.caller, &call.info, change)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn revert_configuration(call: &Call) -> Outcome {
    if let Some(error) = unchangeable(call).await {
        return Err(error);
    }
    call.service
        .revert_pass_policy(&call.caller, &call.info)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

/// Why a configuration other than that of passes can't be changed; permission to see it comes first.
async fn unchangeable(call: &Call) -> Option<GraphError> {
    match named(call) {
        Ok(None) => None,
        Ok(Some(fixed)) => match in_force(call).await {
            Err(refused) => Some(refused),
            Ok(_) => Some(call.words.bad_request(format!(
                "The configuration '{}' can't be changed in Latchkey yet.",
                fixed.id
            ))),
        },
        Err(unknown) => Some(in_force(call).await.err().unwrap_or(unknown)),
    }
}
