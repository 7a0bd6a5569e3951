//! Lists of groups by typed conditions.

use latchkey_domain::Group;

use crate::query::{Bound, Condition, ListQuery, Listed, Order, Page, Place, Test, fits};
use crate::{Reader, Result, groups, terms};

/// What lists of groups can be narrowed and ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKey {
    /// Object id.
    Id,
    /// Name to show.
    DisplayName,
    /// What it is for; by its words, or whether there is one.
    Description,
    /// Mail alias.
    MailNickname,
    /// Whether roles may be given to it: 0 or 1.
    RoleAssignable,
}

impl Listed for Group {
    type Key = GroupKey;
    const TABLE: &'static str = "groups";
    const ALWAYS: &'static str = "";
    const ORDER: Order = Order {
        key: Some("o.display_name_key"),
        numeric: false,
        tie: "o.id",
        tie_is_id: true,
    };

    fn columns() -> String {
        groups::columns("o.")
    }

    fn place(key: GroupKey, test: &Test) -> Place {
        match (key, test) {
            (GroupKey::Id, _) => Place::Column("id"),
            (GroupKey::DisplayName, Test::Word(_)) => Place::Terms(terms::GROUP_NAME_WORD),
            (GroupKey::DisplayName, _) => Place::Column("display_name_key"),
            (GroupKey::Description, Test::Null) => Place::Column("description"),
            (GroupKey::Description, _) => Place::Terms(terms::GROUP_DESCRIPTION_WORD),
            (GroupKey::MailNickname, _) => Place::Terms(terms::GROUP_MAIL_NICKNAME),
            (GroupKey::RoleAssignable, _) => Place::Column("role_assignable"),
        }
    }

    fn order(key: GroupKey) -> Option<Order> {
        matches!(key, GroupKey::DisplayName | GroupKey::Id).then_some(Self::ORDER)
    }

    fn position(&self, order: &Order, terms: Option<i64>) -> (Option<Bound>, Bound) {
        let key = if order.key == Self::ORDER.key {
            Some(self.properties.display_name.to_lowercase())
        } else {
            let term = terms::of_group(self)
                .into_iter()
                .find(|(kind, _)| Some(*kind) == terms);
            term.map(|(_, term)| term)
        };
        (key.map(Bound::Text), Bound::Id(*self.id.as_bytes()))
    }
}

impl ListQuery<GroupKey> {
    /// Whether a page of this list can have ended where it is to go on.
    pub fn has_known_place(&self) -> bool {
        fits::<Group>(self)
    }
}

impl Reader {
    /// A page of groups.
    pub async fn list_groups(&mut self, query: &ListQuery<GroupKey>) -> Result<Page<Group>> {
        self.list(query).await
    }

    /// How many groups meet the condition. Counts them one by one.
    pub async fn count_groups_with(&mut self, condition: &Condition<GroupKey>) -> Result<i64> {
        self.count::<Group>(condition).await
    }
}
