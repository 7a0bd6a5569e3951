//! Showing the tenant and its domains (Graph contract 8.4).

use latchkey_domain::{Action, Caller, may};
use latchkey_store::Tenant;

use crate::{AccessError, Service};

/// How a path names the tenant (sign-in contract 9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantSegment {
    /// By its id or one of its domains.
    Tenant,
    /// `common`
    Common,
    /// `organizations`
    Organizations,
}

/// The tenant, and which of its domains are handed to other providers.
#[derive(Debug, Clone)]
pub struct Organization {
    /// The tenant.
    pub tenant: Tenant,
    /// Domains whose people sign in elsewhere, lower case.
    pub federated: Vec<String>,
}

impl Organization {
    /// Whether the domain's people sign in elsewhere.
    pub fn is_federated(&self, domain: &str) -> bool {
        self.federated
            .iter()
            .any(|federated| federated.eq_ignore_ascii_case(domain))
    }
}

impl Service {
    /// Reads the tenant segment of a path, without regard to case.
    pub fn tenant_segment(&self, text: &str) -> Option<TenantSegment> {
        let tenant = self.tenant();
        let is_domain = |domain: &String| domain.eq_ignore_ascii_case(text);
        if text.eq_ignore_ascii_case("common") {
            Some(TenantSegment::Common)
        } else if text.eq_ignore_ascii_case("organizations") {
            Some(TenantSegment::Organizations)
        } else if text.parse() == Ok(tenant.id) || tenant.domains.iter().any(is_domain) {
            Some(TenantSegment::Tenant)
        } else {
            None
        }
    }

    /// The tenant, for whoever may see it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show_organization(&self, caller: &Caller) -> Result<Organization, AccessError> {
        may(caller, Action::ReadOrganization, None)?;
        let federations = self.store.read().await?.federations().await?;
        Ok(Organization {
            tenant: Tenant {
                display_name: self.branding().display_name.clone(),
                ..self.tenant().clone()
            },
            federated: federations
                .into_iter()
                .map(|stored| stored.federation.domain)
                .collect(),
        })
    }
}
