//! Who holds roles, with their names.

use latchkey_domain::{
    Action, Caller, Group, GroupId, RoleAssignment, RoleScope, ServicePrincipalId, User, UserId, may,
};
use latchkey_store::{ApplicationKey, Reader, RoleAssignmentFilter, StoreError};

use crate::{RoleError, Service};

/// Who holds a role.
#[derive(Debug, Clone)]
pub enum RoleHolder {
    /// A person.
    Person(Box<User>),
    /// A group, whose direct members hold it.
    Group(Box<Group>),
    /// An application: its object id and name.
    Application(latchkey_domain::AppId, String),
}

/// A role that someone holds.
#[derive(Debug, Clone)]
pub struct HeldRole {
    /// The assignment.
    pub assignment: RoleAssignment,
    /// Who holds it.
    pub holder: RoleHolder,
    /// The name of the unit that it is limited to.
    pub unit: Option<String>,
}

impl Service {
    /// Who holds the roles that fit, at most `limit` of them, and whether there are more.
    ///
    /// # Errors
    /// [`RoleError::Denied`], [`RoleError::Fault`]
    pub async fn role_holders(
        &self,
        caller: &Caller,
        filter: &RoleAssignmentFilter,
        limit: usize,
    ) -> Result<(Vec<HeldRole>, bool), RoleError> {
        may(caller, Action::ReadRoles, None)?;
        let mut reader = self.store.read().await?;
        let all = reader.role_assignments(filter).await?;
        let more = all.len() > limit;
        let mut held = Vec::new();
        for assignment in all.into_iter().take(limit) {
            // Who is gone meanwhile is not shown.
            let Some(holder) = holder(&mut reader, &assignment).await? else {
                continue;
            };
            let unit = match assignment.scope {
                RoleScope::Tenant => None,
                RoleScope::Unit(id) => reader.unit(id).await?.map(|unit| unit.properties.display_name),
            };
            held.push(HeldRole {
                assignment,
                holder,
                unit,
            });
        }
        Ok((held, more))
    }
}

async fn holder(reader: &mut Reader, assignment: &RoleAssignment) -> Result<Option<RoleHolder>, StoreError> {
    let bytes = *assignment.principal.as_bytes();
    if let Some(user) = reader.user_by_id(UserId::from_bytes(bytes)).await? {
        return Ok(Some(RoleHolder::Person(Box::new(user))));
    }
    if let Some(group) = reader.group(GroupId::from_bytes(bytes)).await? {
        return Ok(Some(RoleHolder::Group(Box::new(group))));
    }
    let key = ApplicationKey::Principal(ServicePrincipalId::from_bytes(bytes));
    let found = reader.registered_application(key).await?;
    Ok(found.map(|found| RoleHolder::Application(found.application.id, found.application.display_name)))
}
