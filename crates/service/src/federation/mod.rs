//! Domains whose people another `OpenID` Provider signs in: handing one over and taking it back.
//!
//! - [`provider`]: what the other one publishes: its addresses and keys;
//! - signing in there and coming back: `sign_in/federated.rs`;
//! - [`sign_out`]: signing out there, too;
//! - [`origin`]: what applications are told of it.

mod origin;
mod provider;
pub(crate) mod sign_out;

use latchkey_crypto::Secret;
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Denied, FederatedMfa, Federation, ModifiedProperty, NameClaim,
    TargetKind, UserRef, may,
};
use latchkey_store::{StoreError, StoredFederation};
pub(crate) use provider::{Provider, ProviderCache, ProviderError};
pub(crate) use sign_out::{encoded, pairs, with_query};

use crate::trail::user_target;
use crate::{AccessError, Fault, RequestInfo, Service};

/// To whom a domain is to be handed.
#[derive(Debug)]
pub struct FederationWish {
    /// The domain.
    pub domain: String,
    /// The provider's issuer identifier, as its discovery document has it.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretWish,
    /// The claim that says who somebody is here, the first time that they come.
    pub name_claim: NameClaim,
    /// What the provider's word on second factors counts.
    pub mfa: FederatedMfa,
}

/// What becomes of our secret at a provider.
#[derive(Debug)]
pub enum SecretWish {
    /// The one that is stored stays, if there is one. It was given for this provider: it is not sent to another.
    Keep,
    /// There is none: we are a public client.
    None,
    /// This one.
    New(Secret<String>),
}

/// A domain that is handed to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedDomain {
    /// To whom, and how.
    pub federation: Federation,
    /// We have a secret there.
    pub has_secret: bool,
}

/// Why a domain is not handed over or taken back. Nothing was changed then.
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
    /// We must be called something there.
    #[error("the client id must have 1 to 255 characters, and no control characters")]
    ClientId,
    /// The secret that is stored was given for another provider.
    #[error("the secret was given for another issuer: give the one for this issuer")]
    SecretOfAnother,
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

