//! Claims beside the usual ones, which an application asks for once for all (`optionalClaims` and
//! `groupMembershipClaims` in Graph; sign-in contract 9.6).

use latchkey_domain::{Authorization, ClientRegistration, Member, TextProperty, User};
use serde_json::{Value, json};

use super::delegated::extend;
use crate::{Fault, Service};

/// The most groups that a token names: 200. Whoever is in more is asked about at Graph.
const MOST_GROUPS: usize = 200;

impl Service {
    /// Adds the claims of these names as far as they are known and there is something to say.
    pub(crate) async fn add_optional_claims(
        &self,
        claims: &mut Value,
        names: &[String],
        registration: &ClientRegistration,
        authorization: &Authorization,
        user: &User,
    ) -> Result<(), Fault> {
        let text = |property| user.text.get(property).map(Value::from);
        for name in names {
            let value = match name.as_str() {
                "auth_time" => Some(authorization.authenticated_at.as_seconds().into()),
                "email" => text(TextProperty::Mail),
                "family_name" => text(TextProperty::Surname),
                "given_name" => text(TextProperty::GivenName),
                "login_hint" => Some(self.login_hint(user.id).into()),
                "upn" => Some(user.upn.as_str().into()),
                _ => None,
            };
            if let Some(value) = value {
                extend(claims, json!({ name: value }));
            }
        }
        if registration.group_claims.is_some() || names.iter().any(|name| name == "groups") {
            extend(claims, self.group_claims(user).await?);
        }
        Ok(())
    }

    /// `groups`, or where to ask for them.
    async fn group_claims(&self, user: &User) -> Result<Value, Fault> {
        let mut reader = self.store.read().await?;
        let groups = reader.all_groups_holding(Member::User(user.id)).await?;
        if groups.len() <= MOST_GROUPS {
            return Ok(json!({ "groups": groups }));
        }
        let endpoint = format!("{}/v1.0/users/{}/getMemberObjects", self.settings.origin, user.id);
        Ok(json!({
            "_claim_names": { "groups": "src1" },
            "_claim_sources": { "src1": { "endpoint": endpoint } },
        }))
    }
}
