//! `policies/authenticationMethodsPolicy` and its configurations (Graph contract 5).
//!
//! Passes have a policy of their own, passkeys, authenticator apps and the campaign share one. The other
//! configurations are of methods that Latchkey doesn't have: they are off, and stay so.

use std::sync::Arc;

use latchkey_domain::{MethodPolicies, MethodPolicyChange, PassPolicy, Timestamp};
use latchkey_service::PolicyChangeError;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::method_policy_body::{self, APPS, PASSKEYS};
use crate::path::Version;
use crate::policy_body::{self, ID as PASS};
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;

/// The configuration of a method that there isn't: id, type, properties of its own as JSON.
struct Fixed {
    id: &'static str,
    kind: &'static str,
    beta_only: bool,
    own: fn() -> Value,
}

const FIXED: &[Fixed] = &[
    Fixed {
        id: "MicrosoftAuthenticator",
        kind: "microsoftAuthenticator",
        beta_only: false,
        own: || json!({"isSoftwareOathEnabled": false}),
    },
    Fixed {
        id: "Email",
        kind: "email",
        beta_only: false,
        own: || json!({"allowExternalIdToUseEmailOtp": "disabled"}),
    },
    Fixed {
        id: "Sms",
        kind: "sms",
        beta_only: false,
        own: || json!({}),
    },
    Fixed {
        id: "Voice",
        kind: "voice",
        beta_only: false,
        own: || json!({"isOfficePhoneAllowed": false}),
    },
    Fixed {
        id: "X509Certificate",
        kind: "x509Certificate",
        beta_only: false,
        own: || json!({"certificateUserBindings": []}),
    },
    Fixed {
        id: "HardwareOath",
        kind: "hardwareOath",
        beta_only: true,
        own: || json!({}),
    },
];

impl Fixed {
    fn render(&self) -> Value {
        let mut body = json!({
            "@odata.type": format!("#microsoft.graph.{}AuthenticationMethodConfiguration", self.kind),
            "id": self.id,
            "state": "disabled",
            "excludeTargets": [],
            "includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}],
        });
        if let (Some(members), Value::Object(own)) = (body.as_object_mut(), (self.own)()) {
            members.extend(own);
        }
        body
    }
}

/// The configurations that are always off, in this version.
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

/// All policies in force.
struct InForce {
    passes: Arc<PassPolicy>,
    methods: MethodPolicies,
}

async fn in_force(call: &Call) -> Result<InForce, GraphError> {
    let service = &call.service;
    let refused = |refused| error(call, &refused);
    Ok(InForce {
        passes: service.show_pass_policy(&call.caller).await.map_err(refused)?,
        methods: service
            .show_method_policies(&call.caller)
            .await
            .map_err(refused)?,
    })
}

/// What a configuration's id names.
#[derive(Clone, Copy)]
enum Named {
    Passes,
    Passkeys,
    Apps,
    Fixed(&'static Fixed),
}

impl Named {
    /// All configurations, in this version.
    fn all(version: Version) -> impl Iterator<Item = Self> {
        let fixed = fixed(version).map(Self::Fixed);
        [Self::Passkeys, Self::Apps, Self::Passes]
            .into_iter()
            .chain(fixed)
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Passes => PASS,
            Self::Passkeys => PASSKEYS,
            Self::Apps => APPS,
            Self::Fixed(fixed) => fixed.id,
        }
    }

    fn render(self, call: &Call, policies: &InForce) -> Value {
        match self {
            Self::Passes => policy_body::render(&policies.passes, &call.url("$metadata")),
            Self::Passkeys => method_policy_body::render_passkeys(policies.methods.passkeys()),
            Self::Apps => method_policy_body::render_apps(policies.methods.apps()),
            Self::Fixed(fixed) => fixed.render(),
        }
    }
}

fn configurations(call: &Call, policies: &InForce) -> Vec<Value> {
    Named::all(call.version)
        .map(|one| one.render(call, policies))
        .collect()
}

