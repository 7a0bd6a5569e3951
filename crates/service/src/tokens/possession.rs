//! Codes and tokens that are bound to a key, and the proofs by which clients show that they hold it (`DPoP`,
//! RFC 9449).

use latchkey_crypto::{DpopProof, JwtError, access_token_hash, sha256};
use latchkey_domain::{KeyThumbprint, PROOF_WINDOW, ProofClaims, ProofError, Timestamp};
use latchkey_store::StoreError;
use serde::{Deserialize, Serialize};

use crate::Service;

/// A proof with the request that it came with.
#[derive(Debug, Clone, Copy)]
pub struct SentProof<'a> {
    /// The value of the `DPoP` header.
    pub proof: &'a str,
    /// The method of the request.
    pub method: &'a str,
    /// The path of the request, as it came.
    pub path: &'a str,
}

/// How the sender of an access token shows that it is theirs.
#[derive(Debug, Clone, Copy)]
pub enum Possession<'a> {
    /// Not at all: whoever bears the token may use it.
    Unproved,
    /// By a proof.
    Proved(SentProof<'a>),
    /// By the request that this one came in, with the same token: it is one of a batch.
    ByOuterRequest,
}

/// What a request brought along to be let in.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The value of its `Authorization` header.
    pub authorization: Option<&'a str>,
    /// How it shows that the token is its own.
    pub possession: Possession<'a>,
}

/// The claim that binds a token to a key (RFC 7800 3.1, RFC 9449 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    pub(crate) jkt: KeyThumbprint,
}

/// A proof that is in order, if it was not used before.
#[derive(Debug, Clone)]
pub(crate) struct FreshProof {
    pub(crate) key: KeyThumbprint,
    /// What it is remembered by.
    mark: [u8; 32],
    /// Until when it could come again.
    until: Timestamp,
}

impl Service {
    /// Reads a proof: its signature, and whether it is for this request and, if one came along, this access token.
    ///
    /// # Errors
    /// [`ProofError`], except [`ProofError::Key`] and [`ProofError::Replayed`]
    pub(crate) fn read_proof(
        &self,
        sent: SentProof<'_>,
        access_token: Option<&str>,
    ) -> Result<FreshProof, ProofError> {
        let proof = DpopProof::verify(sent.proof).map_err(|error| match error {
            JwtError::Malformed => ProofError::Malformed,
            JwtError::UnknownKey | JwtError::BadSignature => ProofError::Signature,
        })?;
        let claims: ProofClaims = serde_json::from_slice(&proof.claims).map_err(|_| ProofError::Malformed)?;
        let address = format!("{}{}", self.settings.origin, sent.path);
        let token_hash = access_token.map(access_token_hash);
        let now = self.now();
        claims.check(sent.method, &address, token_hash.as_deref(), now)?;
        let mark = sha256(format!("dpop\0{}\0{}", proof.key, claims.jti).as_bytes());
        Ok(FreshProof {
            key: KeyThumbprint::try_from(proof.key).map_err(|_| ProofError::Malformed)?,
            mark,
            until: now + PROOF_WINDOW + PROOF_WINDOW,
        })
    }

    /// Uses a proof up, for all nodes. False: it was used before. Only for proofs that come with something of worth,
    /// so that nobody else can fill the store with them.
    pub(crate) async fn spend_proof(&self, proof: &FreshProof) -> Result<bool, StoreError> {
        self.store
            .write_with((proof.mark, proof.until), |writer, (mark, until)| {
                Box::pin(async move { writer.spend_challenge(mark, *until).await })
            })
            .await
    }
}

/// What the holder of a token sends it as (RFC 6750 2.1, RFC 9449 7.1).
pub fn token_type(bound: bool) -> &'static str {
    if bound { "DPoP" } else { "Bearer" }
}
