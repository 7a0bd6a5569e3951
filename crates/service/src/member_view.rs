//! Members, owners and role holders as they may be shown: of what the caller may not read, the id alone
//! (Graph contract 7.1).

use latchkey_domain::{
    Action, AuditTarget, Caller, Group, GroupId, Member, PrincipalId, ServicePrincipalId, TargetUser, User,
    UserId, may,
};
use latchkey_store::{ApplicationKey, Reader, StoreError};

use crate::groups::group_target;
use crate::registry::principal_target;
use crate::trail::user_target;
use crate::{PrincipalView, UserSight};

/// A member, an owner or a role's holder, as it may be shown.
#[derive(Debug, Clone)]
pub enum MemberView {
    /// A person, and how much of them.
    User(Box<User>, UserSight),
    /// A group.
    Group(Box<Group>),
    /// A service principal.
    Principal(Box<PrincipalView>),
    /// Only that it is there.
    Named(Member),
}

impl MemberView {
    /// Its kind and id.
    pub fn member(&self) -> Member {
        match self {
            Self::User(user, _) => Member::User(user.id),
            Self::Group(group) => Member::Group(group.id),
            Self::Principal(principal) => Member::Principal(principal.id()),
            Self::Named(member) => *member,
        }
    }
}

/// What a caller sees of the objects in a list of several kinds.
pub(crate) struct ObjectSight<'a>(&'a Caller);

impl<'a> ObjectSight<'a> {
    pub(crate) const fn of(caller: &'a Caller) -> Self {
        Self(caller)
    }

    fn sees(&self, action: Action) -> bool {
        may(self.0, action, None).is_ok()
    }

    /// Everyone sees themselves with a permission for that.
    fn user(&self, id: UserId) -> Option<UserSight> {
        let target = TargetUser::ordinary(id);
        let sees = |action| may(self.0, action, Some(&target)).is_ok();
        if sees(Action::ReadUser) {
            Some(UserSight::Whole)
        } else {
            sees(Action::ReadUserBasics).then_some(UserSight::Basics)
        }
    }

    /// The member; none: it is gone.
    pub(crate) async fn view(
        &self,
        reader: &mut Reader,
        member: Member,
    ) -> Result<Option<MemberView>, StoreError> {
        let named = MemberView::Named(member);
        Ok(match member {
            Member::User(id) => reader.user_by_id(id).await?.map(|user| match self.user(id) {
                Some(sight) => MemberView::User(Box::new(user), sight),
                None => named,
            }),
            Member::Group(id) => reader.group(id).await?.map(|group| {
                if self.sees(Action::ReadGroups) {
                    MemberView::Group(Box::new(group))
                } else {
                    named
                }
            }),
            Member::Principal(id) => {
                let found = PrincipalView::find(reader, ApplicationKey::Principal(id)).await?;
                found.map(|principal| {
                    if self.sees(Action::ReadApplications) {
                        MemberView::Principal(Box::new(principal))
                    } else {
                        named
                    }
                })
            }
        })
    }

    /// The user, group or service principal with this id.
    pub(crate) async fn view_of(
        &self,
        reader: &mut Reader,
        id: PrincipalId,
    ) -> Result<Option<MemberView>, StoreError> {
        for member in members_of_id(id) {
            let found = self.view(reader, member).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// What an id could stand for: all kinds share one space of ids.
fn members_of_id(id: PrincipalId) -> [Member; 3] {
    let bytes = *id.as_bytes();
    [
        Member::User(UserId::from_bytes(bytes)),
        Member::Group(GroupId::from_bytes(bytes)),
        Member::Principal(ServicePrincipalId::from_bytes(bytes)),
    ]
}

/// What an id stands for, for who may change what it belongs to.
pub(crate) async fn directory_object(
    reader: &mut Reader,
    id: PrincipalId,
) -> Result<Option<(Member, AuditTarget)>, StoreError> {
    for member in members_of_id(id) {
        let target = match member {
            Member::User(id) => reader.user_by_id(id).await?.as_ref().map(user_target),
            Member::Group(id) => reader.group(id).await?.as_ref().map(group_target),
            Member::Principal(id) => {
                let found = reader
                    .registered_application(ApplicationKey::Principal(id))
                    .await?;
                let found = found.filter(|found| found.principal_enabled.is_some());
                found.as_ref().map(principal_target)
            }
        };
        if let Some(target) = target {
            return Ok(Some((member, target)));
        }
    }
    Ok(None)
}
