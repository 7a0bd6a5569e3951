//! Managers of people, and accounts that come back after they were deleted (Graph contract 7.1 and 7.4).

use latchkey_domain::{
    Action, Activity, Caller, Denied, ModifiedProperty, Permit, TargetUser, Timestamp, User, UserId, UserRef,
    may,
};
use latchkey_store::{DeletedOrder, DeletedUser, StoreError, Writer};

use crate::authorize::authorize_reading_of_user;
use crate::refusals::authorize_or_record;
use crate::trail::{Trail, user_target};
use crate::{AccessError, Fault, RequestInfo, Service, UserError};

/// Why a manager was not shown or set, or an account not brought back. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum RelationError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The user has no manager.
    #[error("the user has no manager")]
    NoManager,
    /// Nobody of that id to be a manager.
    #[error("no such user: {0}")]
    NoSuchManager(UserId),
    /// Nobody of that id whose manager the user is.
    #[error("no such report: {0}")]
    NoSuchReport(UserId),
    /// Nobody manages themselves.
    #[error("A user can't be their own manager.")]
    OwnManager,
    /// No such deleted account.
    #[error("no such deleted account")]
    NotDeleted,
    /// Another account has the name meanwhile.
    #[error("Another object with the same value for property userPrincipalName already exists.")]
    NameTaken,
}

impl From<StoreError> for RelationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::NameTaken,
            other => Self::Access(other.into()),
        }
    }
}

impl From<Fault> for RelationError {
    fn from(fault: Fault) -> Self {
        Self::Access(fault.into())
    }
}

impl From<RelationError> for UserError {
    fn from(error: RelationError) -> Self {
        match error {
            RelationError::Access(access) => Self::Access(access),
            RelationError::NoSuchManager(id) => Self::NoSuchManager(id),
            RelationError::NameTaken => Self::NameTaken,
            // A new account is neither its own manager nor deleted.
            RelationError::NoManager
            | RelationError::NoSuchReport(_)
            | RelationError::NotDeleted
            | RelationError::OwnManager => Self::Access(Fault::Internal(error.to_string()).into()),
        }
    }
}

