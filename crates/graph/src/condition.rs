//! From the tree of a `$filter` or `$search` to the store's typed conditions (Graph contract 3.2 to 3.4).
//!
//! Each resource has a table of its properties, with what each is served for: always, or in advanced queries only.

use latchkey_domain::Timestamp;
use latchkey_store::{Condition, Test, condition_size, words};

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::select::ObjectType;

/// The most comparisons of one filter.
const MAX_COMPARISONS: usize = 100;
/// The most values of `in`, and the most characters of one that is compared, outside of advanced queries.
const MAX_PLAIN_VALUES: usize = 15;
const MAX_PLAIN_LENGTH: usize = 120;

/// When something is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Served {
    /// Never.
    No,
    /// In advanced queries.
    Advanced,
    /// Always.
    Always,
}

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<K> {
    /// Text.
    Text(K),
    /// One of a few words, as they are stored.
    Word(K, &'static [&'static str]),
    /// True or false.
    Bool(K),
    /// True, false or nothing, as words.
    Flag(K),
    /// A moment.
    Date(K),
    /// The object's own id.
    Id(K),
    /// The same truth for every object.
    Constant(bool),
    /// It never has a value here.
    Empty,
    /// How many there are of what nobody has any of: nought.
    Nought,
}

/// A property that can be filtered by.
#[derive(Debug)]
pub(crate) struct Property<K: 'static> {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind<K>,
    /// `eq`, `in`; the contraries are advanced by themselves.
    pub(crate) eq: Served,
    /// `ge`, `le`, `gt`, `lt`
    pub(crate) range: Served,
    /// `startsWith`
    pub(crate) starts: Served,
    /// `eq null`
    pub(crate) null: Served,
    /// `endsWith`, which is advanced by itself.
    pub(crate) ends: bool,
    /// It is a collection: asked for by `any`.
    pub(crate) list: bool,
    /// `$search` finds it.
    pub(crate) search: Search,
}

/// How `$search` looks at a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// Not at all.
    No,
    /// By its beginning.
    Start,
    /// By the beginnings of its words.
    Words,
}

/// A resource whose lists can be filtered.
pub(crate) struct Resource<K: 'static> {
    /// Its declared properties, for messages.
    pub(crate) declared: &'static ObjectType,
    /// Its name in messages, such as `User`.
    pub(crate) name: &'static str,
    /// What can be filtered by.
    pub(crate) properties: &'static [Property<K>],
}

