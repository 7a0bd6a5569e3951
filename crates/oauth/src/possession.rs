//! Proofs of possession in requests (`DPoP`, RFC 9449).

use http::{HeaderMap, StatusCode};
use latchkey_domain::ProofError;
use latchkey_service::SentProof;

use crate::error::OAuthError;

/// The proof that came with a POST to this path. There may be one at most (RFC 9449 4.3).
pub(crate) fn proof_of_key<'a>(
    headers: &'a HeaderMap,
    path: &'a str,
) -> Result<Option<SentProof<'a>>, OAuthError> {
    let mut proofs = headers.get_all("dpop").iter();
    match (proofs.next(), proofs.next()) {
        (None, _) => Ok(None),
        (Some(proof), None) => Ok(Some(SentProof {
            proof: proof.to_str().unwrap_or_default(),
            method: "POST",
            path,
        })),
        (Some(_), Some(_)) => {
            let text = ProofError::Malformed.to_string();
            Err(OAuthError::new(
                StatusCode::BAD_REQUEST,
                "invalid_dpop_proof",
                50_027,
                text,
            ))
        }
    }
}
