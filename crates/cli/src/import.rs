//! Many accounts from a CSV file, through `$batch`: twenty in a request, several requests at a time.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Failure;
use crate::graph::Graph;
use crate::output::{tell, text};
use crate::user::{new_user, property_value};

/// Requests in one batch: what Graph takes.
const BATCH: usize = 20;
/// The column of reasons in a file of failed lines, which is no property of anybody.
const ERROR: &str = "error";
/// Batches under way.
const AT_ONCE: usize = 8;

/// A line of the file and what it says.
struct Line {
    /// As it stands in the file, counted from 1.
    number: u64,
    record: csv::StringRecord,
}

/// What became of a line.
struct Outcome {
    line: Line,
    /// The server's reason, unless the account was made.
    error: Option<String>,
}

/// Creates an account for each line. What failed is told line by line; the rest is done.
pub(crate) async fn run(file: &Path, failed: Option<&Path>, graph: &Graph) -> Result<(), Failure> {
    let unreadable = |error| csv_failed(file, error);
    let mut reader = csv::Reader::from_path(file).map_err(unreadable)?;
    let header = Arc::new(reader.headers().map_err(unreadable)?.clone());
    for required in ["userPrincipalName", "displayName"] {
        if !header.iter().any(|name| name == required) {
            return Err(Failure::Usage(format!(
                "{}: no column '{required}'",
                file.display()
            )));
        }
    }
    let mut report = Report::new(failed, &header)?;
    // What the terminal shows is told from the file's length: nothing is read ahead.
    let length = std::fs::metadata(file).map_or(0, |data| data.len());
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut batches: JoinSet<Result<Vec<Outcome>, Failure>> = JoinSet::new();
    let mut records = reader.into_records();
    loop {
        let mut lines = Vec::with_capacity(BATCH);
        for record in records.by_ref().take(BATCH) {
            let record = record.map_err(unreadable)?;
            let number = record.position().map_or(0, csv::Position::line);
            lines.push(Line { number, record });
        }
        report.read = records.reader().position().byte();
        let last = lines.len() < BATCH;
        if !lines.is_empty() {
            let (graph, header, places) = (graph.clone(), Arc::clone(&header), Arc::clone(&places));
            batches.spawn(async move {
                // Never closed.
                let _place = places.acquire_owned().await;
                create(&graph, &header, lines).await
            });
        }
        while batches.len() >= AT_ONCE || last {
            let Some(done) = batches.join_next().await else {
                break;
            };
            let outcomes = done.map_err(|error| Failure::Unreachable(error.to_string()))??;
            report.take(outcomes, length)?;
        }
        if last {
            return report.finish();
        }
    }
}

async fn create(
    graph: &Graph,
    header: &csv::StringRecord,
    lines: Vec<Line>,
) -> Result<Vec<Outcome>, Failure> {
    let requests: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            json!({
                "id": place.to_string(),
                "method": "POST",
                "url": "/users",
                "headers": {"Content-Type": "application/json"},
                "body": body(header, &line.record),
            })
        })
        .collect();
    let answer = graph.post("$batch", &json!({"requests": requests})).await?;
    let responses = answer.get("responses").and_then(Value::as_array);
    let outcome = |(place, line): (usize, Line)| {
        let id = place.to_string();
        let mut found = responses
            .into_iter()
            .flatten()
            .filter(|one| text(one, "id") == id);
        let error = match found.next() {
            Some(one) if one.get("status").and_then(Value::as_u64) == Some(201) => None,
            Some(one) => Some(text(one, "body/error/message")),
            None => Some("the server gave no answer for this line".to_owned()),
        };
        Outcome { line, error }
    };
    Ok(lines.into_iter().enumerate().map(outcome).collect())
}

fn body(header: &csv::StringRecord, record: &csv::StringRecord) -> Map<String, Value> {
    let named = |wanted| header.iter().zip(record).find(|(name, _)| *name == wanted);
    let of = |wanted| named(wanted).map_or("", |(_, value)| value);
    let mut body = new_user(of("userPrincipalName"), of("displayName"));
    for (name, value) in header.iter().zip(record) {
        if !value.is_empty() && name != ERROR {
            body.insert(name.to_owned(), property_value(name, value));
        }
    }
    body
}

