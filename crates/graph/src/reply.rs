//! Answers on success, and the shapes that `OData` gives them (Graph contract 1.2).

use axum::http::StatusCode;
use serde::Serialize;

use crate::call::Call;
use crate::error::GraphError;
use crate::query::page_token_expired;

/// What a handler answers on success.
#[derive(Debug)]
pub(crate) struct Reply {
    /// 200, 201, 202 or 204.
    pub(crate) status: StatusCode,
    /// What to send.
    pub(crate) body: Body,
    /// Where the new thing is.
    pub(crate) location: Option<String>,
    /// A code is in the body: nothing on the way may keep it.
    pub(crate) secret: bool,
    /// The body was left out because the client prefers so.
    pub(crate) minimal: bool,
    /// The size of its pages, because the client prefers that.
    pub(crate) page_size: Option<u32>,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// An `OData` document.
    Json(Vec<u8>),
    /// A bare number.
    Text(String),
}

/// One object with its context.
#[derive(Serialize)]
struct Entity<'a, T: Serialize> {
    #[serde(rename = "@odata.context")]
    context: &'a str,
    #[serde(flatten)]
    inner: &'a T,
}

/// A list with its context.
#[derive(Serialize)]
struct Collection<'a, T: Serialize> {
    #[serde(rename = "@odata.context")]
    context: &'a str,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
    #[serde(rename = "@odata.deltaLink", skip_serializing_if = "Option::is_none")]
    delta: Option<&'a str>,
    value: &'a [T],
}

/// What a list's answer has besides its items.
#[derive(Debug, Default)]
pub(crate) struct ListFacts {
    /// `@odata.count`.
    pub(crate) count: Option<i64>,
    /// `@odata.nextLink`.
    pub(crate) next: Option<String>,
    /// `@odata.deltaLink`.
    pub(crate) delta: Option<String>,
}

impl Reply {
    /// 204.
    pub(crate) const fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Body::Empty,
            location: None,
            secret: false,
            minimal: false,
            page_size: None,
        }
    }

    /// The answer of `/$count`.
    pub(crate) fn count(number: i64) -> Self {
        Self {
            status: StatusCode::OK,
            body: Body::Text(number.to_string()),
            location: None,
            secret: false,
            minimal: false,
            page_size: None,
        }
    }

    /// 200 with one object.
    pub(crate) fn entity(call: &Call, context: &str, inner: &impl Serialize) -> Result<Self, GraphError> {
        Self::json(
            call,
            &Entity {
                context: &call.context(context),
                inner,
            },
        )
    }

    /// 200 with a list.
    pub(crate) fn list<T: Serialize>(
        call: &Call,
        context: &str,
        value: &[T],
        facts: &ListFacts,
    ) -> Result<Self, GraphError> {
        let context = &call.context(context);
        Self::json(
            call,
            &Collection {
                context,
                count: facts.count,
                next: facts.next.as_deref(),
                delta: facts.delta.as_deref(),
                value,
            },
        )
    }

    /// The same as 201.
    pub(crate) fn created(mut self, location: Option<String>) -> Self {
        self.status = StatusCode::CREATED;
        self.location = location;
        self
    }

    /// The same as 202, with where to ask how it goes.
    pub(crate) fn accepted(mut self, location: String) -> Self {
        self.status = StatusCode::ACCEPTED;
        self.location = Some(location);
        self
    }

    /// The same without its body, where it only repeats what was made (`Prefer: return=minimal`). A code or secret is to
    /// be had nowhere else, so that it stays.
    pub(crate) fn minimal(mut self) -> Self {
        if self.status == StatusCode::CREATED && !self.secret && self.location.is_some() {
            self.status = StatusCode::NO_CONTENT;
            self.body = Body::Empty;
            self.minimal = true;
        }
        self
    }

    /// The same with a code in it.
    pub(crate) fn with_secret(mut self) -> Self {
        self.secret = true;
        self
    }

    fn json(call: &Call, body: &impl Serialize) -> Result<Self, GraphError> {
        let bytes = serde_json::to_vec(body).map_err(|error| {
            call.words
                .fault(&latchkey_service::Fault::Internal(error.to_string()))
        })?;
        Ok(Self {
            status: StatusCode::OK,
            body: Body::Json(bytes),
            location: None,
            secret: false,
            minimal: false,
            page_size: None,
        })
    }
}

/// The link to the page that goes on at this place.
pub(crate) fn next_link(call: &Call, path: &str, resource: &str, place: Option<&str>) -> Option<String> {
    place.map(|place| format!("{}?{}", call.url(path), call.query.next(resource, place)))
}

/// The page that is asked for, of a list that is read whole; what goes before and behind it is taken off.
///
/// # Errors
/// A size out of bounds, a place that is not there any more.
pub(crate) fn page_of_all<T>(
    call: &Call,
    path: &str,
    resource: &str,
    items: &mut Vec<T>,
    place: impl Fn(&T) -> String,
) -> Result<ListFacts, GraphError> {
    let page = call.query.page(resource, &call.preferred_page, 999, 999)?;
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let counted = call.query.count()? && call.eventual && page.after.is_none();
    if let Some(after) = &page.after {
        let last = items.iter().position(|item| place(item) == *after);
        items.drain(..=last.ok_or_else(page_token_expired)?);
    }
    let facts = page_facts(call, path, resource, items, page.limit, place);
    Ok(ListFacts {
        count: counted.then_some(total),
        ..facts
    })
}

/// Cuts a list that was fetched with one item too many to its page, and makes the link to the next one.
pub(crate) fn page_facts<T>(
    call: &Call,
    path: &str,
    resource: &str,
    items: &mut Vec<T>,
    limit: u32,
    place: impl FnOnce(&T) -> String,
) -> ListFacts {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if items.len() <= limit {
        return ListFacts::default();
    }
    items.truncate(limit);
    let next = items.last().map(|last| {
        let query = call.query.next(resource, &place(last));
        format!("{}?{query}", call.url(path))
    });
    ListFacts {
        next,
        ..ListFacts::default()
    }
}
