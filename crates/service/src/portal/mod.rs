//! What only the portal asks for: who may come in, finding people, everything about one person.
//!
//! Sign-in contract 6.8 and 7. Changes are the use cases that Graph has, too.

mod applications;
mod attention;
mod desk;
mod locks;
mod people;
mod person;
mod policy;
mod roles;
mod strengths;

use latchkey_domain::{Action, Caller, Denied, Grant, TargetUser, may};

pub use applications::{ApplicationFile, Consent, HeldAppRole};
pub use attention::{Attention, LockedAccount, PassesToday, RefusedPerson, SignInDays};
pub use desk::{NoPass, PassDesk};
pub use locks::Locks;
pub use people::{Deletion, FoundPeople, FoundUser, PeopleMethod, PeopleQuery, PeopleState};
pub use person::PersonFile;
pub use policy::{PolicyDesk, WhatIf};
pub use roles::{HeldRole, RoleHolder};
pub use strengths::StrengthFile;

use crate::{AccessError, Service, SignedIn};

/// What a caller may do, to be offered or left out. The use cases ask again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers(Vec<Action>);

impl Offers {
    fn of(caller: &Caller, actions: &[Action], target: Option<&TargetUser>) -> Self {
        let allowed = actions
            .iter()
            .filter(|action| may(caller, **action, target).is_ok());
        Self(allowed.copied().collect())
    }

    /// Whether it may be offered.
    pub fn has(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

/// What is decided without looking at anybody: menus and lists depend on it.
const GENERAL: &[Action] = &[
    Action::ListUsers,
    Action::CreateUser,
    Action::ReadPass,
    Action::ReadMethods,
    Action::ReadPolicy,
    Action::WritePolicy,
    Action::ReadGroups,
    Action::CreateGroup,
    Action::WriteGroup,
    Action::WriteGroupMembers,
    Action::WriteRoleAssignableGroup,
    Action::ReadRoles,
    Action::AssignRole,
    Action::ReadUnits,
    Action::WriteUnits,
    Action::ReadApplications,
    Action::CreateApplication,
    Action::ReadSignIns,
    Action::ReadAudits,
    Action::ReadSigningKeys,
    Action::RotateSigningKeys,
    Action::WriteBranding,
    Action::WriteNotices,
    Action::ReadFederation,
    Action::WriteFederation,
];

/// What is offered where somebody ordinary would be the target.
const AIMED: &[Action] = &[Action::IssuePass, Action::DeletePass, Action::ResetPassword];

impl Service {
    /// Lets somebody in to the portal: with an administrative role, and signed in with more than a password.
    ///
    /// # Errors
    /// [`AccessError::Denied`], [`AccessError::Fault`]
    pub async fn open_portal(&self, signed_in: &SignedIn) -> Result<(Caller, Offers), AccessError> {
        let session = &signed_in.session;
        if !session.method.is_multifactor() || self.is_for_registering_only(session) {
            return Err(Denied::Permission.into());
        }
        let user = &signed_in.user;
        let caller = Caller::Person {
            id: user.id,
            upn: user.upn.to_string(),
            display_name: user.display_name.clone(),
            user_type: user.user_type,
            roles: self.store.read().await?.held_roles(user.id.into()).await?,
            grant: Grant::Portal,
            session: Some(signed_in.session.id),
        };
        may(&caller, Action::OpenPortal, None)?;
        let mut offers = Offers::of(&caller, GENERAL, None);
        let somebody = TargetUser::ordinary(latchkey_domain::UserId::from_bytes([0; 16]));
        offers.0.extend(Offers::of(&caller, AIMED, Some(&somebody)).0);
        Ok((caller, offers))
    }

    /// Whether a link to the portal is worth showing.
    ///
    /// # Errors
    /// [`crate::Fault`]
    pub async fn may_open_portal(&self, signed_in: &SignedIn) -> Result<bool, crate::Fault> {
        match self.open_portal(signed_in).await {
            Ok(_) => Ok(true),
            Err(AccessError::Fault(fault)) => Err(fault),
            Err(_) => Ok(false),
        }
    }
}
