//! The first start, and what it tells: once, for people or for scripts.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use latchkey_domain::Upn;
use latchkey_service::{Clock, FirstSecrets, SystemClock, check_names};
use serde_json::json;

use crate::config::{Config, Origin};
use crate::data::DataFolder;
use crate::opening::{Installation, block_on};
use crate::printing::print_once;
use crate::tls::LocalCa;

/// What a tenant is to be.
pub(crate) struct Wish {
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) administrator: String,
}

impl Wish {
    /// Whether its names are in order.
    fn check(&self) -> Result<(), Box<dyn Error>> {
        check_names(&self.name, &self.domain, &self.administrator()?)?;
        Ok(())
    }

    /// The administrator's name.
    pub(crate) fn administrator(&self) -> Result<Upn, Box<dyn Error>> {
        let refused = |error| format!("the administrator's name '{}' is {error}", self.administrator);
        Ok(Upn::parse(&self.administrator).map_err(refused)?)
    }

    /// What `serve` makes when nobody said anything.
    pub(crate) fn nothing_said() -> Self {
        Self {
            name: "Latchkey".to_owned(),
            domain: "latchkey.local".to_owned(),
            administrator: "admin@latchkey.local".to_owned(),
        }
    }
}

/// `latchkey init`
pub(crate) fn init(
    folder: &DataFolder,
    config: &Config,
    wish: Wish,
    as_json: bool,
) -> Result<(), Box<dyn Error>> {
    let domain = wish.domain.to_lowercase();
    // Before anything is made.
    wish.check()?;
    let (secrets, ca) = block_on(async {
        let mut installation = Installation::open_or_make(folder, config).await?;
        if installation.has_tenant() {
            return Err("this installation has been initialised already".into());
        }
        let ca = match config.tls_certificate {
            None => Some(LocalCa::open(
                &folder.tls(),
                SystemClock.now(),
                &installation.random,
            )?),
            Some(_) => None,
        };
        let secrets = installation.create_tenant(wish).await?;
        installation.store.close().await;
        Ok((secrets, ca))
    })?;
    let origin = config.origin(config.listen.port());
    let ca = ca.as_ref().map(LocalCa::certificate_path);
    let text = if as_json {
        json_text(&secrets, &origin, &domain, ca)
    } else {
        people_text(&secrets, &origin, ca)
    };
    print_once(&text, &lost(&secrets.user_principal_name))
}

/// What to do when nobody saw what the first start tells.
pub(crate) fn lost(administrator: &str) -> String {
    format!(
        "The installation is made. `latchkey admin recover {administrator}` issues a new pass for its administrator; the\n\
         application gets a new secret in the portal, under Applications, or by `latchkey app add-secret`."
    )
}

fn json_text(secrets: &FirstSecrets, origin: &Origin, domain: &str, ca: Option<&Path>) -> String {
    json!({
        "url": origin.as_str(),
        "tenantId": secrets.tenant.to_string(),
        "domain": domain,
        "caCertificate": ca,
        "admin": {
            "id": secrets.administrator.to_string(),
            "userPrincipalName": secrets.user_principal_name,
            "temporaryAccessPass": secrets.pass.expose(),
        },
        "application": {
            "clientId": secrets.client_id.to_string(),
            "clientSecret": secrets.client_secret.expose(),
        },
    })
    .to_string()
}

/// How to go on, for people. Shown once: nothing of it can be shown again.
pub(crate) fn people_text(secrets: &FirstSecrets, origin: &Origin, ca: Option<&Path>) -> String {
    let origin = origin.as_str();
    let mut text = format!(
        "\n\
         Latchkey is ready. Keep what follows: it is shown only this once.\n\n\
         Sign in    {origin}/security-info\n\
         as         {upn}\n\
         with pass  {pass}   (works once, until {end})\n\n\
         For scripts and Microsoft's SDKs, an application with every Graph permission:\n\
         tenant     {tenant}\n\
         client id  {client}\n\
         secret     {secret}\n",
        upn = secrets.user_principal_name,
        pass = secrets.pass.expose(),
        end = secrets.pass_end.to_plain_seconds().replace('T', " ") + " UTC",
        tenant = secrets.tenant,
        client = secrets.client_id,
        secret = secrets.client_secret.expose(),
    );
    let ca_option = ca
        .map(|path| format!(" --cacert '{}'", path.display()))
        .unwrap_or_default();
    if let Some(path) = ca {
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\nBrowsers and SDKs must trust this installation's own CA:\n{}\n(Python: SSL_CERT_FILE and \
             REQUESTS_CA_BUNDLE; Node: NODE_EXTRA_CA_CERTS)\n",
            path.display()
        );
    }
    let _ = write!(
        text,
        "\nTry it: a token, and with it everybody in the organisation\n\
         TOKEN=$(curl -s{ca_option} {origin}/{tenant}/oauth2/v2.0/token -d grant_type=client_credentials \\\n  \
         -d client_id={client} -d client_secret={secret} \\\n  \
         -d scope=https://graph.microsoft.com/.default | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
         curl -s{ca_option} {origin}/v1.0/users -H \"Authorization: Bearer $TOKEN\"\n",
        tenant = secrets.tenant,
        client = secrets.client_id,
        secret = secrets.client_secret.expose(),
    );
    text
}
