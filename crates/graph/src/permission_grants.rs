//! `/oauth2PermissionGrants`: what applications may do in people's names (Graph contract 12.1).

use latchkey_domain::{Action, DelegatedGrant, DelegatedGrantKey, ServicePrincipalId, UserId};
use latchkey_service::{GrantFilter, GrantWish};
use serde_json::{Value, json};

use crate::applications::error;
use crate::call::Call;
use crate::compound_id;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::query::page_token_expired;
use crate::reply::{Reply, page_facts};
use crate::routes::Outcome;
use crate::service_principals::key;

const SET: &str = "oauth2PermissionGrants";
const EVERYONE: [u8; 16] = [0; 16];
const NO_PRINCIPAL: ServicePrincipalId = ServicePrincipalId::from_bytes([0; 16]);

fn wire_id(key: &DelegatedGrantKey) -> String {
    let principal = key.principal.as_ref().map_or(&EVERYONE, UserId::as_bytes);
    compound_id::write([key.client.as_bytes(), key.resource.as_bytes(), principal])
}

fn read_id(text: &str) -> Option<DelegatedGrantKey> {
    let [client, resource, principal] = compound_id::read(text)?;
    Some(DelegatedGrantKey {
        client: ServicePrincipalId::from_bytes(client),
        resource: ServicePrincipalId::from_bytes(resource),
        principal: (principal != EVERYONE).then_some(UserId::from_bytes(principal)),
    })
}

/// The grant that the path names. What is no id is nobody's; to know that takes permission first.
fn named(call: &Call) -> DelegatedGrantKey {
    read_id(call.key(0)).unwrap_or(DelegatedGrantKey {
        client: NO_PRINCIPAL,
        resource: NO_PRINCIPAL,
        principal: None,
    })
}

fn render(grant: &DelegatedGrant) -> Value {
    json!({
        "id": wire_id(&grant.key),
        "clientId": grant.key.client.to_string(),
        "consentType": if grant.key.principal.is_some() { "Principal" } else { "AllPrincipals" },
        "principalId": grant.key.principal.map(|user| user.to_string()),
        "resourceId": grant.key.resource.to_string(),
        "scope": grant.scope_text(),
    })
}

fn read_filter(call: &Call) -> Result<GrantFilter, GraphError> {
    let mut wanted = GrantFilter::default();
    let parsed = call.query.get("filter").map(Filter::parse).transpose()?;
    for condition in parsed.map(Filter::conjuncts).unwrap_or_default() {
        let unsupported = || filter::unsupported(&condition, "OAuth2PermissionGrant");
        let Filter::Compare(property, Operator::Eq, Literal::Text(value)) = &condition else {
            return Err(unsupported());
        };
        let bad = || GraphError::gateway(format!("Invalid filter clause: '{value}' is no id."));
        match &*property.to_ascii_lowercase() {
            "clientid" if wanted.client.is_none() => {
                wanted.client = Some(value.parse().map_err(|_| bad())?);
            }
            "resourceid" if wanted.resource.is_none() => {
                wanted.resource = Some(value.parse().map_err(|_| bad())?);
            }
            "principalid" if wanted.principal.is_none() => {
                wanted.principal = Some(Some(value.parse().map_err(|_| bad())?));
            }
            "consenttype" if wanted.principal.is_none() && value.eq_ignore_ascii_case("AllPrincipals") => {
                wanted.principal = Some(None);
            }
            _ => return Err(unsupported()),
        }
    }
    Ok(wanted)
}

pub(crate) async fn list(call: &Call) -> Outcome {
    call.query.only(&["filter", "skiptoken", "top"])?;
    let filter = read_filter(call)?;
    page(call, SET, SET, filter).await
}

pub(crate) async fn list_of_application(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let found = call.service.show_principal(&call.caller, key(call)).await;
    let id = found.map_err(|refused| error(call, &refused))?.id();
    let filter = GrantFilter {
        client: Some(id),
        ..GrantFilter::default()
    };
    page(
        call,
        &format!("servicePrincipals/{id}/{SET}"),
        &format!("servicePrincipals('{id}')/{SET}"),
        filter,
    )
    .await
}

