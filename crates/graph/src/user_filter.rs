//! What lists of users can be filtered, searched and ordered by (Graph contract 3.1 and 3.3).

use latchkey_domain::TextProperty as T;
use latchkey_store::UserKey as K;

use crate::condition::Served::{self, Advanced, Always, No};
use crate::condition::{Kind, Property, Resource, Search};
use crate::user_view::USER;

/// `$filter` and `$search` of users.
pub(crate) const USERS: Resource<K> = Resource {
    declared: &USER,
    name: "User",
    properties: PROPERTIES,
};

/// `$orderby` of users.
pub(crate) const SORTABLE: &[(&str, K, Served)] = &[
    ("displayName", K::DisplayName, Always),
    ("userPrincipalName", K::Upn, Always),
    ("createdDateTime", K::Created, Advanced),
];

const fn row(
    name: &'static str,
    kind: Kind<K>,
    [eq, range, starts, null]: [Served; 4],
    search: Search,
) -> Property<K> {
    Property {
        name,
        kind,
        eq,
        range,
        starts,
        null,
        ends: false,
        list: false,
        search,
    }
}

const fn text(name: &'static str, property: T, served: [Served; 4]) -> Property<K> {
    row(name, Kind::Text(K::Text(property)), served, Search::Start)
}

const fn ending(mut property: Property<K>) -> Property<K> {
    property.ends = true;
    property
}

const fn list(mut property: Property<K>) -> Property<K> {
    property.list = true;
    property
}

const fn empty(name: &'static str, served: [Served; 4]) -> Property<K> {
    row(name, Kind::Empty, served, Search::No)
}

const PROPERTIES: &[Property<K>] = &[
    row("id", Kind::Id(K::Id), [Always, No, No, No], Search::No),
    row(
        "accountEnabled",
        Kind::Bool(K::Enabled),
        [Always, No, No, No],
        Search::No,
    ),
    row(
        "userType",
        Kind::Word(K::Type, &["Member", "Guest"]),
        [Always, No, No, Advanced],
        Search::No,
    ),
    row(
        "displayName",
        Kind::Text(K::DisplayName),
        [Always, No, Always, Advanced],
        Search::Words,
    ),
    ending(row(
        "userPrincipalName",
        Kind::Text(K::Upn),
        [Always, Always, Always, No],
        Search::Start,
    )),
    row(
        "mailNickname",
        Kind::Text(K::MailNickname),
        [Always, Always, Always, No],
        Search::Start,
    ),
    ending(text("mail", T::Mail, [Always, Always, Always, No])),
    text("givenName", T::GivenName, [Always, Always, Always, Advanced]),
    text("surname", T::Surname, [Always, Always, Always, Advanced]),
    text("city", T::City, [Always, Always, Always, Advanced]),
    text("country", T::Country, [Always, Always, Always, Advanced]),
    text("state", T::State, [Always, Always, Always, Advanced]),
    text("department", T::Department, [Always, Always, Always, Advanced]),
    text("jobTitle", T::JobTitle, [Always, Always, Always, Advanced]),
    text("usageLocation", T::UsageLocation, [Always, Always, Always, No]),
    text("employeeId", T::EmployeeId, [Always, Advanced, Always, Advanced]),
    text("companyName", T::CompanyName, [Advanced; 4]),
    text(
        "employeeType",
        T::EmployeeType,
        [Advanced, Advanced, Advanced, No],
    ),
    text("mobilePhone", T::MobilePhone, [Advanced; 4]),
    text("officeLocation", T::OfficeLocation, [Advanced; 4]),
    text("postalCode", T::PostalCode, [Advanced; 4]),
    text("preferredLanguage", T::PreferredLanguage, [Advanced; 4]),
    row(
        "createdDateTime",
        Kind::Date(K::Created),
        [Always, Always, No, No],
        Search::No,
    ),
    row(
        "employeeHireDate",
        Kind::Date(K::Hired),
        [Advanced, Advanced, No, No],
        Search::No,
    ),
    row(
        "passwordPolicies",
        Kind::Text(K::Text(T::PasswordPolicies)),
        [Advanced, No, No, Advanced],
        Search::No,
    ),
    list(text("businessPhones", T::BusinessPhone, [Always, No, No, No])),
    list(ending(text(
        "otherMails",
        T::OtherMails,
        [Always, Always, Always, No],
    ))),
    row(
        "showInAddressList",
        Kind::Flag(K::Text(T::ShowInAddressList)),
        [Advanced, No, No, Advanced],
        Search::No,
    ),
    // What never has a value here; scripts ask for it all the same.
    empty("ageGroup", [Always, No, No, No]),
    empty("consentProvidedForMinor", [Always, No, No, No]),
    empty("creationType", [Always, No, No, No]),
    empty("deletedDateTime", [Always, Always, No, No]),
    empty("isResourceAccount", [Always, No, No, No]),
    empty("onPremisesImmutableId", [Advanced, Advanced, No, No]),
    empty("onPremisesLastSyncDateTime", [Advanced, Advanced, No, No]),
    empty("onPremisesSyncEnabled", [Always, No, No, Advanced]),
    empty("onPremisesUserPrincipalName", [Always, Always, Always, No]),
    list(empty("assignedLicenses", [Always, No, No, No])),
    row(
        "assignedLicenses/$count",
        Kind::Nought,
        [Advanced, No, No, No],
        Search::No,
    ),
    list(empty("assignedPlans", [Always, No, No, No])),
    list(empty("identities", [Always, No, No, No])),
    list(ending(empty("imAddresses", [Always, Always, Always, No]))),
    list(ending(empty("proxyAddresses", [Always, Always, Always, No]))),
];
