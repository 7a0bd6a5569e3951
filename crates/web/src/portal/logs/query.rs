//! Filters of a log as they stand in the address, so that a view can be shared.

use http::Uri;
use latchkey_domain::{CorrelationId, Timestamp, Upn, User, UserRef};
use latchkey_service::AccessError;

use super::super::admin::Admin;
use super::super::paths;
use crate::answer::Stop;

/// The parameters of an address, in their order; the first of each name counts.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of(uri: &Uri) -> Self {
        let parsed = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
        Self(parsed.map(|query| query.0).unwrap_or_default())
    }

    /// A parameter without blanks around it; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }
}

/// What a field of the form is.
pub(super) enum Kind {
    Text,
    Date,
    /// Values with their labels; one may be chosen.
    Choice(Vec<(String, String)>),
}

/// One filter: a field of the form, and a part of the address.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) kind: Kind,
    /// Why it can't be used.
    pub(super) wrong: String,
}

/// The filters of a list.
pub(super) struct Fields(pub(super) Vec<Field>);

impl Field {
    /// The kind of input that can hold the value of a date as it is.
    pub(super) fn input(&self) -> &'static str {
        if !self.wrong.is_empty() {
            return "text";
        }
        match self.value.len() {
            0..=DAY => "date",
            MINUTE => "datetime-local",
            _ => "text",
        }
    }
}

impl Fields {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a filter. `read` gives what it means, or the words why it can't be used; it isn't asked when the field
    /// is empty.
    pub(super) fn add<T>(
        &mut self,
        parameters: &Parameters,
        (name, label): (&'static str, &'static str),
        kind: Kind,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let value = parameters.get(name).to_owned();
        let (read, wrong) = match (!value.is_empty()).then(|| read(&value)) {
            None => (None, ""),
            Some(Ok(read)) => (Some(read), ""),
            Some(Err(wrong)) => (None, wrong),
        };
        self.0.push(Field {
            name,
            label,
            value,
            kind,
            wrong: wrong.to_owned(),
        });
        read
    }

    /// Says what turned out to be wrong with a filter later.
    pub(super) fn mark(&mut self, name: &str, wrong: &str) {
        for field in self.0.iter_mut().filter(|field| field.name == name) {
            wrong.clone_into(&mut field.wrong);
        }
    }

    pub(super) fn are_right(&self) -> bool {
        self.0.iter().all(|field| field.wrong.is_empty())
    }

    /// Something is looked for.
    pub(super) fn narrow(&self) -> bool {
        self.0.iter().any(|field| !field.value.is_empty())
    }

    /// A path with all filters as its query.
    pub(super) fn address(&self, path: &str) -> String {
        self.0
            .iter()
            .filter(|field| !field.value.is_empty())
            .fold(path.to_owned(), |path, field| {
                paths::with(&path, field.name, &field.value)
            })
    }
}

/// Letters of a day, and of a minute of it in UTC, as fields for them hold them.
const DAY: usize = 10;
const MINUTE: usize = 16;

const DATE: &str = "Write a date like 2026-11-22, or a time like 2026-11-22T09:00:00Z.";

/// From when: a day begins at midnight UTC, a minute with its first second.
pub(super) fn from(text: &str) -> Result<Timestamp, &'static str> {
    moment(text, "T00:00", ":00Z")
}

/// Until when: a day or a minute is meant to its end.
pub(super) fn to(text: &str) -> Result<Timestamp, &'static str> {
    moment(text, "T23:59", ":59.999999Z")
}

fn moment(text: &str, of_a_day: &str, of_a_minute: &str) -> Result<Timestamp, &'static str> {
    let whole = match text.len() {
        DAY => format!("{text}{of_a_day}{of_a_minute}"),
        MINUTE if text.contains('T') => format!("{text}{of_a_minute}"),
        _ => text.to_owned(),
    };
    Timestamp::parse_rfc3339(&whole).map_err(|_| DATE)
}

/// As an error page shows it.
pub(super) fn correlation(text: &str) -> Result<CorrelationId, &'static str> {
    text.parse().map_err(|_| "Write it as the error page shows it.")
}

/// Who has this account name.
pub(super) async fn person(admin: &Admin, name: Upn) -> Result<Option<User>, Stop> {
    let found = admin
        .service()
        .show_user(&admin.caller, &UserRef::Name(name))
        .await;
    match found {
        Ok(user) => Ok(Some(user)),
        Err(AccessError::NoSuchUser) => Ok(None),
        Err(other) => Err(admin.failed(&other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_times_exact() {
        let read = |at: Result<Timestamp, _>| at.map(Timestamp::to_rfc3339);
        assert_eq!(read(from("2026-11-22")).unwrap(), "2026-11-22T00:00:00Z");
        assert_eq!(read(to("2026-11-22")).unwrap(), "2026-11-22T23:59:59.999999Z");
        assert_eq!(read(to("2026-11-22T09:30:00Z")).unwrap(), "2026-11-22T09:30:00Z");
        assert_eq!(read(from("2026-11-22T09:30")).unwrap(), "2026-11-22T09:30:00Z");
        assert_eq!(
            read(to("2026-11-22T09:30")).unwrap(),
            "2026-11-22T09:30:59.999999Z"
        );
        for wrong in [
            "2026-02-30",
            "2026-11-22T24:61",
            "today",
            "2026-11-22 09:00",
            "22.11.2026",
        ] {
            assert!(from(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filters_stand_in_the_address() {
        let uri: Uri = "/portal/logs?name=ada%40example.com&from=never&name=second&x=y"
            .parse()
            .unwrap();
        let parameters = Parameters::of(&uri);
        let mut fields = Fields::new();
        let name = fields.add(&parameters, ("name", ""), Kind::Text, |text| {
            Ok::<_, &str>(text.to_owned())
        });
        assert_eq!(name.as_deref(), Some("ada@example.com"));
        assert_eq!(fields.add(&parameters, ("from", ""), Kind::Date, from), None);
        assert_eq!(fields.add(&parameters, ("to", ""), Kind::Date, to), None);
        assert!(!fields.are_right() && fields.narrow());
        assert_eq!(fields.address("/l"), "/l?name=ada%40example.com&from=never");
    }
}
