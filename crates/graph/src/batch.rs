//! `POST /$batch` (Graph contract 14): up to 20 requests in one, each with an answer of its own.
//!
//! A request of a batch takes the very way of one that comes by itself: its own token check, route, permission
//! and audit record, and its own request id. Those that depend on nothing run side by side, the others after those that
//! they depend on.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::future::join_all;
use latchkey_domain::CorrelationId;
use latchkey_service::Possession;
use serde_json::{Map, Value, json};

use crate::door::Arrived;
use crate::error::GraphError;
use crate::json::{Object, UNREADABLE};
use crate::path::{self, BadSegment, Segment};
use crate::reply::{Body, Reply};
use crate::respond::{Answer, Ids};
use crate::routes::Outcome;

/// The most requests of one batch.
const MAX_REQUESTS: usize = 20;
/// Requests of one batch that are under way at the same time.
const AT_ONCE: usize = 8;

/// Whether the path is that of a batch. It is no route: so no batch can stand in another.
pub(crate) fn is_batch(segments: &[Segment]) -> bool {
    matches!(segments, [Segment::Text(only)] if only.eq_ignore_ascii_case("$batch"))
}

/// One request of a batch.
#[derive(Debug)]
struct Item {
    id: String,
    /// Its place in the batch.
    place: usize,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Value>,
    /// Ids in lower case, as they are compared.
    depends_on: Vec<String>,
}

impl Item {
    fn key(&self) -> String {
        self.id.to_lowercase()
    }
}

/// Answers a whole batch.
///
/// # Errors
/// An envelope that is no batch; nothing was done then.
pub(crate) async fn run(outer: &Arrived<'_>, body: &Bytes) -> Outcome {
    let rounds = in_rounds(read(outer.content_type(), body)?)?;
    let mut failed: HashSet<String> = HashSet::new();
    let mut secret = false;
    let mut answers: Vec<(usize, Value)> = Vec::with_capacity(MAX_REQUESTS);
    for together in rounds.iter().flat_map(|round| round.chunks(AT_ONCE)) {
        let answered = join_all(together.iter().map(|item| {
            let blocked = item.depends_on.iter().any(|id| failed.contains(id));
            answer(outer, item, blocked)
        }));
        for (item, answer) in together.iter().zip(answered.await) {
            if answer.status.as_u16() >= 400 {
                failed.insert(item.key());
            }
            secret |= answer.is_secret();
            answers.push((item.place, render(&item.id, answer)));
        }
    }
    answers.sort_unstable_by_key(|(place, _)| *place);
    let responses: Vec<Value> = answers.into_iter().map(|(_, answer)| answer).collect();
    Ok(Reply {
        status: StatusCode::OK,
        body: Body::Json(json!({ "responses": responses }).to_string().into_bytes()),
        location: None,
        secret,
        minimal: false,
        page_size: None,
    })
}

async fn answer(outer: &Arrived<'_>, item: &Item, blocked: bool) -> Answer {
    let mut info = outer.info.clone();
    info.correlation_id = CorrelationId::from_bytes(outer.service.ordered_id());
    let ids = Ids::new(info.correlation_id, &item.headers);
    let outcome = if blocked {
        Err(GraphError::new(
            StatusCode::FAILED_DEPENDENCY,
            "FailedDependency",
            "A request that this one depends on has failed, so that this one was not carried out.",
        ))
    } else {
        dispatch(outer, item, info).await
    };
    Answer::new(outer.service, outcome, &ids)
}

async fn dispatch(outer: &Arrived<'_>, item: &Item, info: latchkey_service::RequestInfo) -> Outcome {
    let relative = relative(outer, &item.url)?;
    // A fragment never reaches a server.
    let relative = relative.split('#').next().unwrap_or_default();
    let (path, query) = match relative.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (relative, None),
    };
    let (version, segments) = path::parse(&format!("/{}/{path}", outer.version.as_str()))
        .map_err(|BadSegment(segment)| GraphError::unknown_segment(&segment))?;
    let inner = Arrived {
        service: &Arc::clone(outer.service),
        info,
        version,
        base: outer.base.clone(),
        authorization: outer.authorization,
        possession: Possession::ByOuterRequest,
        method: &item.method,
        query,
        headers: &item.headers,
    };
    inner.dispatch(&segments, || async { body_of(item) }).await
}

