//! Mail that the server sends: what a letter is about, and how it gets out.

use std::pin::Pin;

use latchkey_domain::{Notice, Timestamp};

/// A letter to somebody. Its words are whoever sends it to find, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The reader's mail address.
    pub address: String,
    /// The reader's name.
    pub name: String,
    /// The language that the reader prefers, as a tag; none: nothing is known.
    pub language: Option<String>,
    /// Names the letter, so that one that arrives twice is known again.
    pub id: String,
    /// When it is sent.
    pub sent_at: Timestamp,
    /// The tenant's name to show.
    pub tenant: String,
    /// Where people reach the server: scheme, host and port.
    pub origin: String,
    /// What it says.
    pub about: LetterAbout,
}

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterAbout {
    /// To the person that it happened to.
    Own(Notice, Account),
    /// To the person's manager.
    Report(Notice, Account),
    /// To an administrator.
    Administrators(Notice, Account),
    /// To whoever wants to know whether mail arrives.
    Test,
}

/// Whom a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Name to show.
    pub display_name: String,
    /// Account name.
    pub upn: String,
}

/// How mail leaves, to be shown; nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSetup {
    /// Host and port of the mail server.
    pub server: String,
    /// Who sends.
    pub from: String,
}

/// Why a letter did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may leave later.
    #[error("{0}")]
    NotNow(String),
    /// It never will.
    #[error("{0}")]
    Never(String),
}

/// The future of a letter.
pub type MailFuture<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;
