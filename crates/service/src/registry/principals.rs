//! Service principals: applications as they stand in the tenant, our Graph among them.

use latchkey_domain::{
    Action, Activity, Caller, ClientId, Permit, RegisteredApplication, ServicePrincipalId, may,
};
use latchkey_store::{ApplicationFilter, ApplicationKey, Reader, StoreError};

use super::wish::differences;
use super::{ApplicationError, PrincipalWish, authorize_change, principal_target};
use crate::roles::take_roles_of;
use crate::{RequestInfo, Service};

/// A service principal.
#[derive(Debug, Clone)]
pub enum PrincipalView {
    /// Our Graph's.
    Graph,
    /// An application's.
    Application(Box<RegisteredApplication>),
}

impl PrincipalView {
    /// The name of our Graph.
    pub const GRAPH_NAME: &'static str = "Microsoft Graph";

    /// Name to show.
    pub fn display_name(&self) -> &str {
        match self {
            Self::Graph => Self::GRAPH_NAME,
            Self::Application(found) => &found.application.display_name,
        }
    }

    /// Object id.
    pub const fn id(&self) -> ServicePrincipalId {
        match self {
            Self::Graph => ServicePrincipalId::GRAPH,
            Self::Application(found) => found.application.service_principal_id,
        }
    }

    /// What its application signs in with.
    pub const fn client_id(&self) -> ClientId {
        match self {
            Self::Graph => ClientId::GRAPH,
            Self::Application(found) => found.application.client_id,
        }
    }

    /// The service principal of this id.
    pub(crate) async fn find(reader: &mut Reader, key: ApplicationKey) -> Result<Option<Self>, StoreError> {
        if is_graph(key) {
            return Ok(Some(Self::Graph));
        }
        let found = reader.registered_application(key).await?;
        Ok(found
            .filter(|found| found.principal_enabled.is_some())
            .map(|found| Self::Application(Box::new(found))))
    }

    /// Its place in lists.
    fn place(&self) -> (String, ClientId) {
        (self.display_name().to_lowercase(), self.client_id())
    }

    fn graph_fits(filter: Option<&ApplicationFilter>) -> bool {
        let name = Self::GRAPH_NAME.to_lowercase();
        match filter {
            None => true,
            Some(ApplicationFilter::DisplayNameEquals(wanted)) => name == wanted.to_lowercase(),
            Some(ApplicationFilter::DisplayNameStartsWith(start)) => name.starts_with(&start.to_lowercase()),
            Some(ApplicationFilter::Clients(ids)) => ids.contains(&ClientId::GRAPH),
            Some(ApplicationFilter::Principals(ids)) => ids.contains(&ServicePrincipalId::GRAPH),
            Some(ApplicationFilter::Objects(_)) => false,
        }
    }
}

pub(super) fn is_graph(key: ApplicationKey) -> bool {
    match key {
        ApplicationKey::Client(id) => id == ClientId::GRAPH,
        ApplicationKey::Principal(id) => id == ServicePrincipalId::GRAPH,
        ApplicationKey::Object(_) => false,
    }
}

