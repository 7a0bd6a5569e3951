//! Where the database is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::StoreError;

/// The address of a database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`.
///
/// Prints without its password and without its parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(pub(crate) Address);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl DatabaseUrl {
    /// The address of a SQLite file.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Address::Sqlite(path.into()))
    }

    /// The file, when this is a SQLite database.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Address::Sqlite(path) => Some(path),
            Address::Postgres(_) => None,
        }
    }

    /// The address with its password, for handing on to another process. Not for logs.
    pub fn expose(&self) -> String {
        match &self.0 {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(":memory:") || path.contains('?') {
                return Err(StoreError::Address(
                    "sqlite: needs the path of a file, such as sqlite:/var/lib/latchkey/latchkey.db"
                        .to_owned(),
                ));
            }
            return Ok(Self::sqlite(path));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(Address::Postgres(text.to_owned())));
        }
        Err(StoreError::Address(
            "a database is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE".to_owned(),
        ))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let place = rest.split('?').next().unwrap_or_default();
                // The password may itself hold an unescaped @: what follows the last one is the host.
                match place.rsplit_once('@') {
                    Some((who, host)) => {
                        let user = who.split(':').next().unwrap_or_default();
                        write!(f, "postgres://{user}@{host}")
                    }
                    None => write!(f, "postgres://{place}"),
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_no_password() {
        for (text, shown) in [
            ("sqlite:/a/b.db", "sqlite:/a/b.db"),
            ("sqlite:///a/b.db", "sqlite:/a/b.db"),
            (
                "postgres://me:s3cret@host:5432/db?sslmode=disable",
                "postgres://me@host:5432/db",
            ),
            ("postgresql://me:p@ss@host/db?password=x", "postgres://me@host/db"),
            ("postgres:///db?host=/run/x&password=y", "postgres:///db"),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
        }
    }

    #[test]
    fn refuses_what_is_no_database() {
        for text in [
            "",
            "latchkey.db",
            "sqlite:",
            "sqlite::memory:",
            "mysql://x/y",
            "sqlite:a?mode=ro",
        ] {
            assert!(
                matches!(text.parse::<DatabaseUrl>(), Err(StoreError::Address(_))),
                "{text}"
            );
        }
    }
}
