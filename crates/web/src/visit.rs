//! A request to this door: what came with it, and who sent it.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use latchkey_crypto::{Secret, constant_time_eq, sha256};
use latchkey_domain::{Session, SignInError};
use latchkey_service::{
    AuthorizationRequest, Branding, BrowserKey, Flow, RequestInfo, Service, SetUp, SignedIn,
};

use crate::answer::{Stop, redirect};
use crate::cookies;
use crate::language::Language;
use crate::moment::Moment;
use crate::pages::message::Message;
use crate::portal::paths;
use crate::routes;
use crate::upload;
use crate::view::{Account, Reference, Site};

/// Any request.
pub(crate) struct Visit {
    pub(crate) service: Arc<Service>,
    pub(crate) info: RequestInfo,
    headers: HeaderMap,
    branding: Arc<Branding>,
    language: Language,
    /// Where a sign-in comes back to: the path of a GET.
    here: String,
    /// The set-up under way that a link or form names, sealed; empty otherwise.
    trip: String,
}

/// A form that one of our own pages sent, as far as the browser tells.
pub(crate) struct Posted {
    pub(crate) visit: Visit,
    pub(crate) fields: Fields,
}

/// The query parameter that names a set-up under way.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Trip {
    trip: String,
}

/// The fields of a form, none twice.
pub(crate) struct Fields(Vec<(String, String)>);

/// Someone signed in, with more than a password.
pub(crate) struct Member {
    pub(crate) visit: Visit,
    pub(crate) signed_in: SignedIn,
    /// The setting up of the account whose steps these pages are.
    pub(crate) set_up: Option<SetUp>,
    csrf: String,
}

/// The form that signs out; whoever is signed in by whatever means.
pub(crate) struct SignOutForm {
    pub(crate) visit: Visit,
    /// `None` when the session has ended already.
    pub(crate) signed_in: Option<SignedIn>,
}

/// A form of someone signed in.
pub(crate) struct MemberPosted {
    pub(crate) member: Member,
    pub(crate) fields: Fields,
}

impl Fields {
    /// A field; empty when it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
            .unwrap_or_default()
    }

    /// What follows this start in the names of the fields that have it.
    pub(crate) fn names_after(&self, start: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(move |(name, _)| name.strip_prefix(start))
    }

    fn has_doubles(&self) -> bool {
        let mut names: Vec<_> = self.0.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair.first() == pair.last())
    }
}

/// The token of the forms that belong to a browser's key or a session's token: of several accounts in one browser, each
/// has forms of its own.
fn csrf_of(cookie: &str) -> String {
    use base64::Engine as _;
    let hash = sha256(format!("csrf {cookie}").as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash)
}

