//! An application of the demo, so that signing in to one can be tried.

use latchkey_domain::{ClientId, ClientRegistration, Platform, RedirectUri, RegisteredRedirect};

use crate::{AccessError, Fault, RequestInfo, Service};

const DISPLAY_NAME: &str = "Sample application";
/// Where a program on one's own machine listens.
const REDIRECT_URI: &str = "http://localhost";

/// An application to try sign-in with.
#[derive(Debug)]
pub struct DemoApplication {
    /// Name to show.
    pub display_name: &'static str,
    /// What it signs in with.
    pub client_id: ClientId,
    /// Where answers go.
    pub redirect_uri: &'static str,
}

impl Service {
    /// Makes a public application that programs and pages on one's own machine can use.
    ///
    /// # Errors
    /// [`AccessError::Fault`]
    pub async fn make_demo_application(&self, info: &RequestInfo) -> Result<DemoApplication, AccessError> {
        let redirect = |platform| {
            RedirectUri::parse(REDIRECT_URI, platform)
                .map(|uri| RegisteredRedirect { uri, platform })
                .map_err(|error| Fault::Internal(error.to_string()))
        };
        let registration = ClientRegistration {
            redirect_uris: vec![redirect(Platform::PublicClient)?],
            public_client_flows: true,
            ..ClientRegistration::default()
        };
        let client_id = ClientId::from_bytes(self.random_id());
        let registered = self.registered_by_console(DISPLAY_NAME, client_id, registration, info)?;
        self.store
            .write_with(registered, |writer, registered| {
                Box::pin(registered.insert(writer))
            })
            .await?;
        Ok(DemoApplication {
            display_name: DISPLAY_NAME,
            client_id,
            redirect_uri: REDIRECT_URI,
        })
    }
}
