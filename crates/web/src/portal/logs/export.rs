//! A list as a file to download: CSV or JSON lines, read and sent a piece at a time, so that its length costs no
//! memory.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::super::admin::Admin;
use super::super::csv;
use super::query::Parameters;
use crate::answer::{Answer, Stop};

/// Records of one piece.
const PIECE: u32 = 500;

/// How records are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    JsonLines,
}

impl Format {
    pub(super) fn of(parameters: &Parameters) -> Self {
        match parameters.get("format") {
            "jsonl" => Self::JsonLines,
            _ => Self::Csv,
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

/// What is exported: pages of records, each as JSON or as cells.
pub(super) trait Source: Send + Sync + 'static {
    type Item: Send;
    const NAME: &'static str;
    const COLUMNS: &'static [&'static str];

    fn page(
        &self,
        admin: &Admin,
        before: Option<i64>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Self::Item>, Stop>> + Send;
    fn place(item: &Self::Item) -> i64;
    fn json(&self, admin: &Admin, item: &Self::Item) -> String;
    fn cells(&self, item: &Self::Item) -> Vec<String>;
}

/// Where an export is.
struct Place<S> {
    admin: Admin,
    format: Format,
    source: S,
    /// What was read last; `None` when it is over.
    page: Option<(String, Option<i64>)>,
}

impl<S: Source> Place<S> {
    /// The next piece as text, and where it goes on.
    async fn read(&self, before: Option<i64>) -> Result<(String, Option<i64>), Stop> {
        let items = self.source.page(&self.admin, before, PIECE).await?;
        let full = u32::try_from(items.len()).is_ok_and(|count| count == PIECE);
        let next = items.last().map(S::place).filter(|_| full);
        let mut text = String::new();
        for item in &items {
            match self.format {
                Format::JsonLines => {
                    text.push_str(&self.source.json(&self.admin, item));
                    text.push('\n');
                }
                Format::Csv => csv::write_row(&mut text, &self.source.cells(item)),
            }
        }
        Ok((text, next))
    }

    /// The piece that is ready, after the next one was read. A failure cuts the connection: the file must not look
    /// whole.
    async fn step(mut self) -> Option<(Result<String, std::io::Error>, Self)> {
        let (text, next) = self.page.take()?;
        if let Some(before) = next {
            match self.read(Some(before)).await {
                Ok(page) => self.page = Some(page),
                Err(_) => return Some((Err(std::io::Error::other("the log can't be read on")), self)),
            }
        }
        Some((Ok(text), self))
    }
}

/// The answer; what is refused is refused before it begins.
pub(super) async fn download<S: Source>(admin: Admin, format: Format, source: S) -> Answer {
    let mut place = Place {
        admin,
        format,
        source,
        page: None,
    };
    let (mut text, next) = place.read(None).await?;
    if format == Format::Csv {
        let mut head = String::new();
        csv::write_row(&mut head, S::COLUMNS);
        text.insert_str(0, &head);
    }
    place.page = Some((text, next));
    let file = format!("attachment; filename=\"{}.{}\"", S::NAME, format.ending());
    let body = Body::from_stream(stream::unfold(place, Place::step));
    let mut response: Response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    if let Ok(value) = HeaderValue::try_from(file) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
