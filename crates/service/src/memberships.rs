//! Who is in what: groups, administrative units and directory roles, through groups in groups, too.
//!
//! Graph contract 7.1, 8.1, 8.2 and 8.3.

use std::collections::BTreeSet;

use latchkey_domain::{
    Action, AdministrativeUnit, Caller, Denied, Group, GroupId, Member, PrincipalId, RoleId,
    ServicePrincipalId, Sight, TenantId, UnitId, User, UserId, UserRef, may, sight, sight_of,
};
use latchkey_store::{ApplicationKey, MemberKind, Reader, StoreError};

use crate::authorize::authorize_reading_of_user;
use crate::group_members::check_members_shown;
use crate::member_view::ObjectSight;
use crate::roles::by_object_id;
use crate::{AccessError, ApplicationView, Fault, GroupError, MemberView, PrincipalView, Service};

/// An object of the directory.
#[derive(Debug, Clone)]
pub enum DirectoryObject {
    /// A person.
    User(Box<User>),
    /// A group.
    Group(Box<Group>),
    /// An administrative unit.
    Unit(Box<AdministrativeUnit>),
    /// A directory role.
    Role(RoleId),
    /// An application.
    Application(Box<ApplicationView>),
    /// A service principal.
    Principal(Box<PrincipalView>),
}

/// What something is in, by its id; in this order in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Container {
    /// A group.
    Group(GroupId),
    /// An administrative unit.
    Unit(UnitId),
    /// A directory role for the tenant.
    Role(RoleId),
}

/// A container as the caller may see it.
#[derive(Debug, Clone)]
pub enum ContainerView {
    /// With its properties.
    Whole(DirectoryObject),
    /// Only that it is there (Graph contract 7.1).
    Named(Container),
}

/// Whose memberships.
#[derive(Debug, Clone)]
pub enum Holder {
    /// A person's.
    User(UserRef),
    /// A group's.
    Group(GroupId),
    /// A service principal's.
    Principal(ServicePrincipalId),
}

