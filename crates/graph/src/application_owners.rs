//! Owners of applications and of service principals: one list, since the two are one registration here.

use latchkey_domain::PrincipalId;
use latchkey_service::MemberView;
use latchkey_store::ApplicationKey;

use crate::applications::error;
use crate::call::Call;
use crate::error::GraphError;
use crate::members::{self, check_options, named_object, reference_id, reference_in_body};
use crate::reply::{Reply, page_of_all};
use crate::routes::Outcome;
use crate::{applications, service_principals};

/// Whose owners.
#[derive(Clone, Copy)]
enum Of {
    Application,
    Principal,
}

impl Of {
    fn key(self, call: &Call) -> ApplicationKey {
        match self {
            Self::Application => applications::key(call),
            Self::Principal => service_principals::key(call),
        }
    }

    /// The list as links name it.
    fn path(self, call: &Call) -> String {
        let set = match self {
            Self::Application => "applications",
            Self::Principal => "servicePrincipals",
        };
        match self.key(call) {
            ApplicationKey::Client(id) => format!("{set}(appId='{id}')/owners"),
            ApplicationKey::Object(id) => format!("{set}/{id}/owners"),
            ApplicationKey::Principal(id) => format!("{set}/{id}/owners"),
        }
    }

    async fn owners(self, call: &Call) -> Result<Vec<MemberView>, GraphError> {
        let (service, caller, key) = (&call.service, &call.caller, self.key(call));
        if matches!(self, Self::Principal) {
            // An application's client id names no service principal as long as it has none.
            let found = service.show_principal(caller, key).await;
            found.map_err(|refused| error(call, &refused))?;
        }
        let found = service.list_application_owners(caller, key).await;
        found.map_err(|refused| error(call, &refused))
    }

    async fn list(self, call: &Call) -> Outcome {
        check_options(call)?;
        let mut owners = self.owners(call).await?;
        let facts = page_of_all(call, &self.path(call), "owners", &mut owners, |owner| {
            owner.member().id().to_string()
        })?;
        members::list(call, &owners, &facts)
    }

    async fn count(self, call: &Call) -> Outcome {
        call.query.only(&[])?;
        let owners = self.owners(call).await?;
        call.needs_eventual_for_count()?;
        Ok(Reply::count(i64::try_from(owners.len()).unwrap_or(i64::MAX)))
    }

    async fn add(self, call: &Call) -> Outcome {
        let owner = PrincipalId::from(reference_in_body(call)?);
        call.service
            .add_application_owner(&call.caller, &call.info, self.key(call), owner)
            .await
            .map_err(|refused| error(call, &refused))?;
        Ok(Reply::no_content())
    }

    async fn remove(self, call: &Call) -> Outcome {
        // What is no id is nobody's; to know that takes permission first.
        let owner = reference_id(named_object(call)?);
        let owner = owner.map_or(PrincipalId::from_bytes([0; 16]), PrincipalId::from);
        call.service
            .remove_application_owner(&call.caller, &call.info, self.key(call), owner)
            .await
            .map_err(|refused| error(call, &refused))?;
        Ok(Reply::no_content())
    }
}

pub(crate) async fn list_of_application(call: &Call) -> Outcome {
    Of::Application.list(call).await
}

pub(crate) async fn count_of_application(call: &Call) -> Outcome {
    Of::Application.count(call).await
}

pub(crate) async fn add_to_application(call: &Call) -> Outcome {
    Of::Application.add(call).await
}

pub(crate) async fn remove_from_application(call: &Call) -> Outcome {
    Of::Application.remove(call).await
}

pub(crate) async fn list_of_principal(call: &Call) -> Outcome {
    Of::Principal.list(call).await
}

pub(crate) async fn count_of_principal(call: &Call) -> Outcome {
    Of::Principal.count(call).await
}

pub(crate) async fn add_to_principal(call: &Call) -> Outcome {
    Of::Principal.add(call).await
}

pub(crate) async fn remove_from_principal(call: &Call) -> Outcome {
    Of::Principal.remove(call).await
}