impl Service {
    /// One service principal.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn show_principal(
        &self,
        caller: &Caller,
        key: ApplicationKey,
    ) -> Result<PrincipalView, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let found = PrincipalView::find(&mut self.store.read().await?, key).await?;
        found.ok_or(ApplicationError::NoSuchApplication)
    }

    /// A page of service principals in the order of their names, those after the (name key, client id) `after`.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::Fault`]
    pub async fn list_principals(
        &self,
        caller: &Caller,
        filter: Option<&ApplicationFilter>,
        after: Option<(&str, ClientId)>,
        limit: u32,
    ) -> Result<Vec<PrincipalView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut reader = self.store.read().await?;
        let found = reader.applications_page(true, filter, after, limit).await?;
        let mut views: Vec<PrincipalView> = found
            .into_iter()
            .map(|found| PrincipalView::Application(Box::new(found)))
            .collect();
        // Our Graph is no row: it is put where its name belongs.
        let (name, id) = PrincipalView::Graph.place();
        let is_ahead = after.is_none_or(|after| (name.as_str(), id) > after);
        if is_ahead && PrincipalView::graph_fits(filter) {
            let at = views.partition_point(|view| view.place() < (name.clone(), id));
            views.insert(at, PrincipalView::Graph);
            views.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(views)
    }

    /// How many service principals fit.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::Fault`]
    pub async fn count_principals(
        &self,
        caller: &Caller,
        filter: Option<&ApplicationFilter>,
    ) -> Result<i64, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let count = self.store.read().await?.count_applications(true, filter).await?;
        Ok(count + i64::from(PrincipalView::graph_fits(filter)))
    }

    /// Makes the service principal of a registered application: from now on it gets tokens.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_principal(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        client_id: ClientId,
        wish: PrincipalWish,
    ) -> Result<RegisteredApplication, ApplicationError> {
        let key = ApplicationKey::Client(client_id);
        let input = (caller.clone(), self.trail(caller, info), key, wish);
        self.store
            .write_with(input, |writer, (caller, trail, key, wish)| {
                Box::pin(async move {
                    let activity = Activity::AddServicePrincipal;
                    let (mut found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    if found.principal_enabled.is_some() {
                        return Ok(Err(ApplicationError::PrincipalExists(
                            found.application.client_id,
                        )));
                    }
                    check_strength(writer, caller, wish, &found).await?;
                    found.principal_enabled = Some(true);
                    wish.apply(&mut found)?;
                    let event = trail.done(activity, "", vec![principal_target(&found)]);
                    writer.update_application(&permit, &found, &event).await?;
                    Ok::<_, ApplicationError>(Ok(found))
                })
            })
            .await?
    }

    /// Changes a service principal. One that is not enabled gets no tokens.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_principal(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        wish: PrincipalWish,
    ) -> Result<(), ApplicationError> {
        check_not_graph(caller, key)?;
        let input = (caller.clone(), self.trail(caller, info), key, wish);
        self.store
            .write_with(input, |writer, (caller, trail, key, wish)| {
                Box::pin(async move {
                    let activity = Activity::UpdateServicePrincipal;
                    let (old, permit) =
                        match authorize_principal(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    if let Err(refusal) = check_strength(writer, caller, wish, &old).await {
                        if let ApplicationError::Denied(denied) = &refusal {
                            let targets = vec![principal_target(&old)];
                            writer
                                .record(&trail.refused(activity, &denied.to_string(), targets))
                                .await?;
                        }
                        return Ok(Err(refusal));
                    }
                    let mut new = old.clone();
                    wish.apply(&mut new)?;
                    if new != old {
                        let mut target = principal_target(&new);
                        target.modified = differences(&old, &new);
                        let event = trail.done(activity, "", vec![target]);
                        writer.update_application(&permit, &new, &event).await?;
                    }
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a service principal with all that it was granted; the application stays registered.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_principal(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
    ) -> Result<(), ApplicationError> {
        check_not_graph(caller, key)?;
        let next = ServicePrincipalId::from_bytes(self.random_id());
        let input = (caller.clone(), self.trail(caller, info), key, next);
        self.store
            .write_with(input, |writer, (caller, trail, key, next)| {
                Box::pin(async move {
                    let activity = Activity::RemoveServicePrincipal;
                    let (found, permit) =
                        match authorize_principal(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let principal = found.application.service_principal_id.into();
                    take_roles_of(writer, &permit, trail, principal).await?;
                    let event = trail.done(activity, "", vec![principal_target(&found)]);
                    writer
                        .remove_principal(&permit, &found.application, *next, &event)
                        .await?;
                    Ok::<_, ApplicationError>(Ok(()))
                })
            })
            .await?
    }
}

/// What an application demands of people is a policy of the tenant: it is changed by those only who may change that.
async fn check_strength(
    reader: &mut Reader,
    caller: &Caller,
    wish: &PrincipalWish,
    found: &RegisteredApplication,
) -> Result<(), ApplicationError> {
    let Some(wanted) = wish.required_strength else {
        return Ok(());
    };
    if wanted != found.registration.required_strength {
        may(caller, Action::WritePolicy, None)?;
    }
    match wanted {
        Some(id) if reader.strength(id).await?.is_none() => Err(ApplicationError::NoSuchStrength(id)),
        _ => Ok(()),
    }
}

fn check_not_graph(caller: &Caller, key: ApplicationKey) -> Result<(), ApplicationError> {
    if is_graph(key) {
        may(caller, Action::WriteApplication, None)?;
        return Err(ApplicationError::OfGraph);
    }
    Ok(())
}

/// As [`authorize_change`], for an application that has a service principal.
pub(super) async fn authorize_principal(
    writer: &mut latchkey_store::Writer,
    caller: &Caller,
    trail: &crate::trail::Trail,
    activity: Activity,
    key: ApplicationKey,
) -> Result<Result<(RegisteredApplication, Permit), ApplicationError>, StoreError> {
    let found = authorize_change(writer, caller, trail, activity, key).await?;
    Ok(match found {
        Ok((found, _)) if found.principal_enabled.is_none() => Err(ApplicationError::NoSuchApplication),
        other => other,
    })
}
