//! Query options (Graph contract 3): reading them, the page they ask for, and the link to the next one.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::GraphError;

/// What stays as it is in a query value that we write.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b'\'')
    .remove(b'/')
    .remove(b':')
    .remove(b'@');

/// The most characters of a query: what a filter may cost is bounded by it.
const MAX_QUERY: usize = 8192;

/// The options that `OData` knows and Graph's resources have more or less of.
const OPTIONS: [&str; 13] = [
    "apply",
    "compute",
    "count",
    "deltatoken",
    "expand",
    "filter",
    "format",
    "orderby",
    "search",
    "select",
    "skip",
    "skiptoken",
    "top",
];

/// The options of a request.
#[derive(Debug, Default)]
pub(crate) struct Query {
    options: Vec<Given>,
}

/// One option.
#[derive(Debug)]
struct Given {
    /// Without `$`, in lower case.
    name: String,
    value: String,
    /// Whether it is one of `OData`: those may lack their `$`, and no other begins with one.
    is_system: bool,
}

/// A page that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Most items.
    pub(crate) limit: u32,
    /// Where the last page ended, in the resource's own words.
    pub(crate) after: Option<String>,
}

/// The size of pages that the client prefers (`Prefer: odata.maxpagesize`), and the one that it got.
#[derive(Debug, Default)]
pub(crate) struct PreferredPage {
    wanted: Option<u32>,
    /// Nought: the answer has no pages, or `$top` said otherwise.
    applied: AtomicU32,
}

impl PreferredPage {
    /// The client prefers this size, or none.
    pub(crate) fn new(wanted: Option<u32>) -> Self {
        Self {
            wanted,
            applied: AtomicU32::new(0),
        }
    }

    /// The size of a page that obeys.
    pub(crate) fn take(&self, max: u32) -> Option<u32> {
        let size = self.wanted?.clamp(1, max);
        self.applied.store(size, Ordering::Relaxed);
        Some(size)
    }

    /// The size that was obeyed.
    pub(crate) fn applied(&self) -> Option<u32> {
        Some(self.applied.load(Ordering::Relaxed)).filter(|size| *size > 0)
    }
}

