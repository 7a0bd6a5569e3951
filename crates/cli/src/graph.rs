//! The Graph door as a client sees it: requests with a token, pages, errors.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::Failure;
use crate::http_client::{Answer, HttpClient};
use crate::login::Login;

/// What may stand unencoded in a segment of a path or the value of a query option (RFC 3986, unreserved).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Text as a segment of a path or the value of a query option.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// Text as a literal of a filter.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A signed-in client; clones share login and connections.
#[derive(Clone)]
pub(crate) struct Graph {
    http: HttpClient,
    login: Arc<Mutex<Login>>,
    place: PathBuf,
    base: String,
}

impl Graph {
    /// The client of whoever is signed in according to this file.
    pub(crate) fn open(place: PathBuf) -> Result<Self, Failure> {
        let login = Login::load(&place)?;
        let http = HttpClient::new(login.ca.as_deref())?;
        Ok(Self {
            base: format!("{}/v1.0", login.url),
            http,
            login: Arc::new(Mutex::new(login)),
            place,
        })
    }

    /// The server's address.
    pub(crate) fn url(&self) -> &str {
        self.base.trim_end_matches("/v1.0")
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::DELETE, path, None).await
    }

    /// The object's collection members, a page at a time.
    pub(crate) fn pages(&self, path: &str) -> Pages<'_> {
        Pages {
            graph: self,
            next: Some(path.to_owned()),
        }
    }

    /// All members of a small collection.
    pub(crate) async fn all(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let mut pages = self.pages(path);
        let mut all = Vec::new();
        while let Some(page) = pages.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// Sends a request; an access token that is no longer taken is renewed once. The answer of a change without an
    /// answer is null.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let token = self.login.lock().await.access_token.clone();
        let mut answer = self.send(&method, path, body, &token).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            let token = self.renewed(&token).await?;
            answer = self.send(&method, path, body, &token).await?;
        }
        if !answer.status.is_success() {
            return Err(Failure::of_answer(answer.status, &answer.body));
        }
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| Failure::Unreachable(format!("this is not a Graph door of Latchkey: {error}")))
    }

    /// A newer token than this one, saved for the next command.
    async fn renewed(&self, stale: &str) -> Result<String, Failure> {
        let mut login = self.login.lock().await;
        if login.access_token == stale {
            login.renew(&self.http).await?;
            login.save(&self.place)?;
        }
        Ok(login.access_token.clone())
    }

    async fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        token: &str,
    ) -> Result<Answer, Failure> {
        let url = if path.starts_with("https://") || path.starts_with("http://") {
            // The link to a next page. A token is for its own server only.
            if !path.starts_with(&self.base) {
                return Err(Failure::Unreachable(format!(
                    "the next page is elsewhere: {path}"
                )));
            }
            path.to_owned()
        } else {
            format!("{}/{path}", self.base)
        };
        let mut request = Request::builder()
            .method(method)
            .uri(&url)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header("consistencylevel", "eventual");
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let request = request
            .body(Full::new(body))
            .map_err(|error| Failure::Usage(format!("{url}: {error}")))?;
        self.http.send(request).await
    }
}

/// The pages of a collection.
pub(crate) struct Pages<'a> {
    graph: &'a Graph,
    next: Option<String>,
}

impl Pages<'_> {
    /// There is a page behind those that were read.
    pub(crate) const fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// The next page's items; none after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Value>>, Failure> {
        let Some(path) = self.next.take() else {
            return Ok(None);
        };
        let mut page = self.graph.get(&path).await?;
        self.next = page
            .get("@odata.nextLink")
            .and_then(Value::as_str)
            .map(str::to_owned);
        match page.get_mut("value").map(Value::take) {
            Some(Value::Array(items)) => Ok(Some(items)),
            _ => Err(Failure::Unreachable("the answer is no collection".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_for_paths_and_quoted_for_filters() {
        assert_eq!(encoded("o'hara+x@example.com"), "o%27hara%2Bx%40example.com");
        assert_eq!(encoded("a/b?c#d"), "a%2Fb%3Fc%23d");
        assert_eq!(quoted("O'Hara's"), "'O''Hara''s'");
    }
}
