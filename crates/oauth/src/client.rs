//! How an application says who it is: in the body, or by HTTP Basic (RFC 6749, 2.3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use latchkey_crypto::Secret;

use crate::form::{Form, decode};

/// What an application sent about itself.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) secret: Option<Secret<String>>,
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
    /// Said twice, by header and body.
    Twice,
}

/// Reads an application's credentials, and takes the secret out of the form.
pub(crate) fn read(headers: &HeaderMap, form: &mut Form) -> Result<Credentials, CredentialsError> {
    let in_body = form.take("client_secret");
    let id_in_body = form.get("client_id").map(str::to_owned);
    let Some(header) = headers.get(AUTHORIZATION) else {
        let client_id = id_in_body.ok_or(CredentialsError::MissingId)?;
        return Ok(Credentials {
            client_id,
            secret: in_body.map(Secret::new),
            by_basic: false,
        });
    };
    let (client_id, secret) = basic(header.as_bytes()).ok_or(CredentialsError::BadHeader)?;
    if in_body.is_some() || id_in_body.is_some_and(|id| !id.eq_ignore_ascii_case(&client_id)) {
        return Err(CredentialsError::Twice);
    }
    let secret = (!secret.is_empty()).then(|| Secret::new(secret));
    Ok(Credentials {
        client_id,
        secret,
        by_basic: true,
    })
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
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    fn basic_of(text: &str) -> HeaderMap {
        headers(&format!("Basic {}", STANDARD.encode(text)))
    }

    #[test]
    fn reads_body_and_basic_encoded_or_not() {
        let mut form = Form::parse(b"client_id=a-b&client_secret=s_1").unwrap();
        let read_body = read(&HeaderMap::new(), &mut form).unwrap();
        assert_eq!((read_body.client_id.as_str(), read_body.by_basic), ("a-b", false));
        assert_eq!(read_body.secret.unwrap().expose(), "s_1");
        for text in ["a-b:s_1", "a%2Db:s%5F1"] {
            let found = read(&basic_of(text), &mut Form::default()).unwrap();
            assert_eq!((found.client_id.as_str(), found.by_basic), ("a-b", true));
            assert_eq!(found.secret.unwrap().expose(), "s_1");
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
