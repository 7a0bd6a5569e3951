//! How an application says who it is: in the body, by HTTP Basic (RFC 6749, 2.3.1), or by a token that it signed
//! (RFC 7521, 4.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use latchkey_crypto::{ClientAssertion, Secret};
use latchkey_service::ClientProof;
use serde_json::Value;

use crate::form::{Form, decode};

/// The one kind of assertion that there is (RFC 7523, 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What an application sent about itself.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) proof: ClientProof,
    /// It came by HTTP Basic, so that a refusal names that scheme.
    pub(crate) by_basic: bool,
}

/// Why these can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialsError {
    /// No client id anywhere.
    MissingId,
    /// The header is not Basic, or not readable.
    BadHeader,
    /// Said twice, by header and body, or by secret and assertion.
    Twice,
    /// An assertion of another kind, or none of the kind that is named.
    BadAssertion,
}

/// Reads an application's credentials, and takes the secret out of the form.
pub(crate) fn read(headers: &HeaderMap, form: &mut Form) -> Result<Credentials, CredentialsError> {
    let in_body = form.take("client_secret");
    let id_in_body = form.get("client_id").map(str::to_owned);
    if let Some(assertion) = assertion(form)? {
        if in_body.is_some() || headers.contains_key(AUTHORIZATION) {
            return Err(CredentialsError::Twice);
        }
        let client_id = id_in_body.or_else(|| subject(&assertion));
        return Ok(Credentials {
            client_id: client_id.ok_or(CredentialsError::MissingId)?,
            proof: ClientProof::Assertion(Secret::new(assertion)),
            by_basic: false,
        });
    }
    let Some(header) = headers.get(AUTHORIZATION) else {
        let client_id = id_in_body.ok_or(CredentialsError::MissingId)?;
        return Ok(Credentials {
            client_id,
            proof: proof(in_body),
            by_basic: false,
        });
    };
    let (client_id, secret) = basic(header.as_bytes()).ok_or(CredentialsError::BadHeader)?;
    if in_body.is_some() || id_in_body.is_some_and(|id| !id.eq_ignore_ascii_case(&client_id)) {
        return Err(CredentialsError::Twice);
    }
    Ok(Credentials {
        client_id,
        proof: proof(Some(secret).filter(|secret| !secret.is_empty())),
        by_basic: true,
    })
}

fn proof(secret: Option<String>) -> ClientProof {
    secret.map_or(ClientProof::Nothing, |secret| {
        ClientProof::Secret(Secret::new(secret))
    })
}

/// The token that the application signed, if it sent one.
fn assertion(form: &mut Form) -> Result<Option<String>, CredentialsError> {
    match (form.take("client_assertion"), form.get("client_assertion_type")) {
        (None, None) => Ok(None),
        (Some(assertion), Some(JWT_BEARER)) => Ok(Some(assertion)),
        _ => Err(CredentialsError::BadAssertion),
    }
}

/// Whom an assertion is about, where the request does not say it elsewhere (RFC 7521, 4.2). Only a claim so far.
fn subject(assertion: &str) -> Option<String> {
    let claims: Value = serde_json::from_slice(ClientAssertion::read(assertion).ok()?.claims()).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

/// Id and secret are percent-encoded before base64, `-` as `%2D` too; or not encoded at all, which is the same for
/// the ids and secrets that we give out (clients contract 7).
fn basic(header: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(encoded.trim()).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (id, secret) = pair.split_at_checked(colon)?;
    Some((decode(id)?, decode(secret.get(1..)?)?))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    fn basic_of(text: &str) -> HeaderMap {
        headers(&format!("Basic {}", STANDARD.encode(text)))
    }

    fn secret_of(credentials: &Credentials) -> &str {
        match &credentials.proof {
            ClientProof::Secret(secret) => secret.expose(),
            _ => "",
        }
    }

    #[test]
    fn an_assertion_names_its_application_and_stands_alone() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"a-b"}"#);
        let signed = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.AAAA");
        let body = format!("client_assertion={signed}&client_assertion_type={JWT_BEARER}");
        let read =
            |headers: &HeaderMap, body: &str| read(headers, &mut Form::parse(body.as_bytes()).unwrap());
        let found = read(&HeaderMap::new(), &body).unwrap();
        assert_eq!(found.client_id, "a-b");
        assert!(matches!(found.proof, ClientProof::Assertion(_)));
        let named = read(&HeaderMap::new(), &format!("{body}&client_id=c"));
        assert_eq!(named.unwrap().client_id, "c", "which the signature must confirm");
        let refused = |headers: &HeaderMap, body: &str| read(headers, body).unwrap_err();
        let with_secret = format!("{body}&client_secret=x");
        assert_eq!(refused(&HeaderMap::new(), &with_secret), CredentialsError::Twice);
        assert_eq!(refused(&basic_of("a-b:x"), &body), CredentialsError::Twice);
        for half in [
            format!("client_id=a&client_assertion={signed}"),
            format!("client_id=a&client_assertion_type={JWT_BEARER}"),
            format!("client_id=a&client_assertion={signed}&client_assertion_type=saml2"),
        ] {
            assert_eq!(refused(&HeaderMap::new(), &half), CredentialsError::BadAssertion);
        }
    }

    #[test]
    fn reads_body_and_basic_encoded_or_not() {
        let mut form = Form::parse(b"client_id=a-b&client_secret=s_1").unwrap();
        let read_body = read(&HeaderMap::new(), &mut form).unwrap();
        assert_eq!((read_body.client_id.as_str(), read_body.by_basic), ("a-b", false));
        assert_eq!(secret_of(&read_body), "s_1");
        for text in ["a-b:s_1", "a%2Db:s%5F1"] {
            let found = read(&basic_of(text), &mut Form::default()).unwrap();
            assert_eq!((found.client_id.as_str(), found.by_basic), ("a-b", true));
            assert_eq!(secret_of(&found), "s_1");
        }
    }

    #[test]
    fn refuses_what_is_missing_twice_or_unreadable() {
        let read = |headers: &HeaderMap, body: &[u8]| {
            super::read(headers, &mut Form::parse(body).unwrap()).unwrap_err()
        };
        assert_eq!(
            read(&HeaderMap::new(), b"client_secret=x"),
            CredentialsError::MissingId
        );
        assert_eq!(
            read(&basic_of("a:b"), b"client_secret=x"),
            CredentialsError::Twice
        );
        assert_eq!(read(&basic_of("a:b"), b"client_id=c"), CredentialsError::Twice);
        assert_eq!(read(&basic_of("no colon"), b""), CredentialsError::BadHeader);
        assert_eq!(
            read(&headers("Bearer x"), b"client_id=a"),
            CredentialsError::BadHeader
        );
        assert_eq!(
            read(&headers("Basic !"), b"client_id=a"),
            CredentialsError::BadHeader
        );
    }
}
