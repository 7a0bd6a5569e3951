//! Showing the tenant and its domains (Graph contract 8.4).

use latchkey_domain::{Action, Caller, Denied, may};
use latchkey_store::Tenant;

use crate::Service;

impl Service {
    /// The tenant, for whoever may see it.
    ///
    /// # Errors
    /// [`Denied`]
    pub fn show_organization(&self, caller: &Caller) -> Result<&Tenant, Denied> {
        may(caller, Action::ReadOrganization, None)?;
        Ok(self.tenant())
    }
}
