//! The grammar of `$filter` (Graph contract 3.3), into a tree that resources pick what they serve from.
//!
//! No text of a filter ever reaches SQL: resources translate the tree into the store's own typed filters.

use latchkey_domain::Timestamp;

use crate::error::GraphError;

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 16;

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// One of both holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A property compared with a value.
    Compare(String, Operator, Literal),
    /// A property is one of several values.
    In(String, Vec<Literal>),
    /// A function of a property and a text, such as `startswith`; its name is in lower case.
    Function(String, String, String),
    /// Some item of a collection is such; the properties are as seen from the item.
    Any(String, Box<Filter>),
}

/// How a property is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `ge`
    Ge,
    /// `le`
    Le,
    /// `gt`
    Gt,
    /// `lt`
    Lt,
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    /// In single quotes.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
    /// Digits.
    Number(i64),
    /// A date and time with an offset, or a date alone.
    Date(Timestamp),
    /// A GUID without quotes, or another word.
    Word(String),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What is no filter.
    pub(crate) fn parse(text: &str) -> Result<Self, GraphError> {
        let mut parser = Parser {
            rest: text,
            whole: text,
        };
        let filter = parser.any_of(0)?;
        parser.blanks();
        if parser.rest.is_empty() {
            Ok(filter)
        } else {
            Err(parser.wrong())
        }
    }

    /// The conditions that must all hold.
    pub(crate) fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::And(left, right) => {
                let mut all = left.conjuncts();
                all.extend(right.conjuncts());
                all
            }
            other => vec![other],
        }
    }

    /// The first property that it names.
    pub(crate) fn property(&self) -> &str {
        match self {
            Self::And(left, _) | Self::Or(left, _) => left.property(),
            Self::Not(inner) => inner.property(),
            Self::Compare(property, ..)
            | Self::In(property, _)
            | Self::Function(_, property, _)
            | Self::Any(property, _) => property,
        }
    }

    /// The operator that needs an advanced query, if it has one.
    pub(crate) fn advanced_operator(&self) -> Option<&'static str> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.advanced_operator().or_else(|| right.advanced_operator())
            }
            Self::Not(_) => Some("not"),
            Self::Compare(_, Operator::Ne, _) => Some("ne"),
            Self::Function(name, ..) if name == "endswith" => Some("endsWith"),
            Self::Compare(..) | Self::In(..) | Self::Function(..) => None,
            Self::Any(_, inner) => inner.advanced_operator(),
        }
    }
}

/// Refuses operators that need an advanced query where the request is none (Graph contract 3.2).
///
/// # Errors
/// Such an operator in an ordinary query.
pub(crate) fn check_advanced(advanced: bool, filter: &Filter) -> Result<(), GraphError> {
    match filter.advanced_operator() {
        Some(operator) if !advanced => Err(GraphError::unsupported_query(format!(
            "Operator '{operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header."
        ))),
        _ => Ok(()),
    }
}

/// A filter that is understood, and that no index serves.
pub(crate) fn unsupported(filter: &Filter, resource: &str) -> GraphError {
    GraphError::unsupported_query(format!(
        "Unsupported or invalid query filter clause specified for property '{}' of resource '{resource}'.",
        filter.property()
    ))
}

