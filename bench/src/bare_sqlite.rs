//! The rows that sign-ins wrote, written once more by bare SQLite: the limit for durable changes.
//!
//! It works on a copy of the database from before, so with the same tables and indexes, with the same settings, and
//! commits groups of the size that the program's group commit had.

use std::path::Path;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use crate::Result;
use crate::drive::Rate;

/// One row with all its columns.
pub(crate) type Cells = Vec<Value>;

/// What sign-ins with passes have written, in their order; one entry of each list per sign-in.
pub(crate) struct Written {
    /// The pass and the time of its use.
    passes: Vec<(Value, Value)>,
    sessions: Vec<Cells>,
    sign_ins: Vec<Cells>,
    audits: Vec<Cells>,
    targets: Vec<Cells>,
}

/// How far the logs of a database had come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    sign_in: i64,
    audit: i64,
}

impl Mark {
    pub(crate) fn of(database: &Path) -> Result<Self> {
        let connection = Connection::open(database)?;
        let last = |table: &str| {
            let sql = format!("SELECT coalesce(max(seq), 0) FROM {table}");
            connection.query_row(&sql, [], |row| row.get(0))
        };
        Ok(Self {
            sign_in: last("sign_ins")?,
            audit: last("audits")?,
        })
    }
}

impl Written {
    /// Everything after the mark.
    pub(crate) fn since(database: &Path, mark: Mark) -> Result<Self> {
        let connection = Connection::open(database)?;
        let rows = |sql: &str, after: i64| -> Result<Vec<Cells>> {
            let mut statement = connection.prepare(sql)?;
            let rows = statement
                .query_map([after], cells)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(rows)
        };
        let joined = "sign_ins i JOIN sessions s ON s.id = i.session_id WHERE i.seq > ?1 ORDER BY i.seq";
        let passes = rows(
            &format!("SELECT s.pass_id, s.created_at FROM {joined}"),
            mark.sign_in,
        )?;
        let written = Self {
            passes: passes
                .into_iter()
                .map(|cells| <[Value; 2]>::try_from(cells).map(|[pass, at]| (pass, at)))
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| "two columns")?,
            sessions: rows(&format!("SELECT s.* FROM {joined}"), mark.sign_in)?,
            sign_ins: rows("SELECT * FROM sign_ins WHERE seq > ?1 ORDER BY seq", mark.sign_in)?,
            audits: rows("SELECT * FROM audits WHERE seq > ?1 ORDER BY seq", mark.audit)?,
            targets: rows(
                "SELECT * FROM audit_targets WHERE seq > ?1 ORDER BY seq",
                mark.audit,
            )?,
        };
        let counts = [
            &written.sessions,
            &written.sign_ins,
            &written.audits,
            &written.targets,
        ]
        .map(Vec::len);
        if counts != [written.passes.len(); 4] {
            return Err(format!("a sign-in no longer writes one row of each kind: {counts:?}").into());
        }
        Ok(written)
    }

    /// Writes it all to the copy, so many sign-ins in each durable commit.
    pub(crate) fn write_again(&self, copy: &Path, group: usize) -> Result<Rate> {
        let connection = Connection::open(copy)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;",
        )?;
        let mut use_pass = connection.prepare(
            "UPDATE passes SET used_at = coalesce(used_at, ?2), last_used_at = ?2, wrong_guesses = 0 \
             WHERE id = ?1 AND (one_time = 0 OR used_at IS NULL)",
        )?;
        let prepare = |table: &str, rows: &[Cells]| {
            let places = vec!["?"; rows.first().map_or(1, Vec::len)].join(", ");
            connection.prepare(&format!("INSERT INTO {table} VALUES ({places})"))
        };
        let mut session = prepare("sessions", &self.sessions)?;
        let mut sign_in = prepare("sign_ins", &self.sign_ins)?;
        let mut audit = prepare("audits", &self.audits)?;
        let mut target = prepare("audit_targets", &self.targets)?;
        let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
        let mut commit = connection.prepare("COMMIT")?;
        let start = Instant::now();
        let rows = self
            .passes
            .iter()
            .zip(&self.sessions)
            .zip(&self.sign_ins)
            .zip(&self.audits)
            .zip(&self.targets);
        let last = self.passes.len().saturating_sub(1);
        for (number, (((((pass, at), s), i), a), t)) in rows.enumerate() {
            if number % group == 0 {
                begin.execute([])?;
            }
            use_pass.execute(params![pass, at])?;
            session.execute(params_from_iter(s))?;
            sign_in.execute(params_from_iter(i))?;
            audit.execute(params_from_iter(a))?;
            target.execute(params_from_iter(t))?;
            if number % group == group - 1 || number == last {
                commit.execute([])?;
            }
        }
        Ok(Rate::new(self.passes.len() as u64, start.elapsed()))
    }
}

pub(crate) fn cells(row: &Row<'_>) -> rusqlite::Result<Cells> {
    (0..row.as_ref().column_count())
        .map(|column| row.get(column))
        .collect()
}