/// The address behind the version. An absolute one must lead to where the batch itself was sent: the typed helper
/// of Microsoft's Python SDK writes such.
fn relative<'a>(outer: &Arrived<'_>, url: &'a str) -> Result<&'a str, GraphError> {
    // A scheme ends before the first slash; later there may be another address, as in `?@id=https://…`.
    let first = url.find(['/', '?', '#']).unwrap_or(url.len());
    let is_absolute = url
        .find("://")
        .is_some_and(|colon| colon > 0 && colon + 1 == first);
    if !is_absolute {
        return Ok(url);
    }
    let own = format!("{}/{}/", outer.base, outer.version.as_str());
    match url.split_at_checked(own.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(&own) => Ok(rest),
        _ => Err(GraphError::gateway(format!(
            "The address '{url}' of a request in a batch must be relative to the version, or begin with '{own}'."
        ))),
    }
}

/// The bytes that the body would be if the request came by itself.
fn body_of(item: &Item) -> Result<Bytes, GraphError> {
    let Some(body) = &item.body else {
        return Ok(Bytes::new());
    };
    let declared = item
        .headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match body {
        Value::String(text) if !declared.to_ascii_lowercase().contains("json") => BASE64_URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .map(Bytes::from)
            .map_err(|_| GraphError::gateway(UNREADABLE)),
        body => Ok(body.to_string().into()),
    }
}

fn read(content_type: Option<&str>, body: &Bytes) -> Result<Vec<Item>, GraphError> {
    let mut envelope = Object::of_request(content_type, body)?;
    let requests = envelope
        .objects("requests")?
        .filter(|requests| !requests.is_empty())
        .ok_or_else(|| malformed("'requests' must be a list of at least one request"))?;
    envelope.finish()?;
    if requests.len() > MAX_REQUESTS {
        return Err(malformed("there are more than 20 requests"));
    }
    let items: Vec<Item> = requests
        .into_iter()
        .enumerate()
        .map(|(place, request)| item(place, request))
        .collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    for item in &items {
        if !seen.insert(item.key()) {
            return Err(malformed(&format!("the id '{}' stands twice", item.id)));
        }
    }
    Ok(items)
}

fn item(place: usize, mut request: Object) -> Result<Item, GraphError> {
    let mut required = |name: &'static str| {
        request
            .text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| malformed(&format!("each request needs '{name}'")))
    };
    let (id, method, url) = (required("id")?, required("method")?, required("url")?);
    let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes())
        .map_err(|_| malformed(&format!("'{method}' is no method")))?;
    let headers = match request.object("headers")? {
        None => HeaderMap::new(),
        Some(headers) => read_headers(headers)?,
    };
    let body = request.take("body").filter(|body| !body.is_null());
    // The SDK for Python writes the name in snake case.
    let mut depends_on = request.texts("dependsOn")?.unwrap_or_default();
    depends_on.extend(request.texts("depends_on")?.unwrap_or_default());
    request.finish()?;
    Ok(Item {
        id,
        place,
        method,
        url,
        headers,
        body,
        depends_on: depends_on.iter().map(|id| id.to_lowercase()).collect(),
    })
}

fn read_headers(headers: Object) -> Result<HeaderMap, GraphError> {
    let mut read = HeaderMap::new();
    for (name, value) in headers.into_members() {
        let bad = || malformed(&format!("the header '{name}' can't be sent"));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        let Value::String(text) = &value else {
            return Err(bad());
        };
        read.append(key, HeaderValue::from_str(text).map_err(|_| bad())?);
    }
    Ok(read)
}

/// Each request in the first round in which all that it depends on is done.
fn in_rounds(items: Vec<Item>) -> Result<Vec<Vec<Item>>, GraphError> {
    let known: HashSet<String> = items.iter().map(Item::key).collect();
    if let Some(unknown) = items
        .iter()
        .flat_map(|item| &item.depends_on)
        .find(|id| !known.contains(*id))
    {
        return Err(malformed(&format!(
            "'{unknown}' in 'dependsOn' is the id of no request"
        )));
    }
    let mut rounds: Vec<Vec<Item>> = Vec::new();
    let mut waiting = items;
    while !waiting.is_empty() {
        let done: HashSet<String> = rounds.iter().flatten().map(Item::key).collect();
        let (ready, later): (Vec<Item>, Vec<Item>) = waiting
            .into_iter()
            .partition(|item| item.depends_on.iter().all(|id| done.contains(id)));
        if ready.is_empty() {
            return Err(malformed("requests in 'dependsOn' wait for each other"));
        }
        rounds.push(ready);
        waiting = later;
    }
    Ok(rounds)
}

fn malformed(what: &str) -> GraphError {
    GraphError::gateway(format!("Invalid batch payload format: {what}."))
}

