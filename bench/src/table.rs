//! The table of results, for the terminal and for the documentation.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use crate::Result;
use crate::compare::AT_ONCE;
use crate::drive::Rate;

/// What a figure must reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Measured to be known.
    None,
}

/// One line: a piece of work, ours and the limit in words, and the figure that the goal is about.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) work: String,
    pub(crate) ours: String,
    pub(crate) limit: String,
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    pub(crate) goal: Goal,
}

impl Line {
    /// What one in a hundred took at most while `per_second` came on 64 connections.
    pub(crate) fn calm(work: String, rate: &Rate, per_second: u32, goal: Goal) -> Self {
        Self {
            work,
            ours: format!("p50 {}, of {}", milliseconds(rate.within(0.5)), rate.count),
            limit: format!("on {AT_ONCE} connections, {per_second}/s in all"),
            figure: rate.within(0.99).as_secs_f64() * 1000.0,
            unit: " ms p99",
            goal,
        }
    }

    fn cells(&self) -> [String; 6] {
        let goal = match self.goal {
            Goal::AtLeast(goal) => Some(("≥", goal, self.figure >= goal)),
            Goal::AtMost(goal) => Some(("≤", goal, self.figure <= goal)),
            Goal::None => None,
        };
        let [goal, reached] = match goal {
            Some((sign, goal, true)) => [format!("{sign} {goal}{}", self.unit), "ok".to_owned()],
            Some((sign, goal, false)) => [format!("{sign} {goal}{}", self.unit), "**missed**".to_owned()],
            None => [String::new(), String::new()],
        };
        let digits = if self.unit.is_empty() { 2 } else { 1 };
        [
            self.work.clone(),
            self.ours.clone(),
            self.limit.clone(),
            format!("{:.digits$}{}", self.figure, self.unit),
            goal,
            reached,
        ]
    }
}

const HEADINGS: [&str; 6] = ["work", "ours", "limit", "figure", "goal", ""];

/// The table in Markdown, with its columns aligned so that it can be read as it is.
pub(crate) fn markdown(lines: &[Line]) -> String {
    let rows: Vec<[String; 6]> = std::iter::once(HEADINGS.map(str::to_owned))
        .chain(lines.iter().map(Line::cells))
        .collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        text.push('|');
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(text, " {cell:width$} |");
        }
        text.push('\n');
        if number == 0 {
            text.push('|');
            for width in widths {
                let _ = write!(text, "{}|", "-".repeat(width + 2));
            }
            text.push('\n');
        }
    }
    text
}

const BEGIN: &str = "<!-- measured: written by latchkey-bench -->\n";
const END: &str = "<!-- /measured -->";

/// Puts the text between the two marks of a document, or makes a document of it where there is none.
pub(crate) fn put_into(document: &Path, text: &str) -> Result<()> {
    let old = std::fs::read_to_string(document).unwrap_or_else(|_| format!("{BEGIN}{END}\n"));
    let (before, rest) = old
        .split_once(BEGIN)
        .ok_or("the document has no mark where the table begins")?;
    let (_, after) = rest
        .split_once(END)
        .ok_or("the document has no mark where the table ends")?;
    std::fs::write(document, format!("{before}{BEGIN}\n{text}\n{END}{after}"))?;
    Ok(())
}

/// A rate in words.
pub(crate) fn per_second(rate: f64) -> String {
    if rate < 100.0 {
        format!("{rate:.1}/s")
    } else {
        format!("{rate:.0}/s")
    }
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
