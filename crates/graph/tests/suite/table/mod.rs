//! Every route, with permissions that suffice for it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is wrong must stop the test"
)]

use axum::http::Method;
use latchkey_domain::GraphPermission;
use serde_json::{Value, json};

use crate::common::{NOBODY, PASSWORD};

/// One route.
pub(crate) struct Row {
    pub(crate) method: Method,
    pub(crate) pattern: &'static str,
    pub(crate) permissions: Vec<GraphPermission>,
}

const TABLE: &str = "
GET users/{user}/authentication UserAuthenticationMethod.Read.All
GET users/{user}/authentication/temporaryAccessPassMethods UserAuthMethod-TAP.Read.All
POST users/{user}/authentication/temporaryAccessPassMethods UserAuthMethod-TAP.ReadWrite.All
GET users/{user}/authentication/temporaryAccessPassMethods/$count UserAuthMethod-TAP.Read.All
GET users/{user}/authentication/temporaryAccessPassMethods/{pass} UserAuthMethod-TAP.Read.All
DELETE users/{user}/authentication/temporaryAccessPassMethods/{pass} UserAuthMethod-TAP.ReadWrite.All
GET users/{user}/authentication/methods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/methods/$count UserAuthenticationMethod.Read.All
GET users/{user}/authentication/methods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/passwordMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/passwordMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/fido2Methods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/fido2Methods/creationOptions UserAuthMethod-Passkey.ReadWrite.All
GET users/{user}/authentication/fido2Methods/creationOptions/{minutes} UserAuthMethod-Passkey.ReadWrite.All
POST users/{user}/authentication/fido2Methods UserAuthMethod-Passkey.ReadWrite.All
GET users/{user}/authentication/fido2Methods/{method} UserAuthenticationMethod.Read.All
DELETE users/{user}/authentication/fido2Methods/{method} UserAuthMethod-Passkey.ReadWrite.All
GET users/{user}/authentication/softwareOathMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/softwareOathMethods/{method} UserAuthenticationMethod.Read.All
DELETE users/{user}/authentication/softwareOathMethods/{method} UserAuthMethod-SoftwareOATH.ReadWrite.All
GET users/{user}/authentication/emailMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/emailMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/phoneMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/phoneMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/microsoftAuthenticatorMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/microsoftAuthenticatorMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/windowsHelloForBusinessMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/windowsHelloForBusinessMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/platformCredentialMethods UserAuthenticationMethod.Read.All
GET users/{user}/authentication/platformCredentialMethods/{method} UserAuthenticationMethod.Read.All
GET users/{user}/authentication/signInPreferences UserAuthenticationMethod.Read.All
PATCH users/{user}/authentication/signInPreferences UserAuthenticationMethod.ReadWrite.All
GET users/{user}/authentication/requirements Policy.Read.All
PATCH users/{user}/authentication/requirements Policy.ReadWrite.AuthenticationMethod
POST users/{user}/authentication/latchkey.requireRegistration UserAuthenticationMethod.ReadWrite.All
GET policies/authenticationMethodsPolicy Policy.Read.AuthenticationMethod
PATCH policies/authenticationMethodsPolicy Policy.ReadWrite.AuthenticationMethod
GET policies/authenticationMethodsPolicy/authenticationMethodConfigurations Policy.Read.All
GET policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} Policy.Read.All
PATCH policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} Policy.ReadWrite.AuthenticationMethod
DELETE policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} Policy.ReadWrite.AuthenticationMethod
GET policies/authenticationStrengthPolicies Policy.Read.All
POST policies/authenticationStrengthPolicies Policy.ReadWrite.AuthenticationMethod
GET policies/authenticationStrengthPolicies/{strength} Policy.Read.All
PATCH policies/authenticationStrengthPolicies/{strength} Policy.ReadWrite.AuthenticationMethod
DELETE policies/authenticationStrengthPolicies/{strength} Policy.ReadWrite.AuthenticationMethod
POST policies/authenticationStrengthPolicies/{strength}/updateAllowedCombinations Policy.ReadWrite.AuthenticationMethod
GET users User.Read.All
POST users User.ReadWrite.All
GET users/$count User.Read.All
GET users/delta User.Read.All
GET users/{user} User.Read.All
PATCH users/{user} User.ReadWrite.All
DELETE users/{user} User.DeleteRestore.All
GET users/{user}/manager User.Read.All
GET users/{user}/manager/$ref User.Read.All
PUT users/{user}/manager/$ref User.ReadWrite.All
DELETE users/{user}/manager/$ref User.ReadWrite.All
GET users/{user}/directReports User.Read.All
GET users/{user}/directReports/$count User.Read.All
GET users/{user}/directReports/{report} User.Read.All
GET users/{user}/directReports/{cast}/$count User.Read.All
POST users/{user}/revokeSignInSessions User.RevokeSessions.All
GET directory/deletedItems/graph.user User.Read.All
GET directory/deletedItems/graph.user/{object} User.Read.All
GET directory/deletedItems/graph.group Group.Read.All
GET directory/deletedItems/{object} User.Read.All
DELETE directory/deletedItems/{object} User.DeleteRestore.All
POST directory/deletedItems/{object}/restore User.DeleteRestore.All
GET groups Group.Read.All
POST groups Group.Create
GET groups/$count Group.Read.All
GET groups/delta Group.Read.All
GET groups/{group} GroupMember.Read.All
PATCH groups/{group} Group.ReadWrite.All
DELETE groups/{group} Group.ReadWrite.All
GET groups/{group}/members GroupMember.Read.All
POST groups/{group}/members/$ref GroupMember.ReadWrite.All
DELETE groups/{group}/members/$ref GroupMember.ReadWrite.All
DELETE groups/{group}/members/{member}/$ref GroupMember.ReadWrite.All
GET groups/{group}/owners Group.Read.All
GET groups/{group}/owners/$count Group.Read.All
GET groups/{group}/owners/$ref Group.Read.All
GET groups/{group}/owners/{cast} Group.Read.All
GET groups/{group}/owners/{cast}/$count Group.Read.All
POST groups/{group}/owners/$ref Group.ReadWrite.All
DELETE groups/{group}/owners/$ref Group.ReadWrite.All
DELETE groups/{group}/owners/{owner}/$ref Group.ReadWrite.All
GET users/{user}/memberOf Group.Read.All
GET users/{user}/memberOf/$count Group.Read.All
GET users/{user}/memberOf/{cast} Group.Read.All
GET users/{user}/memberOf/{cast}/$count Group.Read.All
GET groups/{group}/memberOf Group.Read.All
GET groups/{group}/memberOf/$count Group.Read.All
GET groups/{group}/memberOf/{cast} Group.Read.All
GET groups/{group}/memberOf/{cast}/$count Group.Read.All
GET users/{user}/transitiveMemberOf Group.Read.All
GET users/{user}/transitiveMemberOf/$count Group.Read.All
GET users/{user}/transitiveMemberOf/{cast} Group.Read.All
GET users/{user}/transitiveMemberOf/{cast}/$count Group.Read.All
GET groups/{group}/transitiveMemberOf Group.Read.All
GET groups/{group}/transitiveMemberOf/$count Group.Read.All
GET groups/{group}/transitiveMemberOf/{cast} Group.Read.All
GET groups/{group}/transitiveMemberOf/{cast}/$count Group.Read.All
POST users/{user}/checkMemberGroups Group.Read.All
POST groups/{group}/checkMemberGroups Group.Read.All
POST directoryObjects/{object}/checkMemberGroups Group.Read.All
POST users/{user}/checkMemberObjects Group.Read.All
POST groups/{group}/checkMemberObjects Group.Read.All
POST directoryObjects/{object}/checkMemberObjects Group.Read.All
POST users/{user}/getMemberGroups Group.Read.All
POST groups/{group}/getMemberGroups Group.Read.All
POST directoryObjects/{object}/getMemberGroups Group.Read.All
POST users/{user}/getMemberObjects Group.Read.All
POST groups/{group}/getMemberObjects Group.Read.All
POST directoryObjects/{object}/getMemberObjects Group.Read.All
POST directoryObjects/getByIds Group.Read.All
GET directoryObjects/{object} Group.Read.All
DELETE directoryObjects/{object} Group.ReadWrite.All
GET groups/{group}/members/$count GroupMember.Read.All
GET groups/{group}/members/$ref GroupMember.Read.All
GET groups/{group}/members/{cast} GroupMember.Read.All
GET groups/{group}/members/{cast}/$count GroupMember.Read.All
GET groups/{group}/transitiveMembers GroupMember.Read.All
GET groups/{group}/transitiveMembers/$count GroupMember.Read.All
GET groups/{group}/transitiveMembers/{cast} GroupMember.Read.All
GET groups/{group}/transitiveMembers/{cast}/$count GroupMember.Read.All
GET roleManagement/directory/roleDefinitions RoleManagement.Read.Directory
POST roleManagement/directory/roleDefinitions RoleManagement.ReadWrite.Directory
GET roleManagement/directory/roleDefinitions/{role} RoleManagement.Read.Directory
PATCH roleManagement/directory/roleDefinitions/{role} RoleManagement.ReadWrite.Directory
DELETE roleManagement/directory/roleDefinitions/{role} RoleManagement.ReadWrite.Directory
GET roleManagement/directory/roleAssignments RoleManagement.Read.Directory
POST roleManagement/directory/roleAssignments RoleManagement.ReadWrite.Directory
GET roleManagement/directory/roleAssignments/{assignment} RoleManagement.Read.Directory
DELETE roleManagement/directory/roleAssignments/{assignment} RoleManagement.ReadWrite.Directory
GET directoryRoles RoleManagement.Read.Directory
POST directoryRoles RoleManagement.ReadWrite.Directory
GET directoryRoles/{role} RoleManagement.Read.Directory
GET directoryRoles/{role}/members RoleManagement.Read.Directory
GET directoryRoles/{role}/members/$count RoleManagement.Read.Directory
GET directoryRoles/{role}/members/$ref RoleManagement.Read.Directory
GET directoryRoles/{role}/members/{cast} RoleManagement.Read.Directory
GET directoryRoles/{role}/members/{cast}/$count RoleManagement.Read.Directory
POST directoryRoles/{role}/members/$ref RoleManagement.ReadWrite.Directory
DELETE directoryRoles/{role}/members/$ref RoleManagement.ReadWrite.Directory
DELETE directoryRoles/{role}/members/{member}/$ref RoleManagement.ReadWrite.Directory
GET directoryRoles/{role}/scopedMembers RoleManagement.Read.Directory
GET directoryRoleTemplates RoleManagement.Read.Directory
GET directoryRoleTemplates/{role} RoleManagement.Read.Directory
GET directory/administrativeUnits AdministrativeUnit.Read.All
POST directory/administrativeUnits AdministrativeUnit.ReadWrite.All
GET directory/administrativeUnits/$count AdministrativeUnit.Read.All
GET directory/administrativeUnits/{unit} AdministrativeUnit.Read.All
PATCH directory/administrativeUnits/{unit} AdministrativeUnit.ReadWrite.All
DELETE directory/administrativeUnits/{unit} AdministrativeUnit.ReadWrite.All
GET directory/administrativeUnits/{unit}/members AdministrativeUnit.Read.All
GET directory/administrativeUnits/{unit}/members/$count AdministrativeUnit.Read.All
GET directory/administrativeUnits/{unit}/members/$ref AdministrativeUnit.Read.All
GET directory/administrativeUnits/{unit}/members/{cast} AdministrativeUnit.Read.All
GET directory/administrativeUnits/{unit}/members/{cast}/$count AdministrativeUnit.Read.All
POST directory/administrativeUnits/{unit}/members/$ref AdministrativeUnit.ReadWrite.All
DELETE directory/administrativeUnits/{unit}/members/$ref AdministrativeUnit.ReadWrite.All
DELETE directory/administrativeUnits/{unit}/members/{member}/$ref AdministrativeUnit.ReadWrite.All
GET directory/administrativeUnits/{unit}/scopedRoleMembers RoleManagement.Read.Directory
POST directory/administrativeUnits/{unit}/scopedRoleMembers RoleManagement.ReadWrite.Directory
GET directory/administrativeUnits/{unit}/scopedRoleMembers/{held} RoleManagement.Read.Directory
DELETE directory/administrativeUnits/{unit}/scopedRoleMembers/{held} RoleManagement.ReadWrite.Directory
GET applications Application.Read.All
POST applications Application.ReadWrite.All
GET applications/$count Application.Read.All
GET applications/{application} Application.Read.All
PATCH applications/{application} Application.ReadWrite.All
DELETE applications/{application} Application.ReadWrite.All
POST applications/{application}/addPassword Application.ReadWrite.All
POST applications/{application}/removePassword Application.ReadWrite.All
GET applications/{application}/owners Application.Read.All
GET applications/{application}/owners/$count Application.Read.All
POST applications/{application}/owners/$ref Application.ReadWrite.All
DELETE applications/{application}/owners/$ref Application.ReadWrite.All
DELETE applications/{application}/owners/{owner}/$ref Application.ReadWrite.All
GET servicePrincipals Application.Read.All
POST servicePrincipals Application.ReadWrite.All
GET servicePrincipals/$count Application.Read.All
GET servicePrincipals/{principal} Application.Read.All
PATCH servicePrincipals/{principal} Application.ReadWrite.All
DELETE servicePrincipals/{principal} Application.ReadWrite.All
POST servicePrincipals/{principal}/addPassword Application.ReadWrite.All
POST servicePrincipals/{principal}/removePassword Application.ReadWrite.All
GET servicePrincipals/{principal}/owners Application.Read.All
GET servicePrincipals/{principal}/owners/$count Application.Read.All
POST servicePrincipals/{principal}/owners/$ref Application.ReadWrite.All
DELETE servicePrincipals/{principal}/owners/$ref Application.ReadWrite.All
DELETE servicePrincipals/{principal}/owners/{owner}/$ref Application.ReadWrite.All
GET servicePrincipals/{principal}/appRoleAssignments Application.Read.All
POST servicePrincipals/{principal}/appRoleAssignments AppRoleAssignment.ReadWrite.All Application.Read.All
GET servicePrincipals/{principal}/appRoleAssignments/{assignment} Application.Read.All
DELETE servicePrincipals/{principal}/appRoleAssignments/{assignment} AppRoleAssignment.ReadWrite.All Application.Read.All
GET servicePrincipals/{principal}/appRoleAssignedTo Application.Read.All
POST servicePrincipals/{principal}/appRoleAssignedTo AppRoleAssignment.ReadWrite.All Application.Read.All
GET servicePrincipals/{principal}/appRoleAssignedTo/{assignment} Application.Read.All
DELETE servicePrincipals/{principal}/appRoleAssignedTo/{assignment} AppRoleAssignment.ReadWrite.All Application.Read.All
GET users/{user}/appRoleAssignments Application.Read.All
POST users/{user}/appRoleAssignments AppRoleAssignment.ReadWrite.All Application.Read.All
GET users/{user}/appRoleAssignments/{assignment} Application.Read.All
DELETE users/{user}/appRoleAssignments/{assignment} AppRoleAssignment.ReadWrite.All Application.Read.All
GET servicePrincipals/{principal}/oauth2PermissionGrants DelegatedPermissionGrant.Read.All Application.Read.All
GET users/{user}/oauth2PermissionGrants DelegatedPermissionGrant.Read.All
GET oauth2PermissionGrants DelegatedPermissionGrant.Read.All
POST oauth2PermissionGrants DelegatedPermissionGrant.ReadWrite.All
GET oauth2PermissionGrants/{grant} DelegatedPermissionGrant.Read.All
PATCH oauth2PermissionGrants/{grant} DelegatedPermissionGrant.ReadWrite.All
DELETE oauth2PermissionGrants/{grant} DelegatedPermissionGrant.ReadWrite.All
GET auditLogs/signIns AuditLog.Read.All
GET auditLogs/signIns/{record} AuditLog.Read.All
GET auditLogs/directoryAudits AuditLog.Read.All
GET auditLogs/directoryAudits/{record} AuditLog.Read.All
GET reports/authenticationMethods/userRegistrationDetails AuditLog.Read.All
GET reports/authenticationMethods/userRegistrationDetails/{user} AuditLog.Read.All
GET organization Organization.Read.All
GET organization/{tenant} Organization.Read.All
GET domains Domain.Read.All
GET domains/{domain} Domain.Read.All
GET subscriptions User.Read.All
POST subscriptions User.Read.All
GET subscriptions/{subscription} Group.Read.All
PATCH subscriptions/{subscription} AuditLog.Read.All
DELETE subscriptions/{subscription} User.Read.All
POST subscriptions/{subscription}/reauthorize User.Read.All
";

