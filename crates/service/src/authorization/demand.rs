//! What a session must be brought to before an application gets anything by it: a lasting way to sign in, or another
//! sign-in with one.
//!
//! Sign-in contract 2.9 and 3.3.

use latchkey_domain::{AfterPassSignIn, LastingMethods, SetUpGoal};
use latchkey_store::Reader;

use super::answer::AuthorizationError;
use super::decide::AuthorizeStep;
use super::request::{AuthorizationRequest, Prompt};
use crate::set_up::Person;
use crate::{Fault, Service, SignedIn};

/// What a person signs in with once more, because what they signed in with is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// A passkey.
    Passkey,
    /// A password, then an authenticator app's code.
    Password,
}

impl StepUp {
    const fn with(methods: LastingMethods) -> Self {
        if methods.passkey {
            Self::Passkey
        } else {
            Self::Password
        }
    }
}

impl Service {
    /// What the person must do before this session is good for the application; `None`: nothing.
    pub(super) async fn demand(
        &self,
        reader: &mut Reader,
        request: &AuthorizationRequest,
        member: &SignedIn,
    ) -> Result<Option<AuthorizeStep>, Fault> {
        let session = &member.session;
        let silent = request.prompt == Some(Prompt::None);
        if !session.method.by_pass() {
            return Ok(None);
        }
        let first = self.settings.after_pass_sign_in == AfterPassSignIn::RegistrationFirst;
        let registering_only = self.is_for_registering_only(session);
        if registering_only && (silent || !first) {
            return Ok(Some(self.refuse(request, &registering_only_error(silent))));
        }
        let person = Person::of(reader, &member.user).await?;
        if registering_only {
            let goal = person.within_reach(SetUpGoal::any(self.settings.set_up_password));
            return Ok(Some(match goal {
                Some(goal) => self.lead(request, member, person.methods, goal),
                None => self.refuse(request, &registering_only_error(false)),
            }));
        }
        let after_this_sign_in = session.authenticated_at >= request.started_at && !silent;
        if !after_this_sign_in || request.set_up_skipped {
            return Ok(None);
        }
        let goal = self.first_goal(&person);
        Ok(goal.map(|goal| AuthorizeStep::SetUp(Box::new(self.set_up_for(request, session, goal, true)))))
    }

    /// Leads the person to a method that reaches the goal, then to a sign-in with it.
    fn lead(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        methods: LastingMethods,
        goal: SetUpGoal,
    ) -> AuthorizeStep {
        if goal.is_reached(methods) {
            AuthorizeStep::SignIn {
                name: Some(member.user.upn.to_string()),
                replaces: Some(member.session.id),
                step_up: Some(StepUp::with(methods)),
            }
        } else {
            let set_up = self.set_up_for(request, &member.session, goal, false);
            AuthorizeStep::SetUp(Box::new(set_up))
        }
    }
}

fn registering_only_error(silent: bool) -> AuthorizationError {
    let text = "A Temporary Access Pass opens no applications here: it is for registering sign-in methods. The user must \
                sign in with one of those.";
    let word = if silent {
        "interaction_required"
    } else {
        "access_denied"
    };
    AuthorizationError::new(word, 53_003, text)
}