/// Reads a `$search`: `"property:value"` combined by AND, OR, NOT and parentheses (Graph contract 3.4). Each such
/// clause becomes a function `search` of the property.
///
/// # Errors
/// What is no such text.
pub(crate) fn parse_search(text: &str) -> Result<Filter, GraphError> {
    let mut parser = Parser {
        rest: text,
        whole: text,
    };
    let found = parser.search_any(0).ok().filter(|_| {
        parser.blanks();
        parser.rest.is_empty()
    });
    found.ok_or_else(|| {
        GraphError::gateway(
            "Syntax error in the $search clause: it must be \"property:value\", in double quotes, combined by AND, OR and NOT.",
        )
    })
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl<'a> Parser<'a> {
    fn wrong(&self) -> GraphError {
        let at = self.whole.len() - self.rest.len();
        GraphError::gateway(format!("Invalid filter clause: Syntax error at position {at}."))
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a sign, after blanks.
    fn sign(&mut self, sign: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), GraphError> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.wrong())
        }
    }

    /// The word that comes next, without taking it.
    fn peek(&mut self) -> &'a str {
        self.blanks();
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || "._-/:+$".contains(c)));
        self.rest.split_at(end.unwrap_or(self.rest.len())).0
    }

    fn word(&mut self) -> Result<&'a str, GraphError> {
        let word = self.peek();
        if word.is_empty() {
            return Err(self.wrong());
        }
        self.rest = self.rest.strip_prefix(word).unwrap_or_default();
        Ok(word)
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let word = self.peek();
        let found = word.eq_ignore_ascii_case(keyword);
        if found {
            self.rest = self.rest.strip_prefix(word).unwrap_or_default();
        }
        found
    }

    fn any_of(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut left = self.all_of(depth)?;
        while self.keyword("or") {
            left = Filter::Or(Box::new(left), Box::new(self.all_of(depth)?));
        }
        Ok(left)
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut left = self.one(depth)?;
        while self.keyword("and") {
            left = Filter::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Filter, GraphError> {
        if depth >= MAX_DEPTH {
            return Err(GraphError::gateway("Invalid filter clause: nested too deeply."));
        }
        if self.keyword("not") {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.sign('(') {
            let inner = self.any_of(depth + 1)?;
            self.expect(')')?;
            return Ok(inner);
        }
        let name = self.word()?;
        if self.sign('(') {
            return match name.strip_suffix("/any") {
                Some(collection) => self.lambda(collection, depth),
                None => self.function(name),
            };
        }
        if self.keyword("in") {
            self.expect('(')?;
            let mut values = vec![self.literal()?];
            while self.sign(',') {
                values.push(self.literal()?);
            }
            self.expect(')')?;
            return Ok(Filter::In(name.to_owned(), values));
        }
        let operator = match self.word()?.to_ascii_lowercase().as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "ge" => Operator::Ge,
            "le" => Operator::Le,
            "gt" => Operator::Gt,
            "lt" => Operator::Lt,
            _ => return Err(self.wrong()),
        };
        Ok(Filter::Compare(name.to_owned(), operator, self.literal()?))
    }

    fn function(&mut self, name: &str) -> Result<Filter, GraphError> {
        let name = name.to_ascii_lowercase();
        if !["startswith", "endswith", "contains"].contains(&name.as_str()) {
            return Err(self.wrong());
        }
        let property = self.word()?.to_owned();
        self.expect(',')?;
        let Literal::Text(value) = self.literal()? else {
            return Err(self.wrong());
        };
        self.expect(')')?;
        // `startswith(a,'b') eq true` says the same at greater length.
        if self.keyword("eq") && !self.keyword("true") {
            return Err(self.wrong());
        }
        Ok(Filter::Function(name, property, value))
    }

    /// `t:t/id eq '…'` behind `any(`; `t/id` becomes `id`, `t` alone becomes the empty name.
    fn lambda(&mut self, collection: &str, depth: usize) -> Result<Filter, GraphError> {
        self.blanks();
        let (variable, body) = self.rest.split_once(':').ok_or_else(|| self.wrong())?;
        let variable = variable.trim();
        if variable.is_empty() || !variable.chars().all(char::is_alphanumeric) {
            return Err(self.wrong());
        }
        self.rest = body;
        let mut inner = self.any_of(depth + 1)?;
        self.expect(')')?;
        if !strip_variable(&mut inner, variable) {
            return Err(self.wrong());
        }
        Ok(Filter::Any(collection.to_owned(), Box::new(inner)))
    }

    fn literal(&mut self) -> Result<Literal, GraphError> {
        self.blanks();
        if self.rest.starts_with('\'') {
            return self.quoted().map(Literal::Text);
        }
        let word = self.word()?;
        Ok(match word {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" => Literal::Null,
            _ => match (word.parse(), Timestamp::parse_rfc3339(word)) {
                (Ok(number), _) => Literal::Number(number),
                (_, Ok(date)) => Literal::Date(date),
                // A date alone is its first moment in UTC, as in Graph.
                _ => match Timestamp::parse_rfc3339(&format!("{word}T00:00:00Z")) {
                    Ok(date) => Literal::Date(date),
                    Err(_) => Literal::Word(word.to_owned()),
                },
            },
        })
    }

    fn search_any(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut left = self.search_all(depth)?;
        while self.operator("OR") {
            left = Filter::Or(Box::new(left), Box::new(self.search_all(depth)?));
        }
        Ok(left)
    }

    fn search_all(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut left = self.search_one(depth)?;
        while self.operator("AND") {
            left = Filter::And(Box::new(left), Box::new(self.search_one(depth)?));
        }
        Ok(left)
    }

    fn search_one(&mut self, depth: usize) -> Result<Filter, GraphError> {
        if depth >= MAX_DEPTH {
            return Err(self.wrong());
        }
        if self.operator("NOT") {
            return Ok(Filter::Not(Box::new(self.search_one(depth + 1)?)));
        }
        if self.sign('(') {
            let inner = self.search_any(depth + 1)?;
            self.expect(')')?;
            return Ok(inner);
        }
        self.expect('"')?;
        let mut clause = String::new();
        let mut signs = self.rest.char_indices();
        loop {
            match signs.next() {
                None => return Err(self.wrong()),
                Some((_, '"')) => break,
                Some((_, '\\')) => clause.extend(signs.next().map(|(_, sign)| sign)),
                Some((_, sign)) => clause.push(sign),
            }
        }
        self.rest = signs.as_str();
        let (property, value) = clause.split_once(':').ok_or_else(|| self.wrong())?;
        Ok(Filter::Function(
            "search".to_owned(),
            property.trim().to_owned(),
            value.to_owned(),
        ))
    }

    /// An operator of `$search`, which is upper case.
    fn operator(&mut self, operator: &str) -> bool {
        let found = self.peek() == operator;
        if found {
            self.rest = self.rest.strip_prefix(operator).unwrap_or_default();
        }
        found
    }

    fn quoted(&mut self) -> Result<String, GraphError> {
        let mut text = String::new();
        let mut signs = self.rest.char_indices().skip(1).peekable();
        while let Some((at, sign)) = signs.next() {
            if sign != '\'' {
                text.push(sign);
            } else if signs.next_if(|(_, next)| *next == '\'').is_some() {
                text.push('\'');
            } else {
                self.rest = self.rest.split_at(at + 1).1;
                return Ok(text);
            }
        }
        Err(self.wrong())
    }
}

/// Makes names relative to the item; `false` where a name is of something else.
fn strip_variable(filter: &mut Filter, variable: &str) -> bool {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            strip_variable(left, variable) && strip_variable(right, variable)
        }
        Filter::Not(inner) => strip_variable(inner, variable),
        Filter::Any(..) => false,
        Filter::Compare(property, ..) | Filter::In(property, _) | Filter::Function(_, property, _) => {
            let Some(rest) = property.strip_prefix(variable) else {
                return false;
            };
            let relative = match rest.strip_prefix('/') {
                Some(name) => name.to_owned(),
                None if rest.is_empty() => String::new(),
                None => return false,
            };
            *property = relative;
            true
        }
    }
}

#[cfg(test)]
mod tests;
