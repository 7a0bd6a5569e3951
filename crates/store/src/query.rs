//! Lists of directory objects: typed conditions, the SQL that they become, and pages in an order that an index has.
//!
//! What people typed is always a parameter. A list without an order of its own is walked by the index of its most
//! selective condition, so that a page costs the same however long the list is; the other conditions only look at
//! what that index finds.

use crate::conditions::prefix_end;
use crate::row::FromRow;
use crate::value::Value;
use crate::{Reader, Result};

/// What objects of a list must be like. Texts are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition<K> {
    /// All of these hold; an empty list always does.
    All(Vec<Self>),
    /// One of these holds; of an empty list none does.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A property passes a test.
    Is(K, Test),
}

/// A test of one property. One that has no value passes only [`Test::Null`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The text is this.
    Equals(String),
    /// The text is exactly this, in the very letters.
    Exactly(&'static str),
    /// The text starts so.
    StartsWith(String),
    /// The text ends so.
    EndsWith(String),
    /// A word in the text starts so.
    Word(String),
    /// The text is this or comes behind it.
    AtLeast(String),
    /// The text is this or comes before it.
    AtMost(String),
    /// The number is this: 0 or 1, or microseconds since 1970.
    Number(i64),
    /// The number is this or higher.
    NumberAtLeast(i64),
    /// The number is this or lower.
    NumberAtMost(i64),
    /// The id is this.
    Id([u8; 16]),
    /// There is no value.
    Null,
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery<K> {
    /// Which objects.
    pub condition: Condition<K>,
    /// By which property they are ordered, and whether backwards; `None`: as it is cheapest.
    pub order: Option<(K, bool)>,
    /// Where the page before ended: [`Page::next`] of that one.
    pub after: Option<String>,
    /// Most objects.
    pub limit: u32,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The objects.
    pub items: Vec<T>,
    /// Where the next page goes on; `None` when this was the last.
    pub next: Option<String>,
}

/// Where the value is that a test looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column.
    Column(&'static str),
    /// The terms of this kind in `directory_terms`.
    Terms(i64),
    /// The same, where an object may have several: they lead through no list, in which it would stand several times.
    Several(i64),
}

/// An order that an index has: by `key`, where there is one, then by `tie`, which is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) key: Option<&'static str>,
    pub(crate) numeric: bool,
    pub(crate) tie: &'static str,
    pub(crate) tie_is_id: bool,
}

/// A kind of object that can be listed.
pub(crate) trait Listed: FromRow {
    type Key: Copy + PartialEq;

    /// Its table, which statements call `o`.
    const TABLE: &'static str;
    /// What every listed row meets; begins with AND, or is empty.
    const ALWAYS: &'static str;
    /// The order of a list in which nothing asks for another.
    const ORDER: Order;

    /// The columns that [`FromRow`] reads, each as `o.…`.
    fn columns() -> String;
    /// Where the test finds the property.
    fn place(key: Self::Key, test: &Test) -> Place;
    /// The order by a property, if an index has it.
    fn order(key: Self::Key) -> Option<Order>;
    /// The object's value in an order: its text (lower case) or number, and its name or id.
    fn position(&self, order: &Order, terms: Option<i64>) -> (Option<Bound>, Bound);
}

/// A parameter that the statement owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bound {
    Text(String),
    Integer(i64),
    Id([u8; 16]),
}

impl Bound {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
            Self::Id(id) => Value::Blob(id),
        }
    }

    fn write(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Id(id) => u128::from_be_bytes(*id).to_string(),
        }
    }

    fn read(text: &str, numeric: bool, id: bool) -> Option<Self> {
        if id {
            text.parse::<u128>().ok().map(|id| Self::Id(id.to_be_bytes()))
        } else if numeric {
            text.parse().ok().map(Self::Integer)
        } else {
            Some(Self::Text(text.to_owned()))
        }
    }
}

/// How many conditions lie within this one.
pub fn size<K>(condition: &Condition<K>) -> usize {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.iter().map(size).sum(),
        Condition::Not(inner) => size(inner),
        Condition::Is(..) => 1,
    }
}

/// A statement as it grows.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    pub(crate) text: String,
    bounds: Vec<Bound>,
}

