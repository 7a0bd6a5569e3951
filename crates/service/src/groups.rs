//! Groups, their members and owners.
//!
//! Graph contract 8.1.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, Group, GroupFieldError, GroupId, Member, ModifiedProperty,
    NewGroup, Permit, TargetKind, User, UserId, Visibility, may,
};
use latchkey_store::{GroupFilter, Reader, StoreError, Writer};

use crate::trail::{Trail, user_target};
use crate::{AccessError, Fault, RequestInfo, Service};

/// What someone wants a group to be; what is `None` is not mentioned.
#[derive(Debug, Clone, Default)]
pub struct GroupWish {
    /// Name to show.
    pub display_name: Option<String>,
    /// What it is for, set or cleared.
    pub description: Option<Option<String>>,
    /// Mail alias.
    pub mail_nickname: Option<String>,
    /// Whether roles may be given to it; only when it is made.
    pub role_assignable: Option<bool>,
    /// Who sees its members.
    pub visibility: Option<Visibility>,
    /// Directory objects that belong to it from the start.
    pub members: Vec<UserId>,
    /// People who own it from the start.
    pub owners: Vec<UserId>,
}

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

/// Why a group was not shown, made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such group.
    #[error("no such group")]
    NoSuchGroup,
    /// No such directory object, or not a member or owner.
    #[error("no such directory object: {0}")]
    NoSuchObject(UserId),
    /// A property breaks its rule.
    #[error(transparent)]
    Field(#[from] GroupFieldError),
    /// A required property is missing.
    #[error("Property {0} value is required but is empty or missing.")]
    Missing(&'static str),
    /// A role-assignable group holds people only.
    #[error("A role-assignable group can't have other groups as members.")]
    NestedInRoleAssignable,
    /// A group can't be in itself.
    #[error("A group can't be a member of itself.")]
    InItself,
    /// Only people own groups.
    #[error("Only users can own a group.")]
    OwnerIsNoUser,
    /// The member or owner is there already.
    #[error("already there")]
    AlreadyThere,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for GroupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::AlreadyThere,
            other => Self::Fault(other.into()),
        }
    }
}

