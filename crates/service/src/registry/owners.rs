//! Who takes care of an application. An application and its service principal are one registration here, so they have
//! the same owners.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Permit, PrincipalId, RegisteredApplication, ServicePrincipalId,
    User, UserId, may,
};
use latchkey_store::{ApplicationKey, Reader, StoreError, Writer};

use super::principals::is_graph;
use super::{ApplicationError, application_target, authorize_change, principal_target};
use crate::member_view::ObjectSight;
use crate::trail::{Trail, relation, user_target};
use crate::{MemberView, PrincipalView, RequestInfo, Service};

/// The most owners of an application, as in Entra ID.
const MAX_OWNERS: usize = 100;

/// Somebody who owns an application.
#[derive(Debug, Clone)]
pub enum OwnerView {
    /// A person.
    User(Box<User>),
    /// A service principal, never that of our Graph.
    Principal(Box<PrincipalView>),
}

impl OwnerView {
    /// Object id.
    pub fn id(&self) -> PrincipalId {
        match self {
            Self::User(user) => user.id.into(),
            Self::Principal(principal) => principal.id().into(),
        }
    }

    async fn find(reader: &mut Reader, id: PrincipalId) -> Result<Option<(Self, AuditTarget)>, StoreError> {
        let bytes = *id.as_bytes();
        if let Some(user) = reader.user_by_id(UserId::from_bytes(bytes)).await? {
            let target = user_target(&user);
            return Ok(Some((Self::User(Box::new(user)), target)));
        }
        let key = ApplicationKey::Principal(ServicePrincipalId::from_bytes(bytes));
        Ok(reader.registered_application(key).await?.map(|found| {
            let target = principal_target(&found);
            let view = PrincipalView::Application(Box::new(found));
            (Self::Principal(Box::new(view)), target)
        }))
    }
}

impl Service {
    /// The owners of an application, ordered by id; our Graph has none.
    ///
    /// # Errors
    /// [`ApplicationError::Denied`], [`ApplicationError::NoSuchApplication`], [`ApplicationError::Fault`]
    pub async fn list_application_owners(
        &self,
        caller: &Caller,
        key: ApplicationKey,
    ) -> Result<Vec<MemberView>, ApplicationError> {
        may(caller, Action::ReadApplications, None)?;
        let mut views = Vec::new();
        if is_graph(key) {
            return Ok(views);
        }
        let mut reader = self.store.read().await?;
        let found = reader.registered_application(key).await?;
        let found = found.ok_or(ApplicationError::NoSuchApplication)?;
        let sight = ObjectSight::of(caller);
        for owner in reader.application_owners(found.application.client_id).await? {
            views.extend(sight.view_of(&mut reader, owner).await?);
        }
        Ok(views)
    }

    /// Makes a person or a service principal an owner.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn add_application_owner(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        owner: PrincipalId,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key, owner);
        self.store
            .write_with(input, |writer, (caller, trail, key, owner)| {
                Box::pin(async move {
                    let activity = Activity::AddOwnerToApplication;
                    let (found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let known = writer.application_owners(found.application.client_id).await?;
                    if known.contains(owner) {
                        return Ok(Err(ApplicationError::OwnerAlready));
                    }
                    if known.len() >= MAX_OWNERS {
                        return Ok(Err(ApplicationError::TooManyOwners(MAX_OWNERS)));
                    }
                    add(writer, &permit, trail, &found, *owner).await.map(Ok)
                })
            })
            .await?
    }

    /// Takes an ownership away.
    ///
    /// # Errors
    /// [`ApplicationError`]; a refusal for lack of permission is in the audit log.
    pub async fn remove_application_owner(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        key: ApplicationKey,
        owner: PrincipalId,
    ) -> Result<(), ApplicationError> {
        let input = (caller.clone(), self.trail(caller, info), key, owner);
        self.store
            .write_with(input, |writer, (caller, trail, key, owner)| {
                Box::pin(async move {
                    let activity = Activity::RemoveOwnerFromApplication;
                    let (found, permit) =
                        match authorize_change(writer, caller, trail, activity, *key).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let Some((_, target)) = OwnerView::find(writer, *owner).await? else {
                        return Ok(Err(ApplicationError::NoSuchPrincipal(*owner)));
                    };
                    let target = relation(target, &application_words(&found), false);
                    let event = trail.done(activity, "", vec![target, application_target(&found)]);
                    let client = found.application.client_id;
                    let removed = writer
                        .remove_application_owner(&permit, client, *owner, &event)
                        .await?;
                    Ok::<_, ApplicationError>(if removed {
                        Ok(())
                    } else {
                        Err(ApplicationError::NoSuchPrincipal(*owner))
                    })
                })
            })
            .await?
    }
}

/// Makes an application that was just registered somebody's: of whoever made it, and of those who were named.
pub(super) async fn add_first(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    made: &RegisteredApplication,
    caller: &Caller,
    named: &[PrincipalId],
) -> Result<(), ApplicationError> {
    let maker = match caller {
        Caller::Application {
            service_principal_id, ..
        } => Some(PrincipalId::from(*service_principal_id)),
        Caller::Person { id, .. } => Some(PrincipalId::from(*id)),
        Caller::Console => None,
    };
    let mut all: Vec<PrincipalId> = named.iter().copied().chain(maker).collect();
    all.sort_unstable();
    all.dedup();
    for owner in all {
        add(writer, permit, trail, made, owner).await?;
    }
    Ok(())
}

async fn add(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    to: &RegisteredApplication,
    owner: PrincipalId,
) -> Result<(), ApplicationError> {
    let found = OwnerView::find(writer, owner).await?;
    let (_, target) = found.ok_or(ApplicationError::NoSuchOwner(owner))?;
    let target = relation(target, &application_words(to), true);
    let targets = vec![target, application_target(to)];
    let event = trail.done(Activity::AddOwnerToApplication, "", targets);
    let client = to.application.client_id;
    Ok(writer
        .add_application_owner(permit, client, owner, &event)
        .await?)
}

/// An application as the log's detection rules look for it beside who came to own it or no longer does.
fn application_words(of: &RegisteredApplication) -> [(&'static str, String); 3] {
    let application = &of.application;
    [
        ("Application.ObjectID", application.id.to_string()),
        ("Application.DisplayName", application.display_name.clone()),
        ("Application.AppId", application.client_id.to_string()),
    ]
}

/// The owners of an application.
pub(crate) async fn owners(
    reader: &mut Reader,
    of: &RegisteredApplication,
) -> Result<Vec<OwnerView>, StoreError> {
    let mut found = Vec::new();
    for id in reader.application_owners(of.application.client_id).await? {
        found.extend(OwnerView::find(reader, id).await?.map(|(owner, _)| owner));
    }
    Ok(found)
}