impl Statement {
    fn bind(&mut self, bound: Bound) -> String {
        self.bounds.push(bound);
        format!("?{}", self.bounds.len())
    }

    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        self.bounds.iter().map(Bound::value).collect()
    }

    fn condition<T: Listed>(&mut self, condition: &Condition<T::Key>, negated: bool) -> String {
        match condition {
            Condition::Not(inner) => self.condition::<T>(inner, !negated),
            Condition::All(inner) => self.several::<T>(inner, negated, !negated),
            Condition::Any(inner) => self.several::<T>(inner, negated, negated),
            Condition::Is(key, test) => match (T::place(*key, test), negated) {
                (Place::Column(column), false) => self.test(&format!("o.{column}"), test, true),
                // No value fails the test, and passes its contrary.
                (Place::Column(column), true) => {
                    format!(
                        "NOT COALESCE({}, FALSE)",
                        self.test(&format!("o.{column}"), test, true)
                    )
                }
                (Place::Terms(kind) | Place::Several(kind), negated) => {
                    let not = if negated { "NOT " } else { "" };
                    let test = self.test("x.term", test, true);
                    format!(
                        "o.id {not}IN (SELECT x.object_id FROM directory_terms x WHERE x.kind = {kind} AND {test})"
                    )
                }
            },
        }
    }

    fn several<T: Listed>(&mut self, inner: &[Condition<T::Key>], negated: bool, all: bool) -> String {
        if inner.is_empty() {
            return if all { "TRUE" } else { "FALSE" }.to_owned();
        }
        let parts: Vec<String> = inner
            .iter()
            .map(|one| self.condition::<T>(one, negated))
            .collect();
        format!("({})", parts.join(if all { " AND " } else { " OR " }))
    }

    /// `from_start`: with the lower end of a range.
    fn test(&mut self, column: &str, test: &Test, from_start: bool) -> String {
        let mut one = |sign: &str, bound| format!("{column} {sign} {}", self.bind(bound));
        let lower = |text: &str| Bound::Text(text.to_lowercase());
        match test {
            Test::Equals(text) => one("=", lower(text)),
            Test::Exactly(text) => one("=", Bound::Text((*text).to_owned())),
            Test::AtLeast(text) => one(">=", lower(text)),
            Test::AtMost(text) => one("<=", lower(text)),
            Test::StartsWith(text) | Test::Word(text) => {
                self.prefix(column, &text.to_lowercase(), from_start)
            }
            Test::EndsWith(text) => self.prefix(column, &reversed(text), from_start),
            Test::Number(number) => one("=", Bound::Integer(*number)),
            Test::NumberAtLeast(number) => one(">=", Bound::Integer(*number)),
            Test::NumberAtMost(number) => one("<=", Bound::Integer(*number)),
            Test::Id(id) => one("=", Bound::Id(*id)),
            Test::Null => format!("{column} IS NULL"),
        }
    }

    fn prefix(&mut self, column: &str, prefix: &str, from_start: bool) -> String {
        let end = self.bind(Bound::Text(prefix_end(prefix)));
        if !from_start {
            return format!("{column} < {end}");
        }
        let start = self.bind(Bound::Text(prefix.to_owned()));
        format!("({column} >= {start} AND {column} < {end})")
    }
}

/// A text from its end, lower case: what it ends with is what this starts with.
pub(crate) fn reversed(text: &str) -> String {
    text.to_lowercase().chars().rev().collect()
}

/// The condition by which a list is walked, and the order that comes with it.
struct Lead<K> {
    at: usize,
    key: K,
    test: Test,
    order: Order,
    terms: Option<i64>,
    rank: u8,
}

const BY_TERM: Order = Order {
    key: Some("t.term"),
    numeric: false,
    tie: "t.object_id",
    tie_is_id: true,
};

fn lead<T: Listed>(conditions: &[Condition<T::Key>], order: Option<Order>) -> Option<Lead<T::Key>> {
    let candidates = conditions.iter().enumerate().filter_map(|(at, condition)| {
        let Condition::Is(key, test) = condition else {
            return None;
        };
        let rank = match test {
            Test::Id(_) => 0,
            Test::Equals(_) => 1,
            Test::StartsWith(_) | Test::EndsWith(_) => 2,
            Test::AtLeast(_) | Test::AtMost(_) | Test::NumberAtLeast(_) | Test::NumberAtMost(_) => 3,
            // Somebody may have several words that start alike.
            Test::Word(_) | Test::Number(_) | Test::Exactly(_) | Test::Null => return None,
        };
        let (order, terms) = match T::place(*key, test) {
            Place::Terms(kind) => (BY_TERM, Some(kind)),
            Place::Column(_) => (T::order(*key)?, None),
            Place::Several(_) => return None,
        };
        Some(Lead {
            at,
            key: *key,
            test: test.clone(),
            order,
            terms,
            rank,
        })
    });
    candidates
        .filter(|lead| order.is_none_or(|order| order == lead.order))
        .min_by_key(|lead| lead.rank)
}

fn flattened<K: Copy>(condition: &Condition<K>) -> Vec<Condition<K>>
where
    Condition<K>: Clone,
{
    match condition {
        Condition::All(inner) => inner.iter().flat_map(flattened).collect(),
        other => vec![other.clone()],
    }
}

