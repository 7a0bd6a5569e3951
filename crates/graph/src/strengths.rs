//! `policies/authenticationStrengthPolicies` (Microsoft Graph's `authenticationStrengthPolicy`; sign-in contract 3.3).

use latchkey_domain::{Combination, Strength, StrengthId};
use latchkey_service::{StrengthFailure, StrengthWish};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{Filter, Literal, Operator, unsupported};
use crate::json::Object;
use crate::reply::{Reply, page_of_all};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

const SET: &str = "policies/authenticationStrengthPolicies";
const COMBINATIONS: &str = "allowedCombinations";

/// The declared properties of an authentication strength.
pub(crate) const STRENGTH: ObjectType = ObjectType {
    name: "microsoft.graph.authenticationStrengthPolicy",
    properties: &[
        "allowedCombinations[]",
        "combinationConfigurations[]",
        "createdDateTime",
        "description",
        "displayName",
        "id",
        "modifiedDateTime",
        "policyType",
        "requirementsSatisfied",
    ],
    default: &[
        "id",
        "createdDateTime",
        "modifiedDateTime",
        "displayName",
        "description",
        "policyType",
        "requirementsSatisfied",
        "allowedCombinations",
        "combinationConfigurations",
    ],
};

const fn policy_type(built_in: bool) -> &'static str {
    if built_in { "builtIn" } else { "custom" }
}

fn names(strength: &Strength) -> Vec<String> {
    strength.combinations.iter().map(Combination::to_string).collect()
}

fn render(strength: &Strength, selection: &Selection) -> Map<String, Value> {
    selection.render(&STRENGTH, |name| {
        Some(match name {
            "allowedCombinations" => names(strength).into(),
            "combinationConfigurations" => json!([]),
            "createdDateTime" => strength.created_at.to_rfc3339().into(),
            "description" => strength.description.as_str().into(),
            "displayName" => strength.display_name.as_str().into(),
            "id" => strength.id.to_string().into(),
            "modifiedDateTime" => strength.modified_at.to_rfc3339().into(),
            "policyType" => policy_type(strength.is_built_in()).into(),
            "requirementsSatisfied" => if strength.is_multifactor() { "mfa" } else { "none" }.into(),
            _ => return None,
        })
    })
}

fn error(call: &Call, error: &StrengthFailure) -> GraphError {
    let words = call.words;
    match error {
        StrengthFailure::Denied(_) => words.denied(),
        StrengthFailure::NoSuchStrength => words.not_found(call.key(0)),
        StrengthFailure::Invalid(_)
        | StrengthFailure::BuiltIn
        | StrengthFailure::InUse
        | StrengthFailure::TooMany => words.bad_request(error.to_string()),
        StrengthFailure::Fault(fault) => words.fault(fault),
    }
}

/// The strength that the path names. What is no id is nobody's; to know that takes permission first.
fn id(call: &Call) -> StrengthId {
    call.key(0).parse().unwrap_or(StrengthId::from_bytes([0; 16]))
}

/// `policyType eq 'custom'`, the one filter that clients use.
fn wanted(call: &Call) -> Result<Option<bool>, GraphError> {
    let Some(text) = call.query.get("filter") else {
        return Ok(None);
    };
    let filter = Filter::parse(text)?;
    if let Filter::Compare(property, Operator::Eq, Literal::Text(value)) = &filter
        && property == "policyType"
    {
        let built_in = [false, true].into_iter().find(|kind| policy_type(*kind) == value);
        return built_in
            .map(Some)
            .ok_or_else(|| unsupported(&filter, STRENGTH.name));
    }
    Err(unsupported(&filter, STRENGTH.name))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &STRENGTH)?;
    call.query
        .only(&["count", "filter", "select", "skiptoken", "top"])?;
    let wanted = wanted(call)?;
    let all = call.service.list_strengths(&call.caller).await;
    let all = all.map_err(|refused| error(call, &refused))?;
    let mut all: Vec<_> = all
        .into_iter()
        .filter(|strength| wanted.is_none_or(|built_in| strength.is_built_in() == built_in))
        .collect();
    let facts = page_of_all(call, SET, "strengths", &mut all, |strength| {
        strength.id.to_string()
    })?;
    let bodies: Vec<_> = all.iter().map(|strength| render(strength, &selection)).collect();
    Reply::list(call, &selection.context(SET), &bodies, &facts)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &STRENGTH)?;
    call.query.only(&["select"])?;
    let strength = call.service.show_strength(&call.caller, id(call)).await;
    let strength = strength.map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context(SET));
    Reply::entity(call, &context, &render(&strength, &selection))
}

fn combinations(call: &Call, body: &mut Object) -> Result<Option<Vec<Combination>>, GraphError> {
    let Some(texts) = body.texts(COMBINATIONS)? else {
        return Ok(None);
    };
    let read = |text: &String| {
        Combination::parse(text).ok_or_else(|| {
            let message =
                format!("allowedCombinations: '{text}' is no combination of authentication methods.");
            call.words.bad_request(message).with_target(COMBINATIONS)
        })
    };
    texts.iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn finish(mut body: Object) -> Result<(), GraphError> {
    body.tolerate_empty(&["combinationConfigurations"]);
    // What clients send back as they read it.
    for name in ["policyType", "requirementsSatisfied"] {
        body.take(name);
    }
    body.finish_read_only(&["createdDateTime", "id", "modifiedDateTime"])
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("authenticationStrengthPolicy")?;
    let wish = StrengthWish {
        display_name: body.text("displayName")?,
        description: body.nullable_text("description")?.flatten(),
        combinations: combinations(call, &mut body)?,
    };
    finish(body)?;
    let made = call.service.create_strength(&call.caller, &call.info, wish).await;
    let made = made.map_err(|refused| error(call, &refused))?;
    let selection = Selection::of(call, &STRENGTH)?;
    let location = call.url(&format!("{SET}/{}", made.id));
    Ok(Reply::entity(call, &format!("{SET}/$entity"), &render(&made, &selection))?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("authenticationStrengthPolicy")?;
    if body.has(COMBINATIONS) {
        let message = "allowedCombinations can't be changed here: use updateAllowedCombinations.";
        return Err(call.words.bad_request(message).with_target(COMBINATIONS));
    }
    let wish = StrengthWish {
        display_name: body.text("displayName")?,
        description: body.nullable_text("description")?.map(Option::unwrap_or_default),
        combinations: None,
    };
    finish(body)?;
    change(call, wish).await?;
    Ok(Reply::no_content())
}

async fn change(call: &Call, wish: StrengthWish) -> Result<(Strength, Strength), GraphError> {
    call.service
        .update_strength(&call.caller, &call.info, id(call), wish)
        .await
        .map_err(|refused| error(call, &refused))
}

/// `POST …/updateAllowedCombinations`
pub(crate) async fn update_combinations(call: &Call) -> Outcome {
    let mut body = call.json()?;
    let combinations = combinations(call, &mut body)?.ok_or_else(|| {
        call.words
            .bad_request("Property allowedCombinations value is required but is empty or missing.")
            .with_target(COMBINATIONS)
    })?;
    body.finish()?;
    let wish = StrengthWish {
        combinations: Some(combinations),
        ..StrengthWish::default()
    };
    let (old, new) = change(call, wish).await?;
    let result = json!({
        "previousCombinations": names(&old),
        "currentCombinations": names(&new),
        "conditionalAccessReferences": [],
        "additionalInformation": null,
    });
    Reply::entity(call, "microsoft.graph.updateAllowedCombinationsResult", &result)
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_strength(&call.caller, &call.info, id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
