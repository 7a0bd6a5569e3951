//! `$filter` and `$search` of resources that are few: by name, or by one of their ids (Graph contract 3.1).

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};

/// What such a list is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedFilter {
    /// Those with this display name.
    NameIs(String),
    /// Those whose display name starts so.
    NameStarts(String),
    /// Those whose property is one of these values.
    OneOf(&'static str, Vec<String>),
}

/// Reads `$filter` or `$search`, whichever is there.
///
/// # Errors
/// Both at once, another property than the name and these, another operator, a query that must be advanced.
pub(crate) fn read(
    call: &Call,
    resource: &str,
    properties: &[&'static str],
) -> Result<Option<NamedFilter>, GraphError> {
    let search = call.query.get("search").map(|text| {
        call.needs_eventual_for_search()?;
        filter::parse_search(text)
    });
    let parsed = match (call.query.get("filter"), search.transpose()?) {
        (None, None) => return Ok(None),
        (Some(_), Some(search)) => return Err(filter::unsupported(&search, resource)),
        (None, Some(search)) => search,
        (Some(text), None) => {
            let parsed = Filter::parse(text)?;
            filter::check_advanced(call.advanced()?, &parsed)?;
            parsed
        }
    };
    translate(&parsed, resource, properties).map(Some)
}

fn translate(
    parsed: &Filter,
    resource: &str,
    properties: &[&'static str],
) -> Result<NamedFilter, GraphError> {
    let is_name = |property: &str| property.eq_ignore_ascii_case("displayName");
    let known = |property: &str| {
        let mut all = properties.iter().copied();
        all.find(|known| known.eq_ignore_ascii_case(property))
    };
    match parsed {
        Filter::Compare(property, Operator::Eq, Literal::Text(value)) => {
            if is_name(property) {
                return Ok(NamedFilter::NameIs(value.clone()));
            }
            if let Some(known) = known(property) {
                return Ok(NamedFilter::OneOf(known, vec![value.clone()]));
            }
        }
        Filter::Function(name, property, value)
            if matches!(name.as_str(), "startswith" | "search") && is_name(property) =>
        {
            return Ok(NamedFilter::NameStarts(value.clone()));
        }
        Filter::In(property, values) => {
            let texts = values.iter().map(|value| match value {
                Literal::Text(text) => Some(text.clone()),
                _ => None,
            });
            if let (Some(known), Some(texts)) = (known(property), texts.collect()) {
                return Ok(NamedFilter::OneOf(known, texts));
            }
        }
        _ => {}
    }
    Err(filter::unsupported(parsed, resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NamedFilter, &'static str> {
        let parsed = Filter::parse(text).map_err(|e| e.content().code)?;
        translate(&parsed, "Application", &["appId"]).map_err(|e| e.content().code)
    }

    #[test]
    fn names_and_ids_are_served_and_nothing_else() {
        assert_eq!(read("displayname eq 'HR'"), Ok(NamedFilter::NameIs("HR".into())));
        assert_eq!(
            read("startswith(displayName,'H')"),
            Ok(NamedFilter::NameStarts("H".into()))
        );
        assert_eq!(
            read("appid in ('1','2')"),
            Ok(NamedFilter::OneOf("appId", vec!["1".into(), "2".into()]))
        );
        assert_eq!(
            read("appId eq '1'"),
            Ok(NamedFilter::OneOf("appId", vec!["1".into()]))
        );
        for wrong in [
            "appId eq null",
            "id eq '1'",
            "displayName eq 'a' or displayName eq 'b'",
            "appId in (1)",
        ] {
            assert_eq!(read(wrong), Err("Request_UnsupportedQuery"), "{wrong}");
        }
    }
}
