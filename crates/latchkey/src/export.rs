//! `latchkey admin export`: a log as JSON lines, a piece at a time, so that its length costs no memory.

use std::error::Error;
use std::io::{BufWriter, ErrorKind, Write};

use latchkey_domain::{Caller, Timestamp};
use latchkey_service::{Service, SignInJson, audit_json};
use latchkey_store::{AuditFilter, SignInFilter};

use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{Installation, block_on};

/// Records of one piece.
const PIECE: u32 = 500;

/// One of the logs.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Log {
    /// Attempts to sign in.
    SignIns,
    /// Those in which no person took part, such as uses of refresh tokens.
    SilentSignIns,
    /// What was done, and what was refused.
    Audit,
}

/// The records of a log between two moments.
struct Wanted {
    log: Log,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// Prints the log to standard output.
pub(crate) fn run(
    folder: &DataFolder,
    config: &Config,
    log: Log,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let wanted = Wanted {
        log,
        from: from.map(moment).transpose()?,
        to: to.map(moment).transpose()?,
    };
    let origin = folder.origin(config);
    block_on(async {
        let service = Installation::open(folder, config)
            .await?
            .into_service(config, &origin)
            .await?;
        let outcome = print(&service, &wanted).await;
        service.store().close().await;
        outcome
    })
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).map_err(|_| format!("'{text}' is no time like 2026-11-22T09:00:00Z"))
}

async fn print(service: &Service, wanted: &Wanted) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(std::io::stdout());
    let mut before = None;
    loop {
        let lines = wanted.piece(service, before).await?;
        for (_, line) in &lines {
            match writeln!(output, "{line}") {
                // Whoever reads has seen enough, as `head` does.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                written => written?,
            }
        }
        match lines.last() {
            Some((place, _)) if u32::try_from(lines.len()).is_ok_and(|count| count == PIECE) => {
                before = Some(*place);
            }
            _ => break,
        }
    }
    match output.flush() {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        flushed => Ok(flushed?),
    }
}

impl Wanted {
    /// The next records as JSON, each with its place.
    async fn piece(
        &self,
        service: &Service,
        before: Option<i64>,
    ) -> Result<Vec<(i64, String)>, Box<dyn Error>> {
        match self.log {
            Log::SignIns | Log::SilentSignIns => {
                let filter = SignInFilter {
                    silent: matches!(self.log, Log::SilentSignIns),
                    from: self.from,
                    to: self.to,
                    ..SignInFilter::default()
                };
                let found = service
                    .list_sign_ins(&Caller::Console, &filter, before, PIECE)
                    .await?;
                let tenant = service.tenant().id;
                let line = |stored: &latchkey_store::StoredSignIn| {
                    (stored.seq, SignInJson::new(tenant, &stored.record).to_line())
                };
                Ok(found.iter().map(line).collect())
            }
            Log::Audit => {
                let filter = AuditFilter {
                    from: self.from,
                    to: self.to,
                    ..AuditFilter::default()
                };
                let found = service
                    .list_audits(&Caller::Console, &filter, before, PIECE)
                    .await?;
                let line = |stored: &latchkey_store::StoredAudit| {
                    (stored.seq, audit_json(&stored.event).to_string())
                };
                Ok(found.iter().map(line).collect())
            }
        }
    }
}