/// Why memberships were not shown.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such object.
    #[error("no such object")]
    NoSuchObject,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for MembershipError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<AccessError> for MembershipError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchObject,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// Whether the caller may see groups.
    ///
    /// # Errors
    /// [`Denied`]
    pub fn may_read_groups(&self, caller: &Caller) -> Result<(), Denied> {
        may(caller, Action::ReadGroups, None).map(drop)
    }

    /// What a user, a group or a service principal is in, directly or through groups in groups, in order; without what has its members hidden
    /// from the caller.
    ///
    /// # Errors
    /// [`MembershipError`]
    pub async fn containers_of(
        &self,
        caller: &Caller,
        holder: &Holder,
        transitive: bool,
    ) -> Result<Vec<Container>, MembershipError> {
        let mut reader = self.store.read().await?;
        let member = holding(&mut reader, caller, holder).await?;
        Ok(containers(&mut reader, caller, member, transitive)
            .await?
            .into_iter()
            .collect())
    }

    /// These containers as the caller may see them. What is gone meanwhile is left out.
    ///
    /// # Errors
    /// [`MembershipError::Fault`]
    pub async fn show_containers(
        &self,
        caller: &Caller,
        containers: &[Container],
    ) -> Result<Vec<ContainerView>, MembershipError> {
        let sees = |action| may(caller, action, None).is_ok();
        let (groups, units, roles) = (
            sees(Action::ReadGroups),
            sees(Action::ReadUnits),
            sees(Action::ReadRoles),
        );
        let mut reader = self.store.read().await?;
        let mut views = Vec::new();
        for container in containers {
            let whole = match container {
                Container::Group(id) if groups => {
                    let found = reader.group(*id).await?;
                    found.map(|group| DirectoryObject::Group(Box::new(group)))
                }
                Container::Unit(id) if units => {
                    let found = reader.unit(*id).await?;
                    found.map(|unit| DirectoryObject::Unit(Box::new(unit)))
                }
                Container::Role(id) if roles => Some(DirectoryObject::Role(*id)),
                _ => {
                    views.push(ContainerView::Named(*container));
                    continue;
                }
            };
            views.extend(whole.map(ContainerView::Whole));
        }
        Ok(views)
    }

    /// The members of a group and of the groups in it: a page, those after `after`. A group in it whose members are hidden
    /// from the caller is there without them.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Hidden`], [`GroupError::Fault`]
    pub async fn list_transitive_members(
        &self,
        caller: &Caller,
        group: GroupId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<MemberView>, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.read().await?;
        check_members_shown(&mut reader, caller, group).await?;
        let viewer = sight(caller, Action::ReadHiddenGroupMembers).viewer();
        let (seen, mut views) = (ObjectSight::of(caller), Vec::new());
        for member in reader
            .transitive_members_page(group, viewer, after, limit)
            .await?
        {
            views.extend(seen.view(&mut reader, member).await?);
        }
        Ok(views)
    }

    /// How many members of one kind or of all a group has: directly, or with those of the groups in it, as
    /// [`Service::list_transitive_members`] shows them.
    ///
    /// # Errors
    /// [`GroupError::Denied`], [`GroupError::NoSuchGroup`], [`GroupError::Hidden`], [`GroupError::Fault`]
    pub async fn count_members(
        &self,
        caller: &Caller,
        group: GroupId,
        transitive: bool,
        kind: Option<MemberKind>,
    ) -> Result<i64, GroupError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.read().await?;
        check_members_shown(&mut reader, caller, group).await?;
        let viewer = sight(caller, Action::ReadHiddenGroupMembers).viewer();
        Ok(reader.count_members(group, transitive, viewer, kind).await?)
    }

    /// The object of this id, whatever it is.
    ///
    /// # Errors
    /// [`MembershipError`]; kinds that the caller may not see are as if they were not there.
    pub async fn show_object(
        &self,
        caller: &Caller,
        id: PrincipalId,
    ) -> Result<DirectoryObject, MembershipError> {
        let kinds = VisibleKinds::of(caller)?;
        let mut reader = self.store.read().await?;
        let found = find(&mut reader, &kinds, self.tenant.id, id).await?;
        found.ok_or(MembershipError::NoSuchObject)
    }

    /// The objects of these ids, as far as there are any and the caller may see them.
    ///
    /// # Errors
    /// [`MembershipError::Denied`], [`MembershipError::Fault`]
    pub async fn show_objects(
        &self,
        caller: &Caller,
        ids: &[PrincipalId],
    ) -> Result<Vec<DirectoryObject>, MembershipError> {
        let kinds = VisibleKinds::of(caller)?;
        let mut reader = self.store.read().await?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(find(&mut reader, &kinds, self.tenant.id, *id).await?);
        }
        Ok(found)
    }
}

/// Which kinds of objects the caller may see.
struct VisibleKinds {
    users: bool,
    groups: bool,
    units: bool,
    roles: bool,
    applications: bool,
}

impl VisibleKinds {
    /// # Errors
    /// The caller may see none.
    fn of(caller: &Caller) -> Result<Self, Denied> {
        let users = may(caller, Action::ListUsers, None);
        let sees = |action| may(caller, action, None).is_ok();
        let kinds = Self {
            users: users.is_ok(),
            groups: sees(Action::ReadGroups),
            units: sees(Action::ReadUnits),
            roles: sees(Action::ReadRoles),
            applications: sees(Action::ReadApplications),
        };
        if kinds.groups || kinds.units || kinds.roles || kinds.applications {
            return Ok(kinds);
        }
        users.map(|_| kinds)
    }
}

