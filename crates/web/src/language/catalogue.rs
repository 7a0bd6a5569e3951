//! The catalogues, of pages and of letters: read once, each when it is first needed.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser::parse_runtime;

use super::Language;

/// Messages and terms of one language by their ids.
pub(super) struct Catalogue {
    messages: HashMap<&'static str, Pattern<&'static str>>,
    /// Words that messages share, such as a product's name.
    terms: HashMap<&'static str, Pattern<&'static str>>,
}

impl Catalogue {
    /// Reads a catalogue. What can't be read is left out and logged; tests read all of them strictly.
    fn read(sources: [&'static str; 2]) -> Self {
        let (mut messages, mut terms) = (HashMap::new(), HashMap::new());
        let entries = sources.into_iter().flat_map(|source| {
            let resource = parse_runtime(source).unwrap_or_else(|(resource, errors)| {
                tracing::error!(?errors, "a catalogue has mistakes");
                resource
            });
            resource.body
        });
        for entry in entries {
            match entry {
                Entry::Message(message) => {
                    if let Some(value) = message.value {
                        messages.insert(message.id.name, value);
                    }
                }
                Entry::Term(term) => {
                    terms.insert(term.id.name, term.value);
                }
                Entry::Comment(_)
                | Entry::GroupComment(_)
                | Entry::ResourceComment(_)
                | Entry::Junk { .. } => {}
            }
        }
        Self { messages, terms }
    }

    pub(super) fn message(&self, id: &str) -> Option<&Pattern<&'static str>> {
        self.messages.get(id)
    }

    pub(super) fn term(&self, id: &str) -> Option<&Pattern<&'static str>> {
        self.terms.get(id)
    }
}

macro_rules! catalogue {
    ($name:ident, $file:literal) => {
        static $name: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::read([
                include_str!(concat!("../../languages/", $file)),
                include_str!(concat!("../../languages/letters/", $file)),
            ])
        });
    };
}
catalogue!(ENGLISH, "en.ftl");
catalogue!(GERMAN, "de.ftl");
catalogue!(FRENCH, "fr.ftl");
catalogue!(SPANISH, "es.ftl");
catalogue!(JAPANESE, "ja.ftl");

impl Language {
    pub(super) fn catalogue(self) -> &'static Catalogue {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
            Self::French => &FRENCH,
            Self::Spanish => &SPANISH,
            Self::Japanese => &JAPANESE,
        }
    }
}
