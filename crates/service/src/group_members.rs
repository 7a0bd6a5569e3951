//! Members and owners of groups.
//!
//! Graph contract 8.1.

use std::fmt;

use latchkey_domain::{
    Action, Activity, Caller, Group, GroupId, Member, Permit, Sight, UserId, Visibility, may, sight,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::groups::{authorize_on_group, group_target};
use crate::member_view::{ObjectSight, directory_object};
use crate::roles::{administrators, lost_last_administrator};
use crate::trail::{Trail, relation};
use crate::{GroupError, MemberView, RequestInfo, Service};

/// How something belongs to a group.
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
        let (sight, mut views) = (ObjectSight::of(caller), Vec::new());
        for member in reader.members_page(group, after, limit).await? {
            views.extend(sight.view(&mut reader, member).await?);
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
        let (sight, mut views) = (ObjectSight::of(caller), Vec::new());
        for owner in reader.owners_of(group).await? {
            views.extend(sight.view_of(&mut reader, owner).await?);
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
        let input = (caller.clone(), self.trail(caller, info), group, object);
        self.store
            .write_with(input, move |writer, (caller, trail, group, object)| {
                Box::pin(async move {
                    let (action, activity) = (belonging.action(), belonging.joining());
                    let access = authorize_on_group(writer, caller, trail, action, activity, *group).await?;
                    let (group, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    join(writer, &permit, trail, &group, belonging, *object).await?;
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
                    let found = directory_object(writer, (*object).into()).await?;
                    let Some((member, target)) = found else {
                        return Ok(Err(GroupError::NoSuchObject(*object)));
                    };
                    let before = administrators(writer).await?;
                    let target = relation(target, &group_words(&group), false);
                    let event = trail.done(activity, "", vec![target, group_target(&group)]);
                    let left = match belonging {
                        Belonging::Member => writer.remove_member(&permit, group.id, member, &event).await?,
                        Belonging::Owner => {
                            writer
                                .remove_owner(&permit, group.id, member.id(), &event)
                                .await?
                        }
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

impl fmt::Display for Belonging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Member => "member",
            Self::Owner => "owner",
        })
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
    let found = directory_object(writer, object.into()).await?;
    let (member, target) = found.ok_or(GroupError::NoSuchObject(object))?;
    let target = relation(target, &group_words(group), true);
    let event = trail.done(belonging.joining(), "", vec![target, group_target(group)]);
    match (belonging, member) {
        (Belonging::Member, Member::Group(inner)) if inner == group.id => Err(GroupError::InItself),
        // Whoever may change the inner group would change who holds roles and who is protected.
        (Belonging::Member, Member::Group(_)) if group.properties.role_assignable => {
            Err(GroupError::NestedInRoleAssignable)
        }
        (Belonging::Member, member) => {
            if writer.is_member(group.id, member).await? {
                return Err(GroupError::AlreadyThere(belonging));
            }
            Ok(writer.add_member(permit, group.id, member, &event).await?)
        }
        (Belonging::Owner, Member::Group(_)) => Err(GroupError::OwnerIsGroup),
        (Belonging::Owner, owner) => {
            if writer.owners_of(group.id).await?.contains(&owner.id()) {
                return Err(GroupError::AlreadyThere(belonging));
            }
            Ok(writer.add_owner(permit, group.id, owner.id(), &event).await?)
        }
    }
}

/// A group as the log's detection rules look for it beside who came or went.
fn group_words(group: &Group) -> [(&'static str, String); 2] {
    [
        ("Group.ObjectID", group.id.to_string()),
        ("Group.DisplayName", group.properties.display_name.clone()),
    ]
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
