//! `/directory/administrativeUnits` (Graph contract 9.3); the roles that are given for one are in `unit_roles`.

use latchkey_domain::{AdministrativeUnit, Member, UnitId, UserId};
use latchkey_service::{MemberView, UnitError, UnitWish};
use latchkey_store::UnitFilter;
use serde_json::{Map, Value};

use crate::applications::check_list_options;
use crate::call::Call;
use crate::claims::Claims;
use crate::error::GraphError;
use crate::members::{self, reference_id};
use crate::named_filter::{self, NamedFilter};
use crate::query::page_token_expired;
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

const SET: &str = "directory/administrativeUnits";

/// The declared properties of a unit and those of an answer without `$select`.
pub(crate) const UNIT: ObjectType = ObjectType {
    name: "microsoft.graph.administrativeUnit",
    properties: &[
        "deletedDateTime",
        "description",
        "displayName",
        "id",
        "isMemberManagementRestricted",
        "membershipRule",
        "membershipRuleProcessingState",
        "membershipType",
        "visibility",
    ],
    default: &[
        "id",
        "deletedDateTime",
        "displayName",
        "description",
        "isMemberManagementRestricted",
        "membershipRule",
        "membershipRuleProcessingState",
        "membershipType",
        "visibility",
    ],
};

/// The unit with the selected properties.
pub(crate) fn render(unit: &AdministrativeUnit, selection: &Selection) -> Map<String, Value> {
    let of = &unit.properties;
    selection.render(&UNIT, |name| {
        Some(match name {
            "description" => of.description.as_deref()?.into(),
            "displayName" => of.display_name.as_str().into(),
            "id" => unit.id.to_string().into(),
            "isMemberManagementRestricted" => of.restricted.into(),
            "membershipType" => "Assigned".into(),
            "visibility" if of.hidden_membership => "HiddenMembership".into(),
            "visibility" => "Public".into(),
            _ => return None,
        })
    })
}

/// What a use case of units answers, on the wire.
pub(crate) fn error(call: &Call, error: &UnitError) -> GraphError {
    let words = call.words;
    match error {
        UnitError::Denied(_) => words.denied(),
        UnitError::NoSuchUnit => words.not_found(call.key(0)),
        UnitError::NoSuchObject(id) => words.not_found(&id.to_string()),
        UnitError::Field(field) => {
            words.bad_request(field.to_string()).with_detail("InvalidValue", field.property)
        }
        UnitError::AlreadyThere => words.bad_request(
            "One or more added object references already exist for the following modified properties: 'members'.",
        ),
        UnitError::Missing(_) | UnitError::GroupInRestrictedUnit | UnitError::PrincipalInUnit => words.bad_request(error.to_string()),
        UnitError::Fault(fault) => words.fault(fault),
    }
}

