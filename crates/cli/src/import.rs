//! Many accounts from a CSV file, through `$batch`: twenty in a request, several requests at a time.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use crate::Failure;
use crate::graph::Graph;
use crate::output::{tell, text};
use crate::table::{ERROR, FailedFile, Line, Table};
use crate::user::{new_user, property_value};

/// Requests in one batch: what Graph takes.
const BATCH: usize = 20;
/// Batches under way.
const AT_ONCE: usize = 8;

/// What became of a line.
enum Outcome {
    Created,
    /// Nothing was made, and why.
    Failed(String),
    /// It was sent, and no answer came.
    Unknown,
}

/// Lines and what became of them, and why nothing more is worth sending, if so.
struct Done {
    outcomes: Vec<(Line, Outcome)>,
    failure: Option<Failure>,
}

/// Creates an account for each line. What failed is told line by line; the rest is done. Where the server goes away or
/// the file can't be read on, no more is sent, what is under way is waited for, and what became of everything is told.
pub(crate) async fn run(file: &Path, failed: Option<&Path>, graph: &Graph) -> Result<(), Failure> {
    let mut table = Table::open(file)?;
    for required in ["userPrincipalName", "displayName"] {
        if !table.columns.iter().any(|name| name == required) {
            return Err(Failure::Usage(format!(
                "{}: no column '{required}'",
                file.display()
            )));
        }
    }
    let mut report = Report::new(failed, &table)?;
    let mut batches = JoinSet::new();
    let mut stop = None;
    let mut ended = false;
    while !ended {
        let mut lines = Vec::with_capacity(BATCH);
        while lines.len() < BATCH && !ended {
            match table.next_line() {
                Ok(Some(line)) => match line.values(table.columns.len()) {
                    Ok(_) => lines.push(line),
                    Err(reason) => report.take(&line, &Outcome::Failed(reason), &mut stop),
                },
                Ok(None) => ended = true,
                Err(failure) => {
                    stop.get_or_insert(failure);
                    ended = true;
                }
            }
        }
        report.read = table.read();
        if stop.is_some() {
            for line in &lines {
                report.leave(line);
            }
        } else if !lines.is_empty() {
            batches.spawn(create(graph.clone(), Arc::clone(&table.columns), lines));
        }
        while batches.len() >= AT_ONCE || ended {
            let Some(done) = batches.join_next().await else {
                break;
            };
            let done = done.map_err(|error| Failure::Unreachable(error.to_string()))?;
            for (line, outcome) in &done.outcomes {
                report.take(line, outcome, &mut stop);
            }
            if let Some(failure) = done.failure {
                stop.get_or_insert(failure);
            }
            report.show_progress();
        }
    }
    report.finish(stop)
}

async fn create(graph: Graph, columns: Arc<[String]>, lines: Vec<Line>) -> Done {
    let requests: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            json!({
                "id": place.to_string(),
                "method": "POST",
                "url": "/users",
                "headers": {"Content-Type": "application/json"},
                "body": body(&columns, line),
            })
        })
        .collect();
    let answer = match graph.post("$batch", &json!({"requests": requests})).await {
        Ok(answer) => answer,
        Err(failure) => {
            // What the server refused as a whole has changed nothing.
            let refused = matches!(failure.exit_code(), 2..=6);
            let outcome = || {
                if refused {
                    Outcome::Failed(failure.to_string())
                } else {
                    Outcome::Unknown
                }
            };
            return Done {
                outcomes: lines.into_iter().map(|line| (line, outcome())).collect(),
                failure: Some(failure),
            };
        }
    };
    let responses = answer.get("responses").and_then(Value::as_array);
    let outcome = |(place, line): (usize, Line)| {
        let id = place.to_string();
        let mut found = responses
            .into_iter()
            .flatten()
            .filter(|one| text(one, "id") == id);
        let outcome = match found.next() {
            Some(one) if one.get("status").and_then(Value::as_u64) == Some(201) => Outcome::Created,
            Some(one) => Outcome::Failed(text(one, "body/error/message")),
            None => Outcome::Unknown,
        };
        (line, outcome)
    };
    Done {
        outcomes: lines.into_iter().enumerate().map(outcome).collect(),
        failure: None,
    }
}

