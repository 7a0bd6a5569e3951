//! Users as they go out (Graph contract 7.2).

use latchkey_domain::{TextProperty, Timestamp, User};
use latchkey_service::UserSight;
use serde_json::{Map, Value, json};

use crate::error::{GraphError, Vocabulary};
use crate::select::{ObjectType, Selection};

/// The declared properties of a user and those of an answer without `$select`.
pub(crate) const USER: ObjectType = ObjectType {
    name: "microsoft.graph.user",
    properties: &[
        "accountEnabled",
        "ageGroup",
        "assignedLicenses[]",
        "authorizationInfo",
        "businessPhones[]",
        "city",
        "companyName",
        "consentProvidedForMinor",
        "country",
        "createdDateTime",
        "creationType",
        "deletedDateTime",
        "department",
        "displayName",
        "employeeHireDate",
        "employeeId",
        "employeeLeaveDateTime",
        "employeeOrgData",
        "employeeType",
        "externalUserState",
        "externalUserStateChangeDateTime",
        "faxNumber",
        "givenName",
        "id",
        "identities[]",
        "imAddresses[]",
        "isManagementRestricted",
        "isResourceAccount",
        "jobTitle",
        "lastPasswordChangeDateTime",
        "legalAgeGroupClassification",
        "mail",
        "mailNickname",
        "mobilePhone",
        "officeLocation",
        "onPremisesDistinguishedName",
        "onPremisesDomainName",
        "onPremisesExtensionAttributes",
        "onPremisesImmutableId",
        "onPremisesLastSyncDateTime",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "onPremisesUserPrincipalName",
        "otherMails[]",
        "passwordPolicies",
        "passwordProfile",
        "postalCode",
        "preferredDataLocation",
        "preferredLanguage",
        "proxyAddresses[]",
        "securityIdentifier",
        "showInAddressList",
        "signInActivity",
        "signInSessionsValidFromDateTime",
        "state",
        "streetAddress",
        "surname",
        "usageLocation",
        "userPrincipalName",
        "userType",
    ],
    default: &[
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    ],
};

/// What `User.ReadBasic.All` shows (Graph contract 7.2).
const BASICS: &[&str] = &[
    "displayName",
    "givenName",
    "id",
    "mail",
    "surname",
    "userPrincipalName",
];

/// What is left of the selection for somebody who sees so much.
///
/// # Errors
/// A property that the caller may not see was asked for by its name.
pub(crate) fn visible(
    selection: Selection,
    sight: UserSight,
    words: Vocabulary,
) -> Result<Selection, GraphError> {
    match sight {
        UserSight::Whole => Ok(selection),
        UserSight::Basics => selection.within(BASICS, words),
    }
}

/// The user with the selected properties.
pub(crate) fn render(user: &User, selection: &Selection) -> Map<String, Value> {
    selection.render(&USER, |name| value(user, name))
}

/// As [`render`], for somebody who sees no more than who people are: the rest is null.
pub(crate) fn render_basics(user: &User, selection: &Selection) -> Map<String, Value> {
    selection.render(&USER, |name| {
        BASICS.contains(&name).then(|| value(user, name)).flatten()
    })
}

fn value(user: &User, name: &str) -> Option<Value> {
    let date = |at: Timestamp| Value::from(at.to_rfc3339());
    Some(match name {
        "accountEnabled" => user.account_enabled.into(),
        "businessPhones" => {
            json!(
                user.text
                    .get(TextProperty::BusinessPhone)
                    .into_iter()
                    .collect::<Vec<_>>()
            )
        }
        "otherMails" => {
            let mails = user.text.get(TextProperty::OtherMails);
            mails.into_iter().flat_map(str::lines).collect()
        }
        "showInAddressList" => (user.text.get(TextProperty::ShowInAddressList)? == "true").into(),
        "createdDateTime" => date(user.created_at),
        "displayName" => user.display_name.as_str().into(),
        "employeeHireDate" => date(user.employee_hire_date?),
        "id" => user.id.to_string().into(),
        "lastPasswordChangeDateTime" => date(user.password_changed_at?),
        "mailNickname" => user.mail_nickname.as_str().into(),
        "signInSessionsValidFromDateTime" => date(user.sessions_valid_from),
        "userPrincipalName" => user.upn.as_str().into(),
        "userType" => user.user_type.as_str().into(),
        other => {
            let property = TextProperty::ALL
                .iter()
                .find(|property| property.name() == other)?;
            user.text.get(*property)?.into()
        }
    })
}
