//! `latchkey login` and `latchkey logout`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use latchkey_domain::ClientId;

use crate::http_client::{HttpClient, check_address};
use crate::login::{Credential, Login};
use crate::output::tell;
use crate::{Failure, LoginPlace};

/// Words in a tenant's place that name none.
const NO_TENANT: [&str; 3] = ["organizations", "common", "consumers"];

/// Who signs in, and where.
#[derive(Args)]
pub struct LoginArguments {
    /// The server's address, such as <https://id.example.com>.
    url: String,
    /// Sign in as this application instead of as a person.
    #[arg(long, value_name = "ID", requires = "secret_file")]
    client_id: Option<String>,
    /// The file with the application's secret; - reads it from standard input.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    secret_file: Option<PathBuf>,
    /// The tenant's id or one of its domains; an application must name it.
    #[arg(long, value_name = "TENANT", default_value = "organizations")]
    tenant: String,
    /// The installation's own CA, if its certificate comes from it: tls/ca.pem in its data folder.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    place: LoginPlace,
}

/// Which login to forget.
#[derive(Args)]
pub struct LogoutArguments {
    #[command(flatten)]
    place: LoginPlace,
}

/// Signs in and keeps the login.
pub(crate) async fn login(arguments: LoginArguments) -> Result<(), Failure> {
    let place = arguments.place.path()?;
    let url = arguments.url.trim_end_matches('/').to_owned();
    check_address(&url)?;
    if arguments.client_id.is_some() && NO_TENANT.contains(&arguments.tenant.as_str()) {
        return Err(Failure::Usage(
            "an application signs in to one tenant: name it with --tenant, by its id or one of its domains"
                .to_owned(),
        ));
    }
    // The file is used from other folders later.
    let ca = arguments
        .ca
        .map(|path| path.canonicalize().map_err(|error| Failure::File { path, error }))
        .transpose()?;
    let http = HttpClient::new(ca.as_deref())?;
    let mut login = Login {
        url,
        tenant: arguments.tenant,
        ca,
        name: String::new(),
        client_id: ClientId::COMMAND_LINE.to_string(),
        credential: Credential::RefreshToken(String::new()),
        access_token: String::new(),
    };
    if let (Some(client_id), Some(file)) = (arguments.client_id, arguments.secret_file) {
        login.name = format!("application {client_id}");
        login.client_id = client_id;
        login.credential = Credential::ClientSecret(secret(&file)?);
        login.renew(&http).await?;
    } else {
        login.by_device_code(&http).await?;
    }
    login.save(&place)?;
    tell(&format!(
        "Signed in to {}. The login is kept in {}.",
        login.url,
        place.display()
    ));
    Ok(())
}

/// Forgets the login. What it got stays good until it ends: deleting the secret or the sessions ends it at once.
pub(crate) fn logout(arguments: &LogoutArguments) -> Result<(), Failure> {
    let place = arguments.place.path()?;
    let text = if Login::forget(&place)? {
        "Signed out."
    } else {
        "Nobody was signed in."
    };
    tell(text);
    Ok(())
}

fn secret(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| Failure::File {
        path: path.to_owned(),
        error,
    })?;
    Ok(text.trim().to_owned())
}