impl From<AccessError> for GroupError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchGroup,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// One group.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Fault`]
    pub async fn show_group(&self, caller: &Caller, group: GroupId) -> Result<Group, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        self.store
            .read()
            .await?
            .group(group)
            .await?
            .ok_or(GroupError::NoSuchGroup)
    }

    /// A page of groups in the order of their names, those after the (name key, id) `after`.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::Fault`]
    pub async fn list_groups(
        &self,
        caller: &Caller,
        filter: Option<&GroupFilter>,
        after: Option<(&str, GroupId)>,
        limit: u32,
    ) -> Result<Vec<Group>, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        Ok(self.store.read().await?.groups_page(filter, after, limit).await?)
    }

    /// Makes a security group.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_group(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: GroupWish,
    ) -> Result<Group, GroupError> {
        let trail = self.trail(caller, info);
        let assignable = wish.role_assignable == Some(true);
        let action = if assignable {
            Action::WriteRoleAssignableGroup
        } else {
            Action::CreateGroup
        };
        let permit = self
            .permit_or_record(caller, &trail, action, Activity::AddGroup, Vec::new())
            .await?;
        let group = Group {
            id: GroupId::from_bytes(self.random_id()),
            properties: new_group(&wish)?,
            created_at: trail.at,
        };
        self.store
            .write_with(
                (permit, trail, group, wish),
                |writer, (permit, trail, group, wish)| {
                    Box::pin(async move {
                        let event = trail.done(Activity::AddGroup, "", vec![group_target(group)]);
                        writer.insert_group(permit, group, &event).await?;
                        for (belonging, objects) in [
                            (Belonging::Member, &wish.members),
                            (Belonging::Owner, &wish.owners),
                        ] {
                            for object in objects {
                                join(writer, permit, trail, group, belonging, *object).await?;
                            }
                        }
                        Ok(group.clone())
                    })
                },
            )
            .await
    }

    /// Changes a group.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_group(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        group: GroupId,
        wish: GroupWish,
    ) -> Result<(), GroupError> {
        let input = (caller.clone(), self.trail(caller, info), group, wish);
        self.store
            .write_with(input, |writer, (caller, trail, group, wish)| {
                Box::pin(async move {
                    let activity = Activity::UpdateGroup;
                    let access =
                        authorize_on_group(writer, caller, trail, Action::WriteGroup, activity, *group)
                            .await?;
                    let (old, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let mut new = old.clone();
                    change_group(&mut new.properties, wish);
                    if let Err(wrong) = new.properties.validate() {
                        return Ok(Err(wrong.into()));
                    }
                    if new != old {
                        let mut target = group_target(&new);
                        target.modified = differences(&old.properties, &new.properties);
                        let event = trail.done(activity, "", vec![target]);
                        writer.update_group(&permit, &new, &event).await?;
                    }
                    Ok::<_, GroupError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a group for good.
    ///
    /// # Errors
    /// [`GroupError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_group(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        group: GroupId,
    ) -> Result<(), GroupError> {
        let input = (caller.clone(), self.trail(caller, info), group);
        self.store
            .write_with(input, |writer, (caller, trail, group)| {
                Box::pin(async move {
                    let activity = Activity::DeleteGroup;
                    let access =
                        authorize_on_group(writer, caller, trail, Action::WriteGroup, activity, *group)
                            .await?;
                    let (group, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let event = trail.done(activity, "", vec![group_target(&group)]);
                    writer.delete_group(&permit, group.id, &event).await?;
                    Ok::<_, GroupError>(Ok(()))
                })
            })
            .await?
    }

    /// A page of a group's direct members, those after `after`.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Fault`]
    pub async fn list_members(
        &self,
        caller: &Caller,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<MemberView>, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.read().await?;
        if !reader.group_exists(group).await? {
            return Err(GroupError::NoSuchGroup);
        }
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
                    let Some((member, target)) = directory_object(writer, *object).await? else {
                        return Ok(Err(GroupError::NoSuchObject(*object)));
                    };
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

/// Permission first, then existence; a role-assignable group asks for more, since who changes it changes
/// who holds roles and who is protected.
async fn authorize_on_group(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    action: Action,
    activity: Activity,
    group: GroupId,
) -> Result<Result<(Group, Permit), GroupError>, StoreError> {
    let found = writer.group(group).await?;
    let action = match &found {
        Some(group) if group.properties.role_assignable => Action::WriteRoleAssignableGroup,
        _ => action,
    };
    match (may(caller, action, None), found) {
        (Ok(permit), Some(group)) => Ok(Ok((group, permit))),
        (Ok(_), None) => Ok(Err(GroupError::NoSuchGroup)),
        (Err(denied), found) => {
            let targets = found.iter().map(group_target).collect();
            writer
                .record(&trail.refused(activity, &denied.to_string(), targets))
                .await?;
            Ok(Err(denied.into()))
        }
    }
}

async fn join(
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

fn new_group(wish: &GroupWish) -> Result<NewGroup, GroupError> {
    let required = |value: &Option<String>, property| match value {
        Some(text) if !text.is_empty() => Ok(text.clone()),
        _ => Err(GroupError::Missing(property)),
    };
    let new = NewGroup {
        display_name: required(&wish.display_name, "displayName")?,
        description: wish.description.clone().flatten(),
        mail_nickname: required(&wish.mail_nickname, "mailNickname")?,
        role_assignable: wish.role_assignable.unwrap_or(false),
        visibility: wish.visibility.unwrap_or_default(),
    };
    new.validate()?;
    Ok(new)
}

fn change_group(group: &mut NewGroup, wish: &GroupWish) {
    if let Some(name) = &wish.display_name {
        group.display_name.clone_from(name);
    }
    if let Some(description) = &wish.description {
        group.description.clone_from(description);
    }
    if let Some(nickname) = &wish.mail_nickname {
        group.mail_nickname.clone_from(nickname);
    }
    if let Some(visibility) = wish.visibility {
        group.visibility = visibility;
    }
}

fn group_target(group: &Group) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::Group,
        id: group.id.to_string(),
        display_name: Some(group.properties.display_name.clone()),
        upn: None,
        modified: Vec::new(),
    }
}

fn differences(old: &NewGroup, new: &NewGroup) -> Vec<ModifiedProperty> {
    let fields = |group: &NewGroup| {
        [
            ("DisplayName", Some(group.display_name.clone())),
            ("Description", group.description.clone()),
            ("MailNickname", Some(group.mail_nickname.clone())),
            ("Visibility", Some(group.visibility.as_str().to_owned())),
        ]
    };
    fields(old)
        .into_iter()
        .zip(fields(new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(name, old.as_deref(), new.as_deref()))
        .collect()
}
