//! `/users` and `/me` (Graph contract 7).

use latchkey_domain::UserRef;
use latchkey_service::UserError;
use latchkey_store::ListQuery;

use crate::call::Call;
use crate::error::GraphError;
use crate::expand;
use crate::query::page_token_expired;
use crate::reply::{ListFacts, Reply, next_link};
use crate::routes::Outcome;
use crate::select::Selection;
use crate::sign_in_activity;
use crate::user_body;
use crate::user_filter::{SORTABLE, USERS};
use crate::user_view::{USER, render, visible};

/// Items of a page that names no size, and of the largest one.
const PAGE: (u32, u32) = (100, 999);

/// What a use case of accounts answers, on the wire.
pub(crate) fn error(call: &Call, error: &UserError) -> GraphError {
    let words = call.words;
    match error {
        UserError::Access(access) => words.access(access, &call.user_key()),
        UserError::Field(field) => {
            words.bad_request(field.to_string()).with_detail("InvalidValue", field.property)
        }
        UserError::NameTaken => {
            words.bad_request(error.to_string()).with_detail("ObjectConflict", "userPrincipalName")
        }
        UserError::Password(refusal) => words
            .bad_request(
                "The specified password does not comply with password complexity requirements. Please provide a different password.",
            )
            .with_inner_detail("PasswordRefused", "passwordProfile", refusal.to_string()),
        UserError::NoSuchManager(id) => words.not_found(&id.to_string()),
        UserError::Missing(_) | UserError::NoPassword | UserError::UnknownDomain | UserError::LastAdministrator => {
            words.bad_request(error.to_string())
        }
    }
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    let expansions = expand::read(call, &USER, expand::OF_USERS)?;
    call.query.only(&["expand", "select"])?;
    sign_in_activity::check_key(call, &selection)?;
    let (user, sight) = call
        .service
        .see_user(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let selection = visible(selection, sight, call.words)?;
    let context = format!("{}/$entity", selection.context("users"));
    let mut body = render(&user, &selection);
    expand::into_user(call, &expansions, &user, &mut body).await?;
    let (users, bodies) = (std::slice::from_ref(&user), std::slice::from_mut(&mut body));
    sign_in_activity::put(call, &selection, users, bodies).await?;
    Reply::entity(call, &context, &body)
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    let expansions = expand::read(call, &USER, expand::OF_USERS)?;
    call.query.only(&[
        "count",
        "expand",
        "filter",
        "orderby",
        "search",
        "select",
        "skiptoken",
        "top",
    ])?;
    let page = call.query.page("users", &call.preferred_page, PAGE.0, PAGE.1)?;
    let query = ListQuery {
        condition: USERS.condition(call, call.advanced()?)?,
        order: USERS.order(call, SORTABLE)?,
        after: page.after,
        limit: page.limit,
    };
    if !query.has_known_place() {
        return Err(page_token_expired());
    }
    let refused = |refused| call.words.access(&refused, "");
    let sight = call.service.sight_of_users(&call.caller).map_err(refused)?;
    let selection = visible(selection, sight, call.words)?;
    let found = call
        .service
        .query_users(&call.caller, &query)
        .await
        .map_err(refused)?;
    let mut facts = ListFacts {
        next: next_link(call, "users", "users", found.next.as_deref()),
        ..ListFacts::default()
    };
    // Counted on the first page alone.
    if call.query.count()? && call.eventual && query.after.is_none() {
        let count = call
            .service
            .count_users_with(&call.caller, &query.condition)
            .await;
        facts.count = Some(count.map_err(refused)?);
    }
    let mut bodies = Vec::with_capacity(found.items.len());
    for user in &found.items {
        let mut body = render(user, &selection);
        expand::into_user(call, &expansions, user, &mut body).await?;
        bodies.push(body);
    }
    sign_in_activity::put(call, &selection, &found.items, &mut bodies).await?;
    Reply::list(call, &selection.context("users"), &bodies, &facts)
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.only(&["filter", "search"])?;
    // The header alone makes it an advanced query.
    let condition = USERS.condition(call, call.eventual)?;
    let count = call.service.count_users_with(&call.caller, &condition).await;
    let count = count.map_err(|refused| call.words.access(&refused, ""))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let wish = user_body::parse_new(call.json()?, call.words)?;
    let user = call
        .service
        .create_user(&call.caller, &call.info, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    let body = Selection::of(call, &USER).map(|selection| render(&user, &selection))?;
    let location = call.url(&format!("users/{}", user.id));
    Ok(Reply::entity(call, "users/$entity", &body)?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let user = call.user();
    let (wish, mut claims) = user_body::parse_change(call.json()?, call.words)?;
    if let UserRef::Id(id) = &user {
        claims.settle("id", &id.to_string());
    }
    if !claims.is_empty() {
        let found = call.service.show_user(&call.caller, &user).await;
        let found = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
        claims.check(&render(&found, &Selection::these(claims.names())))?;
    }
    call.service
        .update_user(&call.caller, &call.info, &user, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_user(&call.caller, &call.info, &call.user())
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
