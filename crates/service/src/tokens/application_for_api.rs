//! Access tokens of applications in their own name for other applications of the tenant (sign-in contract 9.5–9.7).

use latchkey_domain::{AppRole, AppRoleId, AppRoleMember, ApplicationStanding, KeyThumbprint};
use serde_json::json;

use super::delegated::{algorithm_of, confirmation, extend};
use super::issue::{HANDLES_CHALLENGES, LIFETIME};
use super::{IssuedToken, TokenError};
use crate::Service;
use crate::applications::ProvedBy;
use crate::authorization::ApiResource;

/// What such a token is to say.
pub(super) struct ApplicationTokenRequest<'a> {
    pub(super) client: &'a ApplicationStanding,
    pub(super) proved: ProvedBy,
    pub(super) key: Option<&'a KeyThumbprint>,
    pub(super) handles_challenges: bool,
}

impl Service {
    /// A token with the app roles that the application holds of another one, in the shape that this one wants.
    ///
    /// # Errors
    /// [`TokenError::NotAssigned`], [`TokenError::Fault`]
    pub(super) async fn issue_application_api_token(
        &self,
        request: &ApplicationTokenRequest<'_>,
        api: &ApiResource,
    ) -> Result<IssuedToken, TokenError> {
        let client = &request.client.application;
        let mut reader = self.store.read().await?;
        let held = reader
            .app_role_assignments(
                Some(client.service_principal_id.into()),
                Some(api.service_principal),
            )
            .await?;
        drop(reader);
        let held: Vec<AppRoleId> = held.into_iter().map(|assignment| assignment.key.role).collect();
        let is_held = |role: &&AppRole| {
            role.enabled
                && role.allowed_member_types.contains(&AppRoleMember::Application)
                && held.contains(&role.id)
        };
        let roles: Vec<&AppRole> = api.registration.app_roles.iter().filter(is_held).collect();
        if api.registration.assignment_required && roles.is_empty() {
            return Err(TokenError::NotAssigned {
                client: client.client_id,
                resource: api.client_id,
            });
        }
        let seconds = self.now().as_seconds();
        let oid = client.service_principal_id;
        let mut claims = json!({
            "iat": seconds,
            "nbf": seconds,
            "exp": seconds + LIFETIME.0,
            "idtyp": "app",
            "oid": oid,
            "sub": oid,
            "tid": self.tenant.id,
            "uti": self.token_id(),
        });
        let versioned = if api.registration.access_token_version == Some(2) {
            json!({
                "aud": api.client_id,
                "iss": self.issuer(),
                "ver": "2.0",
                "azp": client.client_id,
                "azpacr": request.proved.code(),
            })
        } else {
            json!({
                "aud": api.name,
                "iss": self.token_issuer(),
                "ver": "1.0",
                "appid": client.client_id,
                "appidacr": request.proved.code(),
            })
        };
        extend(&mut claims, versioned);
        let values: Vec<&str> = roles.iter().filter_map(|role| role.value.as_deref()).collect();
        if !values.is_empty() {
            extend(&mut claims, json!({ "roles": values }));
        }
        if request.handles_challenges {
            extend(&mut claims, json!({ "xms_cc": HANDLES_CHALLENGES }));
        }
        if let Some(confirmation) = confirmation(request.key) {
            extend(&mut claims, json!({ "cnf": confirmation }));
        }
        Ok(IssuedToken {
            access_token: self.sign(algorithm_of(&api.registration), &claims)?,
            expires_in: LIFETIME,
            bound: request.key.is_some(),
        })
    }
}