fn body(columns: &[String], line: &Line) -> Map<String, Value> {
    // A line that is no good was not sent here.
    let values = line.values(columns.len()).unwrap_or_default();
    let named = |wanted| columns.iter().zip(&values).find(|(name, _)| *name == wanted);
    let of = |wanted| named(wanted).map_or("", |(_, value)| value);
    let mut body = new_user(of("userPrincipalName"), of("displayName"));
    for (name, value) in columns.iter().zip(&values) {
        if !value.is_empty() && name != ERROR {
            body.insert(name.clone(), property_value(name, value));
        }
    }
    body
}

/// Counts, tells, and keeps what was not made.
struct Report {
    created: usize,
    failed: usize,
    unknown: usize,
    /// Lines that were not sent, and the first of them.
    left: usize,
    left_from: u64,
    /// Bytes of the file that were read, and all of them.
    read: u64,
    length: u64,
    file: Option<FailedFile>,
    shows_progress: bool,
}

impl Report {
    fn new(failed: Option<&Path>, table: &Table) -> Result<Self, Failure> {
        Ok(Self {
            created: 0,
            failed: 0,
            unknown: 0,
            left: 0,
            left_from: 0,
            read: 0,
            length: table.length,
            file: failed.map(|path| FailedFile::new(path, table)).transpose()?,
            shows_progress: std::io::stderr().is_terminal(),
        })
    }

    /// A file of failed lines that can't be written ends the import, too.
    fn take(&mut self, line: &Line, outcome: &Outcome, stop: &mut Option<Failure>) {
        let reason = match outcome {
            Outcome::Created => {
                self.created += 1;
                return;
            }
            Outcome::Failed(reason) => {
                self.failed += 1;
                reason.as_str()
            }
            Outcome::Unknown => {
                self.unknown += 1;
                "no answer came: the account may be there"
            }
        };
        if let Err(failure) = self.keep(line, reason, true) {
            stop.get_or_insert(failure);
        }
    }

    /// A line that is not sent any more.
    fn leave(&mut self, line: &Line) {
        if self.left == 0 {
            self.left_from = line.number;
        }
        self.left += 1;
        // Why the import ended is known already, and is told at the end.
        let _ = self.keep(line, "not sent", false);
    }

    fn keep(&mut self, line: &Line, reason: &str, told: bool) -> Result<(), Failure> {
        match &mut self.file {
            Some(file) => return file.write(line, reason),
            None if told => tell(&format!("{}{}: {reason}", self.clear(), line.place())),
            None => {}
        }
        Ok(())
    }

    /// What the terminal shows is told from the file's length: nothing is read ahead.
    fn show_progress(&self) {
        if !self.shows_progress {
            return;
        }
        let part = (self.read * 100).checked_div(self.length).unwrap_or(100).min(100);
        let filled = usize::try_from(part / 4).unwrap_or(0);
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(25 - filled));
        let _ = write!(
            std::io::stderr(),
            "\r{bar} {part:3} %   {} created, {} failed",
            self.created,
            self.failed
        );
    }

    /// Takes the bar away before a line is told.
    const fn clear(&self) -> &'static str {
        if self.shows_progress { "\r\x1b[K" } else { "" }
    }

    fn finish(mut self, mut stop: Option<Failure>) -> Result<(), Failure> {
        if let Some(Err(failure)) = self.file.as_mut().map(FailedFile::finish) {
            stop.get_or_insert(failure);
        }
        let mut told = format!("{}{} created, {} failed", self.clear(), self.created, self.failed);
        // Writing to a String does not fail.
        if self.unknown > 0 {
            let _ = write!(told, ", {} unknown", self.unknown);
        }
        if self.left > 0 {
            let _ = write!(told, ", {} not sent (from line {} on)", self.left, self.left_from);
        }
        tell(&told);
        match stop {
            Some(failure) => Err(failure),
            None if self.failed + self.unknown > 0 => Err(Failure::Some {
                failed: self.failed + self.unknown,
                all: self.created + self.failed + self.unknown,
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_an_earlier_import_are_no_property() {
        let columns = ["userPrincipalName", "displayName", ERROR, "city"].map(str::to_owned);
        let line = Line::new(2, &["ada@example.com", "Ada", "name taken", "Paris"]);
        let body = body(&columns, &line);
        assert_eq!(body.get("city"), Some(&json!("Paris")));
        assert_eq!(body.get(ERROR), None);
    }
}
