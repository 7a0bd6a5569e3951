//! The `Fido2` and `SoftwareOath` configurations and the registration campaign as they come in and go out (Graph
//! contract 5.1 and 5.3).

use latchkey_domain::{
    Aaguid, AppPolicy, AppPolicyChange, Campaign, CampaignChange, CampaignMethod, CampaignState,
    CampaignTarget, KeyRule, MethodTargets, PasskeyPolicy, PasskeyPolicyChange, PolicyField,
};
use serde_json::{Value, json};

use crate::error::{GraphError, Vocabulary};
use crate::json::{Object, wrong_type};
use crate::path::Version;
use crate::policy_body::{
    check_id, excluded, render_excluded, render_included, render_target, state, target_of, targets,
};

/// The id of the configuration of passkeys.
pub(crate) const PASSKEYS: &str = "Fido2";
/// The id of the configuration of authenticator apps.
pub(crate) const APPS: &str = "SoftwareOath";

const PASSKEYS_TYPE: &str = "fido2AuthenticationMethodConfiguration";
const APPS_TYPE: &str = "softwareOathAuthenticationMethodConfiguration";
const CAMPAIGN: &str = "authenticationMethodsRegistrationCampaign";
const RESTRICTIONS: &str = "keyRestrictions";
const LISTS: [&str; 2] = [PolicyField::Include.name(), PolicyField::Exclude.name()];
const CAMPAIGN_METHODS: [(&str, CampaignMethod); 2] = [
    ("fido2", CampaignMethod::Passkey),
    ("softwareOath", CampaignMethod::App),
];
const CAMPAIGN_STATES: [(&str, CampaignState); 3] = [
    ("default", CampaignState::Default),
    ("enabled", CampaignState::Enabled),
    ("disabled", CampaignState::Disabled),
];
const KEY_RULES: [(&str, KeyRule); 2] = [("allow", KeyRule::Allow), ("block", KeyRule::Block)];

/// The member of an enumeration that the wire names.
fn named<T: Copy>(names: &[(&str, T)], given: &str) -> Option<T> {
    let fits = |(name, _): &&(&str, T)| name.eq_ignore_ascii_case(given);
    names.iter().find(fits).map(|(_, value)| *value)
}

/// What the wire calls a member of an enumeration.
fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    let found = names.iter().find(|(_, one)| one == value);
    found.map_or("unknownFutureValue", |(name, _)| *name)
}

fn one_of<T: Copy>(
    names: &[(&str, T)],
    given: Option<String>,
    property: &'static str,
    words: Vocabulary,
) -> Result<Option<T>, GraphError> {
    let Some(given) = given else { return Ok(None) };
    named(names, &given).map(Some).ok_or_else(|| {
        let allowed: Vec<String> = names.iter().map(|(name, _)| format!("'{name}'")).collect();
        words
            .bad_request(format!("{property} must be one of {}.", allowed.join(", ")))
            .with_target(property)
    })
}

/// Reads a PATCH of the configuration of passkeys.
///
/// # Errors
/// What has another form; rules are the use case's matter.
pub(crate) fn parse_passkeys(mut body: Object, words: Vocabulary) -> Result<PasskeyPolicyChange, GraphError> {
    body.check_type(PASSKEYS_TYPE)?;
    body.refuse_nulls(&LISTS, PASSKEYS_TYPE)?;
    let fixed = [
        "isSelfServiceRegistrationAllowed",
        "isAttestationEnforced",
        RESTRICTIONS,
    ];
    body.refuse_nulls(&fixed, PASSKEYS_TYPE)?;
    check_id(&mut body, PASSKEYS, words)?;
    body.tolerate_empty(&["passkeyProfiles"]);
    body.tolerate_null(&["defaultPasskeyProfile"]);
    let mut change = PasskeyPolicyChange {
        enabled: state(&mut body, words)?,
        self_service: body.boolean("isSelfServiceRegistrationAllowed")?,
        attestation: body.boolean("isAttestationEnforced")?,
        include: targets(
            &mut body,
            PolicyField::Include,
            &["allowedPasskeyProfiles"],
            words,
        )?,
        exclude: excluded(targets(&mut body, PolicyField::Exclude, &[], words)?, words)?,
        ..PasskeyPolicyChange::default()
    };
    if let Some(mut restrictions) = body.object(RESTRICTIONS)? {
        restrictions.check_type("fido2KeyRestrictions")?;
        restrictions.refuse_nulls(&["isEnforced", "enforcementType", "aaGuids"], RESTRICTIONS)?;
        change.enforced = restrictions.boolean("isEnforced")?;
        let rule = restrictions.text("enforcementType")?;
        change.rule = one_of(&KEY_RULES, rule, "enforcementType", words)?;
        change.aaguids = restrictions
            .texts("aaGuids")?
            .map(|texts| aaguids(&texts, words))
            .transpose()?;
        restrictions.finish()?;
    }
    body.finish()?;
    Ok(change)
}

fn aaguids(texts: &[String], words: Vocabulary) -> Result<Vec<Aaguid>, GraphError> {
    let mut list = Vec::new();
    for text in texts {
        let aaguid: Aaguid = text.parse().map_err(|_| {
            words
                .bad_request(format!("aaGuids: '{text}' is no GUID."))
                .with_target(RESTRICTIONS)
        })?;
        if !list.contains(&aaguid) {
            list.push(aaguid);
        }
    }
    Ok(list)
}

