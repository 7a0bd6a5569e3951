//! People's accounts.
//!
//! A deleted account keeps its row, and its name is free again; nothing here finds it any more.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use latchkey_domain::{
    AuditEvent, Permit, SessionId, TextProperties, TextProperty, Timestamp, Upn, User, UserId, UserRef,
    UserType,
};

use crate::conditions::prefix_end;
use crate::row::{FromRow, Row};
use crate::sessions::Ending;
use crate::value::{Param, Value, params};
use crate::{Reader, Result, StoreError, Writer, terms};

/// Which accounts a list holds. Texts are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserFilter {
    /// The sign-in name is this.
    UpnEquals(String),
    /// The sign-in name starts so.
    UpnStartsWith(String),
    /// The name to show is this.
    DisplayNameEquals(String),
    /// The name to show starts so.
    DisplayNameStartsWith(String),
    /// The mail address is this.
    MailEquals(String),
    /// May sign in, or may not.
    AccountEnabled(bool),
}

/// Columns that every account has, in the order in which [`user_at`] reads them.
const FIXED: [&str; 11] = [
    "id",
    "upn",
    "display_name",
    "mail_nickname",
    "account_enabled",
    "user_type",
    "employee_hire_date",
    "created_at",
    "password_changed_at",
    "must_change_password",
    "sessions_valid_from",
];

/// The columns of an account, each behind `prefix`.
pub(crate) fn user_columns(prefix: &str) -> String {
    let text = TextProperty::ALL.iter().map(|property| property.column());
    let all: Vec<String> = FIXED
        .into_iter()
        .chain(text)
        .map(|column| format!("{prefix}{column}"))
        .collect();
    all.join(", ")
}

/// Reads an account whose columns start at `first`.
pub(crate) fn user_at(row: &Row<'_>, first: usize) -> Result<User> {
    let mut text = TextProperties::default();
    for (position, property) in TextProperty::ALL.iter().enumerate() {
        text.set(*property, row.get(first + FIXED.len() + position)?);
    }
    Ok(User {
        id: row.get(first)?,
        upn: row.get::<Upn>(first + 1)?,
        display_name: row.get(first + 2)?,
        mail_nickname: row.get(first + 3)?,
        account_enabled: row.get(first + 4)?,
        user_type: UserType::parse(row.text(first + 5)?)
            .ok_or_else(|| StoreError::Corrupt("an unknown type of user".to_owned()))?,
        text,
        employee_hire_date: row.get(first + 6)?,
        created_at: row.get(first + 7)?,
        password_changed_at: row.get(first + 8)?,
        must_change_password: row.get(first + 9)?,
        sessions_valid_from: row.get(first + 10)?,
    })
}

impl FromRow for User {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        user_at(row, 0)
    }
}

static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM users WHERE id = ?1 AND deleted_at IS NULL",
        user_columns("")
    )
});
static BY_NAME: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM users WHERE upn_key = ?1 AND deleted_at IS NULL",
        user_columns("")
    )
});

impl Reader {
    /// An account by its id or its name.
    pub async fn user(&mut self, user: &UserRef) -> Result<Option<User>> {
        match user {
            UserRef::Id(id) => self.user_by_id(*id).await,
            UserRef::Name(upn) => self.query_opt(&BY_NAME, params![upn.key()]).await,
        }
    }

    /// An account by its id.
    pub async fn user_by_id(&mut self, id: UserId) -> Result<Option<User>> {
        self.query_opt(&BY_ID, params![id]).await
    }

