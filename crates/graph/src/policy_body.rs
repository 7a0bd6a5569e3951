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
    if body.text("id")?.is_some_and(|id| !id.eq_ignore_ascii_case(ID)) {
        return Err(words
            .bad_request("The id of a configuration cannot be changed.")
            .with_target("id"));
    }
    let enabled = match body.nullable_text("state")?.as_ref().map(Option::as_deref) {
        None => None,
        Some(Some("enabled")) => Some(true),
        Some(Some("disabled")) => Some(false),
        Some(_) => {
            return Err(words
                .bad_request("state must be 'enabled' or 'disabled'.")
                .with_target("state"));
        }
    };
    let change = PassPolicyChange {
        enabled,
        minimum: body.integer(PolicyField::Minimum.name())?,
        maximum: body.integer(PolicyField::Maximum.name())?,
        default: body.integer(PolicyField::Default.name())?,
        length: body.integer(PolicyField::Length.name())?,
        one_time_only: body.boolean("isUsableOnce")?,
        include: targets(&mut body, PolicyField::Include, words)?,
        exclude: excluded(targets(&mut body, PolicyField::Exclude, words)?, words)?,
    };
    body.finish()?;
    Ok(change)
}

fn targets(
    body: &mut Object,
    field: PolicyField,
    words: Vocabulary,
) -> Result<Option<Vec<IncludeTarget>>, GraphError> {
    let Some(items) = body.objects(field.name())? else {
        return Ok(None);
    };
    let bad = |message: String| words.bad_request(message).with_target(field.name());
    let mut targets = Vec::new();
    for mut item in items {
        if item
            .text("targetType")?
            .is_some_and(|kind| !kind.eq_ignore_ascii_case("group"))
        {
            return Err(bad(format!("{}: targetType must be 'group'.", field.name())));
        }
        item.boolean("isRegistrationRequired")?;
        let id = item.text("id")?.unwrap_or_default();
        item.finish()?;
        let target = if id.eq_ignore_ascii_case(ALL_USERS) {
            IncludeTarget::AllUsers
        } else {
            let group: GroupId = id.parse().map_err(|_| {
                bad(format!(
                    "{}: '{id}' is neither a group's id nor '{ALL_USERS}'.",
                    field.name()
                ))
            })?;
            IncludeTarget::Group(group)
        };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    Ok(Some(targets))
}

fn excluded(
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
    let include: Vec<Value> = policy
        .include()
        .iter()
        .map(|target| {
            let id = match target {
                IncludeTarget::AllUsers => ALL_USERS.to_owned(),
                IncludeTarget::Group(group) => group.to_string(),
            };
            json!({"targetType": "group", "id": id, "isRegistrationRequired": false})
        })
        .collect();
    let exclude: Vec<Value> = policy
        .exclude()
        .iter()
        .map(|group| json!({"targetType": "group", "id": group.to_string()}))
        .collect();
    json!({
        "@odata.type": format!("#microsoft.graph.{TYPE}"),
        "id": ID,
        "state": if policy.is_enabled() { "enabled" } else { "disabled" },
        "defaultLifetimeInMinutes": policy.default_lifetime().0,
        "defaultLength": policy.length().get(),
        "minimumLifetimeInMinutes": policy.minimum().0,
        "maximumLifetimeInMinutes": policy.maximum().0,
        "isUsableOnce": policy.is_one_time_only(),
        "excludeTargets": exclude,
        "includeTargets@odata.context": format!(
            "{metadata}#policies/authenticationMethodsPolicy/authenticationMethodConfigurations('{ID}')/microsoft.graph.{TYPE}/includeTargets"
        ),
        "includeTargets": include,
    })
}
