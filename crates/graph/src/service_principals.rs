//! `/servicePrincipals` (Graph contract 12.1 and 12.2), that of our Graph among them.

use latchkey_domain::{ClientId, ServicePrincipalId, StrengthId};
use latchkey_service::{PrincipalView, PrincipalWish};
use latchkey_store::{ApplicationFilter, ApplicationKey};

use crate::application_view::{PRINCIPAL, render_principal};
use crate::applications::{
    add_password_to, check_list_options, error, ids, place, read_place, remove_password_of,
};
use crate::call::Call;
use crate::claims::Claims;
use crate::error::GraphError;
use crate::json::{Object, wrong_type};
use crate::named_filter::{self, NamedFilter};
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::select::Selection;

const SET: &str = "servicePrincipals";

/// The service principal that the path names, by its object id or as `appId='…'`. What is no id is nobody's; to know
/// that takes permission first.
pub(crate) fn key(call: &Call) -> ApplicationKey {
    if let Some(text) = call.alternate_key(0, "appId") {
        return ApplicationKey::Client(text.parse().unwrap_or(ClientId::from_bytes([0; 16])));
    }
    let nobody = ServicePrincipalId::from_bytes([0; 16]);
    ApplicationKey::Principal(call.key(0).parse().unwrap_or(nobody))
}

fn tenant(call: &Call) -> String {
    call.service.tenant().id.to_string()
}

fn filter(call: &Call) -> Result<Option<ApplicationFilter>, GraphError> {
    let found = named_filter::read(call, "ServicePrincipal", &["appId", "id"])?;
    Ok(found.map(|found| match found {
        NamedFilter::NameIs(name) => ApplicationFilter::DisplayNameEquals(name),
        NamedFilter::NameStarts(start) => ApplicationFilter::DisplayNameStartsWith(start),
        NamedFilter::OneOf("id", values) => ApplicationFilter::Principals(ids(&values)),
        NamedFilter::OneOf(_, values) => ApplicationFilter::Clients(ids(&values)),
    }))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &PRINCIPAL)?;
    check_list_options(call, "ServicePrincipal")?;
    let filter = filter(call)?;
    let page = call.query.page(SET, &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let refused = |refused| error(call, &refused);
    let mut found = call
        .service
        .list_principals(&call.caller, filter.as_ref(), after, page.limit + 1)
        .await
        .map_err(refused)?;
    let mut facts = page_facts(call, SET, SET, &mut found, page.limit, |last| {
        place(last.display_name(), last.client_id())
    });
    if call.query.count()? && call.eventual && after.is_none() {
        let count = call.service.count_principals(&call.caller, filter.as_ref()).await;
        facts.count = Some(count.map_err(refused)?);
    }
    let tenant = tenant(call);
    let bodies: Vec<_> = found
        .iter()
        .map(|view| render_principal(view, &tenant, &selection))
        .collect();
    Reply::list(call, &selection.context(SET), &bodies, &facts)
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.only(&["filter", "search"])?;
    let filter = filter(call)?;
    let count = call
        .service
        .count_principals(&call.caller, filter.as_ref())
        .await
        .map_err(|refused| error(call, &refused))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &PRINCIPAL)?;
    call.query.only(&["select"])?;
    let view = call
        .service
        .show_principal(&call.caller, key(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context(SET));
    Reply::entity(
        call,
        &context,
        &render_principal(&view, &tenant(call), &selection),
    )
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    let client = body.text("appId")?.filter(|text| !text.is_empty());
    let (wish, claims) = parse(body, true)?;
    claims.none()?;
    let client = client.ok_or_else(|| {
        call.words
            .bad_request("Property appId value is required but is empty or missing.")
    })?;
    // What is no id is no application's; to know that takes permission first.
    let id = client.parse().unwrap_or(ClientId::from_bytes([0; 16]));
    let made = call
        .service
        .create_principal(&call.caller, &call.info, id, wish)
        .await
        .map_err(|refused| match refused {
            latchkey_service::ApplicationError::NoSuchApplication => call.words.bad_request(format!(
                "The appId '{client}' of the service principal does not reference a valid application object."
            )),
            refused => error(call, &refused),
        })?;
    let view = PrincipalView::Application(Box::new(made));
    let body = Selection::of(call, &PRINCIPAL)
        .map(|selection| render_principal(&view, &tenant(call), &selection))?;
    let location = call.url(&format!("{SET}/{}", view.id()));
    Ok(Reply::entity(call, &format!("{SET}/$entity"), &body)?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let (wish, claims) = parse(call.json()?, false)?;
    if !claims.is_empty() {
        let found = call.service.show_principal(&call.caller, key(call)).await;
        let found = found.map_err(|refused| error(call, &refused))?;
        let selection = Selection::these(claims.names());
        claims.check(&render_principal(&found, &tenant(call), &selection))?;
    }
    call.service
        .update_principal(&call.caller, &call.info, key(call), wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_principal(&call.caller, &call.info, key(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn add_password(call: &Call) -> Outcome {
    add_password_to(call, key(call)).await
}

pub(crate) async fn remove_password(call: &Call) -> Outcome {
    remove_password_of(call, key(call)).await
}

/// `latchkey`, our own: `requiredAuthenticationStrength` is an id or null.
fn parse_own(body: &mut Object, wish: &mut PrincipalWish) -> Result<(), GraphError> {
    let property = "requiredAuthenticationStrength";
    let Some(mut own) = body.object("latchkey")? else {
        return Ok(());
    };
    if let Some(strength) = own.nullable_text(property)? {
        let id = strength.map(|text| text.parse::<StrengthId>());
        wish.required_strength = Some(id.transpose().map_err(|_| wrong_type(property, "Edm.Guid"))?);
    }
    own.finish()
}

/// What else a service principal is follows from its application.
fn parse(mut body: Object, new: bool) -> Result<(PrincipalWish, Claims), GraphError> {
    body.check_type("servicePrincipal")?;
    if !new {
        let fixed = [
            "accountEnabled",
            "appRoleAssignmentRequired",
            "displayName",
            "keyCredentials",
            "latchkey",
            "passwordCredentials",
        ];
        body.refuse_nulls(&fixed, "ServicePrincipal")?;
    }
    body.null_empties(&["tags"]);
    let mut wish = PrincipalWish {
        enabled: body.boolean("accountEnabled")?,
        assignment_required: body.boolean("appRoleAssignmentRequired")?,
        tags: body.texts("tags")?,
        ..PrincipalWish::default()
    };
    parse_own(&mut body, &mut wish)?;
    body.tolerate_empty(&["addIns", "alternativeNames", "notificationEmailAddresses"]);
    let claims = body.finish_with_claims(&PRINCIPAL.names())?;
    Ok((wish, claims))
}
