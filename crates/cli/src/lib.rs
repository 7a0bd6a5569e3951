//! The command line as a Graph client: what administrators do by hand or in scripts, through the same door, with the
//! same permissions and the same records as every other client.
//!
//! | what | where |
//! |---|---|
//! | signing in, and where the login is kept | `sign_in`, `login`, `tokens` |
//! | requests, pages, errors, exit codes | `graph`, `http_client`, `failure` |
//! | what is printed and read, times | `output`, `table`, `moment` |
//! | one kind of thing | the file of its name |

mod app;
mod failure;
mod graph;
mod group;
mod http_client;
mod import;
mod login;
mod logs;
mod moment;
mod output;
mod pass;
mod policy;
mod reference;
mod role;
mod sign_in;
mod table;
mod tokens;
mod user;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub use crate::failure::Failure;

use crate::graph::Graph;
use crate::login::Login;
use crate::output::Output;

/// What can be asked of a running Latchkey.
#[derive(Subcommand)]
pub enum ClientCommand {
    /// Sign in to a Latchkey server, as a person or as an application.
    Login(sign_in::LoginArguments),
    /// Forget the login.
    Logout(sign_in::LogoutArguments),
    /// Temporary Access Passes: issue, look at, delete.
    Pass(Asked<pass::PassCommand>),
    /// People: find, create, change, delete, import.
    User(Asked<user::UserCommand>),
    /// Groups and their members.
    Group(Asked<group::GroupCommand>),
    /// Directory roles and who holds them.
    Role(Asked<role::RoleCommand>),
    /// Applications, their secrets and permissions.
    App(Asked<app::AppCommand>),
    /// The policy for Temporary Access Passes.
    Policy(Asked<policy::PolicyCommand>),
    /// Sign-ins and the audit log, newest first.
    Logs(Asked<logs::LogsCommand>),
}

/// A command, and the options that all of them take.
#[derive(Args)]
pub struct Asked<C: Subcommand> {
    #[command(subcommand)]
    command: C,
    #[command(flatten)]
    client: ClientOptions,
}

#[derive(Args)]
struct ClientOptions {
    /// Print JSON: one object, or one a line for lists.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    place: LoginPlace,
}

/// Where the login is kept.
#[derive(Args)]
struct LoginPlace {
    /// The login's file [default: latchkey/login.json in your configuration folder].
    #[arg(
        id = "login_file",
        long = "login",
        env = "LATCHKEY_LOGIN",
        value_name = "FILE",
        global = true
    )]
    file: Option<PathBuf>,
}

impl LoginPlace {
    fn path(&self) -> Result<PathBuf, Failure> {
        Login::place(self.file.as_deref())
    }
}

impl ClientOptions {
    fn open(&self) -> Result<(Graph, Output), Failure> {
        Ok((Graph::open(self.place.path()?)?, Output::new(self.json)))
    }
}

/// Does what was asked for.
///
/// # Errors
/// [`Failure`], whose exit code is for scripts.
pub fn run(command: ClientCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Unreachable(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        match command {
            ClientCommand::Login(arguments) => sign_in::login(arguments).await,
            ClientCommand::Logout(arguments) => sign_in::logout(&arguments),
            ClientCommand::Pass(asked) => {
                let (graph, output) = asked.client.open()?;
                pass::run(asked.command, &graph, &output).await
            }
            ClientCommand::User(asked) => {
                let (graph, output) = asked.client.open()?;
                user::run(asked.command, &graph, &output).await
            }
            ClientCommand::Group(asked) => {
                let (graph, output) = asked.client.open()?;
                group::run(asked.command, &graph, &output).await
            }
            ClientCommand::Role(asked) => {
                let (graph, output) = asked.client.open()?;
                role::run(asked.command, &graph, &output).await
            }
            ClientCommand::App(asked) => {
                let (graph, output) = asked.client.open()?;
                app::run(asked.command, &graph, &output).await
            }
            ClientCommand::Policy(asked) => {
                let (graph, output) = asked.client.open()?;
                policy::run(asked.command, &graph, &output).await
            }
            ClientCommand::Logs(asked) => {
                let (graph, output) = asked.client.open()?;
                logs::run(asked.command, &graph, &output).await
            }
        }
    })
}
