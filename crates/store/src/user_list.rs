//! Lists of users by typed conditions.

use std::sync::LazyLock;

use latchkey_domain::{TextProperty, User};

use crate::query::{Bound, Condition, ListQuery, Listed, Order, Page, Place, Test, fits};
use crate::users::user_columns;
use crate::{Reader, Result, terms};

/// What lists of users can be narrowed and ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKey {
    /// Object id.
    Id,
    /// Sign-in name.
    Upn,
    /// Name to show.
    DisplayName,
    /// Mail alias.
    MailNickname,
    /// May sign in: 0 or 1.
    Enabled,
    /// Member or guest, in the words of `UserType`.
    Type,
    /// When the account was made, microseconds since 1970.
    Created,
    /// First day at work, microseconds since 1970.
    Hired,
    /// An optional text; not the street, which no index holds.
    Text(TextProperty),
}

const BY_NAME: Order = Order {
    key: None,
    numeric: false,
    tie: "o.upn_key",
    tie_is_id: false,
};

const fn by(key: &'static str, numeric: bool) -> Order {
    Order {
        key: Some(key),
        numeric,
        ..BY_NAME
    }
}

impl Listed for User {
    type Key = UserKey;
    const TABLE: &'static str = "users";
    const ALWAYS: &'static str = " AND o.deleted_at IS NULL";
    const ORDER: Order = BY_NAME;

    fn columns() -> String {
        static COLUMNS: LazyLock<String> = LazyLock::new(|| user_columns("o."));
        COLUMNS.clone()
    }

    fn place(key: UserKey, test: &Test) -> Place {
        match (key, test) {
            (UserKey::Id, _) => Place::Column("id"),
            (UserKey::Upn, Test::EndsWith(_)) => Place::Terms(terms::UPN_REVERSED),
            (UserKey::Upn, _) => Place::Column("upn_key"),
            (UserKey::DisplayName, Test::Word(_)) => Place::Terms(terms::NAME_WORD),
            (UserKey::DisplayName, _) => Place::Column("display_name_key"),
            (UserKey::MailNickname, _) => Place::Terms(terms::MAIL_NICKNAME),
            (UserKey::Enabled, _) => Place::Column("account_enabled"),
            (UserKey::Type, _) => Place::Column("user_type"),
            (UserKey::Created, _) => Place::Column("created_at"),
            (UserKey::Hired, _) => Place::Column("employee_hire_date"),
            (UserKey::Text(TextProperty::Mail), Test::EndsWith(_)) => Place::Terms(terms::MAIL_REVERSED),
            (UserKey::Text(TextProperty::Mail), _) => Place::Column("mail_key"),
            (UserKey::Text(TextProperty::OtherMails), Test::EndsWith(_)) => {
                Place::Several(terms::OTHER_MAIL_REVERSED)
            }
            (UserKey::Text(TextProperty::OtherMails), test) if *test != Test::Null => {
                Place::Several(terms::OTHER_MAIL)
            }
            (UserKey::Text(property), test) => match (terms::kind(property), test) {
                (None, _) | (_, Test::Null) => Place::Column(property.column()),
                (Some(kind), _) => Place::Terms(kind),
            },
        }
    }

    fn order(key: UserKey) -> Option<Order> {
        match key {
            UserKey::Id | UserKey::Upn => Some(BY_NAME),
            UserKey::DisplayName => Some(by("o.display_name_key", false)),
            UserKey::Created => Some(by("o.created_at", true)),
            UserKey::Hired => Some(by("o.employee_hire_date", true)),
            UserKey::Text(TextProperty::Mail) => Some(by("o.mail_key", false)),
            UserKey::Type | UserKey::Enabled | UserKey::MailNickname | UserKey::Text(_) => None,
        }
    }

    fn position(&self, order: &Order, terms: Option<i64>) -> (Option<Bound>, Bound) {
        if order.tie_is_id {
            let term = terms::of_user(self)
                .into_iter()
                .find(|(kind, _)| Some(*kind) == terms);
            return (
                term.map(|(_, term)| Bound::Text(term)),
                Bound::Id(*self.id.as_bytes()),
            );
        }
        let key = match order.key {
            Some("o.display_name_key") => Some(Bound::Text(self.display_name.to_lowercase())),
            Some("o.mail_key") => {
                let mail = self.text.get(TextProperty::Mail).unwrap_or_default();
                Some(Bound::Text(mail.to_lowercase()))
            }
            Some("o.created_at") => Some(Bound::Integer(self.created_at.as_micros())),
            Some("o.employee_hire_date") => self
                .employee_hire_date
                .map(|date| Bound::Integer(date.as_micros())),
            _ => None,
        };
        (key, Bound::Text(self.upn.key().to_owned()))
    }
}

impl ListQuery<UserKey> {
    /// Whether a page of this list can have ended where it is to go on.
    pub fn has_known_place(&self) -> bool {
        fits::<User>(self)
    }
}

impl Reader {
    /// A page of accounts.
    pub async fn list_users(&mut self, query: &ListQuery<UserKey>) -> Result<Page<User>> {
        self.list(query).await
    }

    /// How many accounts meet the condition. Counts them one by one.
    pub async fn count_users_with(&mut self, condition: &Condition<UserKey>) -> Result<i64> {
        self.count::<User>(condition).await
    }
}
