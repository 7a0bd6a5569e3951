//! The `TemporaryAccessPass` configuration as it comes in and goes out (Graph contract 5.2).

use latchkey_domain::{GroupId, IncludeTarget, PassPolicy, PassPolicyChange, PolicyField};
use serde_json::{Value, json};

use crate::error::{GraphError, Vocabulary};
use crate::json::Object;

/// The configuration's id.
pub(crate) const ID: &str = "TemporaryAccessPass";
const ALL_USERS: &str = "all_users";
const TYPE: &str = "temporaryAccessPassAuthenticationMethodConfiguration";

/// Reads a PATCH.
///
/// # Errors
/// What has another form; bounds are the use case's matter.
pub(crate) fn parse(mut body: Object, words: Vocabulary) -> Result<PassPolicyChange, GraphError> {
    body.check_type(TYPE)?;
    check_id(&mut body, ID, words)?;
    let fixed = [
        PolicyField::Minimum.name(),
        PolicyField::Maximum.name(),
        PolicyField::Default.name(),
        PolicyField::Length.name(),
        "isUsableOnce",
        PolicyField::Include.name(),
        PolicyField::Exclude.name(),
    ];
    body.refuse_nulls(&fixed, TYPE)?;
    let enabled = state(&mut body, words)?;
    let change = PassPolicyChange {
        enabled,
        minimum: body.integer(PolicyField::Minimum.name())?,
        maximum: body.integer(PolicyField::Maximum.name())?,
        default: body.integer(PolicyField::Default.name())?,
        length: body.integer(PolicyField::Length.name())?,
        one_time_only: body.boolean("isUsableOnce")?,
        include: targets(&mut body, PolicyField::Include, &[], words)?,
        exclude: excluded(targets(&mut body, PolicyField::Exclude, &[], words)?, words)?,
    };
    body.finish()?;
    Ok(change)
}

/// A configuration's id can be repeated, not changed.
pub(crate) fn check_id(body: &mut Object, own: &str, words: Vocabulary) -> Result<(), GraphError> {
    match body.text("id")? {
        Some(id) if !id.eq_ignore_ascii_case(own) => Err(words
            .bad_request("The id of a configuration cannot be changed.")
            .with_target("id")),
        _ => Ok(()),
    }
}

/// Whether the configuration is to be on.
pub(crate) fn state(body: &mut Object, words: Vocabulary) -> Result<Option<bool>, GraphError> {
    match body.nullable_text("state")?.as_ref().map(Option::as_deref) {
        None => Ok(None),
        Some(Some("enabled")) => Ok(Some(true)),
        Some(Some("disabled")) => Ok(Some(false)),
        Some(_) => Err(words
            .bad_request("state must be 'enabled' or 'disabled'.")
            .with_target("state")),
    }
}

/// A list of targets; lists of these further names may stand in each, empty.
pub(crate) fn targets(
    body: &mut Object,
    field: PolicyField,
    empty: &[&str],
    words: Vocabulary,
) -> Result<Option<Vec<IncludeTarget>>, GraphError> {
    let Some(items) = body.objects(field.name())? else {
        return Ok(None);
    };
    let mut targets = Vec::new();
    let kinds = if field == PolicyField::Exclude {
        &["excludeTarget"][..]
    } else {
        &["authenticationMethodTarget", "passkeyAuthenticationMethodTarget"]
    };
    for mut item in items {
        item.check_types(kinds)?;
        if item.boolean("isRegistrationRequired")? == Some(true) {
            let message =
                "isRegistrationRequired must be false: the registration campaign asks people to register.";
            return Err(words.bad_request(message).with_target(field.name()));
        }
        item.tolerate_empty(empty);
        let target = target_of(item, field, words)?;
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    Ok(Some(targets))
}

/// One target, of which nothing else is left.
pub(crate) fn target_of(
    mut item: Object,
    field: PolicyField,
    words: Vocabulary,
) -> Result<IncludeTarget, GraphError> {
    let bad = |message: String| words.bad_request(message).with_target(field.name());
    if item
        .text("targetType")?
        .is_some_and(|kind| !kind.eq_ignore_ascii_case("group"))
    {
        return Err(bad(format!("{}: targetType must be 'group'.", field.name())));
    }
    let id = item.text("id")?.unwrap_or_default();
    item.finish()?;
    if id.eq_ignore_ascii_case(ALL_USERS) {
        return Ok(IncludeTarget::AllUsers);
    }
    id.parse().map(IncludeTarget::Group).map_err(|_| {
        bad(format!(
            "{}: '{id}' is neither a group's id nor '{ALL_USERS}'.",
            field.name()
        ))
    })
}

/// The groups of a list that can't name everybody.
pub(crate) fn excluded(
    targets: Option<Vec<IncludeTarget>>,
    words: Vocabulary,
) -> Result<Option<Vec<GroupId>>, GraphError> {
    let Some(targets) = targets else { return Ok(None) };
    let groups = targets.into_iter().map(|target| match target {
        IncludeTarget::Group(group) => Ok(group),
        IncludeTarget::AllUsers => Err(words
            .bad_request("excludeTargets can't exclude all users; switch the method off instead.")
            .with_target(PolicyField::Exclude.name())),
    });
    groups.collect::<Result<_, _>>().map(Some)
}

/// The configuration on the wire; `base` is the address of the metadata document.
pub(crate) fn render(policy: &PassPolicy, metadata: &str) -> Value {
    json!({
        "@odata.type": format!("#microsoft.graph.{TYPE}"),
        "id": ID,
        "state": if policy.is_enabled() { "enabled" } else { "disabled" },
        "defaultLifetimeInMinutes": policy.default_lifetime().0,
        "defaultLength": policy.length().get(),
        "minimumLifetimeInMinutes": policy.minimum().0,
        "maximumLifetimeInMinutes": policy.maximum().0,
        "isUsableOnce": policy.is_one_time_only(),
        "excludeTargets": render_excluded(policy.exclude()),
        "includeTargets@odata.context": format!(
            "{metadata}#policies/authenticationMethodsPolicy/authenticationMethodConfigurations('{ID}')/microsoft.graph.{TYPE}/includeTargets"
        ),
        "includeTargets": render_included(policy.include()),
    })
}

/// One target on the wire.
pub(crate) fn render_target(target: &IncludeTarget) -> Value {
    let id = match target {
        IncludeTarget::AllUsers => ALL_USERS.to_owned(),
        IncludeTarget::Group(group) => group.to_string(),
    };
    json!({"targetType": "group", "id": id})
}

/// `includeTargets` on the wire.
pub(crate) fn render_included(targets: &[IncludeTarget]) -> Vec<Value> {
    let mut items: Vec<Value> = targets.iter().map(render_target).collect();
    for item in &mut items {
        if let Some(members) = item.as_object_mut() {
            members.insert("isRegistrationRequired".to_owned(), false.into());
        }
    }
    items
}

/// `excludeTargets` on the wire.
pub(crate) fn render_excluded(groups: &[GroupId]) -> Vec<Value> {
    let item = |group: &GroupId| json!({"targetType": "group", "id": group.to_string()});
    groups.iter().map(item).collect()
}
