//! The table of all routes, and the way from a path to its handler.
//!
//! Graph's addressing (keys in parentheses, any case, `/me` as a user) fits no router by patterns of text, so
//! that this is a small one of its own, over segments that `path` has brought to one form.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use axum::http::Method;

use crate::call::Call;
use crate::error::{GraphError, Vocabulary};
use crate::path::Segment;
use crate::reply::Reply;
use crate::{
    account_actions, app_role_assignments, application_owners, applications, audits, deleted_items, delta,
    directory_objects, directory_roles, groups, managers, members, memberships, methods, organization,
    passes, passkeys, permission_grants, policy, registration_report, roles, service_principals,
    sign_in_preferences, sign_ins, strengths, subscriptions, units, users,
};

/// What a handler comes to.
pub(crate) type Outcome = Result<Reply, GraphError>;
type Handler = for<'a> fn(&'a Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its segments behind the version, `{…}` where a key stands.
    pub pattern: &'static str,
    /// Whether `/me` can stand for `users/{user}` in it.
    pub me: bool,
    pub(crate) words: Vocabulary,
    pub(crate) handler: Handler,
}

/// A route that was found, with the keys of its path.
pub(crate) struct Found {
    pub(crate) route: &'static Route,
    /// Empty where the path says `/me`.
    pub(crate) keys: Vec<String>,
    pub(crate) me: bool,
}

/// What a path leads to.
pub(crate) enum Match {
    Found(Found),
    /// The path exists, with these methods only.
    OtherMethods(String),
    /// The path does not exist, from this segment on.
    Unknown(String),
}

macro_rules! routes {
    ($($words:ident { $($method:ident $pattern:literal $(($me:ident))? => $handler:path;)+ })+) => {
        /// All routes; of two that fit a path, the first.
        pub static ROUTES: &[Route] = &[$($(Route {
            method: Method::$method,
            pattern: $pattern,
            me: routes!(@me $($me)?),
            words: Vocabulary::$words,
            handler: |call| Box::pin($handler(call)),
        },)+)+];
    };
    (@me me) => { true };
    (@me) => { false };
}

