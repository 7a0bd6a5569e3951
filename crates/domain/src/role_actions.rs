//! What built-in roles allow, in the words of Entra's role definitions.
//!
//! Graph contract 10.4 for the roles of authentication; of the others, what they do here.

use crate::BuiltInRole;

const AUTHENTICATION: &[&str] = &[
    "users/authenticationMethods/create",
    "users/authenticationMethods/delete",
    "users/authenticationMethods/standard/restrictedRead",
    "users/authenticationMethods/basic/update",
    "users/invalidateAllRefreshTokens",
    "users/password/update",
    "users/basic/update",
    "users/disable",
    "users/enable",
    "users/delete",
    "users/restore",
    "users/manager/update",
    "users/userPrincipalName/update",
];
const PRIVILEGED_AUTHENTICATION: &[&str] = &[
    "users/authenticationMethods/create",
    "users/authenticationMethods/delete",
    "users/authenticationMethods/standard/read",
    "users/authenticationMethods/basic/update",
    "users/invalidateAllRefreshTokens",
    "users/password/update",
    "users/basic/update",
    "users/disable",
    "users/enable",
    "users/delete",
    "users/restore",
    "users/manager/update",
    "users/userPrincipalName/update",
];
const EVERYTHING: &[&str] = &[
    "administrativeUnits/allProperties/allTasks",
    "applications/allProperties/allTasks",
    "auditLogs/allProperties/read",
    "directoryRoles/allProperties/allTasks",
    "domains/allProperties/allTasks",
    "groups/allProperties/allTasks",
    "groupsAssignableToRoles/allProperties/allTasks",
    "oAuth2PermissionGrants/allProperties/allTasks",
    "organization/allProperties/allTasks",
    "organization/strongAuthentication/allTasks",
    "roleAssignments/allProperties/allTasks",
    "roleDefinitions/standard/read",
    "servicePrincipals/allProperties/allTasks",
    "signInReports/allProperties/read",
    "userCredentialPolicies/create",
    "userCredentialPolicies/delete",
    "userCredentialPolicies/standard/read",
    "userCredentialPolicies/basic/update",
    "userCredentialPolicies/tenantDefault/update",
    "users/allProperties/allTasks",
    "users/authenticationMethods/create",
    "users/authenticationMethods/delete",
    "users/authenticationMethods/standard/read",
    "users/authenticationMethods/basic/update",
];
const EVERYTHING_TO_READ: &[&str] = &[
    "users/authenticationMethods/standard/restrictedRead",
    "administrativeUnits/members/read",
    "administrativeUnits/standard/read",
    "applications/standard/read",
    "auditLogs/allProperties/read",
    "directoryRoles/standard/read",
    "domains/standard/read",
    "groups/hiddenMembers/read",
    "groups/members/read",
    "groups/standard/read",
    "oAuth2PermissionGrants/standard/read",
    "organization/standard/read",
    "roleAssignments/standard/read",
    "roleDefinitions/standard/read",
    "servicePrincipals/standard/read",
    "signInReports/allProperties/read",
    "userCredentialPolicies/standard/read",
    "users/standard/read",
];
const APPLICATIONS: &[&str] = &[
    "applications/create",
    "applications/delete",
    "applications/basic/update",
    "applications/credentials/update",
    "applications/owners/update",
    "oAuth2PermissionGrants/allProperties/allTasks",
    "servicePrincipals/appRoleAssignedTo/update",
    "servicePrincipals/create",
    "servicePrincipals/delete",
    "servicePrincipals/basic/update",
    "servicePrincipals/credentials/update",
    "servicePrincipals/owners/update",
];
const GROUPS: &[&str] = &[
    "groups/create",
    "groups/delete",
    "groups/basic/update",
    "groups/hiddenMembers/read",
    "groups/members/update",
    "groups/owners/update",
];

impl BuiltInRole {
    /// What it allows, each behind `microsoft.directory/`; none of a role that does nothing here.
    pub fn allowed_actions(&self) -> &'static [&'static str] {
        match self.name {
            "Global Administrator" => EVERYTHING,
            "Privileged Authentication Administrator" => PRIVILEGED_AUTHENTICATION,
            "Authentication Administrator" => AUTHENTICATION,
            "Authentication Policy Administrator" => &[
                "organization/strongAuthentication/allTasks",
                "userCredentialPolicies/create",
                "userCredentialPolicies/delete",
                "userCredentialPolicies/standard/read",
                "userCredentialPolicies/basic/update",
                "userCredentialPolicies/tenantDefault/update",
            ],
            "Global Reader" => EVERYTHING_TO_READ,
            "User Administrator" => &[
                "groups/create",
                "groups/delete",
                "groups/basic/update",
                "groups/hiddenMembers/read",
                "groups/members/update",
                "groups/owners/update",
                "users/create",
                "users/delete",
                "users/disable",
                "users/enable",
                "users/restore",
                "users/basic/update",
                "users/invalidateAllRefreshTokens",
                "users/manager/update",
                "users/password/update",
                "users/userPrincipalName/update",
            ],
            "Helpdesk Administrator" => &["users/invalidateAllRefreshTokens", "users/password/update"],
            "Password Administrator" => &["users/password/update"],
            "Privileged Role Administrator" => &[
                "administrativeUnits/allProperties/allTasks",
                "directoryRoles/allProperties/allTasks",
                "groupsAssignableToRoles/allProperties/allTasks",
                "oAuth2PermissionGrants/allProperties/allTasks",
                "roleAssignments/allProperties/allTasks",
                "servicePrincipals/appRoleAssignedTo/allTasks",
            ],
            "Reports Reader" | "Security Reader" | "Security Administrator" => {
                &["auditLogs/allProperties/read", "signInReports/allProperties/read"]
            }
            "Security Operator" => &["signInReports/allProperties/read"],
            "Directory Readers" => &[
                "administrativeUnits/members/read",
                "administrativeUnits/standard/read",
                "applications/standard/read",
                "directoryRoles/standard/read",
                "domains/standard/read",
                "groups/members/read",
                "groups/standard/read",
                "organization/standard/read",
                "servicePrincipals/standard/read",
                "users/standard/read",
            ],
            "Directory Writers" | "Groups Administrator" => GROUPS,
            "Application Administrator" | "Cloud Application Administrator" => APPLICATIONS,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{BUILT_IN_ROLES, RoleId};

    #[test]
    fn roles_say_what_they_allow() {
        for role in BUILT_IN_ROLES {
            let does_nothing = role.description.ends_with("does nothing here.");
            assert_eq!(role.allowed_actions().is_empty(), does_nothing, "{}", role.name);
        }
        let of = |role: RoleId| role.built_in().unwrap().allowed_actions();
        let reset = "users/authenticationMethods/create";
        assert!(of(RoleId::AUTHENTICATION_ADMINISTRATOR).contains(&reset));
        assert!(!of(RoleId::HELPDESK_ADMINISTRATOR).contains(&reset));
    }
}
