//! Domains whose people another `OpenID` Provider signs in: handing one over and taking it back.
//!
//! - [`provider`]: what the other one publishes: its addresses and keys;
//! - signing in there and coming back: `sign_in/federated.rs`;
//! - [`sign_out`]: signing out there, too.

mod provider;
mod sign_out;

use latchkey_crypto::Secret;
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, FederatedMfa, Federation, ModifiedProperty, NameClaim,
    TargetKind, UserRef, may,
};
use latchkey_store::{StoreError, StoredFederation};
pub(crate) use provider::{Provider, ProviderCache, ProviderError};
pub(crate) use sign_out::{encoded, pairs, with_query};

use crate::trail::user_target;
use crate::{Fault, RequestInfo, Service};

/// To whom a domain is to be handed.
#[derive(Debug)]
pub struct FederationWish {
    /// The domain.
    pub domain: String,
    /// The provider's issuer identifier, as its discovery document has it.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// Our secret there; none: we are a public client.
    pub client_secret: Option<Secret<String>>,
    /// The claim that says who somebody is here, the first time that they come.
    pub name_claim: NameClaim,
    /// What the provider's word on second factors counts.
    pub mfa: FederatedMfa,
}

/// Why a domain is not handed over or taken back.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// It is none of ours.
    #[error("there is no such domain in this tenant")]
    NoSuchDomain,
    /// It was not handed to anybody.
    #[error("this domain is not federated")]
    NotFederated,
    /// There is no such person.
    #[error("there is no such user")]
    NoSuchUser,
    /// The provider can't be used.
    #[error("{0}")]
    Provider(String),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for FederationError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// Where providers send people back to: the redirect URI to register there.
    pub fn federation_redirect_uri(&self) -> String {
        format!("{}/sign-in/federated", self.settings.origin)
    }

    /// Hands a domain to a provider, at the machine's own console. The provider is asked for its addresses and keys, so
    /// that nothing is handed to somebody who does not answer.
    ///
    /// # Errors
    /// [`FederationError`]
    pub async fn federate_domain(
        &self,
        wish: FederationWish,
        info: &RequestInfo,
    ) -> Result<Federation, FederationError> {
        let domain = self.own_domain(&wish.domain)?;
        let provider = self
            .provider(&wish.issuer)
            .await
            .map_err(|error| FederationError::Provider(error.to_string()))?;
        self.provider_keys(&provider, false)
            .await
            .map_err(|error| FederationError::Provider(error.to_string()))?;
        let federation = Federation {
            issuer: wish.issuer,
            client_id: wish.client_id,
            name_claim: wish.name_claim,
            mfa: wish.mfa,
            domain,
        };
        let secret = wish.client_secret.map(|secret| {
            let context = seal_context(&federation.domain);
            self.master_keys
                .seal(&*self.random, &context, secret.expose().as_bytes())
        });
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let trail = self.trail(&Caller::Console, info);
        let mut target = domain_target(&federation.domain);
        target.modified = [
            ("Issuer", &federation.issuer),
            ("ClientId", &federation.client_id),
        ]
        .map(|(name, value)| ModifiedProperty {
            name: name.to_owned(),
            old: None,
            new: Some(value.clone()),
        })
        .to_vec();
        let event = trail.done(
            Activity::SetFederation,
            "The domain was handed to a provider",
            vec![target],
        );
        let stored = StoredFederation { federation, secret };
        let input = (permit, stored.clone(), event);
        self.store
            .write_with(input, |writer, (permit, stored, event)| {
                Box::pin(async move { writer.save_federation(permit, stored, event).await })
            })
            .await
            .map_err(|error: StoreError| FederationError::from(error))?;
        Ok(stored.federation)
    }

    /// Takes a domain back, at the machine's own console: its people sign in here again.
    ///
    /// # Errors
    /// [`FederationError`]
    pub async fn unfederate_domain(&self, domain: &str, info: &RequestInfo) -> Result<(), FederationError> {
        let domain = self.own_domain(domain)?;
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let event = self.trail(&Caller::Console, info).done(
            Activity::SetFederation,
            "The domain was taken back from its provider",
            vec![domain_target(&domain)],
        );
        let done = self
            .store
            .write_with((permit, domain, event), |writer, (permit, domain, event)| {
                Box::pin(async move { writer.delete_federation(permit, domain, event).await })
            })
            .await
            .map_err(|error: StoreError| FederationError::from(error))?;
        if done {
            Ok(())
        } else {
            Err(FederationError::NotFederated)
        }
    }

    /// All domains that are handed to somebody.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn federated_domains(&self) -> Result<Vec<Federation>, Fault> {
        let stored = self.store.read().await?.federations().await?;
        Ok(stored.into_iter().map(|stored| stored.federation).collect())
    }

    /// Forgets who a person is at other providers, at the machine's own console: for an account that was made anew
    /// there. The next sign-in by name decides. False: nothing was known.
    ///
    /// # Errors
    /// [`FederationError`]
    pub async fn unlink_person(&self, user: &UserRef, info: &RequestInfo) -> Result<bool, FederationError> {
        let permit = may(&Caller::Console, Action::AssignRole, None)?;
        let input = (permit, self.trail(&Caller::Console, info), user.clone());
        self.store
            .write_with(input, |writer, (permit, trail, user)| {
                Box::pin(async move {
                    let Some(user) = writer.user(user).await? else {
                        return Ok(Err(FederationError::NoSuchUser));
                    };
                    let event = trail.done(
                        Activity::UnlinkFederatedUser,
                        "Who the user is at other providers was forgotten",
                        vec![user_target(&user)],
                    );
                    Ok::<_, StoreError>(Ok(writer.unlink_federated_user(permit, user.id, &event).await?))
                })
            })
            .await?
    }

    /// Our secret at a domain's provider.
    pub(crate) fn federation_secret(
        &self,
        stored: &StoredFederation,
    ) -> Result<Option<Secret<String>>, Fault> {
        let Some(sealed) = &stored.secret else {
            return Ok(None);
        };
        let unusable = || Fault::Internal("a federation's secret can't be opened".to_owned());
        let plain = self
            .master_keys
            .open(&seal_context(&stored.federation.domain), sealed)
            .map_err(|_| unusable())?;
        let text = String::from_utf8(plain.expose().clone()).map_err(|_| unusable())?;
        Ok(Some(Secret::new(text)))
    }

    fn own_domain(&self, named: &str) -> Result<String, FederationError> {
        let named = named.to_lowercase();
        if self.tenant.domains.contains(&named) {
            Ok(named)
        } else {
            Err(FederationError::NoSuchDomain)
        }
    }
}

fn seal_context(domain: &str) -> String {
    format!("federation {domain}")
}

fn domain_target(domain: &str) -> AuditTarget {
    AuditTarget {
        kind: TargetKind::Domain,
        id: domain.to_owned(),
        display_name: Some(domain.to_owned()),
        upn: None,
        modified: Vec::new(),
    }
}