routes! {
    Authentication {
        GET "users/{user}/authentication" (me) => methods::show_all_kinds;
        GET "users/{user}/authentication/temporaryAccessPassMethods" (me) => passes::list;
        POST "users/{user}/authentication/temporaryAccessPassMethods" (me) => passes::create;
        GET "users/{user}/authentication/temporaryAccessPassMethods/$count" (me) => passes::count;
        GET "users/{user}/authentication/temporaryAccessPassMethods/{pass}" (me) => passes::show;
        DELETE "users/{user}/authentication/temporaryAccessPassMethods/{pass}" (me) => passes::delete;

        GET "users/{user}/authentication/methods" (me) => methods::list;
        GET "users/{user}/authentication/methods/$count" (me) => methods::count;
        GET "users/{user}/authentication/methods/{method}" (me) => methods::show;
        POST "users/{user}/authentication/methods/{method}/resetPassword" (me) => account_actions::reset_password;
        POST "users/{user}/authentication/passwordMethods/{method}/resetPassword" => account_actions::reset_password;
        GET "users/{user}/authentication/operations/{operation}" (me) => account_actions::show_operation;
        GET "users/{user}/authentication/passwordMethods" (me) => methods::list_passwords;
        GET "users/{user}/authentication/passwordMethods/{method}" (me) => methods::show_password;
        GET "users/{user}/authentication/fido2Methods" (me) => methods::list_passkeys;
        GET "users/{user}/authentication/fido2Methods/creationOptions" (me) => passkeys::options;
        GET "users/{user}/authentication/fido2Methods/creationOptions/{minutes}" (me) => passkeys::options;
        POST "users/{user}/authentication/fido2Methods" (me) => passkeys::create;
        GET "users/{user}/authentication/fido2Methods/{method}" (me) => methods::show_passkey;
        DELETE "users/{user}/authentication/fido2Methods/{method}" (me) => methods::delete_passkey;
        GET "users/{user}/authentication/softwareOathMethods" (me) => methods::list_totp;
        GET "users/{user}/authentication/softwareOathMethods/{method}" (me) => methods::show_totp;
        DELETE "users/{user}/authentication/softwareOathMethods/{method}" (me) => methods::delete_totp;

        GET "users/{user}/authentication/emailMethods" (me) => methods::list_none;
        GET "users/{user}/authentication/emailMethods/{method}" (me) => methods::show_none;
        GET "users/{user}/authentication/phoneMethods" (me) => methods::list_none;
        GET "users/{user}/authentication/phoneMethods/{method}" (me) => methods::show_none;
        GET "users/{user}/authentication/microsoftAuthenticatorMethods" (me) => methods::list_none;
        GET "users/{user}/authentication/microsoftAuthenticatorMethods/{method}" (me) => methods::show_none;
        GET "users/{user}/authentication/windowsHelloForBusinessMethods" (me) => methods::list_none;
        GET "users/{user}/authentication/windowsHelloForBusinessMethods/{method}" (me) => methods::show_none;
        GET "users/{user}/authentication/platformCredentialMethods" (me) => methods::list_none;
        GET "users/{user}/authentication/platformCredentialMethods/{method}" (me) => methods::show_none;

        GET "users/{user}/authentication/signInPreferences" (me) => sign_in_preferences::show;
        PATCH "users/{user}/authentication/signInPreferences" (me) => sign_in_preferences::update;
        GET "users/{user}/authentication/requirements" (me) => sign_in_preferences::show_requirements;
        PATCH "users/{user}/authentication/requirements" (me) => sign_in_preferences::update_requirements;
        POST "users/{user}/authentication/latchkey.requireRegistration" => sign_in_preferences::require_registration;

        GET "policies/authenticationMethodsPolicy" => policy::show;
        PATCH "policies/authenticationMethodsPolicy" => policy::update;
        GET "policies/authenticationMethodsPolicy/authenticationMethodConfigurations" => policy::list;
        GET "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}" => policy::show_configuration;
        PATCH "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}" => policy::update_configuration;
        DELETE "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}" => policy::revert_configuration;

        GET "policies/authenticationStrengthPolicies" => strengths::list;
        POST "policies/authenticationStrengthPolicies" => strengths::create;
        GET "policies/authenticationStrengthPolicies/{strength}" => strengths::show;
        PATCH "policies/authenticationStrengthPolicies/{strength}" => strengths::update;
        DELETE "policies/authenticationStrengthPolicies/{strength}" => strengths::delete;
        POST "policies/authenticationStrengthPolicies/{strength}/updateAllowedCombinations" => strengths::update_combinations;
    }
    Directory {
        GET "users" => users::list;
        POST "users" => users::create;
        GET "users/$count" => users::count;
        GET "users/delta" => delta::users;
        GET "users/{user}" (me) => users::show;
        PATCH "users/{user}" (me) => users::update;
        DELETE "users/{user}" => users::delete;

        GET "users/{user}/manager" (me) => managers::show;
        GET "users/{user}/manager/$ref" (me) => managers::show_reference;
        PUT "users/{user}/manager/$ref" (me) => managers::set;
        DELETE "users/{user}/manager/$ref" (me) => managers::remove;
        GET "users/{user}/directReports" (me) => managers::list_reports;
        GET "users/{user}/directReports/$count" (me) => managers::count_reports;
        GET "users/{user}/directReports/{report}" (me) => managers::show_report;
        GET "users/{user}/directReports/{cast}/$count" (me) => managers::count_reports;
        POST "users/{user}/revokeSignInSessions" (me) => account_actions::revoke_sessions;
        GET "directory/deletedItems/graph.user" => deleted_items::list_users;
        GET "directory/deletedItems/graph.user/{object}" => deleted_items::show_user;
        GET "directory/deletedItems/graph.group" => deleted_items::list_groups;
        GET "directory/deletedItems/{object}" => deleted_items::show;
        DELETE "directory/deletedItems/{object}" => deleted_items::purge;
        POST "directory/deletedItems/{object}/restore" => deleted_items::restore;

        GET "groups" => groups::list;
        POST "groups" => groups::create;
        GET "groups/$count" => groups::count;
        GET "groups/delta" => delta::groups;
        GET "groups/{group}" => groups::show;
        PATCH "groups/{group}" => groups::update;
        DELETE "groups/{group}" => groups::delete;
        GET "groups/{group}/members" => members::list_members;
        GET "groups/{group}/members/$count" => members::count_members;
        GET "groups/{group}/members/$ref" => members::list_member_references;
        GET "groups/{group}/members/{cast}" => members::list_members;
        GET "groups/{group}/members/{cast}/$count" => members::count_members;
        GET "groups/{group}/transitiveMembers" => members::list_transitive_members;
        GET "groups/{group}/transitiveMembers/$count" => members::count_transitive_members;
        GET "groups/{group}/transitiveMembers/{cast}" => members::list_transitive_members;
        GET "groups/{group}/transitiveMembers/{cast}/$count" => members::count_transitive_members;
        POST "groups/{group}/members/$ref" => members::add_member;
        DELETE "groups/{group}/members/$ref" => members::remove_member;
        DELETE "groups/{group}/members/{member}/$ref" => members::remove_member;
        GET "groups/{group}/owners" => members::list_owners;
        GET "groups/{group}/owners/$count" => members::count_owners;
        GET "groups/{group}/owners/$ref" => members::list_owner_references;
        GET "groups/{group}/owners/{cast}" => members::list_owners;
        GET "groups/{group}/owners/{cast}/$count" => members::count_owners;
        POST "groups/{group}/owners/$ref" => members::add_owner;
        DELETE "groups/{group}/owners/$ref" => members::remove_owner;
        DELETE "groups/{group}/owners/{owner}/$ref" => members::remove_owner;

        GET "users/{user}/memberOf" (me) => memberships::user_direct;
        GET "users/{user}/memberOf/$count" (me) => memberships::count_user_direct;
        GET "users/{user}/memberOf/{cast}" (me) => memberships::user_direct;
        GET "users/{user}/memberOf/{cast}/$count" (me) => memberships::count_user_direct;
        GET "groups/{group}/memberOf" => memberships::group_direct;
        GET "groups/{group}/memberOf/$count" => memberships::count_group_direct;
        GET "groups/{group}/memberOf/{cast}" => memberships::group_direct;
        GET "groups/{group}/memberOf/{cast}/$count" => memberships::count_group_direct;
        GET "users/{user}/transitiveMemberOf" (me) => memberships::user_all;
        GET "users/{user}/transitiveMemberOf/$count" (me) => memberships::count_user_all;
        GET "users/{user}/transitiveMemberOf/{cast}" (me) => memberships::user_all;
        GET "users/{user}/transitiveMemberOf/{cast}/$count" (me) => memberships::count_user_all;
        GET "groups/{group}/transitiveMemberOf" => memberships::group_all;
        GET "groups/{group}/transitiveMemberOf/$count" => memberships::count_group_all;
        GET "groups/{group}/transitiveMemberOf/{cast}" => memberships::group_all;
        GET "groups/{group}/transitiveMemberOf/{cast}/$count" => memberships::count_group_all;
        POST "users/{user}/checkMemberGroups" (me) => memberships::user_check_groups;
        POST "groups/{group}/checkMemberGroups" => memberships::group_check_groups;
        POST "directoryObjects/{object}/checkMemberGroups" => memberships::object_check_groups;
        POST "users/{user}/checkMemberObjects" (me) => memberships::user_check_objects;
        POST "groups/{group}/checkMemberObjects" => memberships::group_check_objects;
        POST "directoryObjects/{object}/checkMemberObjects" => memberships::object_check_objects;
        POST "users/{user}/getMemberGroups" (me) => memberships::user_get_groups;
        POST "groups/{group}/getMemberGroups" => memberships::group_get_groups;
        POST "directoryObjects/{object}/getMemberGroups" => memberships::object_get_groups;
        POST "users/{user}/getMemberObjects" (me) => memberships::user_get_objects;
        POST "groups/{group}/getMemberObjects" => memberships::group_get_objects;
        POST "directoryObjects/{object}/getMemberObjects" => memberships::object_get_objects;
        POST "directoryObjects/getByIds" => directory_objects::get_by_ids;
        GET "directoryObjects/{object}" => directory_objects::show;
        DELETE "directoryObjects/{object}" => directory_objects::delete;

        GET "roleManagement/directory/roleDefinitions" => roles::list_definitions;
        POST "roleManagement/directory/roleDefinitions" => roles::create_definition;
        GET "roleManagement/directory/roleDefinitions/{role}" => roles::show_definition;
        PATCH "roleManagement/directory/roleDefinitions/{role}" => roles::change_definition;
        DELETE "roleManagement/directory/roleDefinitions/{role}" => roles::change_definition;
        GET "roleManagement/directory/roleAssignments" => roles::list_assignments;
        POST "roleManagement/directory/roleAssignments" => roles::create_assignment;
        GET "roleManagement/directory/roleAssignments/{assignment}" => roles::show_assignment;
        DELETE "roleManagement/directory/roleAssignments/{assignment}" => roles::delete_assignment;

        GET "directoryRoles" => directory_roles::list;
        POST "directoryRoles" => directory_roles::activate;
        GET "directoryRoles/{role}" => directory_roles::show;
        GET "directoryRoles/{role}/members" => directory_roles::list_members;
        GET "directoryRoles/{role}/members/$count" => directory_roles::count_members;
        GET "directoryRoles/{role}/members/$ref" => directory_roles::list_member_references;
        GET "directoryRoles/{role}/members/{cast}" => directory_roles::list_members;
        GET "directoryRoles/{role}/members/{cast}/$count" => directory_roles::count_members;
        POST "directoryRoles/{role}/members/$ref" => directory_roles::add_member;
        DELETE "directoryRoles/{role}/members/$ref" => directory_roles::remove_member;
        DELETE "directoryRoles/{role}/members/{member}/$ref" => directory_roles::remove_member;
        GET "directoryRoles/{role}/scopedMembers" => directory_roles::list_scoped_members;
        GET "directoryRoleTemplates" => directory_roles::list_templates;
        GET "directoryRoleTemplates/{role}" => directory_roles::show_template;

        GET "directory/administrativeUnits" => units::list;
        POST "directory/administrativeUnits" => units::create;
        GET "directory/administrativeUnits/$count" => units::count;
        GET "directory/administrativeUnits/{unit}" => units::show;
        PATCH "directory/administrativeUnits/{unit}" => units::update;
        DELETE "directory/administrativeUnits/{unit}" => units::delete;
        GET "directory/administrativeUnits/{unit}/members" => units::list_members;
        GET "directory/administrativeUnits/{unit}/members/$count" => units::count_members;
        GET "directory/administrativeUnits/{unit}/members/$ref" => units::list_member_references;
        GET "directory/administrativeUnits/{unit}/members/{cast}" => units::list_members;
        GET "directory/administrativeUnits/{unit}/members/{cast}/$count" => units::count_members;
        POST "directory/administrativeUnits/{unit}/members/$ref" => units::add_member;
        DELETE "directory/administrativeUnits/{unit}/members/$ref" => units::remove_member;
        DELETE "directory/administrativeUnits/{unit}/members/{member}/$ref" => units::remove_member;
        GET "directory/administrativeUnits/{unit}/scopedRoleMembers" => directory_roles::list_unit_roles;
        POST "directory/administrativeUnits/{unit}/scopedRoleMembers" => directory_roles::add_unit_role;
        GET "directory/administrativeUnits/{unit}/scopedRoleMembers/{held}" => directory_roles::show_unit_role;
        DELETE "directory/administrativeUnits/{unit}/scopedRoleMembers/{held}" => directory_roles::remove_unit_role;

        GET "applications" => applications::list;
        POST "applications" => applications::create;
        GET "applications/$count" => applications::count;
        GET "applications/{application}" => applications::show;
        PATCH "applications/{application}" => applications::update;
        DELETE "applications/{application}" => applications::delete;
        POST "applications/{application}/addPassword" => applications::add_password;
        POST "applications/{application}/removePassword" => applications::remove_password;
        GET "applications/{application}/owners" => application_owners::list_of_application;
        GET "applications/{application}/owners/$count" => application_owners::count_of_application;
        POST "applications/{application}/owners/$ref" => application_owners::add_to_application;
        DELETE "applications/{application}/owners/$ref" => application_owners::remove_from_application;
        DELETE "applications/{application}/owners/{owner}/$ref" => application_owners::remove_from_application;
        GET "servicePrincipals" => service_principals::list;
        POST "servicePrincipals" => service_principals::create;
        GET "servicePrincipals/$count" => service_principals::count;
        GET "servicePrincipals/{principal}" => service_principals::show;
        PATCH "servicePrincipals/{principal}" => service_principals::update;
        DELETE "servicePrincipals/{principal}" => service_principals::delete;
        POST "servicePrincipals/{principal}/addPassword" => service_principals::add_password;
        POST "servicePrincipals/{principal}/removePassword" => service_principals::remove_password;
        GET "servicePrincipals/{principal}/owners" => application_owners::list_of_principal;
        GET "servicePrincipals/{principal}/owners/$count" => application_owners::count_of_principal;
        POST "servicePrincipals/{principal}/owners/$ref" => application_owners::add_to_principal;
        DELETE "servicePrincipals/{principal}/owners/$ref" => application_owners::remove_from_principal;
        DELETE "servicePrincipals/{principal}/owners/{owner}/$ref" => application_owners::remove_from_principal;
        GET "servicePrincipals/{principal}/appRoleAssignments" => app_role_assignments::list_of_application;
        POST "servicePrincipals/{principal}/appRoleAssignments" => app_role_assignments::give_to_application;
        GET "servicePrincipals/{principal}/appRoleAssignments/{assignment}" => app_role_assignments::show_of_application;
        DELETE "servicePrincipals/{principal}/appRoleAssignments/{assignment}" => app_role_assignments::take_from_application;
        GET "servicePrincipals/{principal}/appRoleAssignedTo" => app_role_assignments::list_holders;
        POST "servicePrincipals/{principal}/appRoleAssignedTo" => app_role_assignments::give_of_resource;
        GET "servicePrincipals/{principal}/appRoleAssignedTo/{assignment}" => app_role_assignments::show_of_resource;
        DELETE "servicePrincipals/{principal}/appRoleAssignedTo/{assignment}" => app_role_assignments::take_of_resource;
        GET "users/{user}/appRoleAssignments" => app_role_assignments::list_of_user;
        POST "users/{user}/appRoleAssignments" => app_role_assignments::give_to_user;
        GET "users/{user}/appRoleAssignments/{assignment}" => app_role_assignments::show_of_user;
        DELETE "users/{user}/appRoleAssignments/{assignment}" => app_role_assignments::take_from_user;
        GET "servicePrincipals/{principal}/oauth2PermissionGrants" => permission_grants::list_of_application;
        GET "users/{user}/oauth2PermissionGrants" => permission_grants::list_of_user;
        GET "oauth2PermissionGrants" => permission_grants::list;
        POST "oauth2PermissionGrants" => permission_grants::create;
        GET "oauth2PermissionGrants/{grant}" => permission_grants::show;
        PATCH "oauth2PermissionGrants/{grant}" => permission_grants::update;
        DELETE "oauth2PermissionGrants/{grant}" => permission_grants::delete;

        GET "auditLogs/signIns" => sign_ins::list;
        GET "auditLogs/signIns/{record}" => sign_ins::show;
        GET "auditLogs/directoryAudits" => audits::list;
        GET "auditLogs/directoryAudits/{record}" => audits::show;

        GET "reports/authenticationMethods/userRegistrationDetails" => registration_report::list;
        GET "reports/authenticationMethods/userRegistrationDetails/{user}" => registration_report::show;

        GET "organization" => organization::list;
        GET "organization/{tenant}" => organization::show;
        GET "domains" => organization::list_domains;
        GET "domains/{domain}" => organization::show_domain;
    }
    Subscriptions {
        GET "subscriptions" => subscriptions::list;
        POST "subscriptions" => subscriptions::create;
        GET "subscriptions/{subscription}" => subscriptions::show;
        PATCH "subscriptions/{subscription}" => subscriptions::update;
        DELETE "subscriptions/{subscription}" => subscriptions::delete;
        POST "subscriptions/{subscription}/reauthorize" => subscriptions::reauthorize;
    }
}

