//! Showing the tenant and its domains (Graph contract 8.4).

use latchkey_domain::{Action, Caller, Denied, may};
use latchkey_store::Tenant;

use crate::Service;

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
    /// [`Denied`]
    pub fn show_organization(&self, caller: &Caller) -> Result<Tenant, Denied> {
        may(caller, Action::ReadOrganization, None)?;
        Ok(Tenant {
            display_name: self.branding().display_name.clone(),
            ..self.tenant().clone()
        })
    }
}
