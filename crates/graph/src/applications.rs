//! `/applications` and their secrets (Graph contract 12.1).

use latchkey_domain::{AppId, ClientId, SecretId};
use latchkey_service::{ApplicationError, ApplicationView};
use latchkey_store::{ApplicationFilter, ApplicationKey};

use crate::application_body;
use crate::application_view::{APPLICATION, password, render};
use crate::call::Call;
use crate::error::GraphError;
use crate::named_filter::{self, NamedFilter};
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, page_facts};
use crate::routes::Outcome;
use crate::select::Selection;

const SET: &str = "applications";
const NO_CLIENT: ClientId = ClientId::from_bytes([0; 16]);

/// What a use case of applications answers, on the wire.
pub(crate) fn error(call: &Call, error: &ApplicationError) -> GraphError {
    use ApplicationError as E;
    let words = call.words;
    match error {
        E::Denied(_) => words.denied(),
        E::NoSuchApplication => words.not_found(call.key(0)),
        E::NoSuchPrincipal(id) => words.not_found(&id.to_string()),
        E::NoSuchGrant => words.not_found(call.keys.last().map_or("", String::as_str)),
        E::Field(field) => words
            .bad_request(field.to_string())
            .with_detail("InvalidValue", field.property),
        E::Redirect { property, .. } => words
            .bad_request(error.to_string())
            .with_detail("InvalidValue", property),
        E::PrincipalExists(_) => GraphError::new(
            axum::http::StatusCode::CONFLICT,
            "Request_MultipleObjectsWithSameKeyValue",
            error.to_string(),
        ),
        E::IdentifierTaken => words
            .bad_request(error.to_string())
            .with_detail("ObjectConflict", "identifierUris"),
        E::Missing(_)
        | E::OfGraph
        | E::NoSuchSecret(_)
        | E::SecretTimes
        | E::SecretName
        | E::TooManySecrets(_)
        | E::NoSuchCertificate
        | E::Certificate(_)
        | E::TooManyCertificates(_)
        | E::NoSuchRole(_)
        | E::AlreadyAssigned
        | E::NoSuchScope(_)
        | E::NoSuchStrength(_)
        | E::NoSuchOwner(_)
        | E::OwnerAlready
        | E::TooManyOwners(_)
        | E::AlreadyGranted => words.bad_request(error.to_string()),
        E::Fault(fault) => words.fault(fault),
    }
}

/// The application that the path names, by its object id or as `appId='…'`. What is no id is nobody's; to know that
/// takes permission first.
pub(crate) fn key(call: &Call) -> ApplicationKey {
    match call.alternate_key(0, "appId") {
        Some(text) => ApplicationKey::Client(text.parse().unwrap_or(NO_CLIENT)),
        None => ApplicationKey::Object(call.key(0).parse().unwrap_or(AppId::from_bytes([0; 16]))),
    }
}

/// The place of an item in lists by name.
pub(crate) fn place(name: &str, id: ClientId) -> String {
    format!("{id} {}", name.to_lowercase())
}

/// As [`place`] writes it.
///
/// # Errors
/// Another text.
pub(crate) fn read_place(place: &str) -> Result<(&str, ClientId), GraphError> {
    let read = || {
        let (id, name) = place.split_once(' ')?;
        Some((name, id.parse().ok()?))
    };
    read().ok_or_else(page_token_expired)
}

/// Refuses the options that lists of applications and service principals don't have. They are always in the order of
/// their names.
///
/// # Errors
/// Such an option; `$orderby` in an ordinary query.
pub(crate) fn check_list_options(call: &Call, resource: &str) -> Result<(), GraphError> {
    call.query.only(&[
        "count",
        "filter",
        "orderby",
        "search",
        "select",
        "skiptoken",
        "top",
    ])?;
    let by_name = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        matches!(text.as_str(), "displayname" | "displayname asc")
    };
    match call.query.get("orderby") {
        None => Ok(()),
        Some(text) if by_name(text) && call.advanced()? => Ok(()),
        Some(text) => Err(GraphError::unsupported_query(format!(
            "Unsupported sort property '{}' for '{resource}'.",
            text.split_whitespace().next().unwrap_or_default()
        ))),
    }
}

/// Ids that can't be any are left out: they name nothing.
pub(crate) fn ids<T: std::str::FromStr>(values: &[String]) -> Vec<T> {
    values.iter().filter_map(|value| value.parse().ok()).collect()
}

