//! `latchkey logs`: who signed in, and who changed what.

use clap::{Args, Subcommand};
use serde_json::Value;
use time::OffsetDateTime;

use crate::Failure;
use crate::graph::{Graph, quoted};
use crate::moment::{sent, shown, since};
use crate::output::{Amount, Field, Output, Query, text};
use crate::reference::{named, user_id};

#[derive(Subcommand)]
pub enum LogsCommand {
    /// Sign-ins; with --all --json every one of them, a line each.
    SignIns {
        /// Of this person: the UPN as it was typed.
        #[arg(long, value_name = "UPN")]
        user: Option<String>,
        /// Only those that ended in this error, such as 130503; 0 is success.
        #[arg(long, value_name = "NUMBER")]
        error: Option<u32>,
        #[command(flatten)]
        range: Range,
    },
    /// Changes; with --all --json every one of them, a line each.
    Audits {
        /// By this person: UPN or id.
        #[arg(long, value_name = "USER")]
        by: Option<String>,
        /// Of this person: UPN or id.
        #[arg(long, value_name = "USER")]
        about: Option<String>,
        /// What was done, by its whole name, such as 'Delete user'.
        #[arg(long, value_name = "ACTIVITY")]
        activity: Option<String>,
        #[command(flatten)]
        range: Range,
    },
}

/// Which part of a log.
#[derive(Args)]
pub struct Range {
    /// Since then: 24h, 7d, 2026-11-22, '2026-11-22 08:00' (UTC).
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<OffsetDateTime>,
    /// A filter in Graph's words, beside the others.
    #[arg(long, value_name = "ODATA")]
    filter: Option<String>,
    #[command(flatten)]
    amount: Amount,
}

const SIGN_INS: &[Field] = &[
    ("TIME (UTC)", |one| shown(&text(one, "createdDateTime"))),
    ("USER", |one| text(one, "userPrincipalName")),
    ("RESULT", |one| {
        match one.pointer("/status/errorCode").and_then(Value::as_i64) {
            Some(0) => "ok".to_owned(),
            Some(number) => format!("{number} {}", text(one, "status/failureReason")),
            None => String::new(),
        }
    }),
    ("APPLICATION", |one| text(one, "appDisplayName")),
    ("ADDRESS", |one| text(one, "ipAddress")),
];

const AUDITS: &[Field] = &[
    ("TIME (UTC)", |one| shown(&text(one, "activityDateTime"))),
    ("ACTIVITY", |one| text(one, "activityDisplayName")),
    ("RESULT", |one| text(one, "result")),
    ("BY", |one| {
        let upn = text(one, "initiatedBy/user/userPrincipalName");
        if upn.is_empty() {
            text(one, "initiatedBy/app/displayName")
        } else {
            upn
        }
    }),
    ("ABOUT", |one| {
        let targets = one.get("targetResources").and_then(Value::as_array);
        let name = |target| {
            let upn = text(target, "userPrincipalName");
            if upn.is_empty() {
                text(target, "displayName")
            } else {
                upn
            }
        };
        targets
            .and_then(|targets| targets.first())
            .map(name)
            .unwrap_or_default()
    }),
];

/// Runs one command.
pub(crate) async fn run(command: LogsCommand, graph: &Graph, output: &Output) -> Result<(), Failure> {
    let (path, columns, conditions, range) = match command {
        LogsCommand::SignIns { user, error, range } => {
            let mut conditions = range.conditions("createdDateTime");
            if let Some(user) = user {
                let name = named("person", &user)?.to_lowercase();
                conditions.push(format!("userPrincipalName eq {}", quoted(&name)));
            }
            if let Some(number) = error {
                conditions.push(format!("status/errorCode eq {number}"));
            }
            ("auditLogs/signIns", SIGN_INS, conditions, range)
        }
        LogsCommand::Audits {
            by,
            about,
            activity,
            range,
        } => {
            let mut conditions = range.conditions("activityDateTime");
            if let Some(by) = by {
                let id = quoted(&user_id(graph, &by).await?);
                conditions.push(format!("initiatedBy/user/id eq {id}"));
            }
            if let Some(about) = about {
                let id = quoted(&user_id(graph, &about).await?);
                conditions.push(format!("targetResources/any(t:t/id eq {id})"));
            }
            if let Some(activity) = activity {
                conditions.push(format!("activityDisplayName eq {}", quoted(&activity)));
            }
            ("auditLogs/directoryAudits", AUDITS, conditions, range)
        }
    };
    let query = Query::new(path).filters(&conditions);
    output.list(graph, query, &range.amount, columns).await
}

impl Range {
    fn conditions(&self, time: &str) -> Vec<String> {
        let since = self.since.map(|since| format!("{time} ge {}", sent(since)));
        since.into_iter().chain(self.filter.clone()).collect()
    }
}
