//! Members and owners of groups.
//!
//! Graph contract 8.1.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Group, GroupId, Member, Permit, Sight, User, UserId, Visibility,
    may, sight,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::groups::{authorize_on_group, group_target};
use crate::roles::{administrators, lost_last_administrator};
use crate::trail::{Trail, user_target};
use crate::{GroupError, RequestInfo, Service};

/// A member or owner, as it may be shown.
#[derive(Debug, Clone)]
pub enum MemberView {
    /// A person.
    User(Box<User>),
    /// A group.
    Group(Box<Group>),
}

/// How someone belongs to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Is in it.
    Member,
    /// Takes care of it.
    Owner,
}

impl Service {
    /// A page of a group's direct members, those after `after`.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Hidden`], [`GroupError::Fault`]
    pub async fn list_members(
        &self,
        caller: &Caller,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<MemberView>, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.read().await?;
        check_members_shown(&mut reader, caller, group).await?;
        let mut views = Vec::new();
        for member in reader.members_page(group, after, limit).await? {
            views.extend(view(&mut reader, member).await?);
        }
        Ok(views)
    }

    /// A group's owners.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Fault`]
    pub async fn list_owners(&self, caller: &Caller, group: GroupId) -> Result<Vec<MemberView>, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.read().await?;
        if !reader.group_exists(group).await? {
            return Err(GroupError::NoSuchGroup);
        }
        let mut views = Vec::new();
        for owner in reader.owners_of(group).await? {
            views.extend(view(&mut reader, Member::User(owner)).await?);
        }
        Ok(views)
    }

    /// Lets a directory object, named by its id alone, into a group or makes it its owner.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn join_group(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        group: GroupId,
        belonging: Belonging,
        object: UserId,
    ) -> Result<(), GroupError> {
        self.join_group_together(caller, info, group, belonging, vec![object])
            .await
    }

    /// As [`Self::join_group`], for several at once: all of them or none.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn join_group_together(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        group: GroupId,
        belonging: Belonging,
        objects: Vec<UserId>,
    ) -> Result<(), GroupError> {
        let input = (caller.clone(), self.trail(caller, info), group, objects);
        self.store
            .write_with(input, move |writer, (caller, trail, group, objects)| {
                Box::pin(async move {
                    let (action, activity) = (belonging.action(), belonging.joining());
                    let access = authorize_on_group(writer, caller, trail, action, activity, *group).await?;
                    let (group, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    for object in objects {
                        join(writer, &permit, trail, &group, belonging, *object).await?;
                    }
                    Ok::<_, GroupError>(Ok(()))
                })
            })
            .await?
    }

    /// Takes a directory object out of a group, or its ownership away.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn leave_group(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        group: GroupId,
        belonging: Belonging,
        object: UserId,
    ) -> Result<(), GroupError> {
        let input = (caller.clone(), self.trail(caller, info), group, object);
        self.store
            .write_with(input, move |writer, (caller, trail, group, object)| {
                Box::pin(async move {
                    let (action, activity) = (belonging.action(), belonging.leaving());
                    let access = authorize_on_group(writer, caller, trail, action, activity, *group).await?;
                    let (group, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let Some((member, target)) = directory_object(writer, *object).await? else {
                        return Ok(Err(GroupError::NoSuchObject(*object)));
                    };
                    let before = administrators(writer).await?;
                    let event = trail.done(activity, "", vec![target, group_target(&group)]);
                    let left = match (belonging, member) {
                        (Belonging::Member, member) => {
                            writer.remove_member(&permit, group.id, member, &event).await?
                        }
                        (Belonging::Owner, Member::User(user)) => {
                            writer.remove_owner(&permit, group.id, user, &event).await?
                        }
                        (Belonging::Owner, Member::Group(_)) => false,
                    };
                    if lost_last_administrator(writer, before).await? {
                        return Err(GroupError::LastAdministrator);
                    }
                    Ok::<_, GroupError>(if left {
                        Ok(())
                    } else {
                        Err(GroupError::NoSuchObject(*object))
                    })
                })
            })
            .await?
    }
}