pub(crate) async fn list_of_user(call: &Call) -> Outcome {
    call.query.only(&["skiptoken", "top"])?;
    let user = call.user();
    let found = call
        .service
        .find_user(&call.caller, Action::ReadGrants, &user)
        .await;
    let user = found.map_err(|refused| call.words.access(&refused, &call.user_key()))?;
    let filter = GrantFilter {
        principal: Some(Some(user.id)),
        ..GrantFilter::default()
    };
    let context = format!("{}/{SET}", call.user_context());
    page(call, &format!("users/{}/{SET}", user.id), &context, filter).await
}

async fn page(call: &Call, path: &str, context: &str, filter: GrantFilter) -> Outcome {
    let page = call.query.page("grants", &call.preferred_page, 100, 999)?;
    let read = |place: &str| read_id(place).ok_or_else(page_token_expired);
    let after = page.after.as_deref().map(read).transpose()?;
    let mut found = call
        .service
        .list_grants(&call.caller, filter, after.as_ref(), page.limit + 1)
        .await
        .map_err(|refused| error(call, &refused))?;
    let facts = page_facts(call, path, "grants", &mut found, page.limit, |last| {
        wire_id(&last.key)
    });
    let bodies: Vec<Value> = found.iter().map(render).collect();
    Reply::list(call, context, &bodies, &facts)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    call.query.only(&[])?;
    let grant = call
        .service
        .show_grant(&call.caller, &named(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Reply::entity(call, &format!("{SET}/$entity"), &render(&grant))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("oAuth2PermissionGrant")?;
    let (client, resource) = (body.text("clientId")?, body.text("resourceId")?);
    let (consent, principal) = (body.text("consentType")?, body.text("principalId")?);
    let scope = body.text("scope")?;
    // Older clients send the span of time that Graph once had.
    body.take("startTime");
    body.take("expiryTime");
    body.finish_read_only(&["id"])?;
    let required = |text: Option<String>, property: &str| {
        text.filter(|text| !text.is_empty()).ok_or_else(|| {
            call.words.bad_request(format!(
                "Property {property} value is required but is empty or missing."
            ))
        })
    };
    let (client, resource) = (required(client, "clientId")?, required(resource, "resourceId")?);
    let principal = match (required(consent, "consentType")?.as_str(), principal) {
        ("AllPrincipals", None) => None,
        // What is no id is nobody's; to know that takes permission first.
        ("Principal", Some(user)) => Some(user.parse().unwrap_or(UserId::from_bytes([255; 16]))),
        _ => {
            let message = "consentType must be 'AllPrincipals' without principalId, or 'Principal' with it.";
            return Err(call.words.bad_request(message).with_target("consentType"));
        }
    };
    let wish = GrantWish {
        key: DelegatedGrantKey {
            client: client.parse().unwrap_or(NO_PRINCIPAL),
            resource: resource.parse().unwrap_or(NO_PRINCIPAL),
            principal,
        },
        scope: scope.unwrap_or_default(),
    };
    let grant = call
        .service
        .create_grant(&call.caller, &call.info, wish)
        .await
        .map_err(|refused| error(call, &refused))?;
    let location = call.url(&format!("{SET}/{}", wire_id(&grant.key)));
    Ok(Reply::entity(call, &format!("{SET}/$entity"), &render(&grant))?.created(Some(location)))
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("oAuth2PermissionGrant")?;
    let scope = body.text("scope")?;
    body.finish_read_only(&["id", "clientId", "consentType", "principalId", "resourceId"])?;
    let scope = scope.ok_or_else(|| {
        call.words
            .bad_request("Property scope value is required but is empty or missing.")
    })?;
    let key = named(call);
    call.service
        .update_grant(&call.caller, &call.info, GrantWish { key, scope })
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .delete_grant(&call.caller, &call.info, named(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        for principal in [None, Some(UserId::from_bytes([3; 16]))] {
            let key = DelegatedGrantKey {
                client: ServicePrincipalId::from_bytes([1; 16]),
                resource: ServicePrincipalId::from_bytes([2; 16]),
                principal,
            };
            assert_eq!(read_id(&wire_id(&key)), Some(key));
        }
        assert_eq!(read_id("x"), None);
    }
}
