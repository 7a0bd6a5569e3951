//! Signing out because an application asks for it (sign-in contract 9.12; `OpenID` Connect RP-Initiated Logout 1.0,
//! Front-Channel Logout 1.0).

use latchkey_domain::{ClientId, RedirectUri, Session, UserId};
use latchkey_store::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::parameters::Parameters;
use crate::{Fault, Service, SignedIn};

/// What an application asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutWish {
    /// Where the person goes afterwards: one of the application's redirect URIs, with its `state`.
    pub target: Option<String>,
    hint: Hint,
}

/// What the browser does once the sessions have ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departure {
    /// Pages of applications to be called in frames.
    pub frames: Vec<String>,
    /// Where the person goes on: to the provider that they came from, which sends them back, or to the application.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hint {
    None,
    /// This person; nobody whom we know, if the hint can't be read.
    User(Option<UserId>),
    Name(String),
}

impl LogoutWish {
    /// The sessions that are meant, if that is clear enough not to ask.
    pub fn meant<'a>(&self, sessions: &'a [SignedIn]) -> Option<Vec<&'a SignedIn>> {
        let of = |known: &dyn Fn(&SignedIn) -> bool| -> Vec<&'a SignedIn> {
            sessions.iter().filter(|member| known(member)).collect()
        };
        let meant = match &self.hint {
            Hint::None => of(&|_| true),
            Hint::User(user) => of(&|member| Some(member.user.id) == *user),
            Hint::Name(name) => of(&|member| member.user.upn.key() == name.to_lowercase()),
        };
        let clear = match self.hint {
            Hint::None => sessions.len() < 2,
            _ => sessions.is_empty() || !meant.is_empty(),
        };
        clear.then_some(meant)
    }
}

impl Service {
    /// Reads a request to the end-session endpoint. What can't be believed of it is ignored: whoever wants to sign
    /// out, may.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn read_logout(&self, parameters: &[(String, String)]) -> Result<LogoutWish, Fault> {
        let parameters = Parameters(parameters);
        let hinted = parameters
            .get("id_token_hint")
            .map(|hint| self.read_id_token_hint(hint));
        let hint = match (&hinted, parameters.get("logout_hint")) {
            (Some(hinted), _) => Hint::User(hinted.as_ref().map(|(user, _)| *user)),
            (None, Some(name)) => match self.read_login_hint(name) {
                Some(user) => Hint::User(Some(user)),
                None => Hint::Name(name.to_owned()),
            },
            (None, None) => Hint::None,
        };
        let by_hint = hinted.flatten().map(|(_, client)| client);
        let by_name = parameters
            .get("client_id")
            .and_then(|id| id.parse::<ClientId>().ok());
        let client = match (by_hint, by_name) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => one.or(other),
        };
        let mut target = None;
        if let (Some(client), Some(wanted)) = (client, parameters.get("post_logout_redirect_uri")) {
            let registration = self.store.read().await?.registration(client).await?;
            target = registration
                .and_then(|registration| registration.redirect(wanted))
                .map(|(target, _)| with_state(target, parameters.get("state")));
        }
        Ok(LogoutWish { target, hint })
    }

    /// Ends sessions, and tells what is left for the browser to do; in the end it goes to `target`.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn log_out(&self, members: &[&SignedIn], target: Option<&str>) -> Result<Departure, Fault> {
        let (mut frames, mut upstream) = (Vec::new(), None);
        for member in members {
            frames.extend(self.front_channel(&member.session).await?);
            // One way leads on: who signs out of several accounts does so at the provider of the first.
            if upstream.is_none() {
                upstream = self.upstream_sign_out(member, target).await?;
            }
            self.sign_out(member).await?;
        }
        Ok(Departure {
            frames,
            next: upstream.or_else(|| target.map(str::to_owned)),
        })
    }

    /// The front-channel addresses of the applications that a session let somebody in to.
    async fn front_channel(&self, session: &Session) -> Result<Vec<String>, StoreError> {
        let mut reader = self.store.read().await?;
        let mut frames = Vec::new();
        for client in reader.clients_of_session(session.user_id, session.id).await? {
            let registration = reader.registration(client).await?.unwrap_or_default();
            let address = registration
                .front_channel_logout
                .as_deref()
                .filter(|address| RedirectUri::parse(address, latchkey_domain::Platform::Web).is_ok());
            if let Some(address) = address {
                let sign = if address.contains('?') { '&' } else { '?' };
                let issuer = utf8_percent_encode(&self.issuer(), NON_ALPHANUMERIC).to_string();
                frames.push(format!("{address}{sign}iss={issuer}&sid={}", session.id));
            }
        }
        Ok(frames)
    }
}

fn with_state(target: String, state: Option<&str>) -> String {
    match state {
        None => target,
        Some(state) => {
            let sign = if target.contains('?') { '&' } else { '?' };
            format!(
                "{target}{sign}state={}",
                utf8_percent_encode(state, NON_ALPHANUMERIC)
            )
        }
    }
}