impl Visit {
    pub(crate) fn site(&self) -> Site<'_> {
        Site {
            tenant: &self.branding.display_name,
            colours: self.branding.accent.map(|_| self.branding.tag.as_str()),
            own_logo: self.branding.logo.as_ref().map(|_| self.branding.tag.as_str()),
            language: self.language,
        }
    }

    pub(crate) fn reference(&self, number: Option<u32>) -> Reference {
        let correlation = self.info.correlation_id.to_string();
        Reference {
            number,
            correlation,
            time: Moment::from(self.service.now()),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        cookies::find(&self.headers, name)
    }

    pub(crate) fn browser(&self) -> Option<BrowserKey> {
        self.cookie(cookies::BROWSER).and_then(BrowserKey::parse)
    }

    /// Opens a flow of this browser; from then on its correlation id is this request's.
    pub(crate) fn open_flow(&mut self, sealed: &str) -> Result<Flow, SignInError> {
        let flow = self.service.open_flow(sealed, self.browser().as_ref())?;
        self.info.correlation_id = flow.correlation_id();
        if let Some(request) = flow.authorization() {
            self.follow(request);
        }
        Ok(flow)
    }

    /// Speaks the language that the application asked for, if there is one.
    pub(crate) fn follow(&mut self, request: &AuthorizationRequest) {
        let wished = request.ui_locales().and_then(Language::of_ui_locales);
        self.language = wished.unwrap_or(self.language);
    }

    /// The browser's key, and whether it was made just now.
    pub(crate) fn browser_or_new(&self) -> (BrowserKey, bool) {
        match self.browser() {
            Some(browser) => (browser, false),
            None => (self.service.new_browser_key(), true),
        }
    }

    /// The tokens of this browser's sessions, those that outlive it last.
    fn session_tokens(&self) -> impl Iterator<Item = &str> {
        cookies::tokens(self.cookie(cookies::SESSION)).chain(cookies::tokens(self.cookie(cookies::KEPT)))
    }

    /// Everyone who is signed in in this browser, with their sessions' tokens; the last to sign in comes first.
    pub(crate) async fn accounts(&self) -> Result<Vec<(Secret<String>, SignedIn)>, Stop> {
        let mut accounts: Vec<(Secret<String>, SignedIn)> = Vec::new();
        for token in self.session_tokens() {
            let token = Secret::new(token.to_owned());
            let found = self.service.signed_in(&token).await;
            let found = found.map_err(|fault| self.fault(&fault))?;
            let is_known =
                |member: &SignedIn| accounts.iter().any(|(_, known)| known.user.id == member.user.id);
            if let Some(member) = found.filter(|member| !is_known(member)) {
                accounts.push((token, member));
            }
        }
        Ok(accounts)
    }

    /// Writes the cookie of those accounts whose sessions still stand, if there are any.
    pub(crate) async fn keep_accounts(&self, response: &mut Response) -> Result<(), Stop> {
        let accounts = self.accounts().await?;
        let sessions: Vec<(&str, &Session)> = accounts
            .iter()
            .map(|(token, member)| (token.expose().as_str(), &member.session))
            .collect();
        self.set_sessions(response, &sessions);
        Ok(())
    }

    /// Writes the cookies of these sessions, each with its token, if there are any.
    pub(crate) fn set_sessions(&self, response: &mut Response, sessions: &[(&str, &Session)]) {
        let tokens = |of: &dyn Fn(&Session) -> bool| -> String {
            let fitting = sessions.iter().filter(|(_, session)| of(session));
            fitting.map(|(token, _)| *token).collect::<Vec<_>>().join(".")
        };
        let (all, kept) = (tokens(&|_| true), tokens(&|session| session.persistent));
        let headers = response.headers_mut();
        if !all.is_empty() {
            cookies::set(headers, cookies::SESSION, &all, cookies::THIS_BROWSER_SESSION);
        }
        if !kept.is_empty() {
            cookies::set(headers, cookies::KEPT, &kept, cookies::AS_LONG_AS_POSSIBLE);
        } else if self.cookie(cookies::KEPT).is_some() {
            cookies::remove(headers, cookies::KEPT);
        }
    }

    /// Takes whoever is no more signed in out of the cookies.
    pub(crate) async fn forget_ended(&self, response: &mut Response) -> Result<(), Stop> {
        if self.session_tokens().next().is_some() {
            cookies::remove(response.headers_mut(), cookies::SESSION);
            self.keep_accounts(response).await?;
        }
        Ok(())
    }

    /// Who is signed in by this token of the cookie.
    async fn signed_in_by(&self, token: &str) -> Result<Option<SignedIn>, Stop> {
        let found = self.service.signed_in(&Secret::new(token.to_owned())).await;
        found.map_err(|fault| self.fault(&fault))
    }

    /// Who is signed in, whatever the session stands on: of several, the last to sign in.
    pub(crate) async fn signed_in(&self) -> Result<Option<SignedIn>, Stop> {
        for token in self.session_tokens() {
            if let Some(member) = self.signed_in_by(token).await? {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }

    /// The last to sign in, and nobody else: when that session is over, the person is told before the pages go on as
    /// those of another account.
    async fn into_member(mut self) -> Result<Member, Stop> {
        let Some(token) = self.session_tokens().next() else {
            return Err(redirect(&self.sign_in_path()).into());
        };
        let csrf = csrf_of(token);
        let Some(signed_in) = self.signed_in_by(token).await? else {
            // Who comes back after a long time with nothing but an old cookie just signs in.
            let opened_anew = self.cookie(cookies::SESSION).is_none_or(str::is_empty);
            return Err(if opened_anew && self.signed_in().await?.is_none() {
                redirect(&self.sign_in_path())
            } else {
                session_ended()
            }
            .into());
        };
        if !signed_in.session.method.is_multifactor() {
            return Err(redirect(routes::STRONGER).into());
        }
        let set_up = self.service.open_set_up(&self.trip, &signed_in);
        if let Some(request) = set_up.as_ref().and_then(SetUp::authorization) {
            self.follow(request);
        }
        Ok(Member {
            visit: self,
            signed_in,
            set_up,
            csrf,
        })
    }

    /// The sign-in that comes back here.
    pub(crate) fn sign_in_path(&self) -> String {
        format!("{}?return_to={}", routes::SIGN_IN, self.here)
    }

    /// Whether the browser says that a page of ours sent the form: by `Origin`, or, where that is missing,
    /// by `Sec-Fetch-Site` (clients contract 8).
    fn is_from_own_page(&self) -> bool {
        match self.headers.get(ORIGIN) {
            Some(origin) => origin.as_bytes() == self.service.settings().origin.as_bytes(),
            None => self
                .headers
                .get("sec-fetch-site")
                .is_some_and(|site| site == "same-origin"),
        }
    }
}

/// Tells that the session is over; that page takes it out of the cookies, so it is told once.
pub(crate) fn session_ended() -> Response {
    redirect(&format!("{}?why=ended", routes::SIGNED_OUT))
}

impl Member {
    pub(crate) fn account(&self) -> Account<'_> {
        let user = &self.signed_in.user;
        Account {
            name: &user.display_name,
            upn: user.upn.as_str(),
            csrf: &self.csrf,
            trip: if self.set_up.is_some() {
                &self.visit.trip
            } else {
                ""
            },
        }
    }
}

impl Posted {
    /// A form of a page that was made for this browser.
    pub(crate) fn of_this_browser(self) -> Result<Self, Stop> {
        let browser = self.visit.browser();
        let own = browser.is_some_and(|browser| {
            constant_time_eq(
                sign_in_csrf(&browser).as_bytes(),
                self.fields.get("csrf").as_bytes(),
            )
        });
        if own { Ok(self) } else { Err(self.visit.restart()) }
    }

    /// Opens the flow of a sign-in form.
    pub(crate) fn open_flow(&mut self) -> Result<Flow, Stop> {
        let cookie = self.visit.cookie(cookies::BROWSER).unwrap_or_default();
        let own = constant_time_eq(csrf_of(cookie).as_bytes(), self.fields.get("csrf").as_bytes());
        let flow = if own {
            self.visit.open_flow(self.fields.get("flow"))
        } else {
            Err(SignInError::StaleFlow)
        };
        flow.map_err(|_| self.visit.restart())
    }
}

/// The token of sign-in forms.
pub(crate) fn sign_in_csrf(browser: &BrowserKey) -> String {
    csrf_of(browser.expose())
}

/// The browser's language. The portal is English.
fn language_of(parts: &Parts) -> Language {
    if parts.uri.path().starts_with(paths::HOME) {
        return Language::English;
    }
    let accepted = parts.headers.get(ACCEPT_LANGUAGE);
    accepted
        .and_then(|list| list.to_str().ok())
        .and_then(Language::of_accept_language)
        .unwrap_or_default()
}

impl FromRequestParts<Arc<Service>> for Visit {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Stop> {
        let Some(info) = parts.extensions.get::<RequestInfo>().cloned() else {
            tracing::error!("a request came without its description; is the outer layer missing?");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response().into());
        };
        let here = if parts.method == Method::GET {
            parts.uri.path()
        } else {
            routes::SECURITY_INFO
        };
        let here = here.to_owned();
        let Trip { trip } = Query::try_from_uri(&parts.uri)
            .map(|Query(query)| query)
            .unwrap_or_default();
        Ok(Self {
            service: Arc::clone(service),
            branding: service.branding(),
            info,
            headers: parts.headers.clone(),
            language: language_of(parts),
            here,
            trip,
        })
    }
}

