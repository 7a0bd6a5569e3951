//! What lists of groups can be filtered, searched and ordered by (Graph contract 3.1 and 3.3).

use latchkey_store::GroupKey as K;

use crate::condition::Served::{self, Advanced, Always, No};
use crate::condition::{Kind, Property, Resource, Search};
use crate::groups::GROUP;

/// `$filter` and `$search` of groups.
pub(crate) const GROUPS: Resource<K> = Resource {
    declared: &GROUP,
    name: "Group",
    properties: PROPERTIES,
};

/// `$orderby` of groups.
pub(crate) const SORTABLE: &[(&str, K, Served)] = &[("displayName", K::DisplayName, Always)];

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

const fn list(mut property: Property<K>) -> Property<K> {
    property.list = true;
    property
}

const PROPERTIES: &[Property<K>] = &[
    row("id", Kind::Id(K::Id), [Always, No, No, No], Search::No),
    row(
        "displayName",
        Kind::Text(K::DisplayName),
        [Always, Always, Always, Advanced],
        Search::Words,
    ),
    row(
        "description",
        Kind::Text(K::Description),
        [No, No, No, Advanced],
        Search::Words,
    ),
    row(
        "mailNickname",
        Kind::Text(K::MailNickname),
        [Always, Always, Always, No],
        Search::Start,
    ),
    row(
        "isAssignableToRole",
        Kind::Bool(K::RoleAssignable),
        [Always, No, No, No],
        Search::No,
    ),
    // All groups here are security groups.
    row(
        "securityEnabled",
        Kind::Constant(true),
        [Always, No, No, No],
        Search::No,
    ),
    row(
        "mailEnabled",
        Kind::Constant(false),
        [Always, No, No, No],
        Search::No,
    ),
    row(
        "mail",
        Kind::Empty,
        [Always, Always, Always, Advanced],
        Search::No,
    ),
    row(
        "onPremisesSyncEnabled",
        Kind::Empty,
        [Always, No, No, Advanced],
        Search::No,
    ),
    list(row(
        "groupTypes",
        Kind::Empty,
        [Always, No, Always, No],
        Search::No,
    )),
    list(row(
        "proxyAddresses",
        Kind::Empty,
        [Always, No, Always, No],
        Search::No,
    )),
];
