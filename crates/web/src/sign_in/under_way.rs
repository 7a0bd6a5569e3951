//! A sign-in between two pages: its flow, what its pages show, and how its steps end.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use latchkey_crypto::sha256;
use latchkey_domain::{Seconds, SessionMethod, SignInError, Timestamp, Upn};
use latchkey_service::{FirstPage, Flow, OpenedSession, SecondFactors, SetUp, SignInFailure, SignInStep};

use super::steps;
use crate::answer::{Answer, Stop, page, redirect};
use crate::authorize::resume_path;
use crate::cookies;
use crate::moment::Moment;
use crate::pages::message::Message;
use crate::pages::sign_in::{Pass, Password, Way};
use crate::routes;
use crate::view::{self, Problem};
use crate::visit::{Posted, Visit, sign_in_csrf};
use crate::words;

/// A flow together with what came with it.
pub(crate) struct UnderWay {
    pub(crate) visit: Visit,
    pub(crate) flow: Flow,
    /// The flow as forms and links carry it.
    pub(crate) sealed: String,
    csrf: String,
    /// The second factors to offer, a letter each.
    ways: String,
}

/// Query parameters of the flow's pages.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct FlowQuery {
    pub(super) flow: String,
    pub(super) ways: String,
    pub(super) return_to: String,
}

impl UnderWay {
    /// A flow that was made or went on a moment ago.
    pub(super) fn new(visit: Visit, flow: Flow, csrf: String, ways: &str) -> Self {
        let sealed = visit.service.seal_flow(&flow);
        Self {
            visit,
            flow,
            sealed,
            csrf,
            ways: known_letters(ways),
        }
    }

    /// From a link of a page of ours.
    pub(super) fn from_link(mut visit: Visit, query: FlowQuery) -> Result<Self, Box<(Visit, FlowQuery)>> {
        let csrf = visit.browser().map(|browser| sign_in_csrf(&browser));
        match (visit.open_flow(&query.flow), csrf) {
            (Ok(flow), Some(csrf)) => Ok(Self {
                visit,
                flow,
                sealed: query.flow,
                csrf,
                ways: known_letters(&query.ways),
            }),
            _ => Err(Box::new((visit, query))),
        }
    }

    /// The same, where only a flow with a name makes sense.
    pub(super) fn named_from_link(visit: Visit, query: FlowQuery) -> Result<Self, Stop> {
        match Self::from_link(visit, query) {
            Ok(under_way) if under_way.flow.name().is_some() => Ok(under_way),
            Ok(under_way) => Err(under_way.visit.restart()),
            Err(unknown) => Err(unknown.0.restart()),
        }
    }

    /// The same, for somebody who comes back from another provider.
    pub(super) fn away_from_link(visit: Visit, query: FlowQuery) -> Result<Self, Stop> {
        match Self::from_link(visit, query) {
            Ok(under_way) if under_way.flow.is_away() => Ok(under_way),
            Ok(under_way) => Err(under_way.visit.restart()),
            Err(unknown) => Err(unknown.0.restart()),
        }
    }

    /// From a form of ours.
    pub(super) fn from_form(mut posted: Posted) -> Result<(Self, crate::visit::Fields), Stop> {
        let flow = posted.open_flow()?;
        let Posted { visit, fields } = posted;
        let under_way = Self {
            visit,
            flow,
            sealed: fields.get("flow").to_owned(),
            csrf: fields.get("csrf").to_owned(),
            ways: known_letters(fields.get("ways")),
        };
        Ok((under_way, fields))
    }

    /// The same sign-in, a step further.
    pub(super) fn with_flow(self, flow: Flow) -> Self {
        Self::new(self.visit, flow, self.csrf, &self.ways)
    }

