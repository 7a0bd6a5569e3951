//! `/users` and `/me` (Graph contract 7).

use latchkey_domain::{Upn, UserRef};
use latchkey_service::UserError;
use latchkey_store::UserFilter;

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{Filter, Literal, Operator};
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::select::Selection;
use crate::user_view::{USER, render};
use crate::{filter, user_body};

/// Items of a page that names no size, and of the largest one.
const PAGE: (u32, u32) = (100, 999);

fn error(call: &Call, error: &UserError) -> GraphError {
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
        UserError::Missing(_) | UserError::NoPassword | UserError::UnknownDomain | UserError::LastAdministrator => {
            words.bad_request(error.to_string())
        }
    }
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    call.query.refuse(&["expand"])?;
    let user = call
        .service
        .show_user(&call.caller, &call.user())
        .await
        .map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let context = format!("{}/$entity", selection.context("users"));
    Reply::entity(call, &context, &render(&user, &selection))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &USER)?;
    call.query.refuse(&["expand", "skip"])?;
    call.refuse_search()?;
    check_order(call)?;
    let filter = call
        .query
        .get("filter")
        .map(|text| user_filter(call, text))
        .transpose()?;
    let page = call.query.page("users", call.preferred_page, PAGE.0, PAGE.1)?;
    let refused = |refused| call.words.access(&refused, "");
    let mut users = call
        .service
        .list_users(
            &call.caller,
            filter.as_ref(),
            page.after.as_deref(),
            page.limit + 1,
        )
        .await
        .map_err(refused)?;
    let mut facts = page_facts(call, "users", "users", &mut users, page.limit, |last| {
        last.upn.key().to_owned()
    });
    // Counted on the first page alone, and only where the count is one of all users.
    if call.advanced()? && page.after.is_none() && filter.is_none() {
        facts.count = Some(call.service.count_users(&call.caller).await.map_err(refused)?);
    }
    let bodies: Vec<_> = users.iter().map(|user| render(user, &selection)).collect();
    Reply::list(call, &selection.context("users"), &bodies, &facts)
}

pub(crate) async fn count(call: &Call) -> Outcome {
    call.query.refuse(&["filter", "search"])?;
    let count = call.service.count_users(&call.caller).await;
    let count = count.map_err(|refused| call.words.access(&refused, ""))?;
    call.needs_eventual_for_count()?;
    Ok(Reply::count(count))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let wish = user_body::parse(call.json()?, None, call.words)?;
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
    let id = match &user {
        UserRef::Id(id) => Some(id.to_string()),
        UserRef::Name(_) => None,
    };
    let wish = user_body::parse(call.json()?, id.as_deref(), call.words)?;
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

/// Users come in the order of their names; no other order is on offer.
fn check_order(call: &Call) -> Result<(), GraphError> {
    let Some(order) = call.query.get("orderby") else {
        return Ok(());
    };
    let mut words = order.split_whitespace();
    let property = words.next().unwrap_or_default();
    let ascending = words
        .next()
        .is_none_or(|direction| direction.eq_ignore_ascii_case("asc"));
    if !property.eq_ignore_ascii_case("userPrincipalName") || !ascending || words.next().is_some() {
        return Err(GraphError::unsupported_query(format!(
            "Unsupported sort property '{property}' for 'User'."
        )));
    }
    if call.query.get("filter").is_some() && !call.advanced()? {
        return Err(GraphError::unsupported_query(
            "Sorting not supported for current query.",
        ));
    }
    Ok(())
}

fn user_filter(call: &Call, text: &str) -> Result<UserFilter, GraphError> {
    let filter = Filter::parse(text)?;
    filter::check_advanced(call, &filter)?;
    let unsupported = filter::unsupported(&filter, "User");
    match filter {
        Filter::Compare(property, Operator::Eq, Literal::Text(value)) => {
            match &*property.to_ascii_lowercase() {
                "userprincipalname" => Ok(UserFilter::UpnEquals(name_key(value))),
                "displayname" => Ok(UserFilter::DisplayNameEquals(value)),
                "mail" => Ok(UserFilter::MailEquals(value)),
                _ => Err(unsupported),
            }
        }
        Filter::Compare(property, Operator::Eq, Literal::Bool(value))
            if property.eq_ignore_ascii_case("accountEnabled") =>
        {
            Ok(UserFilter::AccountEnabled(value))
        }
        Filter::Function(name, property, value) if name == "startswith" => {
            match &*property.to_ascii_lowercase() {
                "userprincipalname" => Ok(UserFilter::UpnStartsWith(value.to_lowercase())),
                "displayname" => Ok(UserFilter::DisplayNameStartsWith(value)),
                _ => Err(unsupported),
            }
        }
        _ => Err(unsupported),
    }
}

/// What names are compared by.
fn name_key(name: String) -> String {
    Upn::parse(&name).map_or(name, |upn| upn.key().to_owned())
}
