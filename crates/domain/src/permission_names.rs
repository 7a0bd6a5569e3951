//! The permissions of our Graph: their names and their ids in Entra (Graph contract 16.2).

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use uuid::{Uuid, uuid};

macro_rules! permissions {
    ($($variant:ident $value:literal $delegated:expr, $application:expr;)+) => {
        /// A permission of our Graph. The variant's name is the value without punctuation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is documented by its value, the name that Graph gives it")]
        pub enum GraphPermission { $($variant,)+ }

        impl GraphPermission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire, such as `User.Read.All`.
            pub const fn value(self) -> &'static str {
                match self { $(Self::$variant => $value,)+ }
            }

            /// The id of its delegated scope, if a person can consent to it.
            pub const fn delegated_id(self) -> Option<Uuid> {
                match self { $(Self::$variant => $delegated,)+ }
            }

            /// The id of its application role, if an application can hold it.
            pub const fn application_id(self) -> Option<Uuid> {
                match self { $(Self::$variant => $application,)+ }
            }
        }
    };
}

permissions! {
    UserAuthMethodTAPRead "UserAuthMethod-TAP.Read" Some(uuid!("84ded88f-26ba-49d6-b776-efec398de692")), None;
    UserAuthMethodTAPReadAll "UserAuthMethod-TAP.Read.All" Some(uuid!("6976c635-c9c2-41e6-a21d-e6913a155273")), Some(uuid!("bf82209c-b22b-4747-ac88-a68be99032cf"));
    UserAuthMethodTAPReadWrite "UserAuthMethod-TAP.ReadWrite" Some(uuid!("2424436d-902f-4651-a1c7-b3b93147c960")), None;
    UserAuthMethodTAPReadWriteAll "UserAuthMethod-TAP.ReadWrite.All" Some(uuid!("05de4a66-e51a-4312-842a-30c8094698d2")), Some(uuid!("627169a8-8c15-451c-861a-5b80e383de5c"));
    UserAuthMethodPasskeyRead "UserAuthMethod-Passkey.Read" Some(uuid!("828fcbda-0d26-431d-8bfb-83f217224621")), None;
    UserAuthMethodPasskeyReadAll "UserAuthMethod-Passkey.Read.All" Some(uuid!("14195339-1fe4-48a7-a0d3-a39eb9fd8958")), Some(uuid!("72e00c1d-3e3d-43bb-a0b9-c435611bb1d2"));
    UserAuthMethodPasskeyReadWrite "UserAuthMethod-Passkey.ReadWrite" Some(uuid!("b2de7db9-10f7-4800-b04c-b5b91e4891d6")), None;
    UserAuthMethodPasskeyReadWriteAll "UserAuthMethod-Passkey.ReadWrite.All" Some(uuid!("64930478-d0ea-4671-ad72-fe0d9821df09")), Some(uuid!("0400e371-7db1-4338-a269-96069eb65227"));
    UserAuthMethodPasswordReadAll "UserAuthMethod-Password.Read.All" Some(uuid!("4f69a4e2-2aa0-43a7-ad6b-98b4cda1f23f")), Some(uuid!("8d2c17ff-b93d-40d5-9def-d843680509cb"));
    UserAuthMethodPasswordReadWriteAll "UserAuthMethod-Password.ReadWrite.All" Some(uuid!("7f5b683d-df96-4690-a88d-6e336ed6dc7c")), Some(uuid!("f6d38dfd-ec08-4995-8f07-23e929df0936"));
    UserAuthMethodSoftwareOATHReadWriteAll "UserAuthMethod-SoftwareOATH.ReadWrite.All" Some(uuid!("5b34c8b5-2396-4b35-b284-83fb6a3e73ce")), Some(uuid!("787442d4-3c6e-4e99-aa95-8ccca20a48ff"));
    UserAuthenticationMethodRead "UserAuthenticationMethod.Read" Some(uuid!("1f6b61c5-2f65-4135-9c9f-31c0f8d32b52")), None;
    UserAuthenticationMethodReadAll "UserAuthenticationMethod.Read.All" Some(uuid!("aec28ec7-4d02-4e8c-b864-50163aea77eb")), Some(uuid!("38d9df27-64da-44fd-b7c5-a6fbac20248f"));
    UserAuthenticationMethodReadWrite "UserAuthenticationMethod.ReadWrite" Some(uuid!("48971fc1-70d7-4245-af77-0beb29b53ee2")), None;
    UserAuthenticationMethodReadWriteAll "UserAuthenticationMethod.ReadWrite.All" Some(uuid!("b7887744-6746-4312-813d-72daeaee7e2d")), Some(uuid!("50483e42-d915-4231-9639-7fdb7fd190e5"));
    PolicyReadAll "Policy.Read.All" Some(uuid!("572fea84-0151-49b2-9301-11cb16974376")), Some(uuid!("246dd0d5-5bd0-4def-940b-0421030a5b68"));
    PolicyReadAuthenticationMethod "Policy.Read.AuthenticationMethod" Some(uuid!("a6ff13ac-1851-4993-8ca9-a671d70de2d5")), Some(uuid!("8e3bc81b-d2f3-4b7b-838c-32c88218d2f0"));
    PolicyReadWriteAuthenticationMethod "Policy.ReadWrite.AuthenticationMethod" Some(uuid!("7e823077-d88e-468f-a337-e18f1f0e6c7c")), Some(uuid!("29c18626-4985-4dcd-85c0-193eef327366"));
    UserRead "User.Read" Some(uuid!("e1fe6dd8-ba31-4d61-89e7-88639da4683d")), None;
    UserReadBasicAll "User.ReadBasic.All" Some(uuid!("b340eb25-3456-403f-be2f-af7a0d370277")), Some(uuid!("97235f07-e226-4f63-ace3-39588e11d3a1"));
    UserReadAll "User.Read.All" Some(uuid!("a154be20-db9c-4678-8ab7-66f6cc099a59")), Some(uuid!("df021288-bdef-4463-88db-98f22de89214"));
    UserReadWrite "User.ReadWrite" Some(uuid!("b4e74841-8e56-480b-be8b-910348b18b4c")), None;
    UserReadWriteAll "User.ReadWrite.All" Some(uuid!("204e0828-b5ca-4ad8-b9f3-f32a958e7cc4")), Some(uuid!("741f803b-c850-494e-b5df-cde7c675a1ca"));
    UserRevokeSessionsAll "User.RevokeSessions.All" Some(uuid!("fc30e98b-8810-4501-81f5-c20a3196387b")), Some(uuid!("77f3a031-c388-4f99-b373-dc68676a979e"));
    UserEnableDisableAccountAll "User.EnableDisableAccount.All" Some(uuid!("f92e74e7-2563-467f-9dd0-902688cb5863")), Some(uuid!("3011c876-62b7-4ada-afa2-506cbbecc68c"));
    UserDeleteRestoreAll "User.DeleteRestore.All" Some(uuid!("4bb440cd-2cf2-4f90-8004-aa2acd2537c5")), Some(uuid!("eccc023d-eccf-4e7b-9683-8813ab36cecc"));
    UserPasswordProfileReadWriteAll "User-PasswordProfile.ReadWrite.All" Some(uuid!("56760768-b641-451f-8906-e1b8ab31bca7")), Some(uuid!("cc117bb9-00cf-4eb8-b580-ea2a878fe8f7"));
    DirectoryReadAll "Directory.Read.All" Some(uuid!("06da0dbc-49e2-44d2-8312-53f166ab848a")), Some(uuid!("7ab1d382-f21e-4acd-a863-ba3e13f7da61"));
    DirectoryReadWriteAll "Directory.ReadWrite.All" Some(uuid!("c5366453-9fb0-48a5-a156-24f0c49a4b84")), Some(uuid!("19dbc75e-c2e2-444c-a770-ec69d8559fc7"));
    DirectoryAccessAsUserAll "Directory.AccessAsUser.All" Some(uuid!("0e263e50-5827-48a4-b97c-d940288653c7")), None;
    GroupReadAll "Group.Read.All" Some(uuid!("5f8c59db-677d-491f-a6b8-5f174b11ec1d")), Some(uuid!("5b567255-7703-4780-807c-7be8301ae99b"));
    GroupReadWriteAll "Group.ReadWrite.All" Some(uuid!("4e46008b-f24c-477d-8fff-7bb4ec7aafe0")), Some(uuid!("62a82d76-70ea-41e2-9197-370581804d09"));
    GroupCreate "Group.Create" None, Some(uuid!("bf7b1a76-6e77-406b-b258-bf5c7720e98f"));
    GroupMemberReadAll "GroupMember.Read.All" Some(uuid!("bc024368-1153-4739-b217-4326f2e966d0")), Some(uuid!("98830695-27a2-44f7-8c18-0c3ebc9698f6"));
    GroupMemberReadWriteAll "GroupMember.ReadWrite.All" Some(uuid!("f81125ac-d3b7-4573-a3b2-7099cc39df9e")), Some(uuid!("dbaae8cf-10b5-4b86-a4a1-f871c94c6695"));
    RoleManagementReadAll "RoleManagement.Read.All" Some(uuid!("48fec646-b2ba-4019-8681-8eb31435aded")), Some(uuid!("c7fbd983-d9aa-4fa7-84b8-17382c103bc4"));
    RoleManagementReadDirectory "RoleManagement.Read.Directory" Some(uuid!("741c54c3-0c1e-44a1-818b-3f97ab4e8c83")), Some(uuid!("483bed4a-2ad3-4361-a73b-c83ccdbdc53c"));
    RoleManagementReadWriteDirectory "RoleManagement.ReadWrite.Directory" Some(uuid!("d01b97e9-cbc0-49fe-810a-750afd5527a3")), Some(uuid!("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"));
    AdministrativeUnitReadAll "AdministrativeUnit.Read.All" Some(uuid!("3361d15d-be43-4de6-b441-3c746d05163d")), Some(uuid!("134fd756-38ce-4afd-ba33-e9623dbe66c2"));
    AdministrativeUnitReadWriteAll "AdministrativeUnit.ReadWrite.All" Some(uuid!("7b8a2d34-6b3f-4542-a343-54651608ad81")), Some(uuid!("5eb59dd3-1da2-4329-8733-9dabdc435916"));
    AuditLogReadAll "AuditLog.Read.All" Some(uuid!("e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20")), Some(uuid!("b0afded3-3588-46d8-8b3d-9842eff778da"));
    ReportsReadAll "Reports.Read.All" Some(uuid!("02e97553-ed7b-43d0-ab3c-f8bace0d040c")), Some(uuid!("230c1aed-a721-4c5d-9cb4-a90514e508ef"));
    ApplicationReadAll "Application.Read.All" Some(uuid!("c79f8feb-a9db-4090-85f9-90d820caa0eb")), Some(uuid!("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"));
    ApplicationReadWriteAll "Application.ReadWrite.All" Some(uuid!("bdfbf15f-ee85-4955-8675-146e8e5296b5")), Some(uuid!("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"));
    ApplicationReadWriteOwnedBy "Application.ReadWrite.OwnedBy" None, Some(uuid!("18a4783c-866b-4cc7-a460-3d5e5662c884"));
    AppRoleAssignmentReadWriteAll "AppRoleAssignment.ReadWrite.All" Some(uuid!("84bccea3-f856-4a8a-967b-dbe0a3d53a64")), Some(uuid!("06b708a9-e830-4db3-a914-8e69da51d44f"));
    DelegatedPermissionGrantReadAll "DelegatedPermissionGrant.Read.All" Some(uuid!("a197cdc4-a8e8-4d49-9d35-4ca7c83887b4")), Some(uuid!("81b4724a-58aa-41c1-8a55-84ef97466587"));
    DelegatedPermissionGrantReadWriteAll "DelegatedPermissionGrant.ReadWrite.All" Some(uuid!("41ce6ca6-6826-4807-84f1-1c82854f7ee5")), Some(uuid!("8e8e4742-1d95-4f68-9d56-6ee75648c72a"));
    LifecycleWorkflowsReadAll "LifecycleWorkflows.Read.All" Some(uuid!("9bcb9916-765a-42af-bf77-02282e26b01a")), Some(uuid!("7c67316a-232a-4b84-be22-cea2c0906404"));
    LifecycleWorkflowsReadWriteAll "LifecycleWorkflows.ReadWrite.All" Some(uuid!("84b9d731-7db8-4454-8c90-fd9e95350179")), Some(uuid!("5c505cf4-8424-4b8e-aa14-ee06e3bb23e3"));
    LifecycleWorkflowsWorkflowReadWriteAll "LifecycleWorkflows-Workflow.ReadWrite.All" Some(uuid!("29e49f0c-a053-4cc5-a4b1-7da0c8c1e643")), Some(uuid!("94c88098-1d9d-4c42-a356-4d5a95312554"));
    LifecycleWorkflowsWorkflowActivate "LifecycleWorkflows-Workflow.Activate" Some(uuid!("df1c25b3-072c-45cd-8403-c63441e4cca1")), Some(uuid!("3a87a643-13d2-47aa-8d6a-b0a8377cb03b"));
    OrganizationReadAll "Organization.Read.All" Some(uuid!("4908d5b9-3fb2-4b1e-9336-1888b7937185")), Some(uuid!("498476ce-e0fe-48b0-b801-37ba7e2685c6"));
    DomainReadAll "Domain.Read.All" Some(uuid!("2f9ee017-59c1-4f1d-9472-bd5529a7b311")), Some(uuid!("dbb9058a-0e50-45d7-ae91-66909b5d4664"));
    Openid "openid" Some(uuid!("37f7f235-527c-4136-accd-4a02d197296e")), None;
    Profile "profile" Some(uuid!("14dad69e-099b-42c9-810b-d002981feec1")), None;
    Email "email" Some(uuid!("64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0")), None;
    OfflineAccess "offline_access" Some(uuid!("7427e0e9-2fba-42fe-b0c0-848c9e6a8182")), None;
}