fn render(id: &str, answer: Answer) -> Value {
    let headers: Map<String, Value> = answer
        .headers
        .iter()
        .map(|(name, value)| {
            (
                spelled(name.as_str()),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect();
    let mut rendered = Map::new();
    rendered.insert("id".to_owned(), id.into());
    rendered.insert("status".to_owned(), answer.status.as_u16().into());
    rendered.insert("headers".to_owned(), headers.into());
    let body = match answer.body {
        Body::Empty => None,
        Body::Json(bytes) => Some(serde_json::from_slice(&bytes).unwrap_or_default()),
        Body::Text(text) => Some(Value::from(text)),
    };
    rendered.extend(body.map(|body| ("body".to_owned(), body)));
    rendered.into()
}

/// A header's name as people write it: scripts look for `Retry-After`, not `retry-after`.
fn spelled(name: &str) -> String {
    match name {
        "request-id" | "client-request-id" => return name.to_owned(),
        "odata-version" => return "OData-Version".to_owned(),
        "www-authenticate" => return "WWW-Authenticate".to_owned(),
        "etag" => return "ETag".to_owned(),
        _ => {}
    }
    let words = name.split('-').map(|word| {
        let mut signs = word.chars();
        let first = signs.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(signs).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hostile_tests::json;

    proptest! {
        #[test]
        fn any_batch_is_read_or_refused(requests in prop::collection::vec(json(), 0..4), value in json()) {
            let envelope = serde_json::json!({ "requests": requests }).to_string();
            for body in [envelope, value.to_string()] {
                let items = read(Some("application/json"), &Bytes::from(body)).and_then(in_rounds);
                let in_all = |rounds: Vec<Vec<Item>>| rounds.iter().map(Vec::len).sum::<usize>();
                prop_assert!(items.is_err() || items.is_ok_and(|rounds| (1..=20).contains(&in_all(rounds))));
            }
        }
    }

    fn ids(body: &Value) -> Result<Vec<Vec<String>>, String> {
        let bytes = Bytes::from(body.to_string());
        let rounds = read(Some("application/json"), &bytes).and_then(in_rounds);
        let ids = |round: Vec<Item>| round.into_iter().map(|item| item.id).collect();
        rounds
            .map(|rounds| rounds.into_iter().map(ids).collect())
            .map_err(|error| error.content().message.to_string())
    }

    fn get(id: &str, depends_on: &[&str]) -> Value {
        json!({"id": id, "method": "get", "url": "/users", "dependsOn": depends_on})
    }

    #[test]
    fn requests_come_behind_what_they_depend_on() {
        let batch = json!({"requests": [get("c", &["B"]), get("a", &[]), get("b", &["a"]), get("d", &[])]});
        assert_eq!(ids(&batch).unwrap(), [vec!["a", "d"], vec!["b"], vec!["c"]]);
        let snake = json!({"requests": [{"id": "1", "method": "GET", "url": "users", "depends_on": [], "headers": {}}]});
        assert_eq!(ids(&snake).unwrap(), [["1"]]);
    }

    #[test]
    fn what_is_no_batch_is_refused_whole() {
        let many: Vec<Value> = (0..21).map(|id| get(&id.to_string(), &[])).collect();
        for (body, words) in [
            (json!({}), "at least one request"),
            (json!({"requests": []}), "at least one request"),
            (json!({"requests": many}), "more than 20"),
            (
                json!({"requests": [get("a", &[]), get("A", &[])]}),
                "stands twice",
            ),
            (json!({"requests": [get("a", &["b"])]}), "no request"),
            (
                json!({"requests": [get("a", &["b"]), get("b", &["a"])]}),
                "wait for each other",
            ),
            (json!({"requests": [get("a", &["a"])]}), "wait for each other"),
            (
                json!({"requests": [{"id": "1", "url": "/users"}]}),
                "needs 'method'",
            ),
            (json!({"requests": [{"id": "1", "method": "GET"}]}), "needs 'url'"),
            (
                json!({"requests": [{"method": "GET", "url": "/users"}]}),
                "needs 'id'",
            ),
            (
                json!({"requests": [{"id": "1", "method": "G T", "url": "/"}]}),
                "no method",
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": "/", "headers": {"a": 1}}]}),
                "header 'a'",
            ),
            (
                json!({"requests": [{"id": "1", "method": "GET", "url": "/", "atomicityGroup": "g"}]}),
                "atomicityGroup",
            ),
            (json!({"requests": [get("a", &[])], "more": 1}), "more"),
        ] {
            let message = ids(&body).unwrap_err();
            assert!(message.contains(words), "{body}: {message}");
        }
    }

    #[test]
    fn header_names_are_spelled_as_people_expect() {
        for name in [
            "Content-Type",
            "Retry-After",
            "Location",
            "OData-Version",
            "request-id",
            "ETag",
        ] {
            assert_eq!(spelled(&name.to_lowercase()), name);
        }
    }
}