async fn whole(call: &Call) -> Result<Value, GraphError> {
    let policies = &in_force(call).await?;
    let changed = call.service.policies_changed_at(&call.caller).await;
    let changed = changed.map_err(|refused| error(call, &refused))?;
    Ok(json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed.",
        "lastModifiedDateTime": changed.map(Timestamp::to_rfc3339),
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        "reconfirmationInDays": null,
        "registrationEnforcement":
            method_policy_body::render_enforcement(policies.methods.campaign(), call.version),
        "authenticationMethodConfigurations": configurations(call, policies),
    }))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    Reply::entity(call, "authenticationMethodsPolicy", &whole(call).await?)
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("authenticationMethodsPolicy")?;
    body.refuse_nulls(&["registrationEnforcement"], "authenticationMethodsPolicy")?;
    let campaign = match body.object("registrationEnforcement")? {
        Some(enforcement) => method_policy_body::parse_enforcement(enforcement, call.words)?,
        None => None,
    };
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
        "reportSuspiciousActivitySettings",
        "systemCredentialPreferences",
        "microsoftAuthenticatorPlatformSettings",
        "reconfirmationInDays",
    ] {
        changes = changes.or(body.take(name).filter(|given| !given.is_null()).map(|_| name));
    }
    let claims = body.finish_with_claims(&[
        "authenticationMethodConfigurations",
        "description",
        "displayName",
        "lastModifiedDateTime",
        "policyVersion",
    ])?;
    if let Some(name) = changes {
        // Whether the caller may comes before what is wrong with the wish.
        in_force(call).await?;
        let message = format!("{name} can't be changed in Latchkey.");
        return Err(call.words.bad_request(message).with_target(name));
    }
    if !claims.is_empty()
        && let Value::Object(known) = whole(call).await?
    {
        claims.check(&known)?;
    }
    change(call, MethodPolicyChange::Campaign(campaign.unwrap_or_default())).await?;
    show(call).await
}

async fn change(call: &Call, change: MethodPolicyChange) -> Result<(), GraphError> {
    call.service
        .change_method_policies(&call.caller, &call.info, change)
        .await
        .map(drop)
        .map_err(|refused| error(call, &refused))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let policies = in_force(call).await?;
    let context = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations";
    Reply::list(
        call,
        context,
        &configurations(call, &policies),
        &ListFacts::default(),
    )
}

/// The configuration that the path names.
fn named(call: &Call) -> Result<Named, GraphError> {
    Named::all(call.version)
        .find(|one| one.id().eq_ignore_ascii_case(call.key(0)))
        .ok_or_else(|| call.words.not_found(call.key(0)))
}

pub(crate) async fn show_configuration(call: &Call) -> Outcome {
    let policies = in_force(call).await?;
    let body = named(call)?.render(call, &policies);
    Reply::entity(call, "authenticationMethodConfigurations/$entity", &body)
}

pub(crate) async fn update_configuration(call: &Call) -> Outcome {
    let body = call.json()?;
    match known(call).await? {
        Named::Passes => {
            let change = policy_body::parse(body, call.words)?;
            call.service
                .change_pass_policy(&call.caller, &call.info, change)
                .await
                .map_err(|refused| error(call, &refused))?;
        }
        Named::Passkeys => {
            let wish = method_policy_body::parse_passkeys(body, call.words)?;
            change(call, MethodPolicyChange::Passkeys(wish)).await?;
        }
        Named::Apps => {
            let wish = method_policy_body::parse_apps(body, call.words)?;
            change(call, MethodPolicyChange::Apps(wish)).await?;
        }
        Named::Fixed(fixed) => return Err(not_there(call, fixed).await),
    }
    Ok(Reply::no_content())
}

pub(crate) async fn revert_configuration(call: &Call) -> Outcome {
    match known(call).await? {
        Named::Passes => call
            .service
            .revert_pass_policy(&call.caller, &call.info)
            .await
            .map(drop)
            .map_err(|refused| error(call, &refused))?,
        Named::Passkeys => change(call, MethodPolicyChange::RevertPasskeys).await?,
        Named::Apps => change(call, MethodPolicyChange::RevertApps).await?,
        Named::Fixed(fixed) => return Err(not_there(call, fixed).await),
    }
    Ok(Reply::no_content())
}

/// The configuration that the path names; that there is none is told to those only who may see the policy.
async fn known(call: &Call) -> Result<Named, GraphError> {
    match named(call) {
        Ok(one) => Ok(one),
        Err(unknown) => Err(in_force(call).await.err().unwrap_or(unknown)),
    }
}

/// The refusal of changing what is always off; permission to see it comes first.
async fn not_there(call: &Call, fixed: &Fixed) -> GraphError {
    match in_force(call).await {
        Err(refused) => refused,
        Ok(_) => call.words.bad_request(format!(
            "The configuration '{}' can't be changed: Latchkey doesn't have this method.",
            fixed.id
        )),
    }
}
