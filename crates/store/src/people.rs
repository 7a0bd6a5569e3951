//! Finding people by what their names begin with, and people who have nothing to sign in with for good.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use latchkey_domain::{TextProperty, Timestamp, User, UserId};

use crate::conditions::{Conditions, prefix_end};
use crate::row::{FromRow, Row};
use crate::users::{user_at, user_columns};
use crate::value::params;
use crate::{Reader, Result, Writer};

/// The longest part that is kept, in characters.
const LONGEST: usize = 64;

/// A person who was found, and by which part of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// The part, lower case; with the id, where the next page goes on.
    pub part: String,
    /// The person.
    pub user: User,
}

impl FromRow for FoundPerson {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            part: row.get(0)?,
            user: user_at(row, 1)?,
        })
    }
}

/// What is left of a person's names from the beginning of each part on, lower case.
///
/// Migration 0005 cuts in the same way.
pub(crate) fn parts(user: &User) -> BTreeSet<String> {
    let employee = user.text.get(TextProperty::EmployeeId).map(str::to_lowercase);
    let names = [
        Some(user.display_name.to_lowercase()),
        Some(user.upn.key().to_owned()),
        employee,
    ];
    let mut parts = BTreeSet::new();
    for name in names.iter().flatten() {
        let mut fresh = true;
        for (at, sign) in name.char_indices() {
            if sign == '@' {
                break;
            }
            let between = matches!(sign, ' ' | '-' | '.' | '_' | '\'');
            if fresh && !between {
                parts.extend(name.get(at..).map(|rest| rest.chars().take(LONGEST).collect()));
            }
            fresh = between;
        }
    }
    parts
}

/// Whether a part of the person's names begins so (lower case).
pub fn has_part(user: &User, start: &str) -> bool {
    let start: String = start.chars().take(LONGEST).collect();
    parts(user).iter().any(|part| part.starts_with(&start))
}

impl FoundPerson {
    /// Whether this is the first of the person's parts that begin so: others are the same person again.
    pub fn is_first(&self, start: &str) -> bool {
        parts(&self.user).iter().find(|part| part.starts_with(start)) == Some(&self.part)
    }
}

/// The statement for a page of people whose parts begin so.
pub(crate) fn by_part<'a>(
    range: &'a (String, String),
    after: Option<&'a (&'a str, UserId)>,
    limit: &'a u32,
) -> (String, Conditions<'a>) {
    let mut list = Conditions::default();
    let limit = list.bind(limit);
    list.and("p.part < ?", &range.1);
    // Of two lower ends SQLite would take one to the index, and perhaps the wrong one.
    match after {
        None => list.and("p.part >= ?", &range.0),
        Some((part, user)) => {
            let (part, user) = (list.bind(*part), list.bind(user));
            list.and_text(&format!("(p.part, p.user_id) > ({part}, {user})"));
        }
    }
    list.and_text("u.id = p.user_id");
    // CROSS tells SQLite to keep this order.
    let sql = format!(
        "SELECT p.part, {} FROM people_parts p CROSS JOIN users u {} ORDER BY p.part, p.user_id LIMIT {limit}",
        user_columns("u."),
        list.text()
    );
    (sql, list)
}

pub(crate) static BARE: LazyLock<String> = LazyLock::new(|| bare("b.created_at < ?2"));
pub(crate) static BARE_AFTER: LazyLock<String> =
    LazyLock::new(|| bare("(b.created_at, b.user_id) < (?2, ?3)"));

fn bare(condition: &str) -> String {
    format!(
        "SELECT {} FROM bare_people b CROSS JOIN users u WHERE {condition} AND u.id = b.user_id \
         ORDER BY b.created_at DESC, b.user_id DESC LIMIT ?1",
        user_columns("u.")
    )
}

impl Reader {
    /// The next `limit` people with a part of a name that begins with `start` (lower case), in the order of these
    /// parts, after this part and id. Somebody with several such parts comes several times.
    pub async fn people_by_part(
        &mut self,
        start: &str,
        after: Option<(&str, UserId)>,
        limit: u32,
    ) -> Result<Vec<FoundPerson>> {
        let range = (start.to_owned(), prefix_end(start));
        let (sql, list) = by_part(&range, after.as_ref(), &limit);
        self.query_all(&sql, list.values()).await
    }

    /// Whether the person has neither a passkey, an authenticator app nor a password of their own.
    pub async fn is_bare(&mut self, user: UserId) -> Result<bool> {
        let sql = "SELECT created_at FROM bare_people WHERE user_id = ?1";
        let found: Option<(i64,)> = self.query_opt(sql, params![user]).await?;
        Ok(found.is_some())
    }

    /// The next `limit` people without a passkey, an authenticator app or a password of their own, those with the
    /// newest accounts first, after the one with this account's time and id.
    pub async fn bare_people(&mut self, after: Option<(Timestamp, UserId)>, limit: u32) -> Result<Vec<User>> {
        match after {
            None => self.query_all(&BARE, params![limit, i64::MAX]).await,
            Some((at, user)) => self.query_all(&BARE_AFTER, params![limit, at, user]).await,
        }
    }
}

impl Writer {
    /// Part of making an account.
    pub(crate) async fn list_person(&mut self, user: &User) -> Result<()> {
        for part in parts(user) {
            self.execute(
                "INSERT INTO people_parts (part, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![part, user.id],
            )
            .await?;
        }
        self.look_for_methods(user.id).await
    }

    /// Part of changing an account: `None` takes it off the list.
    pub(crate) async fn relist_person(&mut self, old: &User, new: Option<&User>) -> Result<()> {
        let fresh = new.map(parts).unwrap_or_default();
        for part in parts(old).difference(&fresh) {
            self.execute(
                "DELETE FROM people_parts WHERE part = ?1 AND user_id = ?2",
                params![part, old.id],
            )
            .await?;
        }
        match new {
            Some(new) => self.list_person(new).await,
            None => self.look_for_methods(old.id).await,
        }
    }

    /// Part of every change of what somebody can sign in with.
    pub(crate) async fn look_for_methods(&mut self, user: UserId) -> Result<()> {
        self.execute("DELETE FROM bare_people WHERE user_id = ?1", params![user])
            .await?;
        let sql = "INSERT INTO bare_people (user_id, created_at) SELECT u.id, u.created_at FROM users u \
            WHERE u.id = ?1 AND u.deleted_at IS NULL \
            AND (u.must_change_password = 1 OR COALESCE(u.password_changed_at, 0) <= u.created_at) \
            AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id) \
            AND NOT EXISTS (SELECT 1 FROM totp_apps t WHERE t.user_id = u.id)";
        self.execute(sql, params![user]).await.map(drop)
    }
}