async fn find(
    reader: &mut Reader,
    kinds: &VisibleKinds,
    tenant: TenantId,
    id: PrincipalId,
) -> Result<Option<DirectoryObject>, MembershipError> {
    let bytes = *id.as_bytes();
    if kinds.users
        && let Some(user) = reader.user_by_id(UserId::from_bytes(bytes)).await?
    {
        return Ok(Some(DirectoryObject::User(Box::new(user))));
    }
    if kinds.groups
        && let Some(group) = reader.group(GroupId::from_bytes(bytes)).await?
    {
        return Ok(Some(DirectoryObject::Group(Box::new(group))));
    }
    if kinds.units
        && let Some(unit) = reader.unit(UnitId::from_bytes(bytes)).await?
    {
        return Ok(Some(DirectoryObject::Unit(Box::new(unit))));
    }
    if kinds.roles
        && let Some(role) = by_object_id(tenant, RoleId::from_bytes(bytes))
        && reader.activated_roles().await?.contains(&role)
    {
        return Ok(Some(DirectoryObject::Role(role)));
    }
    if !kinds.applications {
        return Ok(None);
    }
    let key = ApplicationKey::Principal(ServicePrincipalId::from_bytes(bytes));
    if let Some(principal) = PrincipalView::find(reader, key).await? {
        return Ok(Some(DirectoryObject::Principal(Box::new(principal))));
    }
    let key = ApplicationKey::Object(latchkey_domain::AppId::from_bytes(bytes));
    let Some(application) = reader.registered_application(key).await? else {
        return Ok(None);
    };
    let secrets = reader.app_secrets(application.application.client_id).await?;
    let view = ApplicationView {
        application,
        secrets: secrets.to_vec(),
    };
    Ok(Some(DirectoryObject::Application(Box::new(view))))
}

/// The member whose containers are asked for, if the caller may see it: whoever sees a person sees that they are in
/// something, and so does whoever sees groups.
async fn holding(reader: &mut Reader, caller: &Caller, holder: &Holder) -> Result<Member, MembershipError> {
    let sees_groups = may(caller, Action::ReadGroups, None);
    match holder {
        Holder::Group(id) => {
            sees_groups?;
            if reader.group_exists(*id).await? {
                Ok(Member::Group(*id))
            } else {
                Err(MembershipError::NoSuchObject)
            }
        }
        // That it is there was seen before.
        Holder::Principal(id) => {
            may(caller, Action::ReadApplications, None).or(sees_groups)?;
            Ok(Member::Principal(*id))
        }
        Holder::User(user) if sees_groups.is_ok() => {
            let found = reader.user(user).await?;
            found
                .map(|user| Member::User(user.id))
                .ok_or(MembershipError::NoSuchObject)
        }
        Holder::User(user) => {
            let user = authorize_reading_of_user(reader, caller, Action::ReadUser, user).await?;
            Ok(Member::User(user.id))
        }
    }
}

async fn containers(
    reader: &mut Reader,
    caller: &Caller,
    member: Member,
    transitive: bool,
) -> Result<BTreeSet<Container>, StoreError> {
    let groups = match sight_of(caller, Action::ReadHiddenGroupMembers, member) {
        Sight::Inside(viewer) => reader.shown_groups_holding(member, transitive, viewer).await?,
        Sight::Everything if transitive => reader.all_groups_holding(member).await?,
        Sight::Everything => reader.direct_groups_holding(member).await?,
    };
    let units = match sight_of(caller, Action::ReadHiddenMembers, member) {
        Sight::Inside(viewer) => reader.shown_units_holding(member, viewer).await?,
        Sight::Everything => reader.units_holding(member).await?,
    };
    let mut all: BTreeSet<Container> = groups.into_iter().map(Container::Group).collect();
    all.extend(units.into_iter().map(Container::Unit));
    let principal = member.id();
    let roles = if transitive {
        reader.roles_of(principal).await?
    } else {
        reader.own_roles_of(principal).await?
    };
    all.extend(roles.into_iter().map(Container::Role));
    Ok(all)
}