impl Query {
    /// Reads a raw query.
    ///
    /// # Errors
    /// An option that stands twice, what is no UTF-8, a query that is too long.
    pub(crate) fn parse(raw: Option<&str>) -> Result<Self, GraphError> {
        let Some(raw) = raw.filter(|raw| !raw.is_empty()) else {
            return Ok(Self::default());
        };
        if raw.len() > MAX_QUERY {
            return Err(GraphError::gateway("The query is too long."));
        }
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| GraphError::gateway("The query is not valid UTF-8."))
        };
        let mut options: Vec<Given> = Vec::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let whole = decode(name)?;
            let name = whole.strip_prefix('$').unwrap_or(&whole).to_ascii_lowercase();
            if options.iter().any(|known| known.name == name) {
                return Err(GraphError::gateway(format!(
                    "Query option '${name}' stands twice."
                )));
            }
            let value = decode(value)?;
            // No name or text holds it, and PostgreSQL takes it for no text at all.
            if value.contains('\0') {
                return Err(GraphError::gateway("The query contains a null character."));
            }
            options.push(Given {
                is_system: whole.starts_with('$') || OPTIONS.contains(&&*name),
                name,
                value,
            });
        }
        Ok(Self { options })
    }

    /// The value of an option; an empty one is as if it were absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|known| known.name == name);
        found
            .map(|given| given.value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The names in `$select`.
    pub(crate) fn select(&self) -> Option<Vec<&str>> {
        self.get("select").map(|list| {
            list.split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .collect()
        })
    }

    /// Whether `$count=true` was asked for.
    ///
    /// # Errors
    /// Another value.
    pub(crate) fn count(&self) -> Result<bool, GraphError> {
        match self.get("count") {
            None => Ok(false),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(GraphError::gateway("The value of $count must be true or false.")),
        }
    }

    /// Refuses options that the resource does not have.
    ///
    /// # Errors
    /// The first such option.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<(), GraphError> {
        match names.iter().find(|name| self.get(name).is_some()) {
            None => Ok(()),
            Some(name) => Err(not_supported(name)),
        }
    }

    /// Refuses the options of `OData` that the resource does not have, whichever they are, and those that begin with
    /// `$` and are nobody's. Others, without it, are the client's own and mean nothing here.
    ///
    /// # Errors
    /// The first such option; a `$count` that is no boolean.
    pub(crate) fn only(&self, allowed: &[&str]) -> Result<(), GraphError> {
        let asks = |given: &&Given| given.is_system && !given.value.trim().is_empty();
        let mut asked = self.options.iter().filter(asks);
        match asked.find(|given| !allowed.contains(&&*given.name)) {
            None => self.count().map(drop),
            Some(given) => Err(not_supported(&given.name)),
        }
    }

    /// The page that is asked for: `$top`, or the preferred size, and `$skiptoken`.
    ///
    /// # Errors
    /// A size out of bounds, a token that is not of this resource.
    pub(crate) fn page(
        &self,
        resource: &str,
        preferred: &PreferredPage,
        default: u32,
        max: u32,
    ) -> Result<Page, GraphError> {
        let limit =
            match self.get("top") {
                None => preferred.take(max).unwrap_or(default),
                Some(text) => {
                    let size: i64 = text
                        .parse()
                        .map_err(|_| GraphError::gateway(format!("Invalid value '{text}' for $top.")))?;
                    u32::try_from(size).ok().filter(|size| (1..=max).contains(size)).ok_or_else(|| {
                    GraphError::unsupported_query(format!(
                        "Invalid page size specified: '{size}'. Must be between 1 and {max} inclusive."
                    ))
                })?
                }
            };
        let after = self.token("skiptoken", resource)?;
        Ok(Page { limit, after })
    }

    /// What an option that holds a token of this resource says.
    ///
    /// # Errors
    /// A token that is not of this resource.
    pub(crate) fn token(&self, option: &str, resource: &str) -> Result<Option<String>, GraphError> {
        self.get(option)
            .map(|token| read_token(resource, token))
            .transpose()
    }

    /// The options of the next page's link: those of this one, with another token.
    pub(crate) fn next(&self, resource: &str, after: &str) -> String {
        self.link("skiptoken", resource, after)
    }

    /// The options of this request, with this token in place of the one that it came with.
    pub(crate) fn link(&self, option: &str, resource: &str, after: &str) -> String {
        let mut text = String::new();
        let is_token = |name: &str| ["skiptoken", "deltatoken"].contains(&name);
        for given in self.options.iter().filter(|given| !is_token(&given.name)) {
            text.push_str(if given.is_system { "$" } else { "" });
            text.extend(utf8_percent_encode(&given.name, QUERY));
            text.push('=');
            text.extend(utf8_percent_encode(&given.value, QUERY));
            text.push('&');
        }
        text.extend(["$", option, "="]);
        BASE64_URL_SAFE_NO_PAD.encode_string(format!("{resource} {after}"), &mut text);
        text
    }
}

fn not_supported(name: &str) -> GraphError {
    GraphError::unsupported_query(format!(
        "The query option '${name}' is not supported for this resource."
    ))
}

fn read_token(resource: &str, token: &str) -> Result<String, GraphError> {
    let read = || {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        // A resource's name may have blanks of its own.
        let after = text.strip_prefix(resource)?.strip_prefix(' ')?;
        // As in a query itself: nothing that we ever wrote holds it, and PostgreSQL takes it for no text.
        (!after.contains('\0')).then(|| after.to_owned())
    };
    read().ok_or_else(page_token_expired)
}