impl<K: Copy + 'static> Resource<K> {
    /// The condition of the request's `$filter` and `$search` together.
    ///
    /// # Errors
    /// What can't be read, what no index serves, what needs an advanced query.
    pub(crate) fn condition(&self, call: &Call, advanced: bool) -> Result<Condition<K>, GraphError> {
        let mut all = Vec::new();
        if let Some(text) = call.query.get("filter") {
            let filter = Filter::parse(text)?;
            filter::check_advanced(advanced, &filter)?;
            all.push(self.translate(&filter, advanced)?);
        }
        if let Some(text) = call.query.get("search") {
            call.needs_eventual_for_search()?;
            all.push(self.translate(&filter::parse_search(text)?, true)?);
        }
        let condition = Condition::All(all);
        if condition_size(&condition) > MAX_COMPARISONS {
            return Err(GraphError::unsupported_query(format!(
                "Too many comparisons in the filter. Max allowed: {MAX_COMPARISONS}."
            )));
        }
        Ok(condition)
    }

    /// The property by which the list is to be ordered, from those that can sort, and whether backwards.
    ///
    /// # Errors
    /// Another property, or a filter beside it in an ordinary query.
    pub(crate) fn order(
        &self,
        call: &Call,
        sortable: &[(&str, K, Served)],
    ) -> Result<Option<(K, bool)>, GraphError> {
        let Some(text) = call.query.get("orderby") else {
            return Ok(None);
        };
        let mut words = text.split_whitespace();
        let property = words.next().unwrap_or_default();
        let unsupported = || {
            GraphError::unsupported_query(format!(
                "Unsupported sort property '{property}' for '{}'.",
                self.name
            ))
        };
        let backwards = match words.next() {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("asc") => false,
            Some(word) if word.eq_ignore_ascii_case("desc") => true,
            Some(_) => return Err(unsupported()),
        };
        let advanced = call.advanced()?;
        let (_, key, _) = sortable
            .iter()
            .find(|(name, _, served)| {
                name.eq_ignore_ascii_case(property) && (advanced || *served == Served::Always)
            })
            .filter(|_| words.next().is_none())
            .ok_or_else(unsupported)?;
        if call.query.get("filter").is_some() && !advanced {
            return Err(GraphError::unsupported_query(
                "Sorting not supported for current query.",
            ));
        }
        Ok(Some((*key, backwards)))
    }

    fn translate(&self, filter: &Filter, advanced: bool) -> Result<Condition<K>, GraphError> {
        let both = |left: &Filter, right: &Filter| {
            Ok::<_, GraphError>(vec![
                self.translate(left, advanced)?,
                self.translate(right, advanced)?,
            ])
        };
        match filter {
            Filter::And(left, right) => both(left, right).map(Condition::All),
            Filter::Or(left, right) => both(left, right).map(Condition::Any),
            Filter::Not(inner) => Ok(Condition::Not(Box::new(self.translate(inner, advanced)?))),
            Filter::Any(collection, inner) => {
                let property = self.property(collection, filter)?;
                if !property.list {
                    return Err(self.unsupported(filter));
                }
                self.items(property, inner, advanced)
            }
            Filter::Compare(name, ..) | Filter::In(name, _) | Filter::Function(_, name, _) => {
                let property = self.property(name, filter)?;
                if property.list {
                    return Err(self.unsupported(filter));
                }
                self.leaf(property, filter, advanced)
            }
        }
    }

    /// The inside of `any`, whose names are seen from the item.
    fn items(
        &self,
        property: &Property<K>,
        inner: &Filter,
        advanced: bool,
    ) -> Result<Condition<K>, GraphError> {
        match inner {
            Filter::And(..) | Filter::Not(_) | Filter::Any(..) if property.kind_is_empty() => {
                Ok(Condition::Any(Vec::new()))
            }
            Filter::Or(left, right) => Ok(Condition::Any(vec![
                self.items(property, left, advanced)?,
                self.items(property, right, advanced)?,
            ])),
            // "One of them is another" is not the contrary of "one of them is this".
            Filter::Compare(_, Operator::Ne, _) => Err(self.unsupported(inner)),
            leaf => self.leaf(property, leaf, advanced),
        }
        .map_err(|_| self.unsupported(&Filter::Any(property.name.to_owned(), Box::new(inner.clone()))))
    }

    fn leaf(
        &self,
        property: &Property<K>,
        filter: &Filter,
        advanced: bool,
    ) -> Result<Condition<K>, GraphError> {
        let serve = |served: Served| {
            if served == Served::Always || (advanced && served == Served::Advanced) {
                Ok(())
            } else {
                Err(self.unsupported(filter))
            }
        };
        match filter {
            Filter::Compare(_, Operator::Ne, literal) => {
                let equal = self.equal(property, literal, filter, advanced)?;
                Ok(Condition::Not(Box::new(equal)))
            }
            Filter::Compare(_, Operator::Eq, literal) => self.equal(property, literal, filter, advanced),
            Filter::Compare(_, operator, literal) => {
                serve(property.range)?;
                compare(property, *operator, literal)
            }
            Filter::In(_, literals) => {
                if !advanced && literals.len() > MAX_PLAIN_VALUES {
                    return Err(GraphError::unsupported_query(format!(
                        "Too many child clauses specified in search filter expression containing 'OR' operators: {}. Max allowed: {MAX_PLAIN_VALUES}.",
                        literals.len()
                    )));
                }
                let equal = |literal| self.equal(property, literal, filter, advanced);
                Ok(Condition::Any(
                    literals.iter().map(equal).collect::<Result<_, _>>()?,
                ))
            }
            Filter::Function(name, _, value) => match (name.as_str(), property.kind) {
                ("startswith", kind) => {
                    serve(property.starts)?;
                    Ok(text(kind, Test::StartsWith(value.clone())))
                }
                ("endswith", kind) if property.ends => Ok(text(kind, Test::EndsWith(value.clone()))),
                ("search", kind) => match property.search {
                    Search::No => Err(self.unsupported(filter)),
                    Search::Start => Ok(text(kind, Test::StartsWith(value.clone()))),
                    Search::Words => {
                        let found: Vec<_> = words(value)
                            .into_iter()
                            .map(|word| text(kind, Test::Word(word)))
                            .collect();
                        // What has no word in it finds nothing.
                        Ok(if found.is_empty() {
                            Condition::Any(found)
                        } else {
                            Condition::All(found)
                        })
                    }
                },
                _ => Err(self.unsupported(filter)),
            },
            _ => Err(self.unsupported(filter)),
        }
    }

    fn equal(
        &self,
        property: &Property<K>,
        literal: &Literal,
        filter: &Filter,
        advanced: bool,
    ) -> Result<Condition<K>, GraphError> {
        let served = if *literal == Literal::Null {
            property.null
        } else {
            property.eq
        };
        if served == Served::No || (served == Served::Advanced && !advanced) {
            return Err(self.unsupported(filter));
        }
        let is = |key, test| Ok(Condition::Is(key, test));
        let never = Condition::Any(Vec::new());
        match (property.kind, literal) {
            (Kind::Empty, Literal::Null) => Ok(Condition::All(Vec::new())),
            (
                Kind::Text(key)
                | Kind::Word(key, _)
                | Kind::Date(key)
                | Kind::Bool(key)
                | Kind::Flag(key)
                | Kind::Id(key),
                Literal::Null,
            ) => is(key, Test::Null),
            (Kind::Text(_) | Kind::Empty, Literal::Text(value))
                if !advanced && value.chars().count() > MAX_PLAIN_LENGTH =>
            {
                Err(GraphError::unsupported_query(format!(
                    "The value of a filter can have at most {MAX_PLAIN_LENGTH} characters."
                )))
            }
            (Kind::Empty, _) | (Kind::Constant(_), Literal::Null) => Ok(never),
            (Kind::Text(key), Literal::Text(value)) => is(key, Test::Equals(value.clone())),
            (Kind::Word(key, words), Literal::Text(value)) => {
                let known = words.iter().find(|word| word.eq_ignore_ascii_case(value));
                known.map_or(Ok(never), |word| is(key, Test::Exactly(word)))
            }
            (Kind::Bool(key), Literal::Bool(value)) => is(key, Test::Number(i64::from(*value))),
            (Kind::Flag(key), Literal::Bool(value)) => is(key, Test::Equals(value.to_string())),
            (Kind::Constant(truth), Literal::Bool(value)) => Ok(if truth == *value {
                Condition::All(Vec::new())
            } else {
                never
            }),
            (Kind::Nought, Literal::Number(number)) => Ok(if *number == 0 {
                Condition::All(Vec::new())
            } else {
                never
            }),
            (Kind::Date(key), Literal::Date(at)) => is(key, Test::Number(at.as_micros())),
            // What is no id is nobody's.
            (Kind::Id(key), Literal::Text(value)) => {
                let id: Option<latchkey_domain::UserId> = value.parse().ok();
                id.map_or(Ok(never), |id| is(key, Test::Id(*id.as_bytes())))
            }
            _ => Err(ill_typed()),
        }
    }

    fn property(&self, name: &str, filter: &Filter) -> Result<&'static Property<K>, GraphError> {
        let found = self
            .properties
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| {
            let first = name.split('/').next().unwrap_or_default();
            if self.declared.declares(first) {
                self.unsupported(filter)
            } else {
                GraphError::gateway(format!(
                    "Invalid filter clause: Could not find a property named '{name}' on type '{}'.",
                    self.declared.name
                ))
            }
        })
    }

    fn unsupported(&self, filter: &Filter) -> GraphError {
        filter::unsupported(filter, self.name)
    }
}

