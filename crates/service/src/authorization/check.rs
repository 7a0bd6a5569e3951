//! Checking the parameters of an authorization request, one by one (sign-in contract 9.4).

use latchkey_domain::{ClientRegistration, KeyThumbprint, Platform};

use super::answer::{AuthorizationError, ReplyTo, ResponseMode};
use super::claims::Claims;
use super::parameters::Parameters;
use super::request::{Prompt, ResponseType};

fn response_type(parameters: Parameters<'_>) -> Option<ResponseType> {
    let mut parts: Vec<&str> = parameters.get("response_type")?.split(' ').collect();
    parts.sort_unstable();
    let (code, id_token, token) = match parts.as_slice() {
        ["code"] => (true, false, false),
        ["id_token"] => (false, true, false),
        ["code", "id_token"] => (true, true, false),
        ["id_token", "token"] => (false, true, true),
        _ => return None,
    };
    Some(ResponseType {
        code,
        id_token,
        token,
    })
}

/// How to answer as far as the request can be understood, for its own mistakes too.
pub(super) fn default_mode(parameters: Parameters<'_>) -> ResponseMode {
    let in_fragment = response_type(parameters).is_some_and(|response| response.id_token || response.token);
    match parameters.get("response_mode") {
        Some("fragment") => ResponseMode::Fragment,
        Some("form_post") => ResponseMode::FormPost,
        _ if in_fragment => ResponseMode::Fragment,
        _ => ResponseMode::Query,
    }
}

/// What is left of the parameters once they are checked.
pub(super) struct Checked<'a> {
    pub(super) response: ResponseType,
    pub(super) scope: &'a str,
    pub(super) prompt: Option<Prompt>,
    pub(super) max_age: Option<i64>,
    pub(super) claims: Claims,
    pub(super) key: Option<KeyThumbprint>,
}

pub(super) fn check<'a>(
    parameters: Parameters<'a>,
    registration: &ClientRegistration,
    platform: Platform,
    sent_ahead: bool,
    reply: &mut ReplyTo,
) -> Result<Checked<'a>, AuthorizationError> {
    let invalid = |number, text: &str| AuthorizationError::invalid_request(number, text);
    refuse_repeated(parameters)?;
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
    ] {
        if parameters.get(name).is_some() {
            return Err(AuthorizationError::new(
                error,
                90_009,
                format!("The parameter '{name}' is not supported."),
            ));
        }
    }
    if registration.require_pushed_requests && !sent_ahead {
        let text = "The application must send its requests ahead (pushed authorization requests, RFC 9126).";
        return Err(invalid(9_002_313, text));
    }
    let response = checked_response(parameters, registration, reply)?;
    let scope = parameters
        .get("scope")
        .ok_or_else(|| invalid(900_144, "The request must contain the parameter 'scope'."))?;
    let has_openid = scope
        .split_ascii_whitespace()
        .any(|scope| scope.eq_ignore_ascii_case("openid"));
    if response.id_token && !has_openid {
        return Err(invalid(
            700_053,
            "response_type 'id_token' requires the 'openid' scope.",
        ));
    }
    if response.id_token && parameters.get("nonce").is_none() {
        return Err(invalid(
            9_000_144,
            "The parameter 'nonce' is required with response_type 'id_token'.",
        ));
    }
    check_challenge(parameters, response, platform)?;
    let prompt = match parameters.get("prompt") {
        None | Some("create") => None,
        Some("login") => Some(Prompt::Login),
        Some("none") => Some(Prompt::None),
        Some("select_account") => Some(Prompt::SelectAccount),
        Some("consent") => Some(Prompt::Consent),
        Some("admin_consent") => Some(Prompt::AdminConsent),
        Some(_) => return Err(invalid(90_023, "The parameter 'prompt' is not valid.")),
    };
    let max_age = match parameters.get("max_age") {
        None => None,
        Some(text) => match text.parse::<u32>() {
            Ok(seconds) => Some(i64::from(seconds)),
            Err(_) => {
                return Err(invalid(
                    90_023,
                    "The parameter 'max_age' is not a number of seconds.",
                ));
            }
        },
    };
    if parameters.get("login_hint").is_some() && prompt == Some(Prompt::SelectAccount) {
        return Err(invalid(
            90_023,
            "login_hint and prompt 'select_account' can't be used together.",
        ));
    }
    let claims =
        Claims::of(parameters.get("claims")).map_err(|error| invalid(9_002_313, &error.to_string()))?;
    let key = match parameters.get("dpop_jkt") {
        None => None,
        Some(text) => Some(KeyThumbprint::try_from(text.to_owned()).map_err(|_| {
            invalid(
                9_002_313,
                "The parameter 'dpop_jkt' is not the thumbprint of a key.",
            )
        })?),
    };
    Ok(Checked {
        response,
        scope,
        prompt,
        max_age,
        claims,
        key,
    })
}