/// Paths that exist and have no method of their own. In Entra a DELETE without `$ref` deletes the member
/// itself, of which its documentation warns (Graph contract 8.1).
const WITHOUT_METHODS: &[&str] = &[
    "applications/{application}/owners/{owner}",
    "servicePrincipals/{principal}/owners/{owner}",
];

/// The routes, with their patterns taken apart once.
static TABLE: LazyLock<Vec<(&'static Route, Vec<&'static str>)>> = LazyLock::new(|| {
    let split = |route: &'static Route| (route, route.pattern.split('/').collect());
    ROUTES.iter().map(split).collect()
});

/// Finds the route of a path.
pub(crate) fn find(method: &Method, path: &[Segment]) -> Match {
    let is_whole = |pattern: &[&str], me| {
        pattern.len() == path.len() && fitting_segments(pattern, me, path) == path.len()
    };
    let mut allowed: Vec<&str> = Vec::new();
    for (route, pattern) in TABLE.iter() {
        if !is_whole(pattern, route.me) {
            continue;
        }
        if route.method == *method {
            return Match::Found(found(route, path));
        }
        allowed.push(route.method.as_str());
    }
    let without_methods = || {
        let mut patterns = WITHOUT_METHODS.iter().map(|pattern| pattern.split('/'));
        patterns.any(|pattern| is_whole(&pattern.collect::<Vec<_>>(), false))
    };
    if allowed.is_empty() && !without_methods() {
        let fitting = TABLE
            .iter()
            .map(|(route, pattern)| fitting_segments(pattern, route.me, path));
        let known = fitting.max().unwrap_or(0);
        let unknown = path.get(known.min(path.len().saturating_sub(1)));
        Match::Unknown(match unknown {
            Some(Segment::Text(text)) => text.clone(),
            Some(Segment::Me) => "me".to_owned(),
            None => String::new(),
        })
    } else {
        allowed.sort_unstable();
        allowed.dedup();
        Match::OtherMethods(allowed.join(", "))
    }
}