impl<K> Property<K> {
    const fn kind_is_empty(&self) -> bool {
        matches!(self.kind, Kind::Empty)
    }
}

fn text<K>(kind: Kind<K>, test: Test) -> Condition<K> {
    match kind {
        Kind::Text(key) => Condition::Is(key, test),
        // Whatever it is, it is no text with such a beginning or end.
        _ => Condition::Any(Vec::new()),
    }
}

fn compare<K: Copy>(
    property: &Property<K>,
    operator: Operator,
    literal: &Literal,
) -> Result<Condition<K>, GraphError> {
    let moment = |at: &Timestamp, by: i64| at.as_micros().saturating_add(by);
    let test = match (property.kind, literal, operator) {
        (Kind::Empty, Literal::Text(_) | Literal::Date(_) | Literal::Bool(_), _) => {
            return Ok(Condition::Any(Vec::new()));
        }
        (Kind::Date(key), Literal::Date(at), Operator::Ge) => (key, Test::NumberAtLeast(moment(at, 0))),
        (Kind::Date(key), Literal::Date(at), Operator::Gt) => (key, Test::NumberAtLeast(moment(at, 1))),
        (Kind::Date(key), Literal::Date(at), Operator::Le) => (key, Test::NumberAtMost(moment(at, 0))),
        (Kind::Date(key), Literal::Date(at), Operator::Lt) => (key, Test::NumberAtMost(moment(at, -1))),
        (Kind::Text(key), Literal::Text(value), Operator::Ge) => (key, Test::AtLeast(value.clone())),
        (Kind::Text(key), Literal::Text(value), Operator::Le) => (key, Test::AtMost(value.clone())),
        (Kind::Text(key), Literal::Text(value), Operator::Gt | Operator::Lt) => {
            let bound = if operator == Operator::Gt {
                Test::AtLeast(value.clone())
            } else {
                Test::AtMost(value.clone())
            };
            let itself = Condition::Is(key, Test::Equals(value.clone()));
            return Ok(Condition::All(vec![
                Condition::Is(key, bound),
                Condition::Not(Box::new(itself)),
            ]));
        }
        _ => return Err(ill_typed()),
    };
    Ok(Condition::Is(test.0, test.1))
}

fn ill_typed() -> GraphError {
    GraphError::gateway("Invalid filter clause: A binary operator with incompatible types was detected.")
}