impl FromRequest<Arc<Service>> for Posted {
    type Rejection = Stop;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, service).await?;
        if !visit.is_from_own_page() {
            return Err(visit
                .message(StatusCode::FORBIDDEN, Message::BadRequest, None)
                .into());
        }
        let kind = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        if kind.starts_with("multipart/") {
            let read = upload::read(&kind, body).await;
            let fields = read.map(Fields).filter(|fields| !fields.has_doubles());
            return match fields {
                Some(fields) => Ok(Self { visit, fields }),
                None => Err(visit.bad_request()),
            };
        }
        let request = Request::from_parts(parts, body);
        let fields = match Form::<Vec<(String, String)>>::from_request(request, service).await {
            Ok(Form(fields)) => Fields(fields),
            Err(rejection) => {
                let status = rejection.into_response().status();
                return Err(visit.message(status, Message::BadRequest, None).into());
            }
        };
        if fields.has_doubles() {
            return Err(visit
                .message(StatusCode::BAD_REQUEST, Message::BadRequest, None)
                .into());
        }
        Ok(Self { visit, fields })
    }
}

impl FromRequestParts<Arc<Service>> for Member {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Stop> {
        Visit::from_request_parts(parts, service)
            .await?
            .into_member()
            .await
    }
}

impl FromRequest<Arc<Service>> for SignOutForm {
    type Rejection = Stop;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Stop> {
        let Posted { visit, fields } = Posted::from_request(request, service).await?;
        let token = visit.session_tokens().next().unwrap_or_default();
        if constant_time_eq(csrf_of(token).as_bytes(), fields.get("csrf").as_bytes()) {
            let signed_in = visit.signed_in_by(token).await?;
            Ok(Self { visit, signed_in })
        } else {
            Err(visit
                .message(StatusCode::BAD_REQUEST, Message::FormExpired, None)
                .into())
        }
    }
}

impl FromRequest<Arc<Service>> for MemberPosted {
    type Rejection = Stop;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Stop> {
        let Posted { mut visit, fields } = Posted::from_request(request, service).await?;
        fields.get("trip").clone_into(&mut visit.trip);
        let member = visit.into_member().await?;
        if constant_time_eq(member.csrf.as_bytes(), fields.get("csrf").as_bytes()) {
            Ok(Self { member, fields })
        } else {
            Err(member
                .visit
                .message(StatusCode::BAD_REQUEST, Message::FormExpired, None)
                .into())
        }
    }
}
