//! An application of the demo, so that signing in to one can be tried.

use latchkey_domain::{
    Action, Activity, AppId, Application, AuditTarget, Caller, ClientId, ClientRegistration, PermissionSet,
    Platform, RedirectUri, RegisteredRedirect, ServicePrincipalId, TargetKind, may,
};
use latchkey_store::StoreError;

use crate::{AccessError, Fault, RequestInfo, Service};

/// Where a program on one's own machine listens.
const REDIRECT_URI: &str = "http://localhost";

/// An application to try sign-in with.
#[derive(Debug)]
pub struct DemoApplication {
    /// Name to show.
    pub display_name: String,
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
        let trail = self.trail(&Caller::Console, info);
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let application = Application {
            id: AppId::from_bytes(self.random_id()),
            client_id: ClientId::from_bytes(self.random_id()),
            service_principal_id: ServicePrincipalId::from_bytes(self.random_id()),
            display_name: "Sample application".to_owned(),
            enabled: true,
            permissions: PermissionSet::EMPTY,
            created_at: trail.at,
        };
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
        let shown = DemoApplication {
            display_name: application.display_name.clone(),
            client_id: application.client_id,
            redirect_uri: REDIRECT_URI,
        };
        let target = AuditTarget {
            kind: TargetKind::Application,
            id: application.id.to_string(),
            display_name: Some(application.display_name.clone()),
            upn: None,
            modified: Vec::new(),
        };
        let made = trail.done(Activity::AddApplication, "", vec![target.clone()]);
        let registered = trail.done(Activity::UpdateApplication, "", vec![target]);
        let input = (permit, application, registration, made, registered);
        self.store
            .write_with(
                input,
                |writer, (permit, application, registration, made, registered)| {
                    Box::pin(async move {
                        writer.insert_application(permit, application, None, made).await?;
                        writer
                            .save_registration(permit, application.client_id, registration, registered)
                            .await?;
                        Ok::<_, StoreError>(())
                    })
                },
            )
            .await?;
        Ok(shown)
    }
}