impl GraphPermission {
    /// Finds a permission by its name, without regard to case.
    pub fn from_value(value: &str) -> Option<Self> {
        // Asked for each permission of an application at each of its calls, nearly always in the very spelling.
        static BY_VALUE: LazyLock<HashMap<&'static str, GraphPermission>> = LazyLock::new(|| {
            GraphPermission::ALL
                .iter()
                .map(|permission| (permission.value(), *permission))
                .collect()
        });
        let other_case = || {
            Self::ALL
                .iter()
                .copied()
                .find(|permission| permission.value().eq_ignore_ascii_case(value))
        };
        BY_VALUE.get(value).copied().or_else(other_case)
    }
}

impl GraphPermission {
    /// Whether people may consent to the delegated scope for themselves; administrators consent to the others.
    pub const fn people_may_consent(self) -> bool {
        matches!(
            self,
            Self::UserRead
                | Self::UserReadWrite
                | Self::UserReadBasicAll
                | Self::Openid
                | Self::Profile
                | Self::Email
                | Self::OfflineAccess
        )
    }

    /// Whether something here asks for it. The others are known by name, so that a sign-in that asks for them goes
    /// through, and can't be granted: whoever granted one would wonder why every call is refused.
    pub const fn is_used(self) -> bool {
        !matches!(
            self,
            Self::DirectoryAccessAsUserAll
                | Self::ReportsReadAll
                | Self::LifecycleWorkflowsReadAll
                | Self::LifecycleWorkflowsReadWriteAll
                | Self::LifecycleWorkflowsWorkflowReadWriteAll
                | Self::LifecycleWorkflowsWorkflowActivate
        )
    }

