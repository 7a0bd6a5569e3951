//! What is printed: tables for people, JSON for scripts.
//!
//! Names and user agents come from strangers: control characters are taken out of what a terminal shows, so that none
//! of them can move the cursor or colour a lie.

use std::io::{ErrorKind, IsTerminal, Write};

use clap::Args;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::Failure;
use crate::graph::{Graph, encoded};

/// A column of a table, or a line of a description: its heading and what it shows of an object.
pub(crate) type Field = (&'static str, fn(&Value) -> String);

/// Standard output in one of its two forms.
pub(crate) struct Output {
    json: bool,
}

/// How much of a list is wanted.
#[derive(Args)]
pub struct Amount {
    /// Show so many at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Show all of them, however many.
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

/// A list that is asked for: the path, and its query options by name.
pub(crate) struct Query {
    path: String,
    options: Vec<(&'static str, String)>,
}

impl Query {
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            options: Vec::new(),
        }
    }

    pub(crate) fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options.push((name, value.into()));
        self
    }

    /// Conditions that must all hold; none is no filter.
    pub(crate) fn filters(self, conditions: &[String]) -> Self {
        match conditions {
            [] => self,
            [one] => self.option("$filter", one.clone()),
            several => self.option(
                "$filter",
                several
                    .iter()
                    .map(|one| format!("({one})"))
                    .collect::<Vec<_>>()
                    .join(" and "),
            ),
        }
    }

    fn into_path(self) -> String {
        let options: Vec<String> = self
            .options
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        if options.is_empty() {
            return self.path;
        }
        format!("{}?{}", self.path, options.join("&"))
    }
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// For people, not for scripts.
    pub(crate) const fn for_people(&self) -> bool {
        !self.json
    }

    /// What happened, for people; scripts see the exit code.
    pub(crate) fn done(&self, text: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { print(text) }
    }

    /// One object: itself, or a line for each field that it has.
    pub(crate) fn object(&self, object: &Value, fields: &[Field]) -> Result<(), Failure> {
        if self.json {
            return print(&object.to_string());
        }
        let width = fields.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
        for (name, field) in fields {
            let text = clean(&field(object));
            if !text.is_empty() {
                print(&format!("{}{text}", padded(name, width + 2)))?;
            }
        }
        Ok(())
    }

    /// A list, a page at a time: a table, or JSON with one object a line. Memory holds one page.
    pub(crate) async fn list(
        &self,
        graph: &Graph,
        query: Query,
        amount: &Amount,
        columns: &[Field],
    ) -> Result<(), Failure> {
        let mut left = if amount.all {
            usize::MAX
        } else {
            usize::try_from(amount.limit).unwrap_or(usize::MAX)
        };
        let query = query.option("$top", left.min(999).to_string());
        let mut pages = graph.pages(&query.into_path());
        let mut table = Table::default();
        let mut any = false;
        while let Some(mut page) = pages.next().await? {
            let more = page.len() > left || (page.len() == left && pages.has_more());
            page.truncate(left);
            left -= page.len();
            any |= !page.is_empty();
            if self.json {
                for object in &page {
                    print(&object.to_string())?;
                }
            } else {
                table.rows(columns, &page)?;
            }
            if left == 0 {
                if more {
                    tell(&format!("(the first {}; --all shows all)", amount.limit));
                }
                break;
            }
        }
        if !any && self.for_people() {
            tell("(none)");
        }
        Ok(())
    }

    /// A list that is at hand.
    pub(crate) fn rows(&self, objects: &[Value], columns: &[Field]) -> Result<(), Failure> {
        if self.json {
            return objects.iter().try_for_each(|object| print(&object.to_string()));
        }
        if objects.is_empty() {
            tell("(none)");
        }
        Table::default().rows(columns, objects)
    }
}

/// The widths of the columns, once the first rows have set them.
#[derive(Default)]
struct Table(Option<Vec<usize>>);

impl Table {
    fn rows(&mut self, columns: &[Field], objects: &[Value]) -> Result<(), Failure> {
        if objects.is_empty() {
            return Ok(());
        }
        let cells: Vec<Vec<String>> = objects
            .iter()
            .map(|object| columns.iter().map(|(_, field)| clean(&field(object))).collect())
            .collect();
        let first = self.0.is_none();
        let widths = self.0.get_or_insert_with(|| {
            let widest = |column: usize, name: &str| {
                let widths = cells
                    .iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.width());
                widths.max().unwrap_or(0).max(name.width())
            };
            columns
                .iter()
                .enumerate()
                .map(|(column, (name, _))| widest(column, name))
                .collect()
        });
        if first {
            let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
            print(&row(&names, widths))?;
        }
        cells.iter().try_for_each(|cells| print(&row(cells, widths)))
    }
}

fn row(cells: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| padded(cell, *width))
        .collect();
    cells.join("  ").trim_end().to_owned()
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// Without what would steer a terminal.
fn clean(text: &str) -> String {
    let steers = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|sign| if steers(sign) { '\u{fffd}' } else { sign })
        .collect()
}

/// Prints a line. Who reads no further, such as `head`, ends the command quietly.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::NobodyReads),
        Err(error) => Err(Failure::File {
            path: "standard output".into(),
            error,
        }),
    }
}

/// Tells people something beside the result.
pub(crate) fn tell(line: &str) {
    // Without standard error nobody can be told anything.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Asks before something is gone. Who can't be asked must have said `--yes`.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{question} Say --yes to do it without being asked."
        )));
    }
    let _ = write!(std::io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    match (read, answer.trim().to_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(()),
        _ => Err(Failure::Usage("Nothing was changed.".to_owned())),
    }
}

/// The text of a property: empty where there is none, a list with commas.
pub(crate) fn text(object: &Value, property: &str) -> String {
    let at = property
        .split('/')
        .try_fold(object, |object, name| object.get(name));
    at.map(plain).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_shown_can_steer_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[2Jb\r\n\u{9b}c\u{202e}d"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}c\u{fffd}d"
        );
        assert_eq!(clean("Zoë 李 🦀"), "Zoë 李 🦀");
    }

    #[test]
    fn columns_line_up_whatever_the_script() {
        let widths = [6, 3];
        assert_eq!(row(&["李四".to_owned(), "x".to_owned()], &widths), "李四    x");
        assert_eq!(row(&["abc".to_owned(), "x".to_owned()], &widths), "abc     x");
    }

    #[test]
    fn conditions_are_joined_and_encoded() {
        let query = Query::new("users").filters(&["a eq 'b'".to_owned(), "c or d".to_owned()]);
        assert_eq!(
            query.into_path(),
            "users?$filter=%28a%20eq%20%27b%27%29%20and%20%28c%20or%20d%29"
        );
    }

    #[test]
    fn properties_are_found_along_a_path() {
        let object = json!({"status": {"errorCode": 50034}, "on": true, "phones": ["1", "2"], "none": null});
        assert_eq!(text(&object, "status/errorCode"), "50034");
        assert_eq!(text(&object, "on"), "yes");
        assert_eq!(text(&object, "phones"), "1, 2");
        assert_eq!(text(&object, "none") + &text(&object, "absent/deep"), "");
    }
}
