//! Measures Latchkey beside the limits that it is held against. See `docs/performance.md`.

mod application;
mod arguments;
mod bare_sqlite;
mod client;
mod compare;
mod directory;
mod drive;
mod export;
mod fixture;
mod folder;
mod form;
mod import;
mod in_process;
mod limits;
mod logs;
mod machine;
mod oauth;
mod operation;
mod over_https;
mod portal;
mod portal_fixture;
mod server;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use arguments::{Arguments, HELP};
use compare::Sizes;
use fixture::Fixture;
use server::Server;
use table::Line;

/// Whatever goes wrong ends the measurement and is told.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is measured against running servers.
const OVER_HTTPS: [&str; 6] = ["flow", "graph", "token", "oauth", "directory", "latency"];

/// Whether a measurement was asked for.
fn runs(chosen: &[String], name: &str) -> bool {
    chosen.iter().any(|chosen| chosen == name)
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a program of the command line")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program of the command line")]
async fn run() -> Result<()> {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1))? else {
        print!("{HELP}");
        return Ok(());
    };
    let machine = machine::describe()?;
    let (lines, load) = measure(&arguments).await?;
    let text = format!(
        "{machine}. Other work took {:.0} % of the cores before the measurement. Few people: {}, many: {}; \
         rounds of {} s.\n\n{}",
        load * 100.0,
        arguments.people,
        arguments.many,
        arguments.measured.as_secs(),
        table::markdown(&lines),
    );
    println!("{text}");
    if let Some(document) = &arguments.markdown {
        table::put_into(document, &text)?;
    }
    Ok(())
}

async fn measure(arguments: &Arguments) -> Result<(Vec<Line>, f64)> {
    let chosen = &arguments.chosen;
    let any = |names: &[&str]| names.iter().any(|name| runs(chosen, name));
    let many = runs(chosen, "many");
    let needs_binary = any(&OVER_HTTPS) || any(&["import", "export", "portal", "start", "memory", "size"]);
    let binary = if needs_binary {
        Some(server::build()?)
    } else {
        None
    };
    let empty = if any(&["start", "memory"]) {
        Some(Arc::new(Fixture::create("empty", 0).await?))
    } else {
        None
    };
    progress("making people and passes");
    let fixtures = Sizes {
        few: Arc::new(Fixture::create("few", arguments.people).await?),
        many: if many {
            Some(Arc::new(Fixture::create("many", arguments.many).await?))
        } else {
            None
        },
    };
    let load = machine::other_load().await?;

    let mut lines = Vec::new();
    if any(&["sign-in", "redeem", "token"]) {
        progress("in process");
        lines.extend(compare::in_process(&fixtures, arguments.measured, chosen).await?);
    }
    if let Some(binary) = &binary {
        lines.extend(with_program(arguments, binary, &fixtures, empty.as_ref()).await?);
    }
    Ok((lines, load))
}

/// Everything that needs the program itself.
async fn with_program(
    arguments: &Arguments,
    binary: &Path,
    fixtures: &Sizes<Arc<Fixture>>,
    empty: Option<&Arc<Fixture>>,
) -> Result<Vec<Line>> {
    let chosen = &arguments.chosen;
    let mut lines = Vec::new();
    if OVER_HTTPS.iter().any(|name| runs(chosen, name)) {
        progress("over HTTPS");
        let servers = Sizes {
            few: Server::start(binary, &fixtures.few).await?,
            many: match &fixtures.many {
                Some(fixture) => Some(Server::start(binary, fixture).await?),
                None => None,
            },
        };
        lines.extend(compare::over_https(fixtures, &servers, arguments.measured, chosen).await?);
        if runs(chosen, "oauth") {
            progress("the OAuth door");
            lines.extend(oauth::measure(fixtures, &servers, arguments.measured).await?);
        }
        if runs(chosen, "directory") {
            progress("the directory by Graph");
            lines.extend(directory::measure(fixtures, &servers, arguments.measured).await?);
        }
        if runs(chosen, "latency") {
            progress("latency");
            lines.extend(operation::latency(&servers.few, &fixtures.few, arguments.measured).await?);
        }
        servers.few.stop().await?;
        if let Some(server) = servers.many {
            server.stop().await?;
        }
    }
    if runs(chosen, "portal") {
        progress("pages: making people and logs");
        let fixture = portal::fixture(arguments.many).await?;
        let server = Server::start(binary, &fixture).await?;
        progress("pages");
        lines.extend(portal::measure(&fixture, &server, arguments.measured).await?);
        server.stop().await?;
    }
    if runs(chosen, "import") {
        progress("bringing people in");
        lines.extend(import::measure(binary, arguments.imported).await?);
    }
    if runs(chosen, "export") {
        progress("exporting logs");
        lines.extend(export::measure(binary).await?);
    }
    progress("operation");
    let sizes: Vec<(&Arc<Fixture>, &str, f64, f64)> = empty
        .map(|fixture| (fixture, "empty", 50.0, 25.0))
        .into_iter()
        .chain(
            fixtures
                .many
                .as_ref()
                .map(|fixture| (fixture, "many people", 100.0, 60.0)),
        )
        .collect();
    for &(fixture, people, goal, _) in &sizes {
        if runs(chosen, "start") {
            // The first one of all makes the certificates.
            Server::start(binary, fixture).await?.stop().await?;
            lines.push(operation::start(binary, fixture, people, goal).await?);
        }
    }
    for &(fixture, people, _, goal) in &sizes {
        if runs(chosen, "memory") {
            lines.extend(operation::memory(binary, fixture, people, goal).await?);
        }
    }
    if runs(chosen, "size") {
        lines.push(operation::size(binary)?);
    }
    Ok(lines)
}

#[expect(clippy::print_stderr, reason = "a program of the command line")]
fn progress(what: &str) {
    eprintln!("… {what}");
}
