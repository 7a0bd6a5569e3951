//! `/organization` and `/domains` (Graph contract 8.4): what scripts read right after connecting.

use latchkey_store::Tenant;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::reply::{ListFacts, Reply};
use crate::routes::Outcome;

fn tenant(call: &Call) -> Result<Tenant, GraphError> {
    call.service
        .show_organization(&call.caller)
        .map_err(|_| call.words.denied())
}

fn is_default(tenant: &Tenant, domain: &str) -> bool {
    domain.eq_ignore_ascii_case(&tenant.default_domain)
}

fn organization(tenant: &Tenant) -> Value {
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .map(|name| {
            let default = is_default(tenant, name);
            json!({"name": name, "isDefault": default, "isInitial": default, "type": "Managed", "capabilities": "Email"})
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

fn domain(tenant: &Tenant, name: &str) -> Value {
    let default = is_default(tenant, name);
    json!({
        "id": name,
        "authenticationType": "Managed",
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
    Reply::list(
        call,
        "organization",
        &[organization(&tenant(call)?)],
        &ListFacts::default(),
    )
}

pub(crate) async fn show(call: &Call) -> Outcome {
    let tenant = &tenant(call)?;
    if !call.key(0).eq_ignore_ascii_case(&tenant.id.to_string()) {
        return Err(call.words.not_found(call.key(0)));
    }
    Reply::entity(call, "organization/$entity", &organization(tenant))
}

pub(crate) async fn list_domains(call: &Call) -> Outcome {
    let tenant = &tenant(call)?;
    let domains: Vec<Value> = tenant.domains.iter().map(|name| domain(tenant, name)).collect();
    Reply::list(call, "domains", &domains, &ListFacts::default())
}

pub(crate) async fn show_domain(call: &Call) -> Outcome {
    let tenant = &tenant(call)?;
    let found = tenant
        .domains
        .iter()
        .find(|name| name.eq_ignore_ascii_case(call.key(0)));
    let name = found.ok_or_else(|| call.words.not_found(call.key(0)))?;
    Reply::entity(call, "domains/$entity", &domain(tenant, name))
}
