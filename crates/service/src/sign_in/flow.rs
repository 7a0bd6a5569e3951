//! What a sign-in remembers between its pages.

use latchkey_crypto::{SealPurpose, Secret, TokenKind, constant_time_eq, generate_token, is_token, sha256};
use latchkey_domain::{
    CorrelationId, PassId, Seconds, SessionId, SessionMethod, SignInError, Timestamp, Upn, UserId,
};

use super::federated::Upstream;
use super::record::Step;
use crate::{AuthorizationRequest, RequestInfo, Service};

/// A flow is stale after so long: 15 minutes.
const LIFETIME: Seconds = Seconds(15 * 60);

/// The value of the cookie that ties the forms of a sign-in to one browser, against forged requests.
#[derive(Debug)]
pub struct BrowserKey(Secret<String>);

/// A sign-in between two pages. Travels sealed in a form field; the server keeps nothing of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Flow {
    pub(super) started_at: Timestamp,
    /// SHA-256 of the browser's key.
    #[serde(with = "compact")]
    pub(super) browser: Vec<u8>,
    pub(super) correlation_id: CorrelationId,
    pub(super) name: Option<String>,
    /// The domain of whoever it is, as an application hinted, while there is no name.
    #[serde(default)]
    pub(super) domain: Option<String>,
    pub(super) return_to: String,
    pub(super) replaces: Option<SessionId>,
    pub(super) password: Option<PasswordProof>,
    #[serde(with = "compact")]
    pub(super) passkey_state: Vec<u8>,
    /// What an application asked for, if one sent the person here.
    #[serde(default)]
    pub(super) authorization: Option<Box<AuthorizationRequest>>,
    /// A pass was given already and is not enough: it is not offered again.
    #[serde(default)]
    pub(super) without_pass: bool,
    /// On the way to another provider.
    #[serde(default)]
    pub(super) upstream: Option<Upstream>,
}

/// Bytes as base64url: JSON's own way, a list of numbers, is nearly three times as long, and pages carry the flow in
/// each of their links.
mod compact {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}

/// The password was right, a moment ago.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub(super) struct PasswordProof {
    pub(super) user_id: UserId,
    pub(super) at: Timestamp,
    /// Set anew since then, it proves nothing any more.
    pub(super) password_changed_at: Option<Timestamp>,
    /// The second factor that was given since, if the person only has to change the password still.
    pub(super) finished: Option<FinishedMethod>,
}

/// The methods after which a password change can still be owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum FinishedMethod {
    Password,
    Totp,
    Passkey,
    /// Not redeemed yet: that comes with the session.
    Pass {
        id: PassId,
        one_time: bool,
        /// When it was proved.
        at: Timestamp,
    },
}

impl FinishedMethod {
    pub(super) const fn session_method(self) -> SessionMethod {
        match self {
            Self::Password => SessionMethod::Password,
            Self::Totp => SessionMethod::PasswordAndTotp,
            Self::Passkey => SessionMethod::PasswordAndPasskey,
            Self::Pass { one_time, .. } => SessionMethod::PasswordAndPass { one_time },
        }
    }

    pub(super) fn steps(self) -> Vec<Step> {
        let second = match self {
            Self::Password => None,
            Self::Totp => Some(Step::Totp),
            Self::Passkey => Some(Step::Passkey),
            Self::Pass { one_time, .. } => Some(Step::Pass {
                one_time: Some(one_time),
            }),
        };
        [Step::Password].into_iter().chain(second).collect()
    }
}

/// The text in the name field is no user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a user name")]
pub struct NameError;

impl BrowserKey {
    /// Reads the cookie's value.
    pub fn parse(cookie: &str) -> Option<Self> {
        is_token(TokenKind::Csrf, cookie).then(|| Self(Secret::new(cookie.to_owned())))
    }

    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What names the browser in what is sealed for it.
    pub(crate) fn mark(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.hash())
    }

    fn hash(&self) -> [u8; 32] {
        sha256(self.0.expose().as_bytes())
    }
}

impl Flow {
    /// The typed name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The typed name, normalised.
    pub(super) fn upn(&self) -> Result<Upn, SignInError> {
        self.name()
            .and_then(|name| Upn::parse(name).ok())
            .ok_or(SignInError::StaleFlow)
    }

    /// The flow with this name, and nothing proved.
    ///
    /// # Errors
    /// [`NameError`] when it is none.
    pub fn with_name(&self, typed: &str) -> Result<Self, NameError> {
        let upn = Upn::parse(typed).map_err(|_| NameError)?;
        Ok(Self {
            name: Some(upn.as_str().to_owned()),
            domain: None,
            password: None,
            passkey_state: Vec::new(),
            upstream: None,
            ..self.clone()
        })
    }