    /// What a delegated scope allows, in the words of a consent page.
    pub const fn consent_words(self) -> &'static str {
        match self {
            Self::UserRead => "Sign you in and read your profile",
            Self::UserReadWrite => "Read and change your profile",
            Self::UserReadBasicAll => "Read the basic profiles of all people",
            Self::Openid => "Sign you in",
            Self::Profile => "See your name and account name",
            Self::Email => "See your email address",
            Self::OfflineAccess => "Keep the access that you give it, also while you don't use it",
            Self::UserAuthMethodTAPRead | Self::UserAuthenticationMethodRead => "Read your sign-in methods",
            Self::UserAuthMethodTAPReadWrite
            | Self::UserAuthenticationMethodReadWrite
            | Self::UserAuthMethodPasskeyReadWrite => "Read and change your sign-in methods",
            Self::DirectoryAccessAsUserAll => "Access the directory as you",
            _ => "",
        }
    }
}

impl fmt::Display for GraphPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.value())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

const _: () = assert!(GraphPermission::ALL.len() <= 64, "PermissionSet has 64 bits");

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);

    /// Every permission that an application can hold.
    pub fn every_application_permission() -> Self {
        GraphPermission::ALL
            .iter()
            .copied()
            .filter(|permission| permission.application_id().is_some())
            .collect()
    }

    /// Whether the permission is in the set.
    pub const fn contains(self, permission: GraphPermission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Whether any of these is in the set.
    pub fn contains_any(self, permissions: &[GraphPermission]) -> bool {
        permissions.iter().any(|permission| self.contains(*permission))
    }

    /// The permissions in the set, in the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = GraphPermission> {
        GraphPermission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<GraphPermission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = GraphPermission>>(permissions: I) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |bits, permission| bits | 1 << permission as u32),
        )
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sets_agree() {
        for permission in GraphPermission::ALL {
            assert_eq!(GraphPermission::from_value(permission.value()), Some(*permission));
            assert!(permission.delegated_id().is_some() || permission.application_id().is_some());
        }
        let set: PermissionSet = [GraphPermission::UserReadAll, GraphPermission::OfflineAccess]
            .into_iter()
            .collect();
        assert_eq!(set.iter().count(), 2);
        assert!(set.contains(GraphPermission::OfflineAccess) && !set.contains(GraphPermission::UserRead));
        assert!(
            !PermissionSet::every_application_permission()
                .contains(GraphPermission::UserAuthMethodTAPReadWrite)
        );
    }
}
