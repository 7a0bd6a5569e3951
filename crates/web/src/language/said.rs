//! A message of a catalogue with its values, written as HTML.
//!
//! Catalogues are part of the program: their text goes to the page as it stands, with the few marks that they may
//! hold (`<strong>`, `<bdi>`). Values come from people and are escaped.

use std::borrow::Borrow;
use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};

use super::Language;
use crate::moment::Moment;

/// Names a message of the catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(pub &'static str);

impl From<&'static str> for Id {
    fn from(id: &'static str) -> Self {
        Self(id)
    }
}

// Templates hand over references.
impl<T: Copy + Into<Id>> From<&T> for Id {
    fn from(id: &T) -> Self {
        (*id).into()
    }
}

/// What stands in a message for `{ $name }`.
#[derive(Clone, Debug)]
enum Value<'a> {
    Text(&'a str),
    Number(u64),
    Time(&'a Moment),
    Day(&'a Moment),
    Said(Id),
    Link { href: &'a str, words: Id },
}

/// A message, to be written to a page.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    language: Language,
    id: Id,
    values: Vec<(&'static str, Value<'a>)>,
    /// Not for a page: nothing is escaped.
    plain: bool,
}

impl HtmlSafe for Said<'_> {}

impl<'a> Said<'a> {
    pub(super) fn new(language: Language, id: Id) -> Self {
        Self {
            language,
            id,
            values: Vec::new(),
            plain: false,
        }
    }

    /// As plain text, for a message without marks and links. Texts from elsewhere stay in their line.
    pub(crate) fn plain(mut self) -> String {
        self.plain = true;
        self.to_string()
    }

    fn with(mut self, name: &'static str, value: Value<'a>) -> Self {
        self.values.push((name, value));
        self
    }

    /// A text from elsewhere. It also chooses the variant of that name, where the message has variants.
    #[must_use]
    pub fn text(self, name: &'static str, text: &'a (impl AsRef<str> + ?Sized)) -> Self {
        self.with(name, Value::Text(text.as_ref()))
    }

    /// Chooses between the variants `true` and `false`.
    #[must_use]
    pub fn flag(self, name: &'static str, flag: bool) -> Self {
        self.with(name, Value::Text(if flag { "true" } else { "false" }))
    }

    /// A whole number, which also chooses a plural.
    #[must_use]
    pub fn number(self, name: &'static str, number: impl Borrow<usize>) -> Self {
        self.with(
            name,
            Value::Number(u64::try_from(*number.borrow()).unwrap_or(u64::MAX)),
        )
    }

    /// A point in time; the script turns it into the reader's zone.
    #[must_use]
    pub fn time(self, name: &'static str, moment: &'a Moment) -> Self {
        self.with(name, Value::Time(moment))
    }

    /// A point in time, the date alone.
    #[must_use]
    pub fn day(self, name: &'static str, moment: &'a Moment) -> Self {
        self.with(name, Value::Day(moment))
    }

    /// Another message, which has no values.
    #[must_use]
    pub fn said(self, name: &'static str, id: impl Into<Id>) -> Self {
        self.with(name, Value::Said(id.into()))
    }

    /// A link to another site, with another message as its words.
    #[must_use]
    pub fn link(
        self,
        name: &'static str,
        href: &'a (impl AsRef<str> + ?Sized),
        words: impl Into<Id>,
    ) -> Self {
        let (href, words) = (href.as_ref(), words.into());
        self.with(name, Value::Link { href, words })
    }

    fn value(&self, name: &str) -> Option<&Value<'a>> {
        self.values
            .iter()
            .find_map(|(known, value)| (*known == name).then_some(value))
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, pattern: &Pattern<&'static str>) -> fmt::Result {
        pattern.elements.iter().try_for_each(|element| match element {
            PatternElement::TextElement { value } => f.write_str(value),
            PatternElement::Placeable { expression } => self.write_expression(f, expression),
        })
    }

    fn write_expression(
        &self,
        f: &mut fmt::Formatter<'_>,
        expression: &Expression<&'static str>,
    ) -> fmt::Result {
        match expression {
            Expression::Inline(inline) => self.write_inline(f, inline),
            Expression::Select { selector, variants } => match self.chosen(selector, variants) {
                Some(variant) => self.write(f, &variant.value),
                None => Ok(()),
            },
        }
    }

    fn write_inline(
        &self,
        f: &mut fmt::Formatter<'_>,
        inline: &InlineExpression<&'static str>,
    ) -> fmt::Result {
        let catalogue = self.language.catalogue();
        match inline {
            InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
                f.write_str(value)
            }
            InlineExpression::VariableReference { id } => match self.value(id.name) {
                Some(value) => self.write_value(f, value),
                None => missing(f, id.name),
            },
            InlineExpression::MessageReference { id, .. } => match catalogue.message(id.name) {
                Some(pattern) => self.write(f, pattern),
                None => missing(f, id.name),
            },
            InlineExpression::TermReference { id, .. } => match catalogue.term(id.name) {
                Some(pattern) => self.write(f, pattern),
                None => missing(f, id.name),
            },
            InlineExpression::Placeable { expression } => self.write_expression(f, expression),
            InlineExpression::FunctionReference { id, .. } => missing(f, id.name),
        }
    }

    fn write_value(&self, f: &mut fmt::Formatter<'_>, value: &Value<'_>) -> fmt::Result {
        match value {
            Value::Text(text) if self.plain => f.write_str(&in_one_line(text)),
            Value::Text(text) => Html.write_escaped_str(f, text),
            Value::Number(number) => f.write_str(&self.language.number(*number)),
            Value::Time(moment) => write!(f, "{}", moment.element(self.language)),
            Value::Day(moment) => write!(f, "{}", moment.day_element(self.language)),
            Value::Said(id) => write!(f, "{}", self.language.say(*id)),
            Value::Link { href, words } => {
                f.write_str("<a href=\"")?;
                Html.write_escaped_str(&mut *f, href)?;
                write!(f, "\" rel=\"noreferrer\">{}</a>", self.language.say(*words))
            }
        }
    }

    /// The variant for a value: of that very number or name, else of its plural, else the one with the star.
    fn chosen<'p>(
        &self,
        selector: &InlineExpression<&'static str>,
        variants: &'p [Variant<&'static str>],
    ) -> Option<&'p Variant<&'static str>> {
        let value = match selector {
            InlineExpression::VariableReference { id } => self.value(id.name),
            _ => None,
        };
        let named = |wanted: &str| {
            variants.iter().find(|variant| match variant.key {
                VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key } => {
                    key == wanted
                }
            })
        };
        let found = match value {
            Some(Value::Text(text)) => named(text),
            Some(Value::Number(number)) => {
                named(&number.to_string()).or_else(|| named(self.language.plural(*number)))
            }
            _ => None,
        };
        found.or_else(|| variants.iter().find(|variant| variant.default))
    }
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.language.catalogue().message(self.id.0) {
            Some(pattern) => self.write(f, pattern),
            None => missing(f, self.id.0),
        }
    }
}

/// A text from elsewhere without line breaks and other control characters.
pub(crate) fn in_one_line(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(clean).collect()
}

/// Stands where a catalogue has a gap; no page of the tests may show it.
fn missing(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    tracing::error!(name, "a catalogue has a gap");
    write!(f, "\u{27e6}{name}\u{27e7}")
}
