//! What a session must be brought to before an application gets anything by it: a lasting way to sign in, or another
//! sign-in with one.
//!
//! Sign-in contract 2.9 and 3.3.

use latchkey_domain::{
    AfterPassSignIn, ClientRegistration, LastingMethods, PassSessionUse, PersonalSignIn, ServicePrincipalId,
    SessionMethod, SetUpGoal, SignInError, Strength, User, UserId,
};
use latchkey_store::{Reader, StoreError};

use super::answer::{AuthorizationError, Reply};
use super::decide::AuthorizeStep;
use super::request::{AuthorizationRequest, Prompt};
use crate::set_up::Person;
use crate::sign_in::has_promptable_pass;
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
    const fn with(goal: SetUpGoal, methods: LastingMethods) -> Self {
        if goal.is_by_passkey(methods) {
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
        registration: &ClientRegistration,
        member: &SignedIn,
    ) -> Result<Option<AuthorizeStep>, Fault> {
        let session = &member.session;
        let silent = request.prompt == Some(Prompt::None);
        let first = self.settings.after_pass_sign_in == AfterPassSignIn::RegistrationFirst;
        let registering_only = self.is_for_registering_only(session);
        if registering_only && (silent || !first) {
            return Ok(Some(self.refuse(request, &registering_only_error(silent))));
        }
        let personal = reader.personal_sign_in(member.user.id).await?;
        let unmet = unmet_strengths(reader, request, registration, personal, session.method).await?;
        let asked_for_nothing = unmet.is_empty() && !personal.must_register;
        if !registering_only && asked_for_nothing && !session.method.by_pass() {
            return Ok(None);
        }
        let person = Person::of(reader, &member.user).await?;
        if registering_only || !unmet.is_empty() || person.owes_registration(session) {
            let goal = goal(&person, &unmet, registering_only && self.settings.set_up_password);
            // Who came by a password, and was not asked for more then, may have a pass. It must lead somewhere.
            let may_come_by_pass = !session.method.is_multifactor()
                && !request.signed_in_by(session)
                && has_promptable_pass(reader, Some(&member.user), self.now()).await?
                && (goal.is_some()
                    || self
                        .pass_is_enough(reader, request, registration, &person, member)
                        .await?);
            return Ok(Some(self.lead(
                request,
                member,
                person.methods,
                goal,
                may_come_by_pass,
            )));
        }
        let after_this_sign_in = session.authenticated_at >= request.started_at && !silent;
        if !session.method.by_pass() || !after_this_sign_in || request.set_up_skipped {
            return Ok(None);
        }
        let goal = self.first_goal(&person);
        Ok(goal.map(|goal| AuthorizeStep::SetUp(Box::new(self.set_up_for(request, session, goal, true)))))
    }

    /// Whether the person's pass would open the application, without anything to be registered.
    async fn pass_is_enough(
        &self,
        reader: &mut Reader,
        request: &AuthorizationRequest,
        registration: &ClientRegistration,
        person: &Person,
        member: &SignedIn,
    ) -> Result<bool, StoreError> {
        let stored = reader.pass_of(member.user.id).await?;
        let Some(stored) = stored.filter(|_| self.settings.pass_session == PassSessionUse::Full) else {
            return Ok(false);
        };
        let method = SessionMethod::Pass {
            one_time: stored.pass.one_time,
        };
        let personal = person.personal;
        let unmet = unmet_strengths(reader, request, registration, personal, method).await?;
        Ok(unmet.is_empty() && !personal.owes_registration(method, person.methods))
    }

    /// Leads the person to a method that reaches the goal, then to a sign-in with it (sign-in contract 2.9).
    fn lead(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        methods: LastingMethods,
        goal: Option<SetUpGoal>,
        may_come_by_pass: bool,
    ) -> AuthorizeStep {
        let reached = goal.filter(|goal| goal.is_reached(methods));
        let silent = request.prompt == Some(Prompt::None);
        match goal {
            _ if reached.is_some() || may_come_by_pass => {}
            None => return self.refuse(request, &out_of_reach()),
            // A password alone adds no method: somebody else may know it.
            Some(goal) if member.session.method.is_multifactor() && !silent => {
                let set_up = self.set_up_for(request, &member.session, goal, false);
                return AuthorizeStep::SetUp(Box::new(set_up));
            }
            Some(_) => return self.refuse(request, &stronger_needed(false)),
        }
        if silent {
            return self.refuse(request, &stronger_needed(reached.is_some()));
        }
        AuthorizeStep::SignIn {
            name: Some(member.user.upn.to_string()),
            replaces: Some(member.session.id),
            step_up: reached.map(|goal| StepUp::with(goal, methods)),
        }
    }
}