/// Counts, tells, and keeps what failed.
struct Report {
    created: usize,
    failed: usize,
    /// Bytes of the file.
    read: u64,
    file: Option<FailedFile>,
    shows_progress: bool,
}

impl Report {
    fn new(failed: Option<&Path>, header: &csv::StringRecord) -> Result<Self, Failure> {
        let file = failed.map(|path| FailedFile::new(path, header)).transpose()?;
        Ok(Self {
            created: 0,
            failed: 0,
            read: 0,
            file,
            shows_progress: std::io::stderr().is_terminal(),
        })
    }

    fn take(&mut self, outcomes: Vec<Outcome>, length: u64) -> Result<(), Failure> {
        for Outcome { line, error } in outcomes {
            let Some(error) = error else {
                self.created += 1;
                continue;
            };
            self.failed += 1;
            match &mut self.file {
                Some(file) => file.write(&line.record, &error)?,
                None => tell(&format!("{}line {}: {error}", self.clear(), line.number)),
            }
        }
        if self.shows_progress {
            let part = (self.read * 100).checked_div(length).unwrap_or(100).min(100);
            let filled = usize::try_from(part / 4).unwrap_or(0);
            let bar = format!("{}{}", "█".repeat(filled), "░".repeat(25 - filled));
            let _ = write!(
                std::io::stderr(),
                "\r{bar} {part:3} %   {} created, {} failed",
                self.created,
                self.failed
            );
        }
        Ok(())
    }

    /// Takes the bar away before a line is told.
    const fn clear(&self) -> &'static str {
        if self.shows_progress { "\r\x1b[K" } else { "" }
    }

    fn finish(mut self) -> Result<(), Failure> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        tell(&format!(
            "{}{} created, {} failed",
            self.clear(),
            self.created,
            self.failed
        ));
        if self.failed > 0 {
            return Err(Failure::Some {
                failed: self.failed,
                all: self.created + self.failed,
            });
        }
        Ok(())
    }
}

/// The lines that failed, each with its reason: a file that can be imported again.
struct FailedFile {
    path: PathBuf,
    writer: csv::Writer<File>,
    /// Where the file that is read has reasons already: it came from here.
    reasons: Option<usize>,
}

impl FailedFile {
    fn new(path: &Path, header: &csv::StringRecord) -> Result<Self, Failure> {
        let mut file = Self {
            path: path.to_owned(),
            writer: csv::Writer::from_path(path).map_err(|error| csv_failed(path, error))?,
            reasons: header.iter().position(|name| name == ERROR),
        };
        file.write(header, ERROR)?;
        Ok(file)
    }

    fn write(&mut self, record: &csv::StringRecord, reason: &str) -> Result<(), Failure> {
        let kept = record.iter().enumerate();
        let kept = kept.filter(|(place, _)| Some(*place) != self.reasons);
        self.writer
            .write_record(kept.map(|(_, value)| value).chain([reason]))
            .map_err(|error| csv_failed(&self.path, error))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let path = &self.path;
        self.writer.flush().map_err(|error| Failure::File {
            path: path.clone(),
            error,
        })
    }
}

/// A file that can't be read or written, or one whose lines are no table.
fn csv_failed(path: &Path, error: csv::Error) -> Failure {
    let message = format!("{}: {error}", path.display());
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::File {
            path: path.to_owned(),
            error,
        },
        _ => Failure::Usage(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_an_earlier_import_are_no_property() {
        let header = csv::StringRecord::from(vec!["userPrincipalName", "displayName", ERROR, "city"]);
        let record = csv::StringRecord::from(vec!["ada@example.com", "Ada", "name taken", "Paris"]);
        let body = body(&header, &record);
        assert_eq!(body.get("city"), Some(&json!("Paris")));
        assert_eq!(body.get(ERROR), None);
    }

    #[test]
    fn a_file_that_is_not_there_is_no_wrong_usage() {
        let missing = csv::Reader::from_path("/nowhere/people.csv").unwrap_err();
        let failure = csv_failed(Path::new("/nowhere/people.csv"), missing);
        assert_eq!(failure.exit_code(), 1);
        assert!(
            failure.to_string().starts_with("/nowhere/people.csv: "),
            "{failure}"
        );
    }
}
