//! Fields of the portal's forms, as its components take them; and whether what a form showed is still how it is.

use std::fmt::Debug;

use axum::response::Response;
use http::StatusCode;
use latchkey_crypto::sha256;

use crate::visit::Fields;

/// Above a form that would have undone what somebody else did.
pub(super) const STALE: &str =
    "Nothing was saved: somebody else changed this while the page was open. Below is how it is now.";

/// Tells states of what a form shows apart; the form carries it along.
pub(super) fn version(shown: &dyn Debug) -> String {
    let hash = sha256(format!("{shown:?}").as_bytes());
    let start = hash.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// Whether a form was made from another state than this one.
pub(super) fn is_stale(fields: &Fields, shown: &dyn Debug) -> bool {
    let known = fields.get("version");
    !known.is_empty() && known != version(shown)
}

/// What is sent, unless it is what the form showed: then somebody else may change it at the same moment.
pub(super) fn changed<T: PartialEq>(sent: Option<T>, shown: Option<&T>) -> Option<T> {
    sent.filter(|sent| Some(sent) != shown)
}

/// As the answer to a form that is out of date.
pub(super) fn conflict(mut response: Response) -> Response {
    *response.status_mut() = StatusCode::CONFLICT;
    response
}

/// One line of text.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    /// The most characters.
    pub(super) longest: usize,
    pub(super) required: bool,
    pub(super) wrong: bool,
}

/// Several lines, each a value of its own.
pub(super) struct Area {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    pub(super) wrong: bool,
}

impl Area {
    /// The lines that say something.
    pub(super) fn lines(text: &str) -> Vec<String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }
}

/// A box to tick.
pub(super) struct Tick {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) ticked: bool,
}