    pub(super) fn view(&self) -> view::Flow<'_> {
        let name = self.flow.name().unwrap_or_default();
        view::Flow {
            id: &self.sealed,
            csrf: &self.csrf,
            name,
            ways: &self.ways,
        }
    }

    /// The second factors to offer; empty before the password.
    pub(super) fn second_factors(&self) -> Vec<Way> {
        if self.flow.has_password() {
            Way::from_letters(&self.ways)
        } else {
            Vec::new()
        }
    }

    /// The page for the name: pass or password (sign-in contract 2.3).
    pub(super) async fn first_page(&self) -> Result<FirstPage, Stop> {
        self.visit
            .service
            .first_page(&self.flow, &self.visit.info, self.visit.cookie(cookies::DEVICE))
            .await
            .map_err(|failure| match failure {
                SignInFailure::Refused { .. } => self.visit.restart(),
                SignInFailure::Fault(fault) => self.visit.fault(&fault),
            })
    }

    pub(super) fn pass_page(&self, problem: Option<Problem>) -> Response {
        page(
            StatusCode::OK,
            &Pass {
                site: self.visit.site(),
                flow: self.view(),
                problem,
            },
        )
    }

    pub(super) async fn password_page(&self, problem: Option<Problem>) -> Answer {
        let pass_offered = matches!(self.first_page().await?, FirstPage::Pass | FirstPage::Choice);
        let site = self.visit.site();
        Ok(page(
            StatusCode::OK,
            &Password {
                site,
                flow: self.view(),
                problem,
                pass_offered,
            },
        ))
    }

    /// What to tell about a refusal.
    pub(super) fn problem(&self, error: SignInError, when: Option<Timestamp>) -> Problem {
        let reference = self.visit.reference(Some(error.number()));
        match (error, when) {
            (SignInError::PassNotYetValid, Some(start)) => words::pass_not_yet_valid(start.into(), reference),
            (SignInError::Locked | SignInError::SourceLocked, until) => {
                words::locked(until.map(Moment::rounded_up), reference)
            }
            _ => Problem::numbered(words::for_number(error.number()), reference),
        }
    }

    /// The refusal to show on the same page, or the page that ends the flow.
    pub(super) fn refusal(&self, failure: SignInFailure) -> Result<Problem, Stop> {
        match failure {
            SignInFailure::Refused {
                error: SignInError::StaleFlow,
                ..
            } => Err(self.visit.restart()),
            SignInFailure::Refused { error, when } => Ok(self.problem(error, when)),
            SignInFailure::Fault(fault) => Err(self.visit.fault(&fault)),
        }
    }

    /// How long whoever guesses too often is asked to wait, whatever name they try (sign-in contract 11.2).
    pub(super) fn pause(&self, failure: &SignInFailure) -> Option<Seconds> {
        match failure {
            SignInFailure::Refused {
                error: SignInError::SourceLocked,
                when: Some(until),
            } => Some(Seconds::between(self.visit.service.now(), *until)),
            _ => None,
        }
    }

    /// Goes on after a step that ended well.
    pub(super) async fn go_on(mut self, step: SignInStep) -> Answer {
        match step {
            SignInStep::Opened(opened) => signed_in(&self.visit, &opened).await,
            SignInStep::SecondFactor(flow, factors) => {
                self.ways = letters(factors);
                steps::second_factor(self.with_flow(*flow)).await
            }
            SignInStep::ChangePassword(flow) => Ok(steps::owed_password(&self.with_flow(*flow), None)),
        }
    }
}

/// The order in which second factors are offered (sign-in contract 2.6).
fn letters(factors: SecondFactors) -> String {
    let mut ways = [
        (factors.pass, Way::Pass),
        (factors.passkey, Way::Passkey),
        (factors.totp, Way::Code),
    ];
    if factors.totp_first {
        ways.rotate_right(1);
    }
    ways.into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, way)| way.letter())
        .collect()
}

fn known_letters(text: &str) -> String {
    Way::from_letters(text).into_iter().map(Way::letter).collect()
}

