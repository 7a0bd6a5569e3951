//! A first look at the browser's answer, for what the library would call merely unreadable: the other ceremony's
//! type, another challenge, somebody else's user handle.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::state::challenge_bytes;
use super::{MAX_PASSKEY_ANSWER_BYTES, PasskeyError, PasskeyFault};
use crate::sha256;

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    user_handle: Option<String>,
}

#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
}

/// Checks length, shape, type (`webauthn.create`, `webauthn.get`), challenge and the user handle's length.
pub(super) fn look_at(json: &[u8], ceremony_type: &str, challenge: u128) -> Result<(), PasskeyError> {
    let (response, client_data) = read(json)?;
    if client_data.r#type != ceremony_type {
        return Err(PasskeyFault::Type.into());
    }
    if decode(&client_data.challenge)? != challenge_bytes(challenge) {
        return Err(PasskeyFault::Challenge.into());
    }
    // Handles of ours have 16 bytes; other lengths come from other programs that share our host name.
    match response.user_handle {
        Some(handle) if decode(&handle)?.len() != 16 => Err(PasskeyError::WrongUser),
        _ => Ok(()),
    }
}

/// SHA-256 of the challenge that the answer names.
pub(super) fn challenge_of(json: &[u8]) -> Result<[u8; 32], PasskeyError> {
    let (_, client_data) = read(json)?;
    Ok(sha256(&decode(&client_data.challenge)?))
}

fn read(json: &[u8]) -> Result<(Response, ClientData), PasskeyError> {
    if json.len() > MAX_PASSKEY_ANSWER_BYTES {
        return Err(PasskeyError::Malformed);
    }
    let response = serde_json::from_slice::<Answer>(json)
        .map_err(|_| PasskeyError::Malformed)?
        .response;
    let client_data = decode(&response.client_data_json)?;
    let client_data = serde_json::from_slice(&client_data).map_err(|_| PasskeyError::Malformed)?;
    Ok((response, client_data))
}

fn decode(text: &str) -> Result<Vec<u8>, PasskeyError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Malformed)
}
