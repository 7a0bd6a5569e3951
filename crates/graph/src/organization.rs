//! `/organization` and `/domains` (Graph contract 8.4): what scripts read right after connecting.

use latchkey_service::Organization;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;
use crate::select::{ObjectType, Selection};

const ORGANIZATION: ObjectType = ObjectType::whole(
    "microsoft.graph.organization",
    &[
        "id",
        "displayName",
        "verifiedDomains[]",
        "tenantType",
        "createdDateTime",
        "countryLetterCode",
        "onPremisesSyncEnabled",
        "preferredLanguage",
        "technicalNotificationMails[]",
    ],
);

const DOMAIN: ObjectType = ObjectType::whole(
    "microsoft.graph.domain",
    &[
        "id",
        "authenticationType",
        "availabilityStatus",
        "isAdminManaged",
        "isDefault",
        "isInitial",
        "isRoot",
        "isVerified",
        "manufacturer",
        "model",
        "passwordValidityPeriodInDays",
        "passwordNotificationWindowInDays",
        "state",
        "supportedServices[]",
    ],
);

/// What `$select` asks for, the one option that there is.
fn selection(call: &Call, kind: &ObjectType) -> Result<Selection, GraphError> {
    call.query.only(&["select"])?;
    Selection::of(call, kind)
}

async fn found(call: &Call) -> Result<Organization, GraphError> {
    call.service
        .show_organization(&call.caller)
        .await
        .map_err(|refused| call.words.access(&refused, ""))
}

fn is_default(of: &Organization, domain: &str) -> bool {
    domain.eq_ignore_ascii_case(&of.tenant.default_domain)
}

/// Who signs the domain's people in: we, or another provider.
fn authentication(of: &Organization, domain: &str) -> &'static str {
    if of.is_federated(domain) {
        "Federated"
    } else {
        "Managed"
    }
}

fn organization(of: &Organization) -> Value {
    let tenant = &of.tenant;
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .map(|name| {
            let default = is_default(of, name);
            json!({"name": name, "isDefault": default, "isInitial": default, "type": authentication(of, name),
                "capabilities": "Email"})
        })
        .collect();
    json!({
        "id": tenant.id.to_string(),
        "displayName": tenant.display_name,
        "verifiedDomains": domains,
        "tenantType": "AAD",
        "createdDateTime": tenant.created_at.to_rfc3339(),
        "countryLetterCode": null,
        "onPremisesSyncEnabled": null,
        "preferredLanguage": null,
        "technicalNotificationMails": [],
    })
}

fn domain(of: &Organization, name: &str) -> Value {
    let default = is_default(of, name);
    json!({
        "id": name,
        "authenticationType": authentication(of, name),
        "availabilityStatus": null,
        "isAdminManaged": true,
        "isDefault": default,
        "isInitial": default,
        "isRoot": true,
        "isVerified": true,
        "manufacturer": null,
        "model": null,
        // Passwords don't expire.
        "passwordValidityPeriodInDays": 2_147_483_647,
        "passwordNotificationWindowInDays": null,
        "state": null,
        "supportedServices": ["Email"],
    })
}

pub(crate) async fn list(call: &Call) -> Outcome {
    let selection = selection(call, &ORGANIZATION)?;
    let body = selection.of_whole(&ORGANIZATION, organization(&found(call).await?));
    let context = selection.context("organization");
    Reply::list(call, &context, &[body], &ListFacts::default())
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let selection = selection(call, &ORGANIZATION)?;
    let found = found(call).await?;
    if !call.key(0).eq_ignore_ascii_case(&found.tenant.id.to_string()) {
        return Err(call.words.not_found(call.key(0)));
    }
    let context = format!("{}/$entity", selection.context("organization"));
    let body = selection.of_whole(&ORGANIZATION, organization(&found));
    Reply::entity(call, &context, &body)
}

pub(crate) async fn list_domains(call: &Call) -> Outcome {
    let selection = selection(call, &DOMAIN)?;
    let found = found(call).await?;
    let names = found.tenant.domains.iter();
    let domains: Vec<Value> = names
        .map(|name| selection.of_whole(&DOMAIN, domain(&found, name)))
        .collect();
    Reply::list(
        call,
        &selection.context("domains"),
        &domains,
        &ListFacts::default(),
    )
}

pub(crate) async fn show_domain(call: &Call) -> Outcome {
    let selection = selection(call, &DOMAIN)?;
    let found = found(call).await?;
    let mut names = found.tenant.domains.iter();
    let name = names.find(|name| name.eq_ignore_ascii_case(call.key(0)));
    let name = name.ok_or_else(|| call.words.not_found(call.key(0)))?;
    let context = format!("{}/$entity", selection.context("domains"));
    Reply::entity(call, &context, &selection.of_whole(&DOMAIN, domain(&found, name)))
}
