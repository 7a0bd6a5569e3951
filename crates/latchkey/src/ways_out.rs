//! All ways by which the server itself reaches others.

use latchkey_service::{Letter, MailFuture, MailSetup, Outbound, OutboundFuture, OutboundRequest};

use crate::config::{Config, Origin};
use crate::mail::Postman;
use crate::outbound::{HttpsClient, certificates};

/// HTTPS, and mail where a mail server is configured.
pub(crate) struct WaysOut {
    https: HttpsClient,
    post: Option<Postman>,
}

impl WaysOut {
    /// As the configuration says.
    pub(crate) fn new(config: &Config, origin: &Origin) -> Result<Self, String> {
        let extra = certificates(config.outbound_ca.as_deref())
            .map_err(|error| format!("{}: {error}", config.place("outbound.ca")))?;
        Ok(Self {
            post: Postman::new(config, origin.host(), &extra)?,
            https: HttpsClient::new(extra, config.outbound_private_hosts.clone()),
        })
    }
}

impl Outbound for WaysOut {
    fn send(&self, request: OutboundRequest) -> OutboundFuture<'_> {
        self.https.send(request)
    }

    fn mail(&self) -> Option<MailSetup> {
        self.post.as_ref().map(Postman::setup)
    }

    fn send_mail(&self, letter: Letter) -> MailFuture<'_> {
        match &self.post {
            Some(post) => post.send(letter),
            None => latchkey_service::NoOutbound.send_mail(letter),
        }
    }
}