/// Whether a password alone is too little for where the person is going. Our own pages ask for more.
pub(crate) async fn wants_several_factors(
    reader: &mut Reader,
    request: Option<&AuthorizationRequest>,
    user: &User,
) -> Result<bool, StoreError> {
    let Some(request) = request else {
        return Ok(true);
    };
    let personal = reader.personal_sign_in(user.id).await?;
    if request.multifactor || request.fresh || personal.must_register {
        return Ok(true);
    }
    let registration = reader.registration(request.client_id).await?.unwrap_or_default();
    let unmet = unmet_strengths(reader, request, &registration, personal, SessionMethod::Password).await?;
    Ok(!unmet.is_empty())
}

/// Why a session on a pass would get nothing from the application, whatever its person did next (sign-in contract 2.4,
/// row 10).
pub(crate) async fn outright_refusal(
    reader: &mut Reader,
    request: &AuthorizationRequest,
    user: &User,
    method: SessionMethod,
) -> Result<Option<SignInError>, StoreError> {
    let Some(client) = reader.application(request.client_id).await? else {
        return Ok(None);
    };
    let registration = reader.registration(request.client_id).await?.unwrap_or_default();
    let principal = client.application.service_principal_id;
    if !is_assigned(reader, request, &registration, principal, user.id).await? {
        return Ok(Some(SignInError::NotAssigned));
    }
    let personal = reader.personal_sign_in(user.id).await?;
    let unmet = unmet_strengths(reader, request, &registration, personal, method).await?;
    // Mostly nothing is asked for, and nothing more need be read.
    if unmet.is_empty() && !personal.wants_registration() {
        return Ok(None);
    }
    let person = Person::of(reader, user).await?;
    let lacks = !unmet.is_empty() || person.personal.owes_registration(method, person.methods);
    let blocked = lacks && goal(&person, &unmet, false).is_none();
    Ok(blocked.then_some(SignInError::NotAllowed))
}

/// Whether the person is one of those whom the application is for. Nobody signs in to it by consenting for everyone.
pub(super) async fn is_assigned(
    reader: &mut Reader,
    request: &AuthorizationRequest,
    registration: &ClientRegistration,
    principal: ServicePrincipalId,
    user: UserId,
) -> Result<bool, StoreError> {
    if !registration.assignment_required || matches!(request.reply, Reply::Consent(_)) {
        return Ok(true);
    }
    Ok(!reader.app_roles_of(user, principal).await?.is_empty())
}

/// What would meet all of these, as far as this person can go.
fn goal(person: &Person, unmet: &[Strength], password: bool) -> Option<SetUpGoal> {
    let goal = unmet.iter().try_fold(SetUpGoal::any(password), |goal, strength| {
        goal.and(strength.goal()?)
    });
    goal.and_then(|goal| person.within_reach(goal))
}

/// The strengths that are demanded of everybody who comes to the application, by this request, and of this person
/// anywhere, as far as a session opened so does not meet them.
async fn unmet_strengths(
    reader: &mut Reader,
    request: &AuthorizationRequest,
    registration: &ClientRegistration,
    personal: PersonalSignIn,
    method: SessionMethod,
) -> Result<Vec<Strength>, StoreError> {
    let mut demanded: Vec<Strength> = demanded_strength(reader, registration)
        .await?
        .into_iter()
        .collect();
    if let Some(context) = request.context.filter(|context| !context.is_met_by(method)) {
        demanded.extend(reader.strength(context.strength()).await?);
    }
    demanded.retain(|strength| !strength.is_met_by(method));
    if personal.is_short_of_factors(method) {
        demanded.extend(multifactor());
    }
    Ok(demanded)
}

/// The strength that an application demands. One that is there no more can't be met: none is deleted that is demanded.
pub(super) async fn demanded_strength(
    reader: &mut Reader,
    registration: &ClientRegistration,
) -> Result<Option<Strength>, StoreError> {
    let Some(id) = registration.required_strength else {
        return Ok(None);
    };
    reader
        .strength(id)
        .await?
        .map(Some)
        .ok_or_else(|| StoreError::Corrupt(format!("the authentication strength {id} is missing")))
}

/// What a person must meet who has to prove several factors anywhere.
fn multifactor() -> Option<Strength> {
    Strength::built_in()
        .into_iter()
        .find(|strength| strength.id == Strength::MULTIFACTOR)
}

fn out_of_reach() -> AuthorizationError {
    let text = "Access has been blocked by Conditional Access policies: the user can register no authentication method \
                that is strong enough for the application.";
    AuthorizationError::new("access_denied", 53_003, text)
}

fn stronger_needed(registered: bool) -> AuthorizationError {
    let (number, text) = if registered {
        (
            50_076,
            "The application requires a stronger authentication method than the user signed in with.",
        )
    } else {
        (
            50_079,
            "The application requires a stronger authentication method, and the user has registered none.",
        )
    };
    AuthorizationError::new("interaction_required", number, text)
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