/// How many segments from the start fit the pattern.
fn fitting_segments(pattern: &[&str], me: bool, path: &[Segment]) -> usize {
    let fits = |(pattern, segment): &(&&str, &Segment)| match segment {
        // A cast stands in either spelling (Graph contract 1.1).
        Segment::Text(text) if pattern.starts_with("graph.") => {
            let rest = text.to_ascii_lowercase();
            rest.strip_prefix("microsoft.").unwrap_or(&rest) == **pattern
        }
        Segment::Me => me && **pattern == "{user}",
        Segment::Text(text) if pattern.starts_with('{') => !text.starts_with('$'),
        Segment::Text(text) => pattern.eq_ignore_ascii_case(text),
    };
    pattern.iter().zip(path).take_while(fits).count()
}

fn found(route: &'static Route, path: &[Segment]) -> Found {
    let mut keys = Vec::new();
    let mut me = false;
    for (pattern, segment) in route.pattern.split('/').zip(path) {
        match segment {
            Segment::Me => {
                me = true;
                keys.push(String::new());
            }
            Segment::Text(text) if pattern.starts_with('{') => keys.push(text.clone()),
            Segment::Text(_) => {}
        }
    }
    Found { route, keys, me }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::parse;

    fn matched(method: &Method, path: &str) -> String {
        match find(method, &parse(path).unwrap().1) {
            Match::Found(found) => format!("{} {:?} me={}", found.route.pattern, found.keys, found.me),
            Match::OtherMethods(allow) => format!("only {allow}"),
            Match::Unknown(segment) => format!("unknown {segment}"),
        }
    }

    #[test]
    fn paths_lead_to_routes() {
        let tap = "users/{user}/authentication/temporaryAccessPassMethods";
        assert_eq!(
            matched(
                &Method::GET,
                "/v1.0/Users/ada@example.com/Authentication/temporaryaccesspassmethods"
            ),
            format!("{tap} [\"ada@example.com\"] me=false")
        );
        assert_eq!(
            matched(
                &Method::DELETE,
                "/beta/me/authentication/temporaryAccessPassMethods/7"
            ),
            format!("{tap}/{{pass}} [\"\", \"7\"] me=true")
        );
        assert_eq!(
            matched(
                &Method::GET,
                "/v1.0/users/a/authentication/temporaryAccessPassMethods/$count"
            ),
            format!("{tap}/$count [\"a\"] me=false")
        );
        assert_eq!(
            matched(&Method::GET, "/v1.0/users/$count"),
            "users/$count [] me=false"
        );
    }

    #[test]
    fn other_methods_and_unknown_segments_are_told_apart() {
        assert_eq!(
            matched(
                &Method::PUT,
                "/v1.0/users/a/authentication/temporaryAccessPassMethods"
            ),
            "only GET, POST"
        );
        assert_eq!(
            matched(
                &Method::PATCH,
                "/v1.0/users/a/authentication/temporaryAccessPassMethods/7"
            ),
            "only DELETE, GET"
        );
        assert_eq!(matched(&Method::DELETE, "/v1.0/me"), "only GET, PATCH");
        assert_eq!(matched(&Method::DELETE, "/v1.0/groups/1/members/2"), "only GET");
        assert_eq!(matched(&Method::DELETE, "/v1.0/groups/1/owners/2"), "only GET");
        assert_eq!(matched(&Method::DELETE, "/v1.0/applications/1/owners/2"), "only ");
        assert_eq!(matched(&Method::GET, "/v1.0/xyz/1"), "unknown xyz");
        assert_eq!(matched(&Method::GET, "/v1.0/users/a/xyz"), "unknown xyz");
        assert_eq!(matched(&Method::GET, "/v1.0/policies"), "unknown policies");
        assert_eq!(matched(&Method::GET, "/v1.0/users/$foo"), "unknown $foo");
        assert_eq!(matched(&Method::GET, "/v1.0"), "unknown ");
    }
}