/// The unit that the path names. What is no id is nobody's; to know that takes permission first.
pub(crate) fn unit_id(call: &Call) -> UnitId {
    call.key(0).parse().unwrap_or(UnitId::from_bytes([0; 16]))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &UNIT)?;
    check_list_options(call, "AdministrativeUnit")?;
    let filter = unit_filter(call)?;
    let page = call.query.page("units", &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let mut units = call
        .service
        .list_units(&call.caller, filter.as_ref(), after, page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let mut facts = page_facts(call, SET, "units", &mut units, page.limit, |last| {
        format!("{} {}", last.id, last.properties.display_name.to_lowercase())
    });
    if call.query.count()? && call.eventual && after.is_none() {
        let count = call.service.count_units(&call.caller, filter.as_ref()).await;
        facts.count = Some(count.map_err(|refused| error(call, &refused))?);
    }
    let bodies: Vec<_> = units.iter().map(|unit| render(unit, &selection)).collect();
    Reply::list(call, &selection.context(SET), &bodies, &facts)
}

fn read_place(place: &str) -> Result<(&str, UnitId), GraphError> {
    let read = || {
        let (id, name) = place.split_once(' ')?;
        Some((name, id.parse().ok()?))
    };
    read().ok_or_else(page_token_expired)
}

fn unit_filter(call: &Call) -> Result<Option<UnitFilter>, GraphError> {
    let found = named_filter::read(call, "AdministrativeUnit", &[])?;
    Ok(match found {
        Some(NamedFilter::NameIs(name)) => Some(UnitFilter::DisplayNameEquals(name)),
        Some(NamedFilter::NameStarts(start)) => Some(UnitFilter::DisplayNameStartsWith(start)),
        // There is no other property to ask for.
        Some(NamedFilter::OneOf(..)) | None => None,
    })
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.only(&["filter", "search"])?;
    let filter = unit_filter(call)?;
    let count = call
        .service
        .count_units(&call.caller, filter.as_ref())
        .await
        .map_err(|refused| error(call, &refused))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &UNIT)?;
    call.query.only(&["select"])?;
    let unit = call
        .service
        .show_unit(&call.caller, unit_id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context(SET));
    Reply::entity(call, &context, &render(&unit, &selection))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let (wish, _) = parse(call, true)?;
    let unit = call
        .service
        .create_unit(&call.caller, &call.info, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = Selection::of(call, &UNIT).map(|selection| render(&unit, &selection))?;
    let location = call.url(&format!("{SET}/{}", unit.id));
    Ok(Reply::entity(call, &format!("{SET}/$entity"), &body)?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let (wish, claims) = parse(call, false)?;
    if !claims.is_empty() {
        let found = call.service.show_unit(&call.caller, unit_id(call)).await;
        let found = found.map_err(|refused| error(call, &refused))?;
        claims.check(&render(&found, &Selection::these(claims.names())))?;
    }
    call.service
        .update_unit(&call.caller, &call.info, unit_id(call), wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_unit(&call.caller, &call.info, unit_id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn list_members(call: &Call) -> Outcome {
    members::check_options(call)?;
    let kind = members::cast_in_path(call)?;
    let page = call.query.page("unit members", &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(members::read_place).transpose()?;
    let after = after.or(members::start_of(kind));
    let mut found = members_after(call, after, page.limit).await?;
    members::keep(&mut found, kind);
    let path = members::with_cast(format!("{SET}/{}/members", unit_id(call)), kind);
    let mut facts = page_facts(
        call,
        &path,
        "unit members",
        &mut found,
        page.limit,
        members::place,
    );
    if call.query.count()? && call.eventual && page.after.is_none() {
        facts.count = Some(number_of_members(call, kind).await?);
    }
    members::list(call, &found, &facts)
}

pub(crate) async fn list_member_references(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let resource = "unit member references";
    let page = call.query.page(resource, &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(members::read_place).transpose()?;
    let mut found = members_after(call, after, page.limit).await?;
    let path = format!("{SET}/{}/members/$ref", unit_id(call));
    let facts = page_facts(call, &path, resource, &mut found, page.limit, members::place);
    members::references(call, &found, &facts)
}

/// A page of members, and one more.
async fn members_after(
    call: &Call,
    after: Option<Member>,
    limit: u32,
) -> Result<Vec<MemberView>, GraphError> {
    let (caller, unit) = (&call.caller, unit_id(call));
    let found = call
        .service
        .list_unit_members(caller, unit, after, limit + 1)
        .await;
    found.map_err(|refused| error(call, &refused))
}

pub(crate) async fn count_members(call: &Call) -> Outcome {
    call.refuse_search()?;
    call.query.only(&[])?;
    let count = number_of_members(call, members::cast_in_path(call)?).await?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

async fn number_of_members(call: &Call, kind: Option<&str>) -> Result<i64, GraphError> {
    let (kind, none) = members::stored_kind(kind);
    let (caller, unit) = (&call.caller, unit_id(call));
    let count = call.service.count_unit_members(caller, unit, kind).await;
    let count = count.map_err(|refused| error(call, &refused))?;
    Ok(if none { 0 } else { count })
}

pub(crate) async fn add_member(call: &Call) -> Outcome {
    let object = members::reference_in_body(call)?;
    call.service
        .join_unit(&call.caller, &call.info, unit_id(call), object)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn remove_member(call: &Call) -> Outcome {
    let address = members::named_object(call)?;
    // What is no id is nobody's; to know that takes permission first.
    let object = reference_id(address).unwrap_or(UserId::from_bytes([0; 16]));
    call.service
        .leave_unit(&call.caller, &call.info, unit_id(call), object)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

/// What is wished for; of a unit that there is, also what the body says of properties that can't be written.
fn parse(call: &Call, new: bool) -> Result<(UnitWish, Claims), GraphError> {
    let words = call.words;
    let mut body = call.json()?;
    body.check_type("administrativeUnit")?;
    let membership = body.text("membershipType")?;
    let mut wish = UnitWish {
        display_name: body.text_not_null("displayName", "AdministrativeUnit")?,
        description: body.nullable_text("description")?,
        ..UnitWish::default()
    };
    if membership.is_some_and(|kind| kind != "Assigned") {
        return Err(words
            .bad_request(
                "Dynamic administrative units can't be made here: membershipType must be 'Assigned'.",
            )
            .with_target("membershipType"));
    }
    if !new {
        // Who sees the members, and who may change them, is said when the unit is made.
        return Ok((wish, body.finish_with_claims(UNIT.properties)?));
    }
    wish.hidden_membership = match body.text("visibility")?.as_deref() {
        None => None,
        Some("Public") => Some(false),
        Some("HiddenMembership") => Some(true),
        Some(_) => {
            let message =
                "Invalid value specified for property 'visibility' of resource 'AdministrativeUnit'.";
            return Err(words
                .bad_request(message)
                .with_detail("InvalidValue", "visibility"));
        }
    };
    wish.restricted = body.boolean("isMemberManagementRestricted")?;
    body.finish_read_only(&[
        "id",
        "deletedDateTime",
        "membershipRule",
        "membershipRuleProcessingState",
    ])?;
    Ok((wish, Claims::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_property_is_declared() {
        for name in UNIT.default {
            assert!(UNIT.properties.contains(name), "{name}");
        }
    }
}
