//! The sign-in log, read newest first.

use latchkey_domain::{CorrelationId, Requirement, SignInError, SignInId, SignInRecord, Timestamp, UserId};

use crate::conditions::{Conditions, prefix_end, unindexed};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// Which records a list is about: those that meet all of what is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Up to this moment, itself included.
    pub to: Option<Timestamp>,
    /// The record with this id.
    pub id: Option<SignInId>,
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this name, in any case.
    pub upn: Option<String>,
    /// With a name that starts so, in any case.
    pub upn_prefix: Option<String>,
    /// With this `status/errorCode`; 0 is success.
    pub error_number: Option<u32>,
    /// From this source address.
    pub ip: Option<String>,
    /// What the error page told the person.
    pub correlation: Option<CorrelationId>,
    /// Through this application.
    pub app_id: Option<String>,
    /// Those in which no person took part, in place of the others.
    pub silent: bool,
}

/// A record with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignIn {
    /// Unique; where the next page goes on.
    pub seq: i64,
    /// The attempt.
    pub record: SignInRecord,
}

const SIGN_IN: &str = "seq, id, at, user_id, upn, user_display_name, app_id, app_name, ip_address, user_agent, \
    correlation_id, error, multi_factor, steps, session_id";

/// Where records lie: those in which no person took part lie apart, since they are many times as many.
const fn table(silent: bool) -> &'static str {
    if silent { "silent_sign_ins" } else { "sign_ins" }
}

fn columns(silent: bool) -> String {
    format!("{SIGN_IN}, CAST({} AS BIGINT)", u8::from(!silent))
}

impl FromRow for StoredSignIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let error = match row.get::<Option<String>>(11)? {
            None => None,
            Some(name) => Some(
                SignInError::from_name(&name)
                    .ok_or_else(|| StoreError::Corrupt("a stored sign-in error is unknown".to_owned()))?,
            ),
        };
        let record = SignInRecord {
            id: row.get(1)?,
            at: row.get(2)?,
            user_id: row.get(3)?,
            user_principal_name: row.get(4)?,
            user_display_name: row.get(5)?,
            app_id: row.get(6)?,
            app_name: row.get(7)?,
            ip_address: row.get(8)?,
            user_agent: row.get(9)?,
            correlation_id: row.get(10)?,
            error,
            requirement: if row.get(12)? {
                Requirement::MultiFactor
            } else {
                Requirement::SingleFactor
            },
            steps: json::read(row.text(13)?)?,
            session_id: row.get(14)?,
            interactive: row.get(15)?,
        };
        Ok(Self {
            seq: row.get(0)?,
            record,
        })
    }
}

/// Names in lower case, as they are searched for.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(crate) upn: Option<String>,
    pub(crate) prefix: Option<(String, String)>,
}

/// The statement for a page. The most selective filter leads through its index, in the order of the list; the
/// others only look at what it finds.
pub(crate) fn page<'a>(
    filter: &'a SignInFilter,
    keys: &'a Keys,
    before: Option<&'a (Timestamp, i64)>,
    limit: &'a u32,
) -> (String, Conditions<'a>) {
    let mut list = Conditions::default();
    let limit = list.bind(limit);
    let mut led = false;
    // Of silent ones there are only the indexes of people and errors: other filters walk along the time.
    let apart = filter.silent;
    let mut lead = |column: &str, indexed: bool| {
        let condition = if led { unindexed(column) } else { column.to_owned() };
        led |= indexed;
        condition + " = ?"
    };
    if let Some(id) = &filter.id {
        list.and(&lead("s.id", true), id);
    }
    if let Some(correlation) = &filter.correlation {
        list.and(&lead("s.correlation_id", !apart), correlation);
    }
    if let Some(user) = &filter.user_id {
        list.and(&lead("s.user_id", true), user);
    }
    if let Some(upn) = &keys.upn {
        list.and(&lead("s.upn_key", !apart), upn);
    }
    if let Some(ip) = &filter.ip {
        list.and(&lead("s.ip_address", !apart), ip);
    }
    match &filter.error_number {
        // Most are successes, which no index holds.
        Some(0) => list.and_text(&format!("{} = 0", unindexed("s.error_number"))),
        Some(number) => {
            list.and(&lead("s.error_number", true), number);
            // What the index is limited to.
            list.and_text("s.error_number <> 0");
        }
        None => {}
    }
    list.newest_first("s", (filter.from.as_ref(), filter.to.as_ref()), before);
    if let Some((start, end)) = &keys.prefix {
        let column = unindexed("s.upn_key");
        list.and(&format!("{column} >= ?"), start);
        list.and(&format!("{column} < ?"), end);
    }
    if let Some(app_id) = &filter.app_id {
        list.and("s.app_id = ?", app_id);
    }
    let sql = format!(
        "SELECT {} FROM {} s {} ORDER BY s.at DESC, s.seq DESC LIMIT {limit}",
        columns(filter.silent),
        table(filter.silent),
        list.text()
    );
    (sql, list)
}

impl Reader {
    /// The next `limit` records after the one with the number `before`, newest first. Records of the same moment
    /// come in the order of their numbers, the highest first.
    pub async fn sign_ins_page(
        &mut self,
        filter: &SignInFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredSignIn>> {
        let prefix = filter.upn_prefix.as_ref().map(|prefix| prefix.to_lowercase());
        let keys = Keys {
            upn: filter.upn.as_ref().map(|upn| upn.to_lowercase()),
            prefix: prefix.map(|prefix| (prefix.clone(), prefix_end(&prefix))),
        };
        let mut cursor = None;
        if let Some(seq) = before {
            let at = self
                .query_opt::<(Timestamp,)>(
                    &format!("SELECT at FROM {} WHERE seq = ?1", table(filter.silent)),
                    params![seq],
                )
                .await?;
            // Records are removed oldest first: where this one is gone, none is left after it.
            let Some((at,)) = at else { return Ok(Vec::new()) };
            cursor = Some((at, seq));
        }
        let (sql, list) = page(filter, &keys, cursor.as_ref(), &limit);
        self.query_all(&sql, list.values()).await
    }

    /// The record with this id.
    pub async fn sign_in(&mut self, id: SignInId) -> Result<Option<StoredSignIn>> {
        for silent in [false, true] {
            let sql = format!("SELECT {} FROM {} WHERE id = ?1", columns(silent), table(silent));
            let found = self.query_opt(&sql, params![id]).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

impl Writer {
    /// Records an attempt.
    pub async fn insert_sign_in(&mut self, record: &SignInRecord) -> Result<()> {
        let upn_key = record.user_principal_name.as_ref().map(|upn| upn.to_lowercase());
        let error = record.error.map(SignInError::name);
        let error_number = record.error.map_or(0, SignInError::number);
        let multi_factor = record.requirement == Requirement::MultiFactor;
        let steps = json::write(&record.steps)?;
        let table = table(!record.interactive);
        let sql = format!(
            "INSERT INTO {table} (id, at, user_id, upn, upn_key, user_display_name, app_id, app_name, ip_address, \
             user_agent, correlation_id, error, error_number, multi_factor, steps, session_id) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
        );
        self.execute(
            &sql,
            params![
                record.id,
                record.at,
                record.user_id,
                record.user_principal_name,
                upn_key,
                record.user_display_name,
                record.app_id,
                record.app_name,
                record.ip_address,
                record.user_agent,
                record.correlation_id,
                error,
                error_number,
                multi_factor,
                steps,
                record.session_id,
            ],
        )
        .await?;
        Ok(())
    }
}