/// Reads a PATCH of the configuration of authenticator apps.
///
/// # Errors
/// As [`parse_passkeys`].
pub(crate) fn parse_apps(mut body: Object, words: Vocabulary) -> Result<AppPolicyChange, GraphError> {
    body.check_type(APPS_TYPE)?;
    body.refuse_nulls(&LISTS, APPS_TYPE)?;
    check_id(&mut body, APPS, words)?;
    let change = AppPolicyChange {
        enabled: state(&mut body, words)?,
        include: targets(&mut body, PolicyField::Include, &[], words)?,
        exclude: excluded(targets(&mut body, PolicyField::Exclude, &[], words)?, words)?,
    };
    body.finish()?;
    Ok(change)
}

/// Reads `registrationEnforcement`.
///
/// # Errors
/// As [`parse_passkeys`].
pub(crate) fn parse_enforcement(
    mut body: Object,
    words: Vocabulary,
) -> Result<Option<CampaignChange>, GraphError> {
    body.check_type("registrationEnforcement")?;
    body.refuse_nulls(&[CAMPAIGN], "registrationEnforcement")?;
    let campaign = body.object(CAMPAIGN)?;
    body.finish()?;
    campaign.map(|body| parse_campaign(body, words)).transpose()
}

fn parse_campaign(mut body: Object, words: Vocabulary) -> Result<CampaignChange, GraphError> {
    body.check_type(CAMPAIGN)?;
    body.refuse_nulls(&LISTS, CAMPAIGN)?;
    let fixed = [
        "state",
        PolicyField::Snooze.name(),
        "enforceRegistrationAfterAllowedSnoozes",
    ];
    body.refuse_nulls(&fixed, CAMPAIGN)?;
    let given = body.text("state")?;
    let change = CampaignChange {
        state: one_of(&CAMPAIGN_STATES, given, "state", words)?,
        snooze_days: body.integer(PolicyField::Snooze.name())?,
        limited_snoozes: body.boolean("enforceRegistrationAfterAllowedSnoozes")?,
        include: campaign_targets(&mut body, words)?,
        exclude: excluded(targets(&mut body, PolicyField::Exclude, &[], words)?, words)?,
    };
    body.finish()?;
    Ok(change)
}

fn campaign_targets(body: &mut Object, words: Vocabulary) -> Result<Option<Vec<CampaignTarget>>, GraphError> {
    const METHOD: &str = "targetedAuthenticationMethod";
    let field = PolicyField::Include;
    let Some(items) = body.objects(field.name())? else {
        return Ok(None);
    };
    let mut list = Vec::new();
    for mut item in items {
        item.check_type("authenticationMethodsRegistrationCampaignIncludeTarget")?;
        let method = item.text(METHOD)?;
        let method = one_of(&CAMPAIGN_METHODS, method, METHOD, words)?
            .ok_or_else(|| wrong_type(METHOD, "Edm.String"))?;
        let who = target_of(item, field, words)?;
        list.push(CampaignTarget { who, method });
    }
    Ok(Some(list))
}

fn configuration(id: &str, kind: &str, enabled: bool, targets: &MethodTargets, own: Value) -> Value {
    let mut body = json!({
        "@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethodConfiguration"),
        "id": id,
        "state": if enabled { "enabled" } else { "disabled" },
        "excludeTargets": render_excluded(&targets.exclude),
        "includeTargets": render_included(&targets.include),
    });
    if let (Some(members), Value::Object(own)) = (body.as_object_mut(), own) {
        members.extend(own);
    }
    body
}

/// The configuration of passkeys on the wire.
pub(crate) fn render_passkeys(policy: &PasskeyPolicy) -> Value {
    let restrictions = &policy.restrictions;
    let aaguids: Vec<String> = restrictions.aaguids.iter().map(ToString::to_string).collect();
    let own = json!({
        "isSelfServiceRegistrationAllowed": policy.self_service,
        "isAttestationEnforced": policy.attestation,
        "keyRestrictions": {
            "isEnforced": restrictions.enforced,
            "enforcementType": name_of(&KEY_RULES, &restrictions.rule),
            "aaGuids": aaguids,
        },
    });
    configuration(PASSKEYS, "fido2", policy.enabled, &policy.targets, own)
}

/// The configuration of authenticator apps on the wire.
pub(crate) fn render_apps(policy: &AppPolicy) -> Value {
    configuration(APPS, "softwareOath", policy.enabled, &policy.targets, json!({}))
}

/// `registrationEnforcement` on the wire.
pub(crate) fn render_enforcement(campaign: &Campaign, version: Version) -> Value {
    let include = campaign.include.iter().map(|target| {
        let mut item = render_target(&target.who);
        if let Some(members) = item.as_object_mut() {
            let method = name_of(&CAMPAIGN_METHODS, &target.method);
            members.insert("targetedAuthenticationMethod".to_owned(), method.into());
        }
        item
    });
    let mut body = json!({
        "snoozeDurationInDays": campaign.snooze_days,
        "state": name_of(&CAMPAIGN_STATES, &campaign.state),
        "includeTargets": include.collect::<Vec<_>>(),
        "excludeTargets": render_excluded(&campaign.exclude),
    });
    if version == Version::Beta
        && let Some(members) = body.as_object_mut()
    {
        let limited = campaign.limited_snoozes.into();
        members.insert("enforceRegistrationAfterAllowedSnoozes".to_owned(), limited);
    }
    json!({"authenticationMethodsRegistrationCampaign": body})
}