/// The statement for a page, and what tells where it ends. One object too many is asked for.
pub(crate) fn page<T: Listed>(query: &ListQuery<T::Key>) -> (Statement, Order, Option<i64>) {
    let asked = query.order.and_then(|(key, _)| T::order(key));
    let backwards = query.order.is_some_and(|(_, backwards)| backwards);
    let mut conditions = flattened(&query.condition);
    let lead = lead::<T>(&conditions, asked);
    let order = asked.or(lead.as_ref().map(|lead| lead.order)).unwrap_or(T::ORDER);
    let terms = lead.as_ref().and_then(|lead| lead.terms);
    let after = query.after.as_deref().and_then(|place| read_place(&order, place));
    let mut statement = Statement::default();
    let mut all = vec![format!("TRUE{}", T::ALWAYS)];
    if let Some(lead) = lead {
        conditions.swap_remove(lead.at);
        let column = match T::place(lead.key, &lead.test) {
            Place::Terms(kind) | Place::Several(kind) => {
                all.push(format!("t.kind = {kind} AND o.id = t.object_id"));
                "t.term".to_owned()
            }
            Place::Column(column) => format!("o.{column}"),
        };
        // Of two lower ends SQLite would take one to the index, and perhaps the wrong one.
        let from_start = after.is_none() || backwards;
        all.push(statement.test(&column, &lead.test, from_start));
    }
    for condition in &conditions {
        all.push(statement.condition::<T>(condition, false));
    }
    let (tie, sign) = (order.tie, if backwards { "<" } else { ">" });
    if let Some((key, last)) = after {
        let last = statement.bind(last);
        all.push(match (order.key, key) {
            (Some(column), Some(key)) => {
                format!("({column}, {tie}) {sign} ({}, {last})", statement.bind(key))
            }
            _ => format!("{tie} {sign} {last}"),
        });
    }
    // CROSS tells SQLite to keep this order.
    let terms_first = if terms.is_some() {
        "directory_terms t CROSS JOIN "
    } else {
        ""
    };
    let direction = if backwards { " DESC" } else { "" };
    let by: Vec<String> = order
        .key
        .into_iter()
        .chain([tie])
        .map(|by| format!("{by}{direction}"))
        .collect();
    let limit = statement.bind(Bound::Integer(i64::from(query.limit) + 1));
    statement.text = format!(
        "SELECT {} FROM {terms_first}{} o WHERE {} ORDER BY {} LIMIT {limit}",
        T::columns(),
        T::TABLE,
        all.join(" AND "),
        by.join(", ")
    );
    (statement, order, terms)
}

/// Whether the place where a list is to go on has the form of its order.
pub(crate) fn fits<T: Listed>(query: &ListQuery<T::Key>) -> bool {
    let asked = query.order.and_then(|(key, _)| T::order(key));
    let lead = lead::<T>(&flattened(&query.condition), asked);
    let order = asked.or(lead.map(|lead| lead.order)).unwrap_or(T::ORDER);
    query
        .after
        .as_deref()
        .is_none_or(|place| read_place(&order, place).is_some())
}

/// `tie key`, without the key where the order has none.
fn read_place(order: &Order, place: &str) -> Option<(Option<Bound>, Bound)> {
    let (tie, key) = match order.key {
        Some(_) => place.split_once(' ').map(|(tie, key)| (tie, Some(key)))?,
        None => (place, None),
    };
    let key = match key {
        Some(key) => Some(Bound::read(key, order.numeric, false)?),
        None => None,
    };
    Some((key, Bound::read(tie, false, order.tie_is_id)?))
}

impl Reader {
    /// A page of objects. A place that does not fit is as good as none.
    pub(crate) async fn list<T: Listed>(&mut self, query: &ListQuery<T::Key>) -> Result<Page<T>> {
        let (statement, order, terms) = page::<T>(query);
        let mut items: Vec<T> = self.query_any(&statement.text, &statement.values()).await?;
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut next = None;
        if items.len() > limit {
            items.truncate(limit);
            next = items.last().map(|last| match last.position(&order, terms) {
                (Some(key), tie) => format!("{} {}", tie.write(), key.write()),
                (None, tie) => tie.write(),
            });
        }
        Ok(Page { items, next })
    }

    /// How many objects meet the condition. Counts them one by one.
    pub(crate) async fn count<T: Listed>(&mut self, condition: &Condition<T::Key>) -> Result<i64> {
        let mut statement = Statement::default();
        let condition = statement.condition::<T>(condition, false);
        let sql = format!(
            "SELECT count(*) FROM {} o WHERE {condition}{}",
            T::TABLE,
            T::ALWAYS
        );
        let rows: Vec<(i64,)> = self.query_any(&sql, &statement.values()).await?;
        Ok(rows.first().map_or(0, |row| row.0))
    }
}
