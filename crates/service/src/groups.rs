//! Groups; who is in them is in `group_members`.
//!
//! Graph contract 8.1.

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, Group, GroupFieldError, GroupId, ModifiedProperty,
    NewGroup, Permit, TargetGroup, TargetKind, UserId, Visibility, may, may_change_group,
};
use latchkey_store::{GroupFilter, StoreError, Writer};

use crate::group_members::{Belonging, join};
use crate::policy::{leave_policies, policies_name};
use crate::roles::{administrators, lost_last_administrator, take_roles_of};
use crate::trail::Trail;
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
    /// Directory objects that belong to it from the start, or come to it.
    pub members: Vec<UserId>,
    /// People and service principals that own it from the start; only when it is made.
    pub owners: Vec<UserId>,
}

impl GroupWish {
    /// Whether it is about properties.
    fn has_properties(&self) -> bool {
        self.display_name.is_some()
            || self.description.is_some()
            || self.mail_nickname.is_some()
            || self.visibility.is_some()
    }
}

/// Why a group was not shown, made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller sees groups, but not who is in this one.
    #[error("the members of the group are hidden from the caller")]
    Hidden,
    /// No such group.
    #[error("no such group")]
    NoSuchGroup,
    /// Whether its members are hidden is said when it is made.
    #[error("Property 'visibility' is read-only and cannot be set.")]
    VisibilityIsFixed,
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
    /// No group owns one.
    #[error("Only users and service principals can own a group.")]
    OwnerIsGroup,
    /// The member or owner is there already.
    #[error(
        "One or more added object references already exist for the following modified properties: '{0}s'."
    )]
    AlreadyThere(Belonging),
    /// Without this group or membership nobody could administer the tenant.
    #[error("The last assignment of the Global Administrator role cannot be removed.")]
    LastAdministrator,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for GroupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { constraint } if constraint == "group_owners_pkey" => {
                Self::AlreadyThere(Belonging::Owner)
            }
            StoreError::Conflict { .. } => Self::AlreadyThere(Belonging::Member),
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

    /// Changes a group's properties, its members, or both: all of it or nothing.
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
                    // Everything is allowed before anything is changed: a refusal's record is kept.
                    let mut joining = None;
                    if !wish.members.is_empty() {
                        let (action, activity) = (Action::WriteGroupMembers, Activity::AddMemberToGroup);
                        match authorize_on_group(writer, caller, trail, action, activity, *group).await? {
                            Ok(found) => joining = Some(found),
                            Err(refusal) => return Ok(Err(refusal)),
                        }
                    }
                    if joining.is_none() || wish.has_properties() {
                        let (action, activity) = (Action::WriteGroup, Activity::UpdateGroup);
                        let access =
                            authorize_on_group(writer, caller, trail, action, activity, *group).await?;
                        let (old, permit) = match access {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                        let visibility = old.properties.visibility;
                        if wish
                            .visibility
                            .is_some_and(|wished| !visibility.may_become(wished))
                        {
                            return Ok(Err(GroupError::VisibilityIsFixed));
                        }
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
                    }
                    if let Some((group, permit)) = joining {
                        for object in &wish.members {
                            join(writer, &permit, trail, &group, Belonging::Member, *object).await?;
                        }
                    }
                    Ok::<_, GroupError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a group for good, with the roles that it holds; policies that name it are without it from then on.
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
                    let before = administrators(writer).await?;
                    take_roles_of(writer, &permit, trail, group.id.into()).await?;
                    leave_policies(writer, &permit, trail, group.id).await?;
                    let event = trail.done(activity, "", vec![group_target(&group)]);
                    writer.delete_group(&permit, group.id, &event).await?;
                    if lost_last_administrator(writer, before).await? {
                        return Err(GroupError::LastAdministrator);
                    }
                    Ok::<_, GroupError>(Ok(()))
                })
            })
            .await?
    }
}

/// Permission first, then existence; a role-assignable group asks for more, since who changes it changes
/// who holds roles and who is protected.
pub(crate) async fn authorize_on_group(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    action: Action,
    activity: Activity,
    group: GroupId,
) -> Result<Result<(Group, Permit), GroupError>, StoreError> {
    let found = writer.group(group).await?;
    let target = match &found {
        Some(found) => TargetGroup {
            role_assignable: found.properties.role_assignable,
            owners: writer.owners_of(group).await?,
            leaves_policy: activity == Activity::DeleteGroup && policies_name(writer, group).await?,
        },
        None => TargetGroup::default(),
    };
    match (may_change_group(caller, action, &target), found) {
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

pub(crate) fn group_target(group: &Group) -> AuditTarget {
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