pub(crate) fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let mut words = line.split(' ');
        Row {
            method: words.next().unwrap().parse().unwrap(),
            pattern: words.next().unwrap(),
            permissions: words
                .map(|name| GraphPermission::from_value(name).unwrap_or_else(|| panic!("{name}")))
                .collect(),
        }
    };
    TABLE.trim().lines().map(row).collect()
}

impl Row {
    /// A body that is in order for the route; null: it has none.
    pub(crate) fn body(&self) -> Value {
        let last = self.pattern.rsplit('/').next().unwrap();
        match (self.method.as_str(), self.pattern) {
            ("POST" | "PUT", _) if last == "$ref" => {
                json!({"@odata.id": format!("https://x/v1.0/directoryObjects/{NOBODY}")})
            }
            ("POST", _) if last.starts_with("appRoleAssign") => {
                json!({"principalId": NOBODY, "resourceId": NOBODY, "appRoleId": NOBODY})
            }
            ("POST", _) if last == "checkMemberGroups" => json!({"groupIds": [NOBODY]}),
            ("POST", _) if last == "checkMemberObjects" || last == "getByIds" => json!({"ids": [NOBODY]}),
            ("POST", _) if last == "removePassword" => json!({"keyId": NOBODY}),
            ("POST", _) if last == "fido2Methods" => {
                json!({"displayName": "Key", "publicKeyCredential": {"id": "AA", "response": {}}})
            }
            ("POST", "users") => {
                json!({"accountEnabled": true, "displayName": "New", "mailNickname": "new",
                    "userPrincipalName": "new@example.com", "passwordProfile": {"password": PASSWORD}})
            }
            ("PATCH", "users/{user}") => json!({"jobTitle": "Engineer"}),
            ("POST", "groups") => {
                json!({"displayName": "New", "mailNickname": "new", "mailEnabled": false, "securityEnabled": true})
            }
            ("POST", "roleManagement/directory/roleAssignments") => {
                json!({"roleDefinitionId": NOBODY, "principalId": NOBODY, "directoryScopeId": "/"})
            }
            ("POST", "directoryRoles") => json!({"roleTemplateId": NOBODY}),
            ("POST", "directory/administrativeUnits/{unit}/scopedRoleMembers") => {
                json!({"roleId": NOBODY, "roleMemberInfo": {"id": NOBODY}})
            }
            ("POST", "policies/authenticationStrengthPolicies") => {
                json!({"displayName": "New", "allowedCombinations": ["fido2"]})
            }
            ("POST", _) if last == "updateAllowedCombinations" => json!({"allowedCombinations": ["fido2"]}),
            ("POST", "subscriptions") => {
                json!({"resource": "users", "changeType": "updated", "notificationUrl": "https://app.example.com/",
                    "expirationDateTime": "2027-01-20T00:00:00Z"})
            }
            ("PATCH", "subscriptions/{subscription}") => {
                json!({"expirationDateTime": "2027-01-20T00:00:00Z"})
            }
            ("POST", "servicePrincipals") => json!({"appId": NOBODY}),
            ("PATCH", "servicePrincipals/{principal}") => json!({"tags": ["new"]}),
            ("POST", "oauth2PermissionGrants") => {
                json!({"clientId": NOBODY, "resourceId": NOBODY, "consentType": "AllPrincipals", "scope": "a"})
            }
            ("PATCH", "oauth2PermissionGrants/{grant}") => json!({"scope": "a"}),
            ("PATCH", pattern) if pattern.contains("authenticationMethodConfigurations") => {
                json!({"defaultLength": 9})
            }
            ("PATCH", "policies/authenticationMethodsPolicy") => json!({}),
            ("PATCH", _) if last == "signInPreferences" => {
                json!({"isSystemPreferredAuthenticationMethodEnabled": false})
            }
            ("PATCH", _) if last == "requirements" => json!({"perUserMfaState": "enforced"}),
            ("POST", "applications" | "directory/administrativeUnits") | ("PATCH", _) => {
                json!({"displayName": "New"})
            }
            ("POST", _) => json!({}),
            _ => Value::Null,
        }
    }
}
