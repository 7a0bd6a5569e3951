//! One request as handlers see it: who calls, what is asked for, in decoded form.

use std::sync::Arc;

use bytes::Bytes;
use latchkey_domain::{Caller, UserId, UserRef};
use latchkey_service::{RequestInfo, Service};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{GraphError, Vocabulary};
use crate::json::Object;
use crate::path::Version;
use crate::query::{PreferredPage, Query};

/// What stays as it is in a key that we write into an address.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'\'')
    .remove(b'!');

/// A request that found its route and whose token counts.
pub(crate) struct Call {
    /// The use cases.
    pub(crate) service: Arc<Service>,
    /// Who calls.
    pub(crate) caller: Caller,
    /// Where it came from.
    pub(crate) info: RequestInfo,
    /// `v1.0` or `beta`.
    pub(crate) version: Version,
    /// Scheme, host and port by which the client reached us.
    pub(crate) base: String,
    /// The words of the service that the path belongs to.
    pub(crate) words: Vocabulary,
    /// The keys in the path, in its order; empty where the path says `/me`.
    pub(crate) keys: Vec<String>,
    /// The caller's own id, where the path says `/me`.
    pub(crate) me: Option<UserId>,
    /// The options.
    pub(crate) query: Query,
    /// `ConsistencyLevel: eventual` was sent.
    pub(crate) eventual: bool,
    /// `Prefer: odata.maxpagesize`.
    pub(crate) preferred_page: PreferredPage,
    /// The body, inflated.
    pub(crate) body: Bytes,
    /// The body's type as declared.
    pub(crate) content_type: Option<String>,
}

impl Call {
    /// The key at this place of the path.
    pub(crate) fn key(&self, place: usize) -> &str {
        self.keys.get(place).map_or("", String::as_str)
    }

    /// The key at this place, if the path gives it as this property: `applications(appId='…')`.
    pub(crate) fn alternate_key(&self, place: usize, property: &str) -> Option<&str> {
        self.key(place).strip_prefix(property)?.strip_prefix('=')
    }

    /// The key at this place as an id of its kind.
    ///
    /// # Errors
    /// What is no id names nothing that exists: 404.
    pub(crate) fn id<T: std::str::FromStr>(&self, place: usize) -> Result<T, GraphError> {
        self.key(place)
            .parse()
            .map_err(|_| self.words.not_found(self.key(place)))
    }

    /// The user that the path names first.
    pub(crate) fn user(&self) -> UserRef {
        match self.me {
            Some(id) => UserRef::Id(id),
            // What is neither id nor name is nobody's; to know that takes permission first, as for any other.
            None => UserRef::parse(self.key(0)).unwrap_or(UserRef::Id(UserId::from_bytes([0; 16]))),
        }
    }

    /// The user's key as it was given, for messages.
    pub(crate) fn user_key(&self) -> String {
        match self.me {
            Some(id) => id.to_string(),
            None => self.key(0).to_owned(),
        }
    }

    /// `users('{key as given}')`, for contexts.
    pub(crate) fn user_context(&self) -> String {
        let key = self.user_key().replace('\'', "''");
        format!("users('{}')", utf8_percent_encode(&key, KEY))
    }

    /// The address of something here, under this version.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.base, self.version.as_str())
    }

    /// `@odata.context`.
    pub(crate) fn context(&self, suffix: &str) -> String {
        format!("{}/{}/$metadata#{suffix}", self.base, self.version.as_str())
    }

    /// Whether it is an advanced query (Graph contract 3.2).
    ///
    /// # Errors
    /// A `$count` that is no boolean.
    pub(crate) fn advanced(&self) -> Result<bool, GraphError> {
        Ok((self.query.count()? || self.query.get("search").is_some()) && self.eventual)
    }

    /// The body, which must be a JSON object.
    ///
    /// # Errors
    /// No body, another type of body, no JSON object.
    pub(crate) fn json(&self) -> Result<Object, GraphError> {
        let body = Object::of_request(self.content_type.as_deref(), &self.body)?;
        Ok(body.in_words(self.words))
    }

    /// The body of an action that takes nothing: there may be an empty object.
    ///
    /// # Errors
    /// A body that says more, or can't be read.
    pub(crate) fn no_parameters(&self) -> Result<(), GraphError> {
        if self.body.is_empty() {
            Ok(())
        } else {
            self.json()?.finish()
        }
    }

    /// `/$count` and `$search` need a header on directory objects.
    ///
    /// # Errors
    /// The header is missing.
    pub(crate) fn needs_eventual_for_count(&self) -> Result<(), GraphError> {
        if self.eventual {
            Ok(())
        } else {
            Err(self.words.bad_request("$count is not currently supported."))
        }
    }

    /// As [`Self::needs_eventual_for_count`], for `$search`.
    ///
    /// # Errors
    /// The header is missing.
    pub(crate) fn needs_eventual_for_search(&self) -> Result<(), GraphError> {
        if self.eventual {
            Ok(())
        } else {
            Err(GraphError::unsupported_query(
                "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
            ))
        }
    }

    /// Refuses `$search`, in the words that its header calls for.
    ///
    /// # Errors
    /// `$search` is there.
    pub(crate) fn refuse_search(&self) -> Result<(), GraphError> {
        if self.query.get("search").is_some() {
            self.needs_eventual_for_search()?;
        }
        self.query.refuse(&["search"])
    }
}