impl Service {
    /// Somebody's manager, for whoever sees people.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn show_manager(&self, caller: &Caller, user: &UserRef) -> Result<User, RelationError> {
        let mut reader = self.store.read().await?;
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadUser, user).await?;
        let manager = reader.manager_of(user.id).await?;
        manager.ok_or(RelationError::NoManager)
    }

    /// The people whose manager somebody is: a page, those after `after`.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn list_reports(
        &self,
        caller: &Caller,
        user: &UserRef,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>, RelationError> {
        let mut reader = self.store.read().await?;
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadUser, user).await?;
        Ok(reader.direct_reports(user.id, after, limit).await?)
    }

    /// One of the people whose manager somebody is.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn show_report(
        &self,
        caller: &Caller,
        user: &UserRef,
        report: UserId,
    ) -> Result<User, RelationError> {
        let mut reader = self.store.read().await?;
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadUser, user).await?;
        let manager = reader.manager_of(report).await?;
        let found = match manager {
            Some(manager) if manager.id == user.id => reader.user_by_id(report).await?,
            _ => None,
        };
        found.ok_or(RelationError::NoSuchReport(report))
    }

    /// How many people's manager somebody is.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn count_reports(&self, caller: &Caller, user: &UserRef) -> Result<i64, RelationError> {
        let mut reader = self.store.read().await?;
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        let user = authorize_reading_of_user(&mut reader, caller, Action::ReadUser, user).await?;
        Ok(reader.count_direct_reports(user.id).await?)
    }

    /// Gives somebody a manager, or takes theirs away.
    ///
    /// # Errors
    /// [`RelationError`]; a refusal for lack of permission is in the audit log.
    pub async fn set_manager(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        manager: Option<UserId>,
    ) -> Result<(), RelationError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone(), manager);
        self.store
            .write_with(input, |writer, (caller, trail, user, manager)| {
                Box::pin(async move {
                    let (action, activity) = (Action::UpdateUser, Activity::UpdateUser);
                    let access = authorize_or_record(writer, caller, trail, action, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal.into())),
                    };
                    put_manager(writer, &permit, trail, &user, *manager).await?;
                    Ok::<_, RelationError>(Ok(()))
                })
            })
            .await?
    }

    /// One deleted account.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn show_deleted_user(&self, caller: &Caller, id: UserId) -> Result<DeletedUser, RelationError> {
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        let found = self.store.read().await?.deleted_user(id).await?;
        found.ok_or(RelationError::NotDeleted)
    }

    /// Deleted accounts: a page, those after the one that was deleted then and has this id.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn list_deleted_users(
        &self,
        caller: &Caller,
        order: DeletedOrder,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> Result<Vec<DeletedUser>, RelationError> {
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        Ok(self
            .store
            .read()
            .await?
            .deleted_users(order, after, limit)
            .await?)
    }

    /// How many deleted accounts there are.
    ///
    /// # Errors
    /// [`RelationError`]
    pub async fn count_deleted_users(&self, caller: &Caller) -> Result<i64, RelationError> {
        may(caller, Action::ListUsers, None).map_err(AccessError::from)?;
        Ok(self.store.read().await?.count_deleted_users().await?)
    }

    /// Whether the caller may bring a deleted account back, or delete it for good.
    pub fn may_restore(&self, caller: &Caller, id: UserId) -> bool {
        may_on_deleted(caller, id).is_ok()
    }

    /// Brings a deleted account back, without what it held: roles and memberships are given anew.
    ///
    /// # Errors
    /// [`RelationError`]; a refusal for lack of permission is in the audit log.
    pub async fn restore_user(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: UserId,
    ) -> Result<User, RelationError> {
        let input = (caller.clone(), self.trail(caller, info), id);
        self.store
            .write_with(input, |writer, (caller, trail, id)| {
                Box::pin(async move {
                    let activity = Activity::RestoreUser;
                    let (found, permit) =
                        match authorize_on_deleted(writer, caller, trail, activity, *id).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let event = trail.done(activity, "", vec![user_target(&found.user)]);
                    writer.restore_user(&permit, *id, &event).await?;
                    Ok::<_, RelationError>(Ok(found.user))
                })
            })
            .await?
    }

    /// Removes a deleted account for good.
    ///
    /// # Errors
    /// [`RelationError`]; a refusal for lack of permission is in the audit log.
    pub async fn purge_user(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: UserId,
    ) -> Result<(), RelationError> {
        let input = (caller.clone(), self.trail(caller, info), id);
        self.store
            .write_with(input, |writer, (caller, trail, id)| {
                Box::pin(async move {
                    let activity = Activity::HardDeleteUser;
                    let (found, permit) =
                        match authorize_on_deleted(writer, caller, trail, activity, *id).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let event = trail.done(activity, "", vec![user_target(&found.user)]);
                    writer.purge_user(&permit, *id, &event).await?;
                    Ok::<_, RelationError>(Ok(()))
                })
            })
            .await?
    }
}

/// Writes somebody's manager, if that is another one than before.
pub(crate) async fn put_manager(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    user: &User,
    manager: Option<UserId>,
) -> Result<(), RelationError> {
    let old = writer.manager_of(user.id).await?;
    if old.as_ref().map(|old| old.id) == manager {
        return Ok(());
    }
    let new = match manager {
        None => None,
        Some(id) if id == user.id => return Err(RelationError::OwnManager),
        Some(id) => {
            let found = writer.user_by_id(id).await?;
            Some(found.ok_or(RelationError::NoSuchManager(id))?)
        }
    };
    let name = |user: &Option<User>| user.as_ref().map(|user| user.upn.to_string());
    let mut target = user_target(user);
    target.modified = vec![ModifiedProperty::text(
        "Manager",
        name(&old).as_deref(),
        name(&new).as_deref(),
    )];
    let event = trail.done(Activity::UpdateUser, "", vec![target]);
    Ok(writer.set_manager(permit, user.id, manager, &event).await?)
}

/// What a deleted account held, and what protected it, ended with its deletion.
fn may_on_deleted(caller: &Caller, id: UserId) -> Result<Permit, Denied> {
    may(caller, Action::DeleteUser, Some(&TargetUser::ordinary(id)))
}

/// Permission first, then existence.
async fn authorize_on_deleted(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    activity: Activity,
    id: UserId,
) -> Result<Result<(DeletedUser, Permit), RelationError>, StoreError> {
    let found = writer.deleted_user(id).await?;
    match (may_on_deleted(caller, id), found) {
        (Ok(permit), Some(found)) => Ok(Ok((found, permit))),
        (Ok(_), None) => Ok(Err(RelationError::NotDeleted)),
        (Err(denied), found) => {
            let targets = found.iter().map(|found| user_target(&found.user)).collect();
            writer
                .record(&trail.refused(activity, &denied.to_string(), targets))
                .await?;
            Ok(Err(AccessError::from(denied).into()))
        }
    }
}
