//! Applications themselves.

use latchkey_domain::{
    Action, Activity, AppId, AppSecret, Application, Caller, ClientId, ModifiedProperty, PermissionSet,
    RegisteredApplication, RegistrationError, ServicePrincipalId, TenantId, may, may_be_called,
};
use latchkey_store::{ApplicationFilter, ApplicationKey, Reader};

use super::owners::add_first;
use super::wish::differences;
use super::{ApplicationError, ApplicationWish, application_target, authorize_change, secrets};
use crate::roles::take_roles_of;
use crate::tokens::is_graph;
use crate::{RequestInfo, Service};

/// An application with what is known of its secrets.
#[derive(Debug, Clone)]
pub struct ApplicationView {
    /// The application.
    pub application: RegisteredApplication,
    /// Its secrets, expired ones too; never the secrets themselves.
    pub secrets: Vec<AppSecret>,
}

impl Service {
    /// One application.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn show_application(
        &self,
        caller: &Caller,
        key: ApplicationKey,
    ) -> Result<ApplicationView, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        let found = reader.registered_application(key).await?;
        view(&mut reader, found.ok_or(ApplicationError::NoSuchApplication)?).await
    }

    /// A page of applications in the order of their names, those after the (name key, client id) `after`.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::Fault`]
    pub async fn list_applications(
        &self,
        caller: &Caller,
        filter: Option<&ApplicationFilter>,
        after: Option<(&str, ClientId)>,
        limit: u32,
    ) -> Result<Vec<ApplicationView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        let mut views = Vec::new();
        for found in reader.applications_page(false, filter, after, limit).await? {
            views.push(view(&mut reader, found).await?);
        }
        Ok(views)
    }

    /// How many applications fit.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::Fault`]
    pub async fn count_applications(
        &self,
        caller: &Caller,
        filter: Option<&ApplicationFilter>,
    ) -> Result<i64, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        Ok(reader.count_applications(false, filter).await?)
    }

    /// Registers an application. It can do nothing yet: it has no service principal, no secret, no permission. Whoever
    /// registers it owns it, beside those whom the wish names.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_application(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: ApplicationWish,
    ) -> Result<ApplicationView, ApplicationError> {
        let trail = self.trail(caller, info);
        let activity = Activity::AddApplication;
        let permit = self
            .permit_or_record(caller, &trail, Action::CreateApplication, activity, Vec::new())
            .await?;
        if wish.display_name.as_deref().is_none_or(str::is_empty) {
            return Err(ApplicationError::Missing("displayName"));
        }
        let mut new = RegisteredApplication {
            application: Application {
                id: AppId::from_bytes(self.random_id()),
                client_id: ClientId::from_bytes(self.random_id()),
                service_principal_id: ServicePrincipalId::from_bytes(self.random_id()),
                display_name: String::new(),
                enabled: false,
                permissions: PermissionSet::EMPTY,
                created_at: trail.at,
            },
            principal_enabled: None,
            registration: latchkey_domain::ClientRegistration::default(),
        };
        wish.apply(&mut new)?;
        self.names().check(&new, &[])?;
        let mut target = application_target(&new);
        let client_id = new.application.client_id.to_string();
        target.modified = vec![ModifiedProperty::text("AppId", None, Some(&client_id))];
        let event = trail.done(activity, "", vec![target]);
        let input = (permit, new, event, caller.clone(), trail, wish.owners);
        self.store
            .write_with(input, |writer, (permit, new, event, caller, trail, named)| {
                Box::pin(async move {
                    writer.register_application(permit, new, event).await?;
                    add_first(writer, permit, trail, new, caller, named).await?;
                    Ok(ApplicationView {
                        application: new.clone(),
                        secrets: Vec::new(),
                    })
                })
            })
            .await
    }

    /// Changes an application.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_application(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        wish: ApplicationWish,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key, wish, self.names());
        self.store
            .write_with(input, |writer, (caller, trail, key, wish, names)| {
                Box::pin(async move {
                    let asked = activity(wish.certificates.is_some() || wish.no_secrets);
                    let (old, permit) = match authorize_change(writer, caller, trail, asked, *key).await? {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let mut new = old.clone();
                    wish.apply(&mut new)?;
                    names.check(&new, &old.registration.identifier_uris)?;
                    if wish.no_secrets {
                        for secret in writer.app_secrets(old.application.client_id).await?.iter() {
                            secrets::remove(writer, &permit, trail, &new, secret).await?;
                        }
                    }
                    if new != old {
                        let mut target = application_target(&new);
                        target.modified = differences(&old, &new);
                        let activity = activity(wish.certificates.is_some());
                        let event = trail.done(activity, "", vec![target]);
                        writer.update_application(&permit, &new, &event).await?;
                    }
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes an application, its service principal, secrets and grants.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_application(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key);
        self.store
            .write_with(input, |writer, (caller, trail, key)| {
                Box::pin(async move {
                    let activity = Activity::DeleteApplication;
                    let (found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let principal = found.application.service_principal_id.into();
                    take_roles_of(writer, &permit, trail, principal).await?;
                    let event = trail.done(activity, "", vec![application_target(&found)]);
                    writer
                        .delete_application(&permit, &found.application, &event)
                        .await?;
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }

    fn names(&self) -> OurNames {
        OurNames {
            origin: self.settings.origin.clone(),
            tenant: self.tenant.id,
            domains: self.tenant.domains.clone(),
        }
    }
}

const fn activity(of_credentials: bool) -> Activity {
    if of_credentials {
        Activity::UpdateApplicationSecrets
    } else {
        Activity::UpdateApplication
    }
}

/// Names that are not every application's to have.
struct OurNames {
    origin: String,
    tenant: TenantId,
    domains: Vec<String>,
}

impl OurNames {
    /// Whether an application may have its identifiers, as far as they are not the `known` ones. Nobody takes those of
    /// our own Graph.
    fn check(&self, of: &RegisteredApplication, known: &[String]) -> Result<(), ApplicationError> {
        let uris = &of.registration.identifier_uris;
        let own = of.application.client_id;
        for uri in uris.iter().filter(|uri| !known.contains(uri)) {
            if is_graph(uri, &self.origin) {
                return Err(ApplicationError::IdentifierTaken);
            }
            if !may_be_called(uri, own, self.tenant, &self.domains) {
                let property = "identifierUris";
                return Err(RegistrationError { property }.into());
            }
        }
        Ok(())
    }
}

async fn view(
    reader: &mut Reader,
    application: RegisteredApplication,
) -> Result<ApplicationView, ApplicationError> {
    let secrets = reader.app_secrets(application.application.client_id).await?;
    Ok(ApplicationView {
        application,
        secrets: secrets.to_vec(),
    })
}
