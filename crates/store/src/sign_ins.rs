//! The sign-in log. It only ever grows.

use latchkey_domain::{CorrelationId, Requirement, SignInError, SignInId, SignInRecord, Timestamp, UserId};

use crate::log_query::LogQuery;
use crate::row::{FromRow, Row};
use crate::users::end_of_prefix;
use crate::value::{Param, params};
use crate::{Reader, Result, StoreError, Writer, json};

/// A record with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignIn {
    /// Its number: later records mostly have greater ones.
    pub seq: i64,
    /// The record.
    pub record: SignInRecord,
}

/// Which records a list holds; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// At this moment or earlier.
    pub to: Option<Timestamp>,
    /// Of this user.
    pub user_id: Option<UserId>,
    /// The name is this, without regard to case.
    pub upn: Option<String>,
    /// The name starts so, without regard to case.
    pub upn_prefix: Option<String>,
    /// The error's number; 0 is success.
    pub error_number: Option<u32>,
    /// The source address.
    pub ip: Option<String>,
    /// Of this request.
    pub correlation: Option<CorrelationId>,
    /// The application that asked.
    pub app_id: Option<String>,
}

const COLUMNS: &str = "l.seq, l.id, l.at, l.user_id, l.upn, l.display_name, l.app_id, l.app_name, l.ip_address, \
    l.user_agent, l.correlation_id, l.error, l.requirement, l.steps, l.session_id";

impl FromRow for StoredSignIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let unknown = |what: &str| StoreError::Corrupt(format!("a sign-in record with an unknown {what}"));
        let error: Option<String> = row.get(11)?;
        let error = error
            .map(|name| SignInError::from_name(&name).ok_or_else(|| unknown("error")))
            .transpose()?;
        let requirement = [Requirement::SingleFactor, Requirement::MultiFactor]
            .into_iter()
            .find(|requirement| row.text(12).is_ok_and(|text| requirement.as_str() == text));
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
            requirement: requirement.ok_or_else(|| unknown("requirement"))?,
            steps: json::read(row.text(13)?)?,
            session_id: row.get(14)?,
        };
        Ok(Self {
            seq: row.get(0)?,
            record,
        })
    }
}

impl Reader {
    /// Records, newest first, those behind the record with the number `before`.
    pub async fn sign_ins_page(
        &mut self,
        filter: &SignInFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredSignIn>> {
        let upn = filter.upn.as_deref().map(str::to_lowercase);
        let prefix = filter.upn_prefix.as_deref().map(str::to_lowercase);
        let end = prefix.as_deref().map(end_of_prefix);
        let mut query = LogQuery::new(&format!("SELECT {COLUMNS} FROM sign_ins l"), "l");
        query.within(filter.from.as_ref(), filter.to.as_ref());
        query.and_maybe("l.user_id = ?", filter.user_id.as_ref());
        query.and_maybe("l.upn_key = ?", upn.as_ref());
        query.and_maybe("l.upn_key >= ?", prefix.as_ref());
        query.and_maybe("l.upn_key < ?", end.as_ref());
        query.and_maybe("l.error_number = ?", filter.error_number.as_ref());
        query.and_maybe("l.ip_address = ?", filter.ip.as_ref());
        query.and_maybe("l.correlation_id = ?", filter.correlation.as_ref());
        query.and_maybe("l.app_id = ?", filter.app_id.as_ref());
        let (sql, values) = query.page("sign_ins", before, limit);
        self.query_all(&sql, &values).await
    }

    /// One record.
    pub async fn sign_in(&mut self, id: SignInId) -> Result<Option<StoredSignIn>> {
        let sql = format!("SELECT {COLUMNS} FROM sign_ins l WHERE l.id = ?1");
        self.query_opt(&sql, params![id]).await
    }
}

impl Writer {
    /// Records an attempt to sign in.
    pub async fn insert_sign_in(&mut self, record: &SignInRecord) -> Result<()> {
        let sql = "INSERT INTO sign_ins (id, at, user_id, upn, upn_key, display_name, app_id, app_name, \
            ip_address, user_agent, correlation_id, error, error_number, requirement, steps, session_id) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let values = params![
            record.id,
            record.at,
            record.user_id,
            record.user_principal_name,
            record.user_principal_name.as_deref().map(str::to_lowercase),
            record.user_display_name,
            record.app_id,
            record.app_name,
            record.ip_address,
            record.user_agent,
            record.correlation_id,
            record.error.map(SignInError::name),
            record.error.map_or(0, SignInError::number),
            record.requirement.as_str(),
            json::write(&record.steps)?,
            record.session_id,
        ];
        self.execute(sql, values).await.map(drop)
    }
}
