//! What each route takes and answers, a line each: method, pattern | query options | body | success.
//!
//! A status of 400 stands where the answer is always no. `[x]` is a list of x; `#` a bare number; `?` behind a body: it may be left out. `+` and a status at the end is one that
//! only this route answers.

use crate::routes::{ROUTES, Route};

const TABLE: &str = "
GET users/{user}/authentication | | | 200 authentication
GET users/{user}/authentication/temporaryAccessPassMethods | | | 200 [temporaryAccessPass]
POST users/{user}/authentication/temporaryAccessPassMethods | | newTemporaryAccessPass | 201 temporaryAccessPass
GET users/{user}/authentication/temporaryAccessPassMethods/$count | | | 200 #
GET users/{user}/authentication/temporaryAccessPassMethods/{pass} | | | 200 temporaryAccessPass
DELETE users/{user}/authentication/temporaryAccessPassMethods/{pass} | | | 204
GET users/{user}/authentication/methods | | | 200 [authenticationMethod]
GET users/{user}/authentication/methods/$count | | | 200 #
GET users/{user}/authentication/methods/{method} | | | 200 authenticationMethod
POST users/{user}/authentication/methods/{method}/resetPassword | | newPassword? | 202 passwordReset
POST users/{user}/authentication/passwordMethods/{method}/resetPassword | | newPassword? | 202 passwordReset
GET users/{user}/authentication/operations/{operation} | | | 200 longRunningOperation
GET users/{user}/authentication/passwordMethods | | | 200 [passwordMethod]
GET users/{user}/authentication/passwordMethods/{method} | | | 200 passwordMethod
GET users/{user}/authentication/fido2Methods | | | 200 [fido2Method]
GET users/{user}/authentication/fido2Methods/creationOptions | | | 200 creationOptions
GET users/{user}/authentication/fido2Methods/creationOptions/{minutes} | | | 200 creationOptions
POST users/{user}/authentication/fido2Methods | | newFido2Method | 201 fido2Method
GET users/{user}/authentication/fido2Methods/{method} | | | 200 fido2Method
DELETE users/{user}/authentication/fido2Methods/{method} | | | 204
GET users/{user}/authentication/softwareOathMethods | | | 200 [softwareOathMethod]
GET users/{user}/authentication/softwareOathMethods/{method} | | | 200 softwareOathMethod
DELETE users/{user}/authentication/softwareOathMethods/{method} | | | 204
GET users/{user}/authentication/emailMethods | | | 200 [nothing]
GET users/{user}/authentication/emailMethods/{method} | | | 200 nothing
GET users/{user}/authentication/phoneMethods | | | 200 [nothing]
GET users/{user}/authentication/phoneMethods/{method} | | | 200 nothing
GET users/{user}/authentication/microsoftAuthenticatorMethods | | | 200 [nothing]
GET users/{user}/authentication/microsoftAuthenticatorMethods/{method} | | | 200 nothing
GET users/{user}/authentication/windowsHelloForBusinessMethods | | | 200 [nothing]
GET users/{user}/authentication/windowsHelloForBusinessMethods/{method} | | | 200 nothing
GET users/{user}/authentication/platformCredentialMethods | | | 200 [nothing]
GET users/{user}/authentication/platformCredentialMethods/{method} | | | 200 nothing
GET users/{user}/authentication/signInPreferences | | | 200 signInPreferences
PATCH users/{user}/authentication/signInPreferences | | changedSignInPreferences | 204
GET users/{user}/authentication/requirements | | | 200 strongAuthenticationRequirements
PATCH users/{user}/authentication/requirements | | changedRequirements | 204
POST users/{user}/authentication/latchkey.requireRegistration | | | 204
GET policies/authenticationMethodsPolicy | | | 200 authenticationMethodsPolicy
PATCH policies/authenticationMethodsPolicy | | changedMethodsPolicy | 200 authenticationMethodsPolicy
GET policies/authenticationMethodsPolicy/authenticationMethodConfigurations | | | 200 [methodConfiguration]
GET policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} | | | 200 methodConfiguration
PATCH policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} | | changedConfiguration | 204
DELETE policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id} | | | 204
GET policies/authenticationStrengthPolicies | count filter select skiptoken top | | 200 [authenticationStrength]
POST policies/authenticationStrengthPolicies | select | newStrength | 201 authenticationStrength
GET policies/authenticationStrengthPolicies/{strength} | select | | 200 authenticationStrength
PATCH policies/authenticationStrengthPolicies/{strength} | | changedStrength | 204
DELETE policies/authenticationStrengthPolicies/{strength} | | | 204
POST policies/authenticationStrengthPolicies/{strength}/updateAllowedCombinations | | newCombinations | 200 changedCombinations
GET users | count expand filter orderby search select skiptoken top | | 200 [user]
POST users | select | newUser | 201 user
GET users/$count | filter search | | 200 #
GET users/delta | deltatoken filter select skiptoken | | 200 [user] +410
GET users/{user} | expand select | | 200 user
PATCH users/{user} | | changedUser | 204
DELETE users/{user} | | | 204
GET users/{user}/manager | select | | 200 directoryObject
GET users/{user}/manager/$ref | | | 200 reference
PUT users/{user}/manager/$ref | | newReference | 204
DELETE users/{user}/manager/$ref | | | 204
GET users/{user}/directReports | count select skiptoken top | | 200 [directoryObject]
GET users/{user}/directReports/$count | | | 200 #
GET users/{user}/directReports/{report} | select | | 200 directoryObject
GET users/{user}/directReports/{cast}/$count | | | 200 #
POST users/{user}/revokeSignInSessions | | | 200 booleanValue
GET directory/deletedItems/graph.user | count orderby select skiptoken top | | 200 [user]
GET directory/deletedItems/graph.user/{object} | select | | 200 user
GET directory/deletedItems/graph.group | select skiptoken top | | 200 [group]
GET directory/deletedItems/{object} | select | | 200 user
DELETE directory/deletedItems/{object} | | | 204
POST directory/deletedItems/{object}/restore | select | | 200 user
GET groups | count expand filter orderby search select skiptoken top | | 200 [group]
POST groups | select | newGroup | 201 group
GET groups/$count | filter search | | 200 #
GET groups/delta | deltatoken filter select skiptoken | | 200 [group] +410
GET groups/{group} | expand select | | 200 group
PATCH groups/{group} | | changedGroup | 204
DELETE groups/{group} | | | 204
GET groups/{group}/members | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/members/$count | | | 200 #
GET groups/{group}/members/$ref | skiptoken top | | 200 [reference]
GET groups/{group}/members/{cast} | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/members/{cast}/$count | | | 200 #
GET groups/{group}/transitiveMembers | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/transitiveMembers/$count | | | 200 #
GET groups/{group}/transitiveMembers/{cast} | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/transitiveMembers/{cast}/$count | | | 200 #
POST groups/{group}/members/$ref | | newReference | 204
DELETE groups/{group}/members/$ref | @id | | 204
DELETE groups/{group}/members/{member}/$ref | | | 204
GET groups/{group}/owners | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/owners/$count | | | 200 #
GET groups/{group}/owners/$ref | skiptoken top | | 200 [reference]
GET groups/{group}/owners/{cast} | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/owners/{cast}/$count | | | 200 #
POST groups/{group}/owners/$ref | | newReference | 204
DELETE groups/{group}/owners/$ref | @id | | 204
DELETE groups/{group}/owners/{owner}/$ref | | | 204
GET users/{user}/memberOf | count select skiptoken top | | 200 [directoryObject]
GET users/{user}/memberOf/$count | | | 200 #
GET users/{user}/memberOf/{cast} | count select skiptoken top | | 200 [directoryObject]
GET users/{user}/memberOf/{cast}/$count | | | 200 #
GET groups/{group}/memberOf | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/memberOf/$count | | | 200 #
GET groups/{group}/memberOf/{cast} | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/memberOf/{cast}/$count | | | 200 #
GET users/{user}/transitiveMemberOf | count select skiptoken top | | 200 [directoryObject]
GET users/{user}/transitiveMemberOf/$count | | | 200 #
GET users/{user}/transitiveMemberOf/{cast} | count select skiptoken top | | 200 [directoryObject]
GET users/{user}/transitiveMemberOf/{cast}/$count | | | 200 #
GET groups/{group}/transitiveMemberOf | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/transitiveMemberOf/$count | | | 200 #
GET groups/{group}/transitiveMemberOf/{cast} | count select skiptoken top | | 200 [directoryObject]
GET groups/{group}/transitiveMemberOf/{cast}/$count | | | 200 #
POST users/{user}/checkMemberGroups | | groupIds | 200 [text]
POST groups/{group}/checkMemberGroups | | groupIds | 200 [text]
POST directoryObjects/{object}/checkMemberGroups | | groupIds | 200 [text]
POST users/{user}/checkMemberObjects | | objectIds | 200 [text]
POST groups/{group}/checkMemberObjects | | objectIds | 200 [text]
POST directoryObjects/{object}/checkMemberObjects | | objectIds | 200 [text]
POST users/{user}/getMemberGroups | | securityEnabledOnly | 200 [text]
POST groups/{group}/getMemberGroups | | securityEnabledOnly | 200 [text]
POST directoryObjects/{object}/getMemberGroups | | securityEnabledOnly | 200 [text]
POST users/{user}/getMemberObjects | | securityEnabledOnly | 200 [text]
POST groups/{group}/getMemberObjects | | securityEnabledOnly | 200 [text]
POST directoryObjects/{object}/getMemberObjects | | securityEnabledOnly | 200 [text]
POST directoryObjects/getByIds | select | wantedObjects | 200 [directoryObject]
GET directoryObjects/{object} | select | | 200 directoryObject
DELETE directoryObjects/{object} | | | 204
GET roleManagement/directory/roleDefinitions | filter select | | 200 [roleDefinition]
POST roleManagement/directory/roleDefinitions | | | 400
GET roleManagement/directory/roleDefinitions/{role} | select | | 200 roleDefinition
PATCH roleManagement/directory/roleDefinitions/{role} | | | 400
DELETE roleManagement/directory/roleDefinitions/{role} | | | 400
GET roleManagement/directory/roleAssignments | count expand filter select skiptoken top | | 200 [roleAssignment]
POST roleManagement/directory/roleAssignments | | newRoleAssignment | 201 roleAssignment
GET roleManagement/directory/roleAssignments/{assignment} | expand select | | 200 roleAssignment
DELETE roleManagement/directory/roleAssignments/{assignment} | | | 204
GET directoryRoles | filter select | | 200 [directoryRole]
POST directoryRoles | | newDirectoryRole | 201 directoryRole
GET directoryRoles/{role} | select | | 200 directoryRole
GET directoryRoles/{role}/members | count select | | 200 [directoryObject]
GET directoryRoles/{role}/members/$count | | | 200 #
GET directoryRoles/{role}/members/$ref | | | 200 [reference]
GET directoryRoles/{role}/members/{cast} | count select | | 200 [directoryObject]
GET directoryRoles/{role}/members/{cast}/$count | | | 200 #
POST directoryRoles/{role}/members/$ref | | newReference | 204
DELETE directoryRoles/{role}/members/$ref | @id | | 204
DELETE directoryRoles/{role}/members/{member}/$ref | | | 204
GET directoryRoles/{role}/scopedMembers | | | 200 [scopedRoleMembership]
GET directoryRoleTemplates | select | | 200 [directoryRoleTemplate]
GET directoryRoleTemplates/{role} | select | | 200 directoryRoleTemplate
GET directory/administrativeUnits | count filter orderby search select skiptoken top | | 200 [administrativeUnit]
POST directory/administrativeUnits | select | newUnit | 201 administrativeUnit
GET directory/administrativeUnits/$count | filter search | | 200 #
GET directory/administrativeUnits/{unit} | select | | 200 administrativeUnit
PATCH directory/administrativeUnits/{unit} | | changedUnit | 204
DELETE directory/administrativeUnits/{unit} | | | 204
GET directory/administrativeUnits/{unit}/members | count select skiptoken top | | 200 [directoryObject]
GET directory/administrativeUnits/{unit}/members/$count | | | 200 #
GET directory/administrativeUnits/{unit}/members/$ref | skiptoken top | | 200 [reference]
GET directory/administrativeUnits/{unit}/members/{cast} | count select skiptoken top | | 200 [directoryObject]
GET directory/administrativeUnits/{unit}/members/{cast}/$count | | | 200 #
POST directory/administrativeUnits/{unit}/members/$ref | | newReference | 204
DELETE directory/administrativeUnits/{unit}/members/$ref | @id | | 204
DELETE directory/administrativeUnits/{unit}/members/{member}/$ref | | | 204
GET directory/administrativeUnits/{unit}/scopedRoleMembers | | | 200 [scopedRoleMembership]
POST directory/administrativeUnits/{unit}/scopedRoleMembers | | newScopedRoleMembership | 201 scopedRoleMembership
GET directory/administrativeUnits/{unit}/scopedRoleMembers/{held} | | | 200 scopedRoleMembership
DELETE directory/administrativeUnits/{unit}/scopedRoleMembers/{held} | | | 204
GET applications | count filter orderby search select skiptoken top | | 200 [application]
POST applications | select | newApplication | 201 application
GET applications/$count | filter search | | 200 #
GET applications/{application} | select | | 200 application
PATCH applications/{application} | | changedApplication | 204
DELETE applications/{application} | | | 204
POST applications/{application}/addPassword | | addedPassword | 200 passwordCredential
POST applications/{application}/removePassword | | removedPassword | 204
GET applications/{application}/owners | count select skiptoken top | | 200 [directoryObject]
GET applications/{application}/owners/$count | | | 200 #
POST applications/{application}/owners/$ref | | newReference | 204
DELETE applications/{application}/owners/$ref | @id | | 204
DELETE applications/{application}/owners/{owner}/$ref | | | 204
GET servicePrincipals | count filter orderby search select skiptoken top | | 200 [servicePrincipal]
POST servicePrincipals | select | newServicePrincipal | 201 servicePrincipal +409
GET servicePrincipals/$count | filter search | | 200 #
GET servicePrincipals/{principal} | select | | 200 servicePrincipal
PATCH servicePrincipals/{principal} | | changedServicePrincipal | 204
DELETE servicePrincipals/{principal} | | | 204
POST servicePrincipals/{principal}/addPassword | | addedPassword | 200 passwordCredential
POST servicePrincipals/{principal}/removePassword | | removedPassword | 204
GET servicePrincipals/{principal}/owners | count select skiptoken top | | 200 [directoryObject]
GET servicePrincipals/{principal}/owners/$count | | | 200 #
POST servicePrincipals/{principal}/owners/$ref | | newReference | 204
DELETE servicePrincipals/{principal}/owners/$ref | @id | | 204
DELETE servicePrincipals/{principal}/owners/{owner}/$ref | | | 204
GET servicePrincipals/{principal}/appRoleAssignments | count skiptoken top | | 200 [appRoleAssignment]
POST servicePrincipals/{principal}/appRoleAssignments | | newAppRoleAssignment | 201 appRoleAssignment
GET servicePrincipals/{principal}/appRoleAssignments/{assignment} | | | 200 appRoleAssignment
DELETE servicePrincipals/{principal}/appRoleAssignments/{assignment} | | | 204
GET servicePrincipals/{principal}/appRoleAssignedTo | skiptoken top | | 200 [appRoleAssignment]
POST servicePrincipals/{principal}/appRoleAssignedTo | | newAppRoleAssignment | 201 appRoleAssignment
GET servicePrincipals/{principal}/appRoleAssignedTo/{assignment} | | | 200 appRoleAssignment
DELETE servicePrincipals/{principal}/appRoleAssignedTo/{assignment} | | | 204
GET users/{user}/appRoleAssignments | count skiptoken top | | 200 [appRoleAssignment]
POST users/{user}/appRoleAssignments | | newAppRoleAssignment | 201 appRoleAssignment
GET users/{user}/appRoleAssignments/{assignment} | | | 200 appRoleAssignment
DELETE users/{user}/appRoleAssignments/{assignment} | | | 204
GET servicePrincipals/{principal}/oauth2PermissionGrants | skiptoken top | | 200 [oAuth2PermissionGrant]
GET users/{user}/oauth2PermissionGrants | skiptoken top | | 200 [oAuth2PermissionGrant]
GET oauth2PermissionGrants | filter skiptoken top | | 200 [oAuth2PermissionGrant]
POST oauth2PermissionGrants | | newPermissionGrant | 201 oAuth2PermissionGrant
GET oauth2PermissionGrants/{grant} | | | 200 oAuth2PermissionGrant
PATCH oauth2PermissionGrants/{grant} | | changedPermissionGrant | 204
DELETE oauth2PermissionGrants/{grant} | | | 204
GET auditLogs/signIns | filter orderby select skiptoken top | | 200 [signIn]
GET auditLogs/signIns/{record} | select | | 200 signIn
GET auditLogs/directoryAudits | filter orderby skiptoken top | | 200 [directoryAudit]
GET auditLogs/directoryAudits/{record} | | | 200 directoryAudit
GET reports/authenticationMethods/userRegistrationDetails | filter orderby skiptoken top | | 200 [userRegistrationDetails]
GET reports/authenticationMethods/userRegistrationDetails/{user} | | | 200 userRegistrationDetails
GET organization | select | | 200 [organization]
GET organization/{tenant} | select | | 200 organization
GET domains | select | | 200 [domain]
GET domains/{domain} | select | | 200 domain
GET subscriptions | select | | 200 [subscription]
POST subscriptions | select | newSubscription | 201 subscription
GET subscriptions/{subscription} | select | | 200 subscription
PATCH subscriptions/{subscription} | select | changedSubscription | 200 subscription
DELETE subscriptions/{subscription} | | | 204
POST subscriptions/{subscription}/reauthorize | | | 204
";

