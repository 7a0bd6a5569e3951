//! Setting up an account after a sign-in that is not enough for good: who is led there, and on to where.
//!
//! Sign-in contract 2.9 and 6.3. Between its pages it travels sealed, as a sign-in does.

use latchkey_crypto::SealPurpose;
use latchkey_domain::{
    AfterPassSignIn, CampaignMethod, LastingMethods, PassSessionUse, PersonalSignIn, Seconds, Session,
    SessionId, SetUpGoal, SignInError, Timestamp, User,
};
use latchkey_store::{Reader, StoreError};

use crate::method_policy::MethodRules;
use crate::{
    AuthorizationError, AuthorizationRequest, AuthorizeStep, Fault, OpenedSession, RequestInfo, Service,
    SignedIn,
};

/// How long a set-up may be under way: as long as an application's request waits for its person, 30 minutes.
const LIFETIME: Seconds = Seconds(30 * 60);

/// A person on the way to a lasting method. Travels sealed in links and forms; the server keeps nothing of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct SetUp {
    session: SessionId,
    started_at: Timestamp,
    goal: SetUpGoal,
    optional: bool,
    return_to: String,
    authorization: Option<Box<AuthorizationRequest>>,
}

impl SetUp {
    /// What is to be reached.
    pub const fn goal(&self) -> SetUpGoal {
        self.goal
    }

    /// Whether the person may go on without it.
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// The path of ours that the person wanted, unless it is an application.
    pub fn return_to(&self) -> &str {
        &self.return_to
    }

    /// What the application asked for that the person came from.
    pub fn authorization(&self) -> Option<&AuthorizationRequest> {
        self.authorization.as_deref()
    }
}

/// What a person has, what was said about how they sign in, and what the policy lets and asks them add.
pub(crate) struct Person {
    pub(crate) methods: LastingMethods,
    pub(crate) personal: PersonalSignIn,
    rules: MethodRules,
}

/// What a person has.
pub(crate) async fn methods_of(reader: &mut Reader, user: &User) -> Result<LastingMethods, StoreError> {
    Ok(LastingMethods {
        passkey: !reader.passkeys_of(user.id).await?.is_empty(),
        app: !reader.totp_apps_of(user.id).await?.is_empty(),
        password: user.has_own_password(),
    })
}

impl Person {
    pub(crate) async fn of(reader: &mut Reader, user: &User) -> Result<Self, StoreError> {
        Ok(Self {
            methods: methods_of(reader, user).await?,
            personal: reader.personal_sign_in(user.id).await?,
            rules: MethodRules::of(reader, user.id).await?,
        })
    }

    /// Whether no application opens for this session before a second factor is registered.
    pub(crate) const fn owes_registration(&self, session: &Session) -> bool {
        self.personal.owes_registration(session.method, self.methods)
    }

    /// The goal as far as this person can go; `None` where they can't reach it.
    pub(crate) fn within_reach(&self, goal: SetUpGoal) -> Option<SetUpGoal> {
        let passkey = self.methods.passkey || self.rules.lets_add_passkeys();
        let app = self.methods.app || self.rules.lets_add_apps();
        goal.restricted(passkey, app)
    }
}

impl Service {
    /// What a sign-in with a pass leads to before anything else: what the operator or the registration campaign wants,
    /// as far as it is not there yet and within reach.
    pub(crate) fn first_goal(&self, person: &Person) -> Option<SetUpGoal> {
        let password = self.settings.set_up_password;
        let wanted = if self.settings.after_pass_sign_in == AfterPassSignIn::RegistrationFirst {
            SetUpGoal::any(password)
        } else {
            let asked = person.rules.campaign()?;
            let passkey = asked == CampaignMethod::Passkey;
            SetUpGoal::new(passkey, !passkey, password)?
        };
        let goal = person.within_reach(wanted)?;
        (!goal.is_reached(person.methods)).then_some(goal)
    }

    /// The set-up that follows a sign-in to our own pages, if one does.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn set_up_after(&self, opened: &OpenedSession) -> Result<Option<SetUp>, Fault> {
        if !opened.session.method.by_pass() {
            return Ok(None);
        }
        let mut reader = self.store.read().await?;
        let person = Person::of(&mut reader, &opened.user).await?;
        let goal = if person.owes_registration(&opened.session) {
            person.within_reach(SetUpGoal::any(self.settings.set_up_password))
        } else {
            self.first_goal(&person)
        };
        Ok(goal.map(|goal| SetUp {
            session: opened.session.id,
            started_at: self.now(),
            goal,
            optional: true,
            return_to: opened.return_to.clone(),
            authorization: None,
        }))
    }

    /// A set-up on the way to an application.
    pub(crate) fn set_up_for(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        goal: SetUpGoal,
        optional: bool,
    ) -> SetUp {
        SetUp {
            session: session.id,
            started_at: self.now(),
            goal,
            optional,
            return_to: String::new(),
            authorization: Some(Box::new(request.clone())),
        }
    }

    /// Seals a set-up for a form or a link.
    pub fn seal_set_up(&self, set_up: &SetUp) -> String {
        // Plain values can always be written; an empty text would open as none.
        let plain = serde_json::to_vec(set_up).unwrap_or_default();
        self.master_keys
            .seal_token(&*self.random, SealPurpose::FlowState, &plain)
    }

    /// Opens a sealed set-up. `None`: it is forged, of another session, or too old.
    pub fn open_set_up(&self, sealed: &str, signed_in: &SignedIn) -> Option<SetUp> {
        let plain = self.master_keys.open_token(SealPurpose::FlowState, sealed).ok()?;
        let set_up: SetUp = serde_json::from_slice(plain.expose()).ok()?;
        let now = self.now();
        let in_time = now >= set_up.started_at && now < set_up.started_at + LIFETIME;
        (in_time && set_up.session == signed_in.session.id).then_some(set_up)
    }

    /// Whether a session is good for anything but registering sign-in methods (`pass_session`).
    pub fn is_for_registering_only(&self, session: &Session) -> bool {
        self.settings.pass_session == PassSessionUse::RegistrationOnly && session.method.by_pass()
    }

    /// The person leaves without it. The account stays as it is; the log calls the sign-in interrupted. Where nothing
    /// goes on without it, the application is told.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn leave_set_up(
        &self,
        set_up: &SetUp,
        signed_in: &SignedIn,
        info: &RequestInfo,
    ) -> Result<Option<AuthorizeStep>, Fault> {
        let application = set_up
            .authorization()
            .map_or_else(crate::sign_in::own_pages, AuthorizationRequest::application);
        let mut record = self.previously_satisfied(application, signed_in, info);
        record.error = Some(SignInError::RegistrationLeft);
        self.store
            .write_with(record, |writer, record| {
                Box::pin(async move { writer.insert_sign_in(record).await })
            })
            .await
            .map_err(|error: StoreError| Fault::from(error))?;
        let told = set_up.authorization().filter(|_| !set_up.optional);
        Ok(told.map(|request| self.refuse(request, &AuthorizationError::set_up_left())))
    }
}