impl Belonging {
    const fn action(self) -> Action {
        match self {
            Self::Member => Action::WriteGroupMembers,
            Self::Owner => Action::WriteGroup,
        }
    }

    const fn joining(self) -> Activity {
        match self {
            Self::Member => Activity::AddMemberToGroup,
            Self::Owner => Activity::AddOwnerToGroup,
        }
    }

    const fn leaving(self) -> Activity {
        match self {
            Self::Member => Activity::RemoveMemberFromGroup,
            Self::Owner => Activity::RemoveOwnerFromGroup,
        }
    }
}

pub(crate) async fn join(
    writer: &mut Writer,
    permit: &Permit,
    trail: &Trail,
    group: &Group,
    belonging: Belonging,
    object: UserId,
) -> Result<(), GroupError> {
    let (member, target) = directory_object(writer, object)
        .await?
        .ok_or(GroupError::NoSuchObject(object))?;
    let event = trail.done(belonging.joining(), "", vec![target, group_target(group)]);
    match (belonging, member) {
        (Belonging::Member, Member::Group(inner)) if inner == group.id => Err(GroupError::InItself),
        // Whoever may change the inner group would change who holds roles and who is protected.
        (Belonging::Member, Member::Group(_)) if group.properties.role_assignable => {
            Err(GroupError::NestedInRoleAssignable)
        }
        (Belonging::Member, member) => {
            if writer.is_member(group.id, member).await? {
                return Err(GroupError::AlreadyThere);
            }
            Ok(writer.add_member(permit, group.id, member, &event).await?)
        }
        (Belonging::Owner, Member::User(user)) => {
            if writer.owners_of(group.id).await?.contains(&user) {
                return Err(GroupError::AlreadyThere);
            }
            Ok(writer.add_owner(permit, group.id, user, &event).await?)
        }
        (Belonging::Owner, Member::Group(_)) => Err(GroupError::OwnerIsNoUser),
    }
}

/// What an id stands for; people and groups share one space of ids.
pub(crate) async fn directory_object(
    reader: &mut Reader,
    id: UserId,
) -> Result<Option<(Member, AuditTarget)>, StoreError> {
    if let Some(user) = reader.user_by_id(id).await? {
        return Ok(Some((Member::User(id), user_target(&user))));
    }
    let group = reader.group(GroupId::from_bytes(*id.as_bytes())).await?;
    Ok(group.map(|group| (Member::Group(group.id), group_target(&group))))
}

/// Whether the caller, who sees groups, is shown who is in this one.
pub(crate) async fn members_are_shown(
    reader: &mut Reader,
    caller: &Caller,
    group: &Group,
) -> Result<bool, StoreError> {
    if group.properties.visibility != Visibility::HiddenMembership {
        return Ok(true);
    }
    match sight(caller, Action::ReadHiddenGroupMembers) {
        Sight::Everything => Ok(true),
        Sight::Inside(viewer) => reader.is_inside(group.id, viewer).await,
    }
}

/// As [`members_are_shown`], of the group of this id.
pub(crate) async fn check_members_shown(
    reader: &mut Reader,
    caller: &Caller,
    group: GroupId,
) -> Result<(), GroupError> {
    let group = reader.group(group).await?.ok_or(GroupError::NoSuchGroup)?;
    if members_are_shown(reader, caller, &group).await? {
        Ok(())
    } else {
        Err(GroupError::Hidden)
    }
}

pub(crate) async fn view(reader: &mut Reader, member: Member) -> Result<Option<MemberView>, StoreError> {
    Ok(match member {
        Member::User(id) => reader
            .user_by_id(id)
            .await?
            .map(|user| MemberView::User(Box::new(user))),
        Member::Group(id) => reader
            .group(id)
            .await?
            .map(|group| MemberView::Group(Box::new(group))),
    })
}
