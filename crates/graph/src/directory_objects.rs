//! `/directoryObjects` (Graph contract 8.2): any object by its id.

use latchkey_domain::{PrincipalId, UserRef};
use latchkey_service::{DirectoryObject, PrincipalView};
use latchkey_store::ApplicationKey;

use crate::call::Call;
use crate::memberships::error;
use crate::mixed::{Mixed, cast};
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;
use crate::{applications, groups, units, users};

/// The most ids of one request.
const MAX_IDS: usize = 1000;
const NOBODY: PrincipalId = PrincipalId::from_bytes([0; 16]);

/// What is no id is nobody's; to know that takes permission first.
fn id(call: &Call) -> PrincipalId {
    call.key(0).parse().unwrap_or(NOBODY)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let mixed = Mixed::of(call)?;
    call.query.only(&["select"])?;
    let found = call.service.show_object(&call.caller, id(call)).await;
    let found = found.map_err(|refused| error(call, &refused))?;
    Reply::entity(call, "directoryObjects/$entity", &mixed.object(&found))
}

/// Deletes it as its own path would.
pub(crate) async fn delete(call: &Call) -> Outcome {
    let (service, caller, info) = (&call.service, &call.caller, &call.info);
    let found = service.show_object(caller, id(call)).await;
    match found.map_err(|refused| error(call, &refused))? {
        DirectoryObject::User(user) => service
            .delete_user(caller, info, &UserRef::Id(user.id))
            .await
            .map_err(|refused| users::error(call, &refused))?,
        DirectoryObject::Group(group) => service
            .delete_group(caller, info, group.id)
            .await
            .map_err(|refused| groups::error(call, &refused))?,
        DirectoryObject::Unit(unit) => service
            .delete_unit(caller, info, unit.id)
            .await
            .map_err(|refused| units::error(call, &refused))?,
        DirectoryObject::Application(view) => {
            let key = ApplicationKey::Object(view.application.application.id);
            let deleted = service.delete_application(caller, info, key).await;
            deleted.map_err(|refused| applications::error(call, &refused))?;
        }
        DirectoryObject::Principal(view) => {
            let key = ApplicationKey::Principal(PrincipalView::id(&view));
            let deleted = service.delete_principal(caller, info, key).await;
            deleted.map_err(|refused| applications::error(call, &refused))?;
        }
        DirectoryObject::Role(_) => return Err(call.words.bad_request("Directory roles can't be deleted.")),
    }
    Ok(Reply::no_content())
}

/// What exists of these ids and is of these kinds; unknown ones are silently left out.
pub(crate) async fn get_by_ids(call: &Call) -> Outcome {
    let mixed = Mixed::of(call)?;
    call.query.only(&["select"])?;
    let mut body = call.json()?;
    let (ids, types) = (body.texts("ids")?, body.texts("types")?);
    body.finish()?;
    let ids = ids.ok_or_else(|| {
        call.words
            .bad_request("Property ids value is required but is empty or missing.")
    })?;
    if ids.len() > MAX_IDS {
        return Err(call
            .words
            .bad_request(format!("Too many ids: at most {MAX_IDS} can be asked for."))
            .with_target("ids"));
    }
    let kinds: Vec<Option<&str>> = types
        .iter()
        .flatten()
        .map(|kind| cast(&format!("graph.{kind}")))
        .collect();
    let mut wanted: Vec<PrincipalId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found = call.service.show_objects(&call.caller, &wanted).await;
    let mut found = found.map_err(|refused| error(call, &refused))?;
    found.retain(|object| kinds.is_empty() || kinds.contains(&Some(kind_of(object))));
    let bodies: Vec<_> = found.iter().map(|object| mixed.object(object)).collect();
    Reply::list(call, "directoryObjects", &bodies, &ListFacts::default())
}

const fn kind_of(object: &DirectoryObject) -> &'static str {
    match object {
        DirectoryObject::User(_) => "user",
        DirectoryObject::Group(_) => "group",
        DirectoryObject::Unit(_) => "administrativeUnit",
        DirectoryObject::Role(_) => "directoryRole",
        DirectoryObject::Application(_) => "application",
        DirectoryObject::Principal(_) => "servicePrincipal",
    }
}
