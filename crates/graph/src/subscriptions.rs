//! `subscriptions`: change notifications (Graph contract 15).

use latchkey_domain::{ChangeType, HookUrl, Subscriber, Subscription, SubscriptionId};
use latchkey_service::{SubscriptionFailure, SubscriptionWish};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::error::GraphError;
use crate::json::Object;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

const SET: &str = "subscriptions";

pub(crate) const SUBSCRIPTION: ObjectType = ObjectType {
    name: "microsoft.graph.subscription",
    properties: PROPERTIES,
    default: PROPERTIES,
};

const PROPERTIES: &[&str] = &[
    "id",
    "resource",
    "applicationId",
    "changeType",
    "clientState",
    "notificationUrl",
    "notificationQueryOptions",
    "lifecycleNotificationUrl",
    "expirationDateTime",
    "creatorId",
    "includeResourceData",
    "latestSupportedTlsVersion",
    "encryptionCertificate",
    "encryptionCertificateId",
    "notificationUrlAppId",
];

/// `client_state` is told to whoever has just named it, and to nobody later.
fn render(
    subscription: &Subscription,
    client_state: Option<&str>,
    selection: &Selection,
) -> Map<String, Value> {
    selection.render(&SUBSCRIPTION, |name| {
        Some(match name {
            "id" => subscription.id.to_string().into(),
            "resource" => subscription.resource.as_str().into(),
            "applicationId" => subscription.subscriber.client().to_string().into(),
            "changeType" => {
                let words: Vec<_> = subscription.changes.iter().map(ChangeType::to_string).collect();
                words.join(",").into()
            }
            "clientState" => client_state?.into(),
            "notificationUrl" => subscription.notification_url.as_str().into(),
            "lifecycleNotificationUrl" => subscription.lifecycle_url.as_ref().map(HookUrl::as_str)?.into(),
            "expirationDateTime" => subscription.expires_at.to_rfc3339().into(),
            "creatorId" => match &subscription.subscriber {
                Subscriber::Application { principal, .. } => principal.to_string(),
                Subscriber::Person { user, .. } => user.to_string(),
            }
            .into(),
            "includeResourceData" => false.into(),
            "latestSupportedTlsVersion" => subscription.tls_version.as_deref().unwrap_or("v1_2").into(),
            _ => return None,
        })
    })
}

fn error(call: &Call, error: &SubscriptionFailure) -> GraphError {
    let words = call.words;
    match error {
        SubscriptionFailure::Denied(_) => words.denied(),
        SubscriptionFailure::NoSuchSubscription => words.not_found(call.key(0)),
        SubscriptionFailure::NoSuchResource(id) => words.not_found(id),
        SubscriptionFailure::Missing(property) => words.bad_request(error.to_string()).with_target(property),
        SubscriptionFailure::Url { property, .. } => {
            words.bad_request(error.to_string()).with_target(property)
        }
        SubscriptionFailure::Invalid(_)
        | SubscriptionFailure::Handshake(_)
        | SubscriptionFailure::TooMany => words.bad_request(error.to_string()),
        SubscriptionFailure::Fault(fault) => words.fault(fault),
    }
}

/// The subscription that the path names. What is no id is nobody's; to know that takes permission first.
fn id(call: &Call) -> SubscriptionId {
    call.key(0).parse().unwrap_or(SubscriptionId::from_bytes([0; 16]))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = Selection::of(call, &SUBSCRIPTION)?;
    call.query.only(&["select"])?;
    let own = call.service.list_subscriptions(&call.caller).await;
    let own = own.map_err(|refused| error(call, &refused))?;
    let bodies: Vec<_> = own.iter().map(|one| render(one, None, &selection)).collect();
    Reply::list(call, &selection.context(SET), &bodies, &ListFacts::default())
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = Selection::of(call, &SUBSCRIPTION)?;
    call.query.only(&["select"])?;
    let found = call.service.show_subscription(&call.caller, id(call)).await;
    let found = found.map_err(|refused| error(call, &refused))?;
    entity(call, &selection, &found, None)
}

fn entity(
    call: &Call,
    selection: &Selection,
    subscription: &Subscription,
    client_state: Option<&str>,
) -> Outcome {
    let context = format!("{}/$entity", selection.context(SET));
    Reply::entity(call, &context, &render(subscription, client_state, selection))
}

pub(crate) async fn create(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("subscription")?;
    let wish = SubscriptionWish {
        resource: body.text("resource")?,
        change_type: body.text("changeType")?,
        notification_url: body.text("notificationUrl")?,
        lifecycle_url: body.text("lifecycleNotificationUrl")?,
        client_state: body.text("clientState")?,
        tls_version: body.text("latestSupportedTlsVersion")?,
        expires_at: body.nullable_date("expirationDateTime")?.flatten(),
    };
    refuse_resource_data(call, &mut body)?;
    body.finish_read_only(&["applicationId", "creatorId", "id"])?;
    let client_state = wish.client_state.clone();
    let made = call.service.subscribe(&call.caller, &call.info, wish).await;
    let made = made.map_err(|refused| error(call, &refused))?;
    let selection = Selection::of(call, &SUBSCRIPTION)?;
    let location = call.url(&format!("{SET}/{}", made.id));
    Ok(entity(call, &selection, &made, client_state.as_deref())?.created(Some(location)))
}

/// What changed is named and never sent: whoever is told reads it with their own permission.
fn refuse_resource_data(call: &Call, body: &mut Object) -> Result<(), GraphError> {
    let wanted = body.boolean("includeResourceData")? == Some(true);
    let properties = [
        "encryptionCertificate",
        "encryptionCertificateId",
        "notificationQueryOptions",
        "notificationUrlAppId",
    ];
    body.tolerate_null(&properties);
    let named = properties.into_iter().find(|property| body.has(property));
    match wanted.then_some("includeResourceData").or(named) {
        None => Ok(()),
        Some(property) => {
            let message = format!("{property}: notifications with resource data are not supported.");
            Err(call.words.bad_request(message).with_target(property))
        }
    }
}

pub(crate) async fn update(call: &Call) -> Outcome {
    let mut body = call.json()?;
    body.check_type("subscription")?;
    let end = body.nullable_date("expirationDateTime")?.flatten();
    let end = end.ok_or_else(|| error(call, &SubscriptionFailure::Missing("expirationDateTime")))?;
    body.finish_read_only(PROPERTIES)?;
    let renewed = call
        .service
        .renew_subscription(&call.caller, &call.info, id(call), Some(end));
    let renewed = renewed.await.map_err(|refused| error(call, &refused))?;
    entity(call, &Selection::of(call, &SUBSCRIPTION)?, &renewed, None)
}

/// `POST …/reauthorize`: the subscription stands on what the caller has now.
pub(crate) async fn reauthorize(call: &Call) -> Outcome {
    call.no_parameters()?;
    call.service
        .renew_subscription(&call.caller, &call.info, id(call), None)
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}

pub(crate) async fn delete(call: &Call) -> Outcome {
    call.service
        .unsubscribe(&call.caller, &call.info, id(call))
        .await
        .map_err(|refused| error(call, &refused))?;
    Ok(Reply::no_content())
}
