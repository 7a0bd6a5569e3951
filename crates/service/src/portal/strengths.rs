//! Authentication strengths and the applications that demand them.

use latchkey_domain::{Action, Caller, Strength, may};
use latchkey_store::DemandingApplication;

use crate::{Service, StrengthFailure};

/// A strength's page.
#[derive(Debug, Clone)]
pub struct StrengthFile {
    /// What it is.
    pub strength: Strength,
    /// Applications that demand it, by name: all, as long as the tenant's demands are at most
    /// [`StrengthFile::MOST_DEMANDS`].
    pub demanded_by: Vec<DemandingApplication>,
}

impl StrengthFile {
    /// So many demands of applications are looked at.
    pub const MOST_DEMANDS: u32 = 1000;
}

impl Service {
    /// All strengths, the built-in ones first, with the applications that demand them.
    ///
    /// # Errors
    /// [`StrengthFailure::Denied`], [`StrengthFailure::Fault`]
    pub async fn strength_files(&self, caller: &Caller) -> Result<Vec<StrengthFile>, StrengthFailure> {
        let strengths = self.list_strengths(caller).await?;
        let demands = if may(caller, Action::ReadApplications, None).is_ok() {
            let mut reader = self.store.read().await?;
            reader.demanding_applications(StrengthFile::MOST_DEMANDS).await?
        } else {
            Vec::new()
        };
        let file = |strength: Strength| StrengthFile {
            demanded_by: demands
                .iter()
                .filter(|application| application.strength == strength.id)
                .cloned()
                .collect(),
            strength,
        };
        Ok(strengths.into_iter().map(file).collect())
    }
}
