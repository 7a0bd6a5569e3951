//! The command line.

use std::error::Error;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use latchkey_cli::ClientCommand;

use crate::config::{Config, Overrides, listen_address};
use crate::data::DataFolder;
use crate::federation::{self, FederationCommand};
use crate::{console, doctor, export, first_start, master_key, serve};

/// Temporary Access Passes, self-hosted: people get their way in.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve; the first start makes everything that is needed and says how to go on.
    Serve(ServeArguments),
    /// Make the data folder, the tenant and its first administrator, without serving.
    Init(InitArguments),
    /// What an administrator can do at the machine's own console.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Copy the database to a new file, also while it is served (SQLite only).
    Backup {
        /// The new file, for its owner's eyes only.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Look for what keeps the installation from working, or soon will; changes nothing.
    Doctor {
        #[command(flatten)]
        place: Place,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Print the configuration in force, and where each value comes from.
    Config {
        #[command(flatten)]
        place: Place,
        /// Say what each key does.
        #[arg(long)]
        explain: bool,
    },
    /// The keys that sign tokens, and the master key.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    #[command(flatten)]
    Client(ClientCommand),
    /// Print the completions for a shell, such as `latchkey completions bash`.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Issue a one-time pass for a person, whatever the policy says; written to the audit log.
    Recover {
        /// The person's user principal name, such as admin@example.com.
        upn: String,
        #[command(flatten)]
        place: Place,
    },
    /// Add a certificate by whose key an application proves who it is, instead of by a secret.
    AddCertificate {
        /// The application's client id.
        client_id: String,
        /// The certificate: X.509 in PEM or DER, RSA or P-256. The private key stays with the application.
        #[arg(value_name = "FILE")]
        certificate: PathBuf,
        /// A name to show.
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Domains whose people another `OpenID` Provider signs in.
    Federation {
        #[command(subcommand)]
        command: FederationCommand,
    },
    /// Print a log as JSON lines, newest first, in the words of Microsoft Graph.
    Export {
        /// Which one.
        #[arg(value_enum)]
        log: export::Log,
        /// From this moment on, such as 2026-11-22T09:00:00Z.
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Up to this moment.
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Publish new signing keys; they take over in 24 hours.
    Rotate(Place),
    /// Put a new master key in front of the older ones in its file, and seal with it what they had sealed; written to
    /// the audit log. Servers need a restart. For several, or one that goes on meanwhile, see docs/master-key.md.
    RotateMaster {
        /// Only add the new key, second in line, so that servers know it before it is used.
        #[arg(long, conflicts_with = "use_key")]
        prepare: bool,
        /// Put this key of the file in front, in place of a new one.
        #[arg(long = "use", value_name = "KEYID")]
        use_key: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// Where the installation is.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// The data folder [environment: `LATCHKEY_DATA`; default: ./latchkey-data].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration file [environment: `LATCHKEY_CONFIG`; default: latchkey.toml in the data folder].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: sqlite:PATH or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Args)]
struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR:PORT", value_parser = listen_address)]
    listen: Option<SocketAddr>,
    /// Add a small organisation to play with, if there is none.
    #[arg(long)]
    demo: bool,
}

#[derive(Args)]
struct InitArguments {
    #[command(flatten)]
    place: Place,
    /// The organisation's domain, such as example.com.
    #[arg(long)]
    domain: String,
    /// The first administrator's name, such as admin@example.com.
    #[arg(long, value_name = "UPN")]
    admin: String,
    /// The organisation's name to show [default: the domain].
    #[arg(long)]
    name: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl CommandLine {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            Command::Serve(arguments) => {
                let listen = arguments
                    .listen
                    .map(|address| ("listen", "--listen", address.to_string()));
                let (folder, config) = arguments.place.load(listen.into_iter().collect())?;
                serve::run(&folder, &config, arguments.demo)
            }
            Command::Init(arguments) => {
                let (folder, config) = arguments.place.load(Vec::new())?;
                let wish = first_start::Wish {
                    name: arguments.name.unwrap_or_else(|| arguments.domain.clone()),
                    domain: arguments.domain,
                    administrator: arguments.admin,
                };
                first_start::init(&folder, &config, wish, arguments.json)
            }
            Command::Admin {
                command: AdminCommand::Recover { upn, place },
            } => {
                let (folder, config) = place.load(Vec::new())?;
                console::recover(&folder, &config, &upn)
            }
            Command::Admin {
                command:
                    AdminCommand::AddCertificate {
                        client_id,
                        certificate,
                        name,
                        place,
                    },
            } => {
                let (folder, config) = place.load(Vec::new())?;
                console::add_certificate(&folder, &config, &client_id, &certificate, &name)
            }
            Command::Admin {
                command: AdminCommand::Federation { command },
            } => federation::run(command),
            Command::Backup { file, place } => {
                let (folder, config) = place.load(Vec::new())?;
                console::back_up(&folder, &config, &file)
            }
            Command::Doctor { place, json } => doctor::run(&place, json),
            Command::Config { place, explain } => {
                let (_, config) = place.load(Vec::new())?;
                console::show_config(&config, explain)
            }
            Command::Admin {
                command: AdminCommand::Export { log, from, to, place },
            } => {
                let (folder, config) = place.load(Vec::new())?;
                export::run(&folder, &config, log, from.as_deref(), to.as_deref())
            }
            Command::Keys {
                command: KeysCommand::Rotate(place),
            } => {
                let (folder, config) = place.load(Vec::new())?;
                console::rotate_keys(&folder, &config)
            }
            Command::Keys {
                command:
                    KeysCommand::RotateMaster {
                        prepare,
                        use_key,
                        place,
                    },
            } => {
                let (folder, config) = place.load(Vec::new())?;
                master_key::rotate(&folder, &config, prepare, use_key.as_deref())
            }
            Command::Client(command) => Ok(latchkey_cli::run(command)?),
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "latchkey", &mut script);
                match std::io::stdout().write_all(&script) {
                    // Who reads no further, such as `head`, has what they wanted.
                    Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
                    _ => Ok(()),
                }
            }
        }
    }
}

impl Place {
    /// The data folder, and the configuration with these flags on top.
    pub(crate) fn load(&self, mut flags: Overrides) -> Result<(DataFolder, Config), Box<dyn Error>> {
        let from_environment = |name| std::env::var_os(name).map(PathBuf::from);
        let data = self.data.clone().or_else(|| from_environment("LATCHKEY_DATA"));
        let folder = DataFolder::at(&data.unwrap_or_else(|| PathBuf::from("latchkey-data")))?;
        let file = self
            .config
            .clone()
            .or_else(|| from_environment("LATCHKEY_CONFIG"))
            .or_else(|| folder.config_file());
        if let Some(database) = &self.database {
            flags.push(("database_url", "--database", database.clone()));
        }
        // Variables that are not text are none of ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let (config, strange) = Config::load(file.as_deref(), environment, flags)?;
        for name in strange {
            // Without standard error nobody can be told anything.
            let _ = writeln!(
                std::io::stderr(),
                "latchkey: the environment variable {name} is none of Latchkey's and has no effect"
            );
        }
        Ok((folder, config))
    }
}