    /// Accounts in the order of their name keys, those behind the name key `after`.
    pub async fn users_page(
        &mut self,
        filter: Option<&UserFilter>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let lower = |text: &str| text.to_lowercase();
        let equals = |column, text: &str| (format!("{column} = ?3"), vec![lower(text)]);
        let starts = |column, text: &str| {
            (
                format!("{column} >= ?3 AND {column} < ?4"),
                vec![lower(text), prefix_end(&lower(text))],
            )
        };
        let (condition, texts) = match filter {
            None => ("1 = 1".to_owned(), Vec::new()),
            Some(UserFilter::UpnEquals(text)) => equals("upn_key", text),
            Some(UserFilter::UpnStartsWith(text)) => starts("upn_key", text),
            Some(UserFilter::DisplayNameEquals(text)) => equals("display_name_key", text),
            Some(UserFilter::DisplayNameStartsWith(text)) => starts("display_name_key", text),
            Some(UserFilter::MailEquals(text)) => equals("mail_key", text),
            Some(UserFilter::AccountEnabled(true)) => ("account_enabled = 1".to_owned(), Vec::new()),
            Some(UserFilter::AccountEnabled(false)) => ("account_enabled = 0".to_owned(), Vec::new()),
        };
        let sql = format!(
            "SELECT {} FROM users WHERE deleted_at IS NULL AND {condition} AND upn_key > ?1 \
             ORDER BY upn_key LIMIT ?2",
            user_columns("")
        );
        let after = after.unwrap_or_default();
        let mut values: Vec<Value<'_>> = vec![after.value(), limit.value()];
        values.extend(texts.iter().map(Param::value));
        self.query_all(&sql, &values).await
    }

    /// How many accounts there are. Counts them one by one.
    pub async fn count_users(&mut self) -> Result<i64> {
        let sql = "SELECT count(*) FROM users WHERE deleted_at IS NULL";
        let (count,) = self.query_one::<(i64,)>(sql, &[]).await?;
        Ok(count)
    }

    /// What the user's password is checked against, if there is one.
    pub async fn password_verifier(&mut self, user: UserId) -> Result<Option<String>> {
        let sql = "SELECT password_verifier FROM users WHERE id = ?1 AND deleted_at IS NULL";
        let row: Option<(Option<String>,)> = self.query_opt(sql, params![user]).await?;
        Ok(row.and_then(|(verifier,)| verifier))
    }
}

/// Everything that [`Writer::insert_user`] and [`Writer::update_user`] write alike.
fn values<'a>(user: &'a User, keys: &'a Keys) -> Vec<Value<'a>> {
    let mut values = vec![
        user.id.value(),
        user.upn.as_str().value(),
        user.upn.key().value(),
        user.display_name.value(),
        keys.display_name.value(),
        user.mail_nickname.value(),
        user.account_enabled.value(),
        user.user_type.as_str().value(),
        Value::of_time(user.employee_hire_date),
        user.must_change_password.value(),
        keys.mail.value(),
    ];
    values.extend(
        TextProperty::ALL
            .iter()
            .map(|property| match user.text.get(*property) {
                Some(text) => Value::Text(text),
                None => Value::Null,
            }),
    );
    values
}

const WRITTEN: [&str; 11] = [
    "id",
    "upn",
    "upn_key",
    "display_name",
    "display_name_key",
    "mail_nickname",
    "account_enabled",
    "user_type",
    "employee_hire_date",
    "must_change_password",
    "mail_key",
];

/// Lower-case forms for searching.
struct Keys {
    display_name: String,
    mail: Option<String>,
}

impl Keys {
    fn of(user: &User) -> Self {
        Self {
            display_name: user.display_name.to_lowercase(),
            mail: user.text.get(TextProperty::Mail).map(str::to_lowercase),
        }
    }
}

fn written_columns() -> impl Iterator<Item = &'static str> {
    WRITTEN
        .into_iter()
        .chain(TextProperty::ALL.iter().map(|property| property.column()))
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let more = [
        "created_at",
        "password_changed_at",
        "sessions_valid_from",
        "password_verifier",
    ];
    let columns: Vec<&str> = written_columns().chain(more).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    let (columns, places) = (columns.join(", "), places.join(", "));
    format!("INSERT INTO users ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING")
});
static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let changes: Vec<String> = written_columns()
        .enumerate()
        .skip(1)
        .map(|(at, column)| format!("{column} = ?{}", at + 1))
        .collect();
    format!(
        "UPDATE users SET {} WHERE id = ?1 AND deleted_at IS NULL",
        changes.join(", ")
    )
});

