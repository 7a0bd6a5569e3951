//! A table in a file, as spreadsheets write them: separated by commas, semicolons or tabs, with a byte order mark or
//! without. Of a line that is no good the others hear nothing.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::ByteRecord;

use crate::Failure;

/// The column of reasons in a file of failed lines, which is no property of anybody.
pub(crate) const ERROR: &str = "error";

/// By this some programs know that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file that is read a line at a time.
pub(crate) struct Table {
    path: PathBuf,
    reader: csv::Reader<BufReader<File>>,
    separator: u8,
    is_marked: bool,
    /// What the first line names.
    pub(crate) columns: Arc<[String]>,
    /// Bytes of the file; 0 for a pipe.
    pub(crate) length: u64,
}

/// A line of the file and what it says.
pub(crate) struct Line {
    /// As it stands in the file, counted from 1.
    pub(crate) number: u64,
    /// Where it ends: quotation marks may hold several lines together.
    last: u64,
    cells: ByteRecord,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::File {
            path: path.to_owned(),
            error,
        };
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_or(0, |data| data.len());
        // Only looked at: a pipe is read once.
        let mut file = BufReader::new(file);
        let beginning = file.fill_buf().map_err(failed)?;
        let is_marked = beginning.starts_with(BYTE_ORDER_MARK);
        let separator = separator(beginning);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(file);
        let header = reader.byte_headers().map_err(|error| csv_failed(path, error))?;
        let columns =
            texts(header).map_err(|reason| Failure::Usage(format!("{}: {reason}", path.display())))?;
        Ok(Self {
            path: path.to_owned(),
            columns: columns.into_iter().map(str::to_owned).collect(),
            reader,
            separator,
            is_marked,
            length,
        })
    }

    /// The next line; none at the end.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, Failure> {
        let mut cells = ByteRecord::new();
        let found = self.reader.read_byte_record(&mut cells);
        let found = found.map_err(|error| csv_failed(&self.path, error))?;
        let number = cells.position().map_or(0, csv::Position::line);
        let held = cells.iter().flatten().map(|byte| u64::from(*byte == b'\n'));
        let last = number + held.sum::<u64>();
        Ok(found.then_some(Line { number, last, cells }))
    }

    /// Bytes that were read.
    pub(crate) fn read(&self) -> u64 {
        self.reader.position().byte()
    }
}

impl Line {
    /// The text of each cell, or why the line is no good.
    pub(crate) fn values(&self, columns: usize) -> Result<Vec<&str>, String> {
        if self.cells.len() != columns {
            return Err(format!("this line has {} of {columns} columns", self.cells.len()));
        }
        texts(&self.cells)
    }

    /// Where it is, for whoever looks for it.
    pub(crate) fn place(&self) -> String {
        let (first, last) = (self.number, self.last);
        if first == last {
            format!("line {first}")
        } else {
            format!("lines {first} to {last}, held together by a quotation mark")
        }
    }

    #[cfg(test)]
    pub(crate) fn new(number: u64, cells: &[&str]) -> Self {
        Self {
            number,
            last: number,
            cells: ByteRecord::from(cells),
        }
    }
}

fn texts(cells: &ByteRecord) -> Result<Vec<&str>, String> {
    cells
        .iter()
        .map(|cell| {
            std::str::from_utf8(cell).map_err(|_| "not UTF-8: save the file as 'CSV UTF-8'".to_owned())
        })
        .collect()
}

/// What stands between the names of the first line: as many spreadsheets write a semicolon or a tab as a comma.
fn separator(beginning: &[u8]) -> u8 {
    let first = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: &u8| first.iter().map(|byte| usize::from(byte == sign)).sum::<usize>();
    // The last of equals: a comma where there is one name only.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// The lines that failed, each with its reason: a file in the form of the one that was read, to be imported again. It may
/// be the same file: it is written beside it, and takes its place at the end.
pub(crate) struct FailedFile {
    path: PathBuf,
    /// Where it is written until then; none for what is no file, such as a pipe.
    beside: Option<PathBuf>,
    writer: csv::Writer<File>,
    columns: usize,
    /// Where the file that is read has reasons already: it came from here.
    reasons: Option<usize>,
}

impl FailedFile {
    pub(crate) fn new(path: &Path, table: &Table) -> Result<Self, Failure> {
        let failed = |error| Failure::File {
            path: path.to_owned(),
            error,
        };
        let is_plain = path.metadata().map_or(true, |data| data.is_file());
        let beside = is_plain.then(|| {
            let mut name = path.as_os_str().to_owned();
            name.push(".new");
            PathBuf::from(name)
        });
        let mut file = File::create(beside.as_deref().unwrap_or(path)).map_err(failed)?;
        if table.is_marked {
            file.write_all(BYTE_ORDER_MARK).map_err(failed)?;
        }
        let writer = csv::WriterBuilder::new()
            .delimiter(table.separator)
            .flexible(true)
            .from_writer(file);
        let mut file = Self {
            path: path.to_owned(),
            beside,
            writer,
            columns: table.columns.len(),
            reasons: table.columns.iter().position(|name| name == ERROR),
        };
        let header = Line {
            number: 1,
            last: 1,
            cells: table.columns.iter().collect(),
        };
        file.write(&header, ERROR)?;
        Ok(file)
    }

    /// Cells that a line lacks are empty; what it has too many of follows its reason, so that it fails again until
    /// somebody has put it right.
    pub(crate) fn write(&mut self, line: &Line, reason: &str) -> Result<(), Failure> {
        let cell = |place| line.cells.get(place).unwrap_or_default();
        let kept = (0..self.columns).filter(|place| Some(*place) != self.reasons);
        let surplus = line.cells.iter().skip(self.columns);
        self.writer
            .write_record(kept.map(cell).chain([reason.as_bytes()]).chain(surplus))
            .map_err(|error| csv_failed(&self.path, error))
    }

    /// Everything is written: the file takes its place.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let path = &self.path;
        let written = self.writer.flush();
        let placed = written.and_then(|()| match &self.beside {
            Some(beside) => fs::rename(beside, path),
            None => Ok(()),
        });
        placed.map_err(|error| Failure::File {
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
    fn a_file_that_is_not_there_is_no_wrong_usage() {
        let Err(failure) = Table::open(Path::new("/nowhere/people.csv")) else {
            panic!("there is no such file")
        };
        assert_eq!(failure.exit_code(), 1);
        assert!(
            failure.to_string().starts_with("/nowhere/people.csv: "),
            "{failure}"
        );
    }

    #[test]
    fn what_separates_is_seen_in_the_first_line() {
        for (first, separator_is) in [
            ("userPrincipalName,displayName\nx@y;z,a;b;c;d", b','),
            ("\u{feff}userPrincipalName;displayName\r\na,b;c", b';'),
            ("userPrincipalName\tdisplayName\tcity\n", b'\t'),
            ("userPrincipalName", b','),
            ("", b','),
        ] {
            assert_eq!(separator(first.as_bytes()), separator_is, "{first:?}");
        }
    }

    #[test]
    fn a_line_of_another_shape_or_in_another_encoding_is_no_good() {
        assert_eq!(Line::new(2, &["a", "b"]).values(2), Ok(vec!["a", "b"]));
        assert_eq!(
            Line::new(2, &["a"]).values(2).unwrap_err(),
            "this line has 1 of 2 columns"
        );
        let latin = Line {
            number: 2,
            last: 2,
            cells: ByteRecord::from(vec![&b"J\xf6rg"[..]]),
        };
        assert!(latin.values(1).unwrap_err().contains("UTF-8"));
    }
}
