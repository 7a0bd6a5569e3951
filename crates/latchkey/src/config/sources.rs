//! Reading the configuration from its places, and telling which value came from where.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::Config;

/// The prefix of our environment variables.
const PREFIX: &str = "LATCHKEY_";

/// Variables of ours that are no keys of the configuration.
const NOT_KEYS: [&str; 3] = ["LATCHKEY_DATA", "LATCHKEY_CONFIG", "LATCHKEY_LOGIN"];

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Environment(String),
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{}:{line}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{}:{line}: unknown key '{key}'{hint}", path.display())]
    UnknownKey {
        path: PathBuf,
        line: usize,
        key: String,
        hint: String,
    },
    #[error("{origin}: {key} {reason}")]
    Impossible {
        origin: Source,
        key: String,
        reason: String,
    },
}

/// What flags say: path of the key, the flag, its value.
pub(crate) type Overrides = Vec<(&'static str, &'static str, String)>;

impl Config {
    /// Reads the file, if there is one, then the environment, then the flags.
    ///
    /// The second part of the answer are environment variables that look like ours and are none: they are only told of,
    /// because container platforms make some for a service of our name.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Overrides,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        let mut config = Self::defaults();
        if let Some(path) = file {
            config.read_file(path)?;
        }
        let strange = config.read_environment(environment)?;
        for (key, flag, value) in flags {
            config.apply(key, &value, Source::Flag(flag))?;
        }
        config.check().map_err(|(key, reason)| ConfigError::Impossible {
            origin: config.source(key).cloned().unwrap_or(Source::Default),
            key: format!("{key}:"),
            reason: reason.to_owned(),
        })?;
        Ok((config, strange))
    }

    /// Where a key's value comes from.
    pub(crate) fn source(&self, key: &str) -> Option<&Source> {
        Self::KEYS
            .iter()
            .zip(&self.sources)
            .find(|(known, _)| known.path == key)
            .map(|(_, source)| source)
    }

    /// What a complaint about a key's value begins with: where it stands, and the key.
    pub(crate) fn place(&self, key: &str) -> String {
        format!("{}: {key}", self.source(key).unwrap_or(&Source::Default))
    }

    fn apply(&mut self, key: &str, value: &str, source: Source) -> Result<(), ConfigError> {
        if let Err(reason) = self.set(key, value) {
            return Err(ConfigError::Impossible {
                origin: source,
                key: key.to_owned(),
                reason,
            });
        }
        for (known, place) in Self::KEYS.iter().zip(&mut self.sources) {
            if known.path == key {
                *place = source.clone();
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File {
            path: path.to_owned(),
            error,
        })?;
        let table = DeTable::parse(&text).map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        self.read_table(path, &text, "", table.get_ref())
    }

    fn read_table(
        &mut self,
        path: &Path,
        text: &str,
        prefix: &str,
        table: &DeTable<'_>,
    ) -> Result<(), ConfigError> {
        for (key, value) in table {
            let line = line_of(text, key.span().start);
            let full = format!("{prefix}{}", key.get_ref());
            if let DeValue::Table(inner) = value.get_ref() {
                let inner_prefix = format!("{full}.");
                if Self::KEYS
                    .iter()
                    .any(|known| known.path.starts_with(&inner_prefix))
                {
                    self.read_table(path, text, &inner_prefix, inner)?;
                    continue;
                }
            }
            if !Self::KEYS.iter().any(|known| known.path == full) {
                let hint = nearest(&full)
                    .map(|key| format!("; did you mean '{key}'?"))
                    .unwrap_or_default();
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    line,
                    key: full,
                    hint,
                });
            }
            let source = Source::File {
                path: path.to_owned(),
                line,
            };
            let text = text_of(value.get_ref()).ok_or_else(|| ConfigError::Impossible {
                origin: source.clone(),
                key: full.clone(),
                reason: "must be a text, a number, true or false, or a list of texts".to_owned(),
            })?;
            self.apply(&full, &text, source)?;
        }
        Ok(())
    }

    fn read_environment(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Vec<String>, ConfigError> {
        let mut strange = Vec::new();
        for (name, value) in environment {
            if !name.starts_with(PREFIX) || NOT_KEYS.contains(&name.as_str()) {
                continue;
            }
            match Self::KEYS.iter().find(|key| variable(key.path) == name) {
                Some(key) => self.apply(key.path, &value, Source::Environment(name))?,
                None => strange.push(name),
            }
        }
        strange.sort();
        Ok(strange)
    }
}

/// The environment variable of a key: `tls.key` is `LATCHKEY_TLS_KEY`.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().replace('_', "")),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Array(items) => {
            let items = items
                .iter()
                .map(|item| item.get_ref().as_str())
                .collect::<Option<Vec<_>>>()?;
            Some(items.join(","))
        }
        _ => None,
    }
}

/// Counted from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The key that a wrong one was probably meant to be: same last part, or at most two letters off.
fn nearest(wrong: &str) -> Option<&'static str> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    Config::KEYS
        .iter()
        .map(|key| key.path)
        .min_by_key(|key| {
            if last(key) == last(wrong) {
                0
            } else {
                distance(key, wrong)
            }
        })
        .filter(|key| last(key) == last(wrong) || distance(key, wrong) <= 2)
}

/// Edits that turn one text into the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (right, place) in b.bytes().zip(row.iter_mut().skip(1)) {
            let above = *place;
            *place = (diagonal + usize::from(left != right))
                .min(above + 1)
                .min(before + 1);
            diagonal = above;
            before = *place;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