/// What a success has in its body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    Count,
    One(&'static str),
    List(&'static str),
}

/// What one route takes and answers.
pub(super) struct Operation {
    pub(super) route: &'static Route,
    /// Query options, without `$`.
    pub(super) options: Vec<&'static str>,
    /// The body's schema, and whether it must be there.
    pub(super) body: Option<(&'static str, bool)>,
    pub(super) status: u16,
    pub(super) content: Content,
    /// A status that not every route has.
    pub(super) extra: Option<u16>,
}

/// The line of a route.
///
/// # Panics
/// A route without a line, or a line without a route, is a mistake here.
pub(super) fn operations() -> Vec<Operation> {
    let lines: Vec<&'static str> = TABLE.trim().lines().collect();
    assert_eq!(lines.len(), ROUTES.len(), "each route has one line");
    let of = |route: &'static Route| {
        let head = format!("{} {} ", route.method, route.pattern);
        let line = lines.iter().find(|line| line.starts_with(&format!("{head}|")));
        parse(route, line.unwrap_or_else(|| panic!("no line: {head}")))
    };
    ROUTES.iter().map(of).collect()
}

fn parse(route: &'static Route, line: &'static str) -> Operation {
    let mut cells = line.split('|').map(str::trim).skip(1);
    let options = cells.next().unwrap().split_whitespace().collect();
    let body = cells.next().filter(|name| !name.is_empty());
    let body = body.map(|name| (name.trim_end_matches('?'), !name.ends_with('?')));
    let mut answer = cells.next().unwrap().split_whitespace();
    let status = answer.next().unwrap().parse().unwrap();
    let (mut content, mut extra) = (Content::Nothing, None);
    for word in answer {
        match word.strip_prefix('+') {
            Some(number) => extra = Some(number.parse().unwrap()),
            None if word == "#" => content = Content::Count,
            None => {
                content = word.strip_prefix('[').map_or(Content::One(word), |list| {
                    Content::List(list.trim_end_matches(']'))
                });
            }
        }
    }
    Operation {
        route,
        options,
        body,
        status,
        content,
        extra,
    }
}
