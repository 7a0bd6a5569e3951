//! `latchkey admin federation`: domains whose people another `OpenID` Provider signs in.

use std::error::Error;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use latchkey_crypto::Secret;
use latchkey_domain::{Caller, FederatedMfa, NameClaim, Upn, UserRef};
use latchkey_service::{FederationWish, SecretWish, Service};

use crate::command::Place;
use crate::opening::{Installation, block_on, console_request};
use crate::printing::print;

#[derive(Subcommand)]
pub(crate) enum FederationCommand {
    /// Hand a domain to an `OpenID` Provider: its people sign in there.
    Set(SetArguments),
    /// Take a domain back: its people sign in here again.
    Remove {
        /// The domain.
        domain: String,
        #[command(flatten)]
        place: Place,
    },
    /// List the domains that are handed to a provider, and the redirect URI to register there.
    List(Place),
    /// Forget who a person is at their provider, for an account that was made anew there.
    Unlink {
        /// The person's user principal name.
        upn: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
pub(crate) struct SetArguments {
    /// The domain, one of this tenant's.
    domain: String,
    /// The provider's issuer, such as `https://login.example.org`.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What Latchkey is called there.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// A file with Latchkey's secret there; without, it is a public client.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The claim that says who somebody is here, the first time that they come.
    #[arg(long, value_enum, default_value_t = ClaimName::PreferredUsername)]
    name_claim: ClaimName,
    /// What the provider's word counts that it saw a second factor (`amr` with `mfa`).
    #[arg(long, value_enum, default_value_t = Mfa::Accept)]
    mfa: Mfa,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ClaimName {
    PreferredUsername,
    Email,
    Upn,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mfa {
    /// It counts; a pass that works comes before the redirect.
    Accept,
    /// It must be given; no pass is asked for first.
    Enforce,
    /// It never counts.
    Reject,
}

/// Does what was asked for.
pub(crate) fn run(command: FederationCommand) -> Result<(), Box<dyn Error>> {
    match command {
        FederationCommand::Set(arguments) => set(&arguments),
        FederationCommand::Remove { domain, place } => {
            on(&place, async |service| {
                service
                    .unfederate_domain(&Caller::Console, &console_request(service), &domain)
                    .await?;
                Ok(())
            })?;
            print(&format!("{domain}: people sign in here again"))
        }
        FederationCommand::List(place) => list(&place),
        FederationCommand::Unlink { upn, place } => {
            let name = Upn::parse(&upn).map_err(|error| format!("'{upn}' is {error}"))?;
            let known = on(&place, async |service| {
                let user = UserRef::Name(name.clone());
                let info = console_request(service);
                Ok(service.unlink_person(&Caller::Console, &info, &user).await?)
            })?;
            let found = if known { "forgotten" } else { "nothing was known" };
            print(&format!("{upn}: {found}"))
        }
    }
}

fn set(arguments: &SetArguments) -> Result<(), Box<dyn Error>> {
    let client_secret = match &arguments.client_secret_file {
        None => None,
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        }
    };
    let (federation, redirect_uri) = on(&arguments.place, async |service| {
        let wish = FederationWish {
            domain: arguments.domain.clone(),
            issuer: arguments.issuer.clone(),
            client_id: arguments.client_id.clone(),
            client_secret: match &client_secret {
                Some(secret) => SecretWish::New(Secret::new(secret.clone())),
                None => SecretWish::None,
            },
            name_claim: match arguments.name_claim {
                ClaimName::PreferredUsername => NameClaim::PreferredUsername,
                ClaimName::Email => NameClaim::Email,
                ClaimName::Upn => NameClaim::Upn,
            },
            mfa: match arguments.mfa {
                Mfa::Accept => FederatedMfa::AcceptIfMfaDoneByFederatedIdp,
                Mfa::Enforce => FederatedMfa::EnforceMfaByFederatedIdp,
                Mfa::Reject => FederatedMfa::RejectMfaByFederatedIdp,
            },
        };
        let info = console_request(service);
        let set = service.federate_domain(&Caller::Console, &info, wish).await?;
        Ok((set, service.federation_redirect_uri()))
    })?;
    print(&format!(
        "{}: people sign in at {}\n  redirect URI to register there  {redirect_uri}",
        federation.domain, federation.issuer
    ))
}

fn list(place: &Place) -> Result<(), Box<dyn Error>> {
    let (all, redirect_uri) = on(place, async |service| {
        Ok((
            service.federated_domains(&Caller::Console).await?,
            service.federation_redirect_uri(),
        ))
    })?;
    for known in all {
        let federation = known.federation;
        print(&format!(
            "{}\n  issuer     {}\n  client id  {}",
            federation.domain, federation.issuer, federation.client_id
        ))?;
    }
    print(&format!("redirect URI to register at providers: {redirect_uri}"))
}

/// Runs a piece of work on the installation.
fn on<T>(
    place: &Place,
    work: impl AsyncFnOnce(&Service) -> Result<T, Box<dyn Error>>,
) -> Result<T, Box<dyn Error>> {
    let (folder, config) = place.load(Vec::new())?;
    let origin = folder.origin(&config);
    block_on(async {
        let service = Installation::open(&folder, &config)
            .await?
            .into_service(&config, &origin)
            .await?;
        let outcome = work(&service).await;
        service.store().close().await;
        outcome
    })
}
