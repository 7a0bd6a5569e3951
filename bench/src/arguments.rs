//! What to measure, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::Result;

pub(crate) const HELP: &str = "\
Measures Latchkey beside the limits that it is held against, and prints a table.

usage: cargo run --release -p latchkey-bench -- [NAME …] [--markdown FILE] [--people N] [--many N] [--imported N] [--seconds S]

  sign-in   signing in with an 8-character pass, in process, against raw Argon2id
  redeem    redeeming a 24-character pass, in process, against bare SQLite
  flow      the whole sign-in with it over HTTPS, against GET /healthz
  graph     GET of a user's pass by Graph, against GET /healthz
  token     a token by client credentials, in process and over HTTPS, against raw RS256
  oauth     tokens for codes and refresh tokens, against raw RS256; userinfo, introspection, documents, against /healthz
  directory people, lists and logs by Graph, with many people against few; needs `many` for that
  portal    pages of the portal and of a sign-in, in a tenant of --many people with ten times as many log records:
            only when it is asked for by name
  import    bringing in people through $batch and by the command line, against bare SQLite
  export    a log of 1,000,000 sign-ins as JSON lines: memory beside that of a tenth
  start     start to first answer
  memory    resident memory
  size      the binary's size
  latency   single requests while sign-ins keep the hashing threads busy
  many      the others also with very many people; alone: all of them

Without a name: everything but `portal`. --markdown writes the table into a document, between its two marks.
--people (1000), --many (1000000) and --imported (100000) are the sizes, --seconds (3) the length of each of three rounds.
";

/// The names of measurements.
const NAMES: [&str; 15] = [
    "sign-in",
    "redeem",
    "flow",
    "graph",
    "token",
    "oauth",
    "directory",
    "portal",
    "import",
    "export",
    "start",
    "memory",
    "size",
    "latency",
    "many",
];

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) chosen: Vec<String>,
    pub(crate) markdown: Option<PathBuf>,
    pub(crate) people: u64,
    pub(crate) many: u64,
    pub(crate) imported: u64,
    pub(crate) measured: Duration,
}

impl Arguments {
    /// None: help was asked for.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut arguments = Self {
            chosen: Vec::new(),
            markdown: None,
            people: 1000,
            many: 1_000_000,
            imported: 100_000,
            measured: Duration::from_secs(3),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--markdown" => arguments.markdown = Some(value()?.into()),
                "--people" => arguments.people = value()?.parse()?,
                "--many" => arguments.many = value()?.parse()?,
                "--imported" => arguments.imported = value()?.parse()?,
                "--seconds" => arguments.measured = Duration::from_secs(value()?.parse()?),
                name if NAMES.contains(&name) => arguments.chosen.push(word),
                _ => {
                    return Err(format!("there is nothing called {word}; --help tells what there is").into());
                }
            }
        }
        if arguments.chosen.iter().all(|name| name == "many") {
            arguments.chosen = NAMES.map(str::to_owned).to_vec();
            // It takes minutes and gigabytes.
            arguments.chosen.retain(|name| name != "portal");
        }
        Ok(Some(arguments))
    }
}