impl Writer {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `users_upn_key_key` when the name is taken.
    pub async fn insert_user(
        &mut self,
        _: &Permit,
        user: &User,
        password_verifier: Option<&str>,
        event: &AuditEvent,
    ) -> Result<()> {
        let keys = Keys::of(user);
        let mut values = values(user, &keys);
        values.extend([
            user.created_at.value(),
            Value::of_time(user.password_changed_at),
            user.sessions_valid_from.value(),
            password_verifier.map_or(Value::Null, Value::Text),
        ]);
        let made = self.execute(&INSERT, &values).await?;
        StoreError::conflict_unless(made == 1, "users_upn_key_key")?;
        self.list_person(user).await?;
        self.change_terms(user.id.as_bytes(), &BTreeSet::new(), &terms::of_user(user))
            .await?;
        self.record(event).await
    }

    /// Changes an account: all but its id, when it was made, its password and from when sessions count.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `users_upn_key_key` when the new name is taken.
    pub async fn update_user(&mut self, _: &Permit, user: &User, events: &[AuditEvent]) -> Result<()> {
        let keys = Keys::of(user);
        let Some(old) = self.user_by_id(user.id).await? else {
            return Ok(());
        };
        self.execute(&UPDATE, &values(user, &keys)).await?;
        self.relist_person(&old, Some(user)).await?;
        self.change_terms(user.id.as_bytes(), &terms::of_user(&old), &terms::of_user(user))
            .await?;
        if let (true, Some(event)) = (old.account_enabled && !user.account_enabled, events.first()) {
            self.announce_end(Ending::OfUser(user.id), event.at).await?;
        }
        for event in events {
            self.record(event).await?;
        }
        Ok(())
    }

    /// Deletes an account; its pass, sessions, roles and memberships go at once. False: there was none, and
    /// nothing is recorded.
    pub async fn delete_user(
        &mut self,
        _: &Permit,
        user: UserId,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<bool> {
        let Some(old) = self.user_by_id(user).await? else {
            return Ok(false);
        };
        let sql = "UPDATE users SET deleted_at = ?2, sessions_valid_from = ?2 \
            WHERE id = ?1 AND deleted_at IS NULL";
        self.execute(sql, params![user, now]).await?;
        self.relist_person(&old, None).await?;
        self.change_terms(user.as_bytes(), &terms::of_user(&old), &BTreeSet::new())
            .await?;
        self.remove_pass_of(user, now).await?;
        self.end(Ending::OfUser(user), now).await?;
        self.forget_principal(user).await?;
        self.forget_federated_identities(user).await?;
        self.record(event).await?;
        Ok(true)
    }

    /// Sets a password by its verifier.
    pub async fn set_password(
        &mut self,
        user: UserId,
        verifier: &str,
        must_change: bool,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "UPDATE users SET password_verifier = ?2, must_change_password = ?3, \
            password_changed_at = ?4 WHERE id = ?1 AND deleted_at IS NULL";
        self.execute(sql, params![user, verifier, must_change, now])
            .await?;
        self.look_for_methods(user).await?;
        self.record(event).await
    }

    /// Ends a user's sessions. With `except`, all but that one, and what applications were let do with a password in
    /// another one; without, all that they were let do before.
    pub async fn end_sessions(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        if let Some(kept) = except {
            self.end(Ending::OfUserExcept(user, kept), now).await?;
            self.end_authorizations_on_passwords(user, kept).await?;
        } else {
            // Another node's clock may be ahead.
            let sql = "UPDATE users SET sessions_valid_from = ?2 \
                WHERE id = ?1 AND sessions_valid_from < ?2 AND deleted_at IS NULL";
            self.execute(sql, params![user, now]).await?;
            self.end(Ending::OfUser(user), now).await?;
            self.end_authorizations(user).await?;
        }
        self.record(event).await
    }

    /// Ends a user's sessions that a password was given for, and what applications were let do with one in them, but
    /// this session: who has the others proved something else, which is as good as before.
    pub async fn end_sessions_on_passwords(
        &mut self,
        user: UserId,
        kept: SessionId,
        now: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        self.end(Ending::OnPasswordsOfExcept(user, kept), now).await?;
        self.end_authorizations_on_passwords(user, kept).await?;
        self.record(event).await
    }
}