/// A `$skiptoken` that was not made here, or not for this.
pub(crate) fn page_token_expired() -> GraphError {
    GraphError::new(
        axum::http::StatusCode::BAD_REQUEST,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(raw: &str) -> Query {
        Query::parse(Some(raw)).unwrap()
    }

    #[test]
    fn names_may_lack_their_dollar() {
        for raw in [
            "$select=id,%20displayName",
            "%24select=id,+displayName",
            "select=id,displayName",
            "$SELECT=id,displayName",
        ] {
            assert_eq!(query(raw).select().unwrap(), ["id", "displayName"], "{raw}");
        }
        assert!(
            Query::parse(Some("$top=1&top=2")).is_err(),
            "one option has one value"
        );
        assert!(Query::parse(Some("$filter=%ff")).is_err());
        assert!(Query::parse(Some(&"a".repeat(9000))).is_err());
    }

    #[test]
    fn pages_have_bounds() {
        let limit = |raw| {
            query(raw)
                .page("users", &PreferredPage::default(), 100, 999)
                .map(|page| page.limit)
                .map_err(|e| e.content().code)
        };
        assert_eq!(limit("a=b"), Ok(100));
        assert_eq!(limit("$top=999"), Ok(999));
        for wrong in ["$top=0", "$top=1000", "$top=-1", "$top=99999999999"] {
            assert_eq!(limit(wrong), Err("Request_UnsupportedQuery"), "{wrong}");
        }
        assert_eq!(limit("$top=ten"), Err("BadRequest"));
    }

    #[test]
    fn the_next_link_carries_the_options_and_where_to_go_on() {
        let first = query("$filter=startswith(displayName,'A%26b')&$top=2");
        let next = first.next("users", "ada@example.com");
        let second = query(&next);
        assert_eq!(second.get("filter"), Some("startswith(displayName,'A&b')"));
        let page = second.page("users", &PreferredPage::default(), 100, 999).unwrap();
        assert_eq!(
            page,
            Page {
                limit: 2,
                after: Some("ada@example.com".to_owned())
            }
        );
        let foreign = second
            .page("groups", &PreferredPage::default(), 100, 999)
            .unwrap_err();
        assert_eq!(foreign.content().code, "Directory_ExpiredPageToken");
        for wrong in ["$skiptoken=x".to_owned(), first.next("users", "a\0b")] {
            let refused = query(&wrong)
                .page("users", &PreferredPage::default(), 100, 999)
                .unwrap_err();
            assert_eq!(refused.content().code, "Directory_ExpiredPageToken", "{wrong}");
        }
    }

    #[test]
    fn resources_may_have_names_of_several_words() {
        for (resource, after) in [
            ("role assignments", "x-1"),
            ("unit members", "user 1"),
            ("users", " a b "),
        ] {
            let next = query("$top=1").next(resource, after);
            assert_eq!(
                query(&next).token("skiptoken", resource).unwrap().as_deref(),
                Some(after)
            );
            for other in ["unit member", "role assignment", "user", "usersx", "x"] {
                assert!(
                    query(&next).token("skiptoken", other).is_err(),
                    "{resource} {other}"
                );
            }
        }
    }

    #[test]
    fn what_a_resource_does_not_have_is_refused_by_name() {
        let only = |raw| {
            let refused = query(raw).only(&["select", "top"]);
            refused.map_err(|error| error.content().message.to_string())
        };
        for fine in [
            "$select=id&top=1",
            "api-version=1&foo=2",
            "$filter=&expand=",
            "@id=x",
        ] {
            assert_eq!(only(fine), Ok(()), "{fine}");
        }
        for (wrong, name) in [
            ("$select=id&$filter=x", "$filter"),
            ("FILTER=x", "$filter"),
            ("$count=banana", "$count"),
            ("$foo=1", "$foo"),
            ("%24Foo=1", "$foo"),
            ("$@id=1", "$@id"),
        ] {
            assert!(only(wrong).unwrap_err().contains(&format!("'{name}'")), "{wrong}");
        }
    }

    #[test]
    fn the_next_link_leaves_the_clients_own_options_as_they_are() {
        let next = query("own%26=a&$top=1&@id=x&select=id").next("users", "a");
        assert!(
            next.starts_with("own%26=a&$top=1&@id=x&$select=id&$skiptoken="),
            "{next}"
        );
    }

    #[test]
    fn a_preferred_size_is_taken_where_nothing_else_is_said() {
        let size = |raw, wanted| {
            let preferred = PreferredPage::new(Some(wanted));
            let page = query(raw).page("users", &preferred, 100, 999).unwrap();
            (page.limit, preferred.applied())
        };
        assert_eq!(size("", 2), (2, Some(2)));
        assert_eq!(size("", 5000), (999, Some(999)));
        assert_eq!(size("$top=3", 2), (3, None));
    }
}