/// The mark by which a browser knows the account that last used a passkey in it.
pub(super) fn passkey_mark(name: &str) -> Option<String> {
    let upn = Upn::parse(name).ok()?;
    let hash = sha256(format!("last passkey {}", upn.key()).as_bytes());
    Some(URL_SAFE_NO_PAD.encode(hash))
}

/// The session's cookies, and on to where the person wanted to go.
pub(super) async fn signed_in(visit: &Visit, opened: &OpenedSession) -> Answer {
    let mut response = match &opened.authorization {
        // Whoever came for an application is asked whether to stay; on a pass nobody is.
        Some(request) if opened.session.may_persist(&opened.user) => {
            let sealed = visit.service.seal_authorization(request);
            redirect(&format!("{}?request={sealed}", routes::STAY))
        }
        Some(request) => redirect(&resume_path(visit, request)),
        None => match set_up_after(visit, opened).await? {
            Some(set_up) => redirect(&set_up_path(visit, &set_up)),
            None => redirect(&opened.return_to),
        },
    };
    let accounts = visit.accounts().await?;
    // Other accounts stay; another session of the same one would only confuse.
    let others = accounts
        .iter()
        .filter(|(_, member)| member.user.id != opened.user.id);
    // Who finds no room in the cookie is signed out: nobody could end that session from here any more.
    for (_, member) in others.clone().skip(cookies::MOST_ACCOUNTS - 1) {
        let ended = visit.service.sign_out(member).await;
        ended.map_err(|fault| visit.fault(&fault))?;
    }
    let others = others.map(|(token, member)| (token.expose().as_str(), &member.session));
    let sessions: Vec<_> = std::iter::once((opened.token.expose().as_str(), &opened.session))
        .chain(others)
        .take(cookies::MOST_ACCOUNTS)
        .collect();
    visit.set_sessions(&mut response, &sessions);
    let headers = response.headers_mut();
    cookies::set(headers, cookies::DEVICE, &opened.device, cookies::NINETY_DAYS);
    let mark =
        passkey_mark(opened.user.upn.as_str()).filter(|_| opened.session.method == SessionMethod::Passkey);
    match mark {
        Some(mark) => cookies::set(headers, cookies::PASSKEY_USER, &mark, cookies::NINETY_DAYS),
        None if visit.cookie(cookies::PASSKEY_USER).is_some() => {
            cookies::remove(headers, cookies::PASSKEY_USER);
        }

        None => {}
    }
    Ok(response)
}

async fn set_up_after(visit: &Visit, opened: &OpenedSession) -> Result<Option<SetUp>, Stop> {
    let after = visit.service.set_up_after(opened).await;
    after.map_err(|fault| visit.fault(&fault))
}

/// Where a set-up begins and goes on.
pub(crate) fn set_up_path(visit: &Visit, set_up: &SetUp) -> String {
    format!("{}?trip={}", routes::SET_UP, visit.service.seal_set_up(set_up))
}

/// What a password alone is told.
pub(super) fn stronger_needed(visit: &Visit) -> Response {
    let number = SignInError::SecondFactorNotRegistered.number();
    visit.message(StatusCode::OK, Message::StrongerNeeded, Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_say_only_what_is_known() {
        let factors = SecondFactors {
            pass: true,
            passkey: false,
            totp: true,
            totp_first: false,
        };
        assert_eq!(letters(factors), "tc");
        let preferring = SecondFactors {
            totp_first: true,
            ..factors
        };
        assert_eq!(letters(preferring), "ct");
        assert_eq!(known_letters("tc"), "tc");
        assert_eq!(known_letters("\"><c"), "");
        assert_eq!(known_letters("cpk"), "ck");
    }

    #[test]
    fn a_mark_is_of_one_account_in_any_case() {
        assert_eq!(passkey_mark("Ada@example.com"), passkey_mark("ada@EXAMPLE.com"));
        assert_ne!(passkey_mark("ada@example.com"), passkey_mark("eve@example.com"));
        assert_eq!(passkey_mark("nobody"), None);
    }
}