    /// The flow of somebody of this domain, whose name is not known.
    #[must_use]
    pub fn with_domain(self, domain: String) -> Self {
        Self {
            domain: Some(domain),
            ..self
        }
    }

    /// Whether the person is on the way to another provider.
    pub const fn is_away(&self) -> bool {
        self.upstream.is_some()
    }

    /// The flow that remembers a proved password.
    pub(super) fn with_proof(&self, proof: PasswordProof) -> Self {
        Self {
            password: Some(proof),
            passkey_state: Vec::new(),
            ..self.clone()
        }
    }

    /// The flow that remembers a question to the person's passkeys.
    pub(super) fn with_passkey_state(&self, state: Vec<u8>) -> Self {
        Self {
            passkey_state: state,
            ..self.clone()
        }
    }

    /// What ties together the pages and records of this sign-in; shown on its error pages.
    pub const fn correlation_id(&self) -> CorrelationId {
        self.correlation_id
    }

    /// Where the person wanted to go: a path of ours.
    pub fn return_to(&self) -> &str {
        &self.return_to
    }

    /// The flow of a person whom an application sent here.
    #[must_use]
    pub fn for_authorization(self, request: AuthorizationRequest) -> Self {
        Self {
            correlation_id: request.correlation_id(),
            authorization: Some(Box::new(request)),
            ..self
        }
    }

    /// The flow of a person who must sign in with something else than a pass.
    #[must_use]
    pub fn without_pass(self) -> Self {
        Self {
            without_pass: true,
            ..self
        }
    }

    /// What the application asked for that sent the person here.
    pub fn authorization(&self) -> Option<&AuthorizationRequest> {
        self.authorization.as_deref()
    }

    /// The session that the new one takes the place of, if it is of the same person.
    pub(super) const fn replaces(&self) -> Option<SessionId> {
        self.replaces
    }

    /// Whether the password was given already, so that the next method is the second factor.
    pub const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Whether all is proved and only the password must be changed.
    pub fn owes_password_change(&self) -> bool {
        self.password.is_some_and(|proof| proof.finished.is_some())
    }
}

/// Keeps a wish for a path inside our own pages, and nothing else: no way to another host.
fn own_path(wish: &str) -> String {
    let plain = wish.starts_with('/')
        && !wish.starts_with("//")
        && wish.len() <= 2048
        && wish.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain {
        wish.to_owned()
    } else {
        "/security-info".to_owned()
    }
}

impl Service {
    /// A new key for a browser that has none.
    pub fn new_browser_key(&self) -> BrowserKey {
        BrowserKey(generate_token(&*self.random, TokenKind::Csrf))
    }

    /// Begins a sign-in. `replaces` is the session that the browser has, when the person must prove
    /// themselves anew within it. Should somebody else sign in, it stays as it is.
    pub fn begin_flow(
        &self,
        browser: &BrowserKey,
        info: &RequestInfo,
        return_to: &str,
        replaces: Option<SessionId>,
    ) -> Flow {
        Flow {
            started_at: self.now(),
            browser: browser.hash().to_vec(),
            correlation_id: info.correlation_id,
            name: None,
            domain: None,
            return_to: own_path(return_to),
            replaces,
            password: None,
            passkey_state: Vec::new(),
            authorization: None,
            without_pass: false,
            upstream: None,
        }
    }

    /// Seals a flow for the form.
    pub fn seal_flow(&self, flow: &Flow) -> String {
        // String keys and plain values can always be written; an empty text would open as a stale flow.
        let plain = serde_json::to_vec(flow).unwrap_or_default();
        self.master_keys
            .seal_token(&*self.random, SealPurpose::FlowState, &plain)
    }

    /// Opens a flow from the form.
    ///
    /// # Errors
    /// [`SignInError::StaleFlow`] when it is missing, forged, of another browser or too old.
    pub fn open_flow(&self, sealed: &str, browser: Option<&BrowserKey>) -> Result<Flow, SignInError> {
        let plain = self
            .master_keys
            .open_token(SealPurpose::FlowState, sealed)
            .map_err(|_| SignInError::StaleFlow)?;
        let flow: Flow = serde_json::from_slice(plain.expose()).map_err(|_| SignInError::StaleFlow)?;
        let same_browser = browser.is_some_and(|browser| constant_time_eq(&browser.hash(), &flow.browser));
        let now = self.now();
        let in_time = now >= flow.started_at && now < flow.started_at + LIFETIME;
        if same_browser && in_time {
            Ok(flow)
        } else {
            Err(SignInError::StaleFlow)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_returned_to() {
        assert_eq!(
            own_path("/security-info/passkeys?x=1"),
            "/security-info/passkeys?x=1"
        );
        for wish in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "security-info",
            "/a\nb",
            "/a b",
            "/\u{e9}",
        ] {
            assert_eq!(own_path(wish), "/security-info", "{wish}");
        }
    }
}