/// No parameter may come twice (RFC 6749 3.1).
pub(super) fn refuse_repeated(parameters: Parameters<'_>) -> Result<(), AuthorizationError> {
    let Some(name) = parameters.repeated() else {
        return Ok(());
    };
    let name: String = name.chars().take(100).collect();
    let text = format!("The parameter '{name}' is duplicated.");
    Err(AuthorizationError::invalid_request(9_000_411, text))
}

fn checked_response(
    parameters: Parameters<'_>,
    registration: &ClientRegistration,
    reply: &mut ReplyTo,
) -> Result<ResponseType, AuthorizationError> {
    let Some(wanted) = parameters.get("response_type") else {
        let text = "The request must contain the parameter 'response_type'.";
        return Err(AuthorizationError::invalid_request(900_144, text));
    };
    let unsupported =
        |number, text: String| AuthorizationError::new("unsupported_response_type", number, text);
    let wanted: String = wanted.chars().take(100).collect();
    let response = response_type(parameters)
        .ok_or_else(|| unsupported(70_005, format!("response_type '{wanted}' is not supported.")))?;
    let allowed = (!response.id_token || registration.implicit_id_token)
        // A token from here can't be bound to a key.
        && (!response.token || (registration.implicit_access_token && !registration.bound_tokens_only));
    if !allowed {
        let text = format!("response_type '{wanted}' is not enabled for the application.");
        return Err(unsupported(700_054, text));
    }
    match parameters.get("response_mode") {
        Some("query") if response.id_token || response.token => {
            reply.mode = ResponseMode::Fragment;
            let text = "response_mode 'query' can't be used with tokens.";
            return Err(unsupported(70_007, text.to_owned()));
        }
        None | Some("query" | "fragment" | "form_post") => {}
        Some(_) => {
            let text = "The parameter 'response_mode' is not valid.";
            return Err(AuthorizationError::invalid_request(70_007, text));
        }
    }
    Ok(response)
}

/// PKCE (RFC 7636): S256 only, and always where no secret protects the code.
fn check_challenge(
    parameters: Parameters<'_>,
    response: ResponseType,
    platform: Platform,
) -> Result<(), AuthorizationError> {
    let invalid = |number, text: &str| AuthorizationError::invalid_request(number, text);
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        if method.is_some() {
            return Err(invalid(50_147, "code_challenge_method needs a code_challenge."));
        }
        if response.code && platform != Platform::Web {
            let text = "Proof Key for Code Exchange is required: send a code_challenge with method S256.";
            return Err(invalid(9_002_325, text));
        }
        return Ok(());
    };
    if method != Some("S256") {
        return Err(invalid(50_149, "code_challenge_method must be S256."));
    }
    let fits = (43..=128).contains(&challenge.len())
        && challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    if fits {
        Ok(())
    } else {
        Err(invalid(
            501_491,
            "Invalid size or characters of the code_challenge.",
        ))
    }
}

pub(super) fn names_fresh(values: &str) -> bool {
    values.split_ascii_whitespace().any(|value| value == "ngcmfa")
}