impl From<AccessError> for FederationError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchUser,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// Where providers send people back to: the redirect URI to register there.
    pub fn federation_redirect_uri(&self) -> String {
        format!("{}/sign-in/federated", self.settings.origin)
    }

    /// Hands a domain to a provider, or changes how. The provider is asked for its addresses and keys, so that nothing
    /// is handed to somebody who does not answer.
    ///
    /// # Errors
    /// [`FederationError`]; a refusal for lack of permission is in the audit log.
    pub async fn federate_domain(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: FederationWish,
    ) -> Result<Federation, FederationError> {
        let trail = self.trail(caller, info);
        let permit = self
            .permit_or_record(
                caller,
                &trail,
                Action::WriteFederation,
                Activity::SetFederation,
                self.own_target(&wish.domain),
            )
            .await?;
        let federation = Federation {
            domain: self.own_domain(&wish.domain)?,
            issuer: wish.issuer,
            client_id: wish.client_id,
            name_claim: wish.name_claim,
            mfa: wish.mfa,
        };
        if !federation.has_valid_client_id() {
            return Err(FederationError::ClientId);
        }
        let unusable = |error: ProviderError| FederationError::Provider(error.to_string());
        let provider = self.provider(&federation.issuer).await.map_err(unusable)?;
        self.provider_keys(&provider, false).await.map_err(unusable)?;
        // None: as it is stored.
        let secret = match wish.client_secret {
            SecretWish::Keep => None,
            SecretWish::None => Some(None),
            SecretWish::New(secret) => {
                let (context, plain) = (seal_context(&federation.domain), secret.expose().as_bytes());
                Some(Some(self.master_keys.seal(&*self.random, &context, plain)))
            }
        };
        let input = (permit, trail, federation.clone(), secret);
        self.store
            .write_with(input, |writer, (permit, trail, federation, secret)| {
                Box::pin(async move {
                    let old = writer.federation(&federation.domain).await?;
                    let kept = old.as_ref().filter(|_| secret.is_none());
                    let kept = kept.filter(|old| old.secret.is_some());
                    if kept.is_some_and(|old| old.federation.issuer != federation.issuer) {
                        return Ok(Err(FederationError::SecretOfAnother));
                    }
                    let new = StoredFederation {
                        federation: federation.clone(),
                        secret: match secret {
                            Some(secret) => secret.clone(),
                            None => kept.and_then(|old| old.secret.clone()),
                        },
                    };
                    let event = trail.done(
                        Activity::SetFederation,
                        "The domain was handed to a provider",
                        vec![changed_target(old.as_ref(), &new)],
                    );
                    writer.save_federation(permit, &new, &event).await?;
                    Ok::<_, StoreError>(Ok(()))
                })
            })
            .await??;
        Ok(federation)
    }

    /// Takes a domain back: its people sign in here again.
    ///
    /// # Errors
    /// [`FederationError`]; a refusal for lack of permission is in the audit log.
    pub async fn unfederate_domain(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        domain: &str,
    ) -> Result<(), FederationError> {
        let (trail, activity) = (self.trail(caller, info), Activity::SetFederation);
        let permit = self
            .permit_or_record(
                caller,
                &trail,
                Action::WriteFederation,
                activity,
                self.own_target(domain),
            )
            .await?;
        let domain = self.own_domain(domain)?;
        let event = trail.done(
            activity,
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

    /// All domains that are handed to somebody, by name.
    ///
    /// # Errors
    /// [`FederationError::Denied`], [`FederationError::Fault`]
    pub async fn federated_domains(&self, caller: &Caller) -> Result<Vec<FederatedDomain>, FederationError> {
        may(caller, Action::ReadFederation, None)?;
        let stored = self.store.read().await?.federations().await?;
        let known = stored.into_iter().map(|stored| FederatedDomain {
            federation: stored.federation,
            has_secret: stored.secret.is_some(),
        });
        Ok(known.collect())
    }

    /// Forgets who a person is at other providers, for an account that was made anew there. The next sign-in by name
    /// decides. False: nothing was known.
    ///
    /// # Errors
    /// [`FederationError`]; a refusal for lack of permission is in the audit log.
    pub async fn unlink_person(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<bool, FederationError> {
        let (trail, activity) = (self.trail(caller, info), Activity::UnlinkFederatedUser);
        let permit = self
            .permit_or_record(caller, &trail, Action::WriteFederation, activity, vec![])
            .await?;
        let input = (permit, trail, user.clone());
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

    /// The domain for the audit log, if it is one of ours.
    fn own_target(&self, named: &str) -> Vec<AuditTarget> {
        let own = self.own_domain(named);
        own.iter().map(|domain| domain_target(domain)).collect()
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

pub(crate) fn seal_context(domain: &str) -> String {
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

/// What was changed; of the secret only that it was.
fn changed_target(old: Option<&StoredFederation>, new: &StoredFederation) -> AuditTarget {
    let texts = |of: &StoredFederation| {
        let federation = &of.federation;
        [
            ("Issuer", federation.issuer.clone()),
            ("ClientId", federation.client_id.clone()),
            ("NameClaim", federation.name_claim.name().to_owned()),
            ("FederatedIdpMfaBehavior", federation.mfa.name().to_owned()),
        ]
    };
    let before = old.map(texts).unwrap_or_default();
    let mut modified: Vec<_> = texts(new)
        .into_iter()
        .zip(before)
        .filter(|((_, new), (_, old))| new != old)
        .map(|((name, new), (_, before))| ModifiedProperty {
            name: name.to_owned(),
            old: old.map(|_| before),
            new: Some(new),
        })
        .collect();
    if old.is_none_or(|old| old.secret != new.secret) {
        modified.push(ModifiedProperty {
            name: "ClientSecret".to_owned(),
            old: None,
            new: None,
        });
    }
    AuditTarget {
        modified,
        ..domain_target(&new.federation.domain)
    }
}
