//! Latchkey: Temporary Access Passes, self-hosted.
//!
//! - [`command`]: what can be asked for on the command line;
//! - [`config`]: what the operator chose, and from where;
//! - [`data`], [`tls`]: the data folder, and certificates;
//! - [`opening`]: from configuration to an open store and its use cases;
//! - [`serve`], [`server`], [`maintenance`]: the running server;
//! - [`ways_out`]: how it reaches others: [`outbound`], its own requests; [`mail`], its mail;
//! - [`authenticators`]: what is known of makes of passkeys;
//! - [`doctor`]: what keeps it from working;
//! - [`first_start`], [`console`], [`master_key`], [`federation`], [`export`], [`printing`]: what is printed for people and for scripts.

mod authenticators;
mod command;
mod config;
mod console;
mod data;
mod doctor;
mod export;
mod federation;
mod first_start;
mod logging;
mod mail;
mod maintenance;
mod master_key;
mod open_internet;
mod opening;
mod outbound;
mod own_certificate;
mod printing;
mod serve;
mod server;
mod tls;
mod ways_out;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use latchkey_cli::Failure;
use mimalloc::MiMalloc;

/// A request's memory is often taken by one thread and given back by another, which the system's allocator makes wait
/// for each other (docs/performance.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let command = command::CommandLine::parse();
    match command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if matches!(error.downcast_ref(), Some(Failure::NobodyReads)) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("latchkey: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                // Writing to a String does not fail.
                let _ = write!(text, "\n  because: {error}");
                cause = error.source();
            }
            // Without standard error nobody can be told anything.
            let _ = writeln!(std::io::stderr(), "{text}");
            error
                .downcast_ref()
                .map_or(ExitCode::FAILURE, |failure: &Failure| failure.exit_code().into())
        }
    }
}