fn filter(call: &Call) -> Result<Option<ApplicationFilter>, GraphError> {
    let found = named_filter::read(call, "Application", &["appId", "id"])?;
    Ok(found.map(|found| match found {
        NamedFilter::NameIs(name) => ApplicationFilter::DisplayNameEquals(name),
        NamedFilter::NameStarts(start) => ApplicationFilter::DisplayNameStartsWith(start),
        NamedFilter::OneOf("id", values) => ApplicationFilter::Objects(ids(&values)),
        NamedFilter::OneOf(_, values) => ApplicationFilter::Clients(ids(&values)),
    }))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &APPLICATION)?;
    check_list_options(call, "Application")?;
    let filter = filter(call)?;
    let page = call.query.page(SET, &call.preferred_page, 100, 999)?;
    let after = page.after.as_deref().map(read_place).transpose()?;
    let refused = |refused| error(call, &refused);
    let mut found = call
        .service
        .list_applications(&call.caller, filter.as_ref(), after, page.limit + 1)
        .await
        .map_err(refused)?;
    let mut facts: ListFacts = page_facts(call, SET, SET, &mut found, page.limit, |last| {
        let application = &last.application.application;
        place(&application.display_name, application.client_id)
    });
    if call.query.count()? && call.eventual && after.is_none() {
        let count = call
            .service
            .count_applications(&call.caller, filter.as_ref())
            .await;
        facts.count = Some(count.map_err(refused)?);
    }
    let bodies: Vec<_> = found.iter().map(|view| render(view, &selection)).collect();
    Reply::list(call, &selection.context(SET), &bodies, &facts)
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.only(&["filter", "search"])?;
    let filter = filter(call)?;
    let count = call
        .service
        .count_applications(&call.caller, filter.as_ref())
        .await
        .map_err(|refused| error(call, &refused))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &APPLICATION)?;
    call.query.only(&["select"])?;
    let view = call
        .service
        .show_application(&call.caller, key(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    let context = format!("{}/$entity", selection.context(SET));
    Reply::entity(call, &context, &render(&view, &selection))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let (wish, _) = application_body::parse(call, true)?;
    let view = call
        .service
        .create_application(&call.caller, &call.info, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    created(call, &view)
}

fn created(call: &Call, view: &ApplicationView) -> Outcome {
    let body = Selection::of(call, &APPLICATION).map(|selection| render(view, &selection))?;
    let location = call.url(&format!("{SET}/{}", view.application.application.id));
    Ok(Reply::entity(call, &format!("{SET}/$entity"), &body)?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let (wish, claims) = application_body::parse(call, false)?;
    if !claims.is_empty() {
        let found = call.service.show_application(&call.caller, key(call)).await;
        let found = found.map_err(|refused| error(call, &refused))?;
        claims.check(&render(&found, &Selection::these(claims.names())))?;
    }
    call.service
        .update_application(&call.caller, &call.info, key(call), wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_application(&call.caller, &call.info, key(call))
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

/// Makes a secret, which is in this answer and never again.
pub(crate) async fn add_password_to(call: &Call, key: ApplicationKey) -> Outcome {
    let mut body = call.json()?;
    let given = body.object("passwordCredential")?;
    body.finish()?;
    let (mut name, mut start, mut end) = (None, None, None);
    if let Some(mut given) = given {
        given.check_type("passwordCredential")?;
        name = given.text("displayName")?;
        start = given.nullable_date("startDateTime")?.flatten();
        end = given.nullable_date("endDateTime")?.flatten();
        given.finish_read_only(&["customKeyIdentifier", "hint", "keyId", "secretText"])?;
    }
    let made = call
        .service
        .add_secret(&call.caller, &call.info, key, name, start, end)
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = password(&made.kept, Some(made.secret.expose()));
    Ok(Reply::entity(call, "microsoft.graph.passwordCredential", &body)?.with_secret())
}

/// Deletes a secret.
pub(crate) async fn remove_password_of(call: &Call, key: ApplicationKey) -> Outcome {
    let mut body = call.json()?;
    let id = body.text("keyId")?;
    body.finish()?;
    let id = id.ok_or_else(|| {
        call.words
            .bad_request("Property keyId value is required but is empty or missing.")
    })?;
    // What is no id is no secret's; to know that takes permission first.
    let id = id.parse().unwrap_or(SecretId::from_bytes([0; 16]));
    call.service
        .remove_secret(&call.caller, &call.info, key, id)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
