//! Issuing, showing and deleting passes.
//!
//! Sign-in contract 5.5, 7.2, 7.3 and 12.2; Graph contract 4.

use std::sync::Arc;

use latchkey_crypto::Secret;
use latchkey_domain::{
    Action, Activity, AuditEvent, Caller, ChangeKind, Initiator, ModifiedProperty, PASS_PROPERTY, Pass,
    PassId, PassPlan, PassPolicy, PassRefusal, PassRequest, PolicyScope, PolicyView, REPLACED_BY, Session,
    TargetUser, Timestamp, Usability, User, UserId, UserRef, may, usability,
};
use latchkey_store::{PassAndPolicy, Reader, StoreError, Writer};

use crate::authorize::authorize_on_user;
use crate::refusals::{authorize_change_or_record, authorize_or_record};
use crate::sign_in::own_pages_caller;
use crate::trail::{Trail, detail, user_target};
use crate::{AccessError, Fault, OwnMethodError, RequestInfo, Service, SignedIn};

/// A pass as it may be shown, at one moment.
#[derive(Debug, Clone)]
pub struct PassView {
    /// The pass.
    pub pass: Pass,
    /// Whether and why it works.
    pub usability: Usability,
}

/// A pass that was issued a moment ago, with its code: the only time that the code is to be had.
#[derive(Debug)]
pub struct IssuedPass {
    /// The pass.
    pub view: PassView,
    /// What the person types.
    pub code: Secret<String>,
    /// Whose pass it is.
    pub user: User,
}

/// In place of what a new pass may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// Whatever is there.
    Whatever,
    /// The pass that was shown, or nothing; no other one, of which nobody knew.
    OnlyThis(Option<PassId>),
}

impl Replaces {
    /// Nothing is undone where nothing is there any more.
    fn allows(self, held: Option<PassId>) -> bool {
        match self {
            Self::Whatever => true,
            Self::OnlyThis(shown) => held.is_none() || held == shown,
        }
    }
}

/// Why a pass was not issued, shown or deleted.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A rule of passes forbids it.
    #[error(transparent)]
    Refused(#[from] PassRefusal),
    /// The user has no such pass.
    #[error("no such pass")]
    NoSuchPass,
    /// The user has another pass than the one that may be replaced.
    #[error("another pass has been issued meanwhile")]
    AnotherPass,
}

/// Why no pass was issued at the machine's own console. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ConsolePassError {
    /// The user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A rule of passes forbids it.
    #[error(transparent)]
    Refused(#[from] PassRefusal),
    /// The pass would let nobody in.
    #[error("the account is disabled: enable it first")]
    Disabled,
}

impl From<StoreError> for ConsolePassError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<Fault> for ConsolePassError {
    fn from(fault: Fault) -> Self {
        Self::Access(fault.into())
    }
}

impl From<StoreError> for PassError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<Fault> for PassError {
    fn from(fault: Fault) -> Self {
        Self::Access(fault.into())
    }
}

/// What the policy says of a user at this moment, and the policy itself.
pub(crate) async fn policy_for(
    reader: &mut Reader,
    user: UserId,
) -> Result<(Arc<PassPolicy>, PolicyView), StoreError> {
    let policy = reader.policy().await?;
    let view = policy_view(reader, user, &policy).await?;
    Ok((policy, view))
}

/// How the policy reaches a user at this moment.
pub(crate) async fn policy_scope(
    reader: &mut Reader,
    user: UserId,
    policy: &PassPolicy,
) -> Result<PolicyScope, StoreError> {
    // Membership matters only where the policy names groups; reading it costs a recursive query.
    let names_groups = !policy.exclude().is_empty()
        || policy
            .include()
            .iter()
            .any(|target| *target != latchkey_domain::IncludeTarget::AllUsers);
    let groups = if names_groups {
        reader.groups_of(user).await?
    } else {
        Vec::new()
    };
    Ok(policy.scope(&groups))
}

async fn policy_view(
    reader: &mut Reader,
    user: UserId,
    policy: &PassPolicy,
) -> Result<PolicyView, StoreError> {
    Ok(PolicyView {
        enabled: policy.is_enabled(),
        one_time_only: policy.is_one_time_only(),
        user_in_scope: policy_scope(reader, user, policy).await?.is_inside(),
    })
}

pub(crate) async fn view_of(
    reader: &mut Reader,
    user: UserId,
    now: Timestamp,
) -> Result<Option<PassView>, StoreError> {
    match reader.pass_and_policy(&UserRef::Id(user)).await? {
        Some(found) => view(reader, found, now).await,
        None => Ok(None),
    }
}

async fn view(
    reader: &mut Reader,
    found: PassAndPolicy,
    now: Timestamp,
) -> Result<Option<PassView>, StoreError> {
    let Some(stored) = found.pass else {
        return Ok(None);
    };
    let policy = policy_view(reader, found.user_id, &found.policy).await?;
    let usability = usability(&stored.pass, policy, now);
    Ok(Some(PassView {
        pass: stored.pass,
        usability,
    }))
}

impl Service {
    /// The user's pass, if there is one; never its code.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show_pass(&self, caller: &Caller, user: &UserRef) -> Result<Option<PassView>, AccessError> {
        let mut reader = if let Caller::Application { .. } = caller {
            // Its permission does not depend on whose pass it is, so that one statement reads all that is shown.
            may(caller, Action::ReadPass, None)?;
            self.store.read().await?
        } else {
            let mut reader = self.store.snapshot().await?;
            authorize_on_user(&mut reader, caller, Action::ReadPass, user).await?;
            reader
        };
        let found = reader.pass_and_policy(user).await?;
        let found = found.ok_or(AccessError::NoSuchUser)?;
        Ok(view(&mut reader, found, self.now()).await?)
    }

    /// Issues a pass; it replaces the one that the user may have, as far as `replaces` says, at commit.
    ///
    /// # Errors
    /// [`PassError`]; nothing is changed then, and a refusal is in the audit log.
    pub async fn issue_pass(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        request: PassRequest,
        replaces: Replaces,
    ) -> Result<IssuedPass, PassError> {
        // The code's length is the policy's; it is hashed before the transaction, which must not wait.
        let length = {
            let mut reader = self.store.read().await?;
            match authorize_on_user(&mut reader, caller, Action::IssuePass, user).await {
                Ok(_) => reader.policy().await?.length(),
                Err(AccessError::Denied(denied)) => {
                    drop(reader);
                    let trail = self.trail(caller, info);
                    let (activity, _) = registration_words(&trail.initiator);
                    self.record_refusal_on_user(&trail, activity, denied, user)
                        .await?;
                    return Err(AccessError::from(denied).into());
                }
                Err(other) => return Err(other.into()),
            }
        };
        self.count_code(caller, length)?;
        let (code, verifier) = self.hasher.new_code(length).await.map_err(Fault::from)?;
        let work = IssueWork {
            caller: caller.clone(),
            user: user.clone(),
            request,
            replaces,
            trail: self.trail(caller, info),
            pass_id: PassId::from_bytes(self.random_id()),
            verifier: verifier.to_text(),
            length: length.get(),
            outside_policy: self.settings.allow_pass_outside_policy,
        };
        let outcome = self
            .store
            .write_with(work, |writer, work| Box::pin(issue(writer, work)))
            .await?;
        match outcome {
            Ok((view, user)) => Ok(IssuedPass { view, code, user }),
            // The policy's length changed between the two steps: the code would be too short or too long.
            Err(IssueEnd::LengthChanged) => {
                Box::pin(self.issue_pass(caller, info, user, request, replaces)).await
            }
            Err(IssueEnd::Refused(error)) => Err(error),
        }
    }

    /// Issues a one-time pass at the machine's own console, whatever the policy says: to let an
    /// administrator back in.
    ///
    /// # Errors
    /// [`ConsolePassError`]
    pub async fn issue_console_pass(
        &self,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<IssuedPass, ConsolePassError> {
        let policy = self.store.read().await?.policy().await?;
        let (code, verifier) = self.hasher.new_code(policy.length()).await.map_err(Fault::from)?;
        let trail = self.trail(&Caller::Console, info);
        let pass_id = PassId::from_bytes(self.random_id());
        let input = (user.clone(), trail, pass_id, verifier.to_text());
        let (view, user) = self
            .store
            .write_with(input, |writer, (user, trail, pass_id, verifier)| {
                Box::pin(async move {
                    let (user, target, permit) =
                        authorize_on_user(writer, &Caller::Console, Action::IssuePass, user).await?;
                    // Before anything is stored: the pass that they have stays.
                    check_usable(&user)?;
                    let pass = Pass {
                        id: *pass_id,
                        user_id: user.id,
                        created_at: trail.at,
                        start_at: trail.at,
                        lifetime: latchkey_domain::Minutes(60),
                        one_time: true,
                        used_at: None,
                        blocked_at: None,
                        from_console: true,
                    };
                    store_pass(writer, &permit, trail, &user, &target, &pass, verifier).await?;
                    Ok::<_, ConsolePassError>((
                        PassView {
                            pass,
                            usability: Usability::EnabledByPolicy,
                        },
                        user,
                    ))
                })
            })
            .await?;
        Ok(IssuedPass { view, code, user })
    }

    /// Deletes the person's own pass; a session that stands on it ends.
    ///
    /// # Errors
    /// [`OwnMethodError`]; nothing is changed then.
    pub async fn delete_own_pass(
        &self,
        signed_in: &SignedIn,
        info: &RequestInfo,
    ) -> Result<(), OwnMethodError> {
        let trail = self.trail_of_user(&signed_in.user, info);
        self.store
            .write_with((signed_in.session.id, trail), |writer, (session, trail)| {
                Box::pin(async move {
                    let (session, user) =
                        Self::fresh_session(writer, *session, ChangeKind::Other, trail.at).await?;
                    if delete_pass_of_oneself(writer, trail, &user, &session).await? {
                        Ok(())
                    } else {
                        Err(OwnMethodError::NotFound)
                    }
                })
            })
            .await
    }

    /// Deletes a user's pass; what it opened ends at once.
    ///
    /// # Errors
    /// [`PassError`]; nothing is changed then, and a refusal is in the audit log.
    pub async fn delete_pass(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        pass: PassId,
    ) -> Result<(), PassError> {
        let input = (caller.clone(), user.clone(), pass, self.trail(caller, info));
        self.store
            .write_with(input, |writer, (caller, user, pass, trail)| {
                Box::pin(async move {
                    let removal = (Action::DeletePass, ChangeKind::Other);
                    let activity = Activity::AdminDeletedSecurityInfo;
                    let access =
                        authorize_change_or_record(writer, caller, trail, removal, activity, user).await?;
                    let (user, _, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok::<_, PassError>(Err(PassError::from(refusal))),
                    };
                    let held = writer
                        .pass_of(user.id)
                        .await?
                        .filter(|stored| stored.pass.id == *pass);
                    if held.is_none() {
                        return Ok(Err(PassError::NoSuchPass));
                    }
                    writer
                        .delete_pass(&permit, *pass, &deletion_event(trail, &user, *pass))
                        .await?;
                    Ok(Ok(()))
                })
            })
            .await?
    }
}

/// Deletes one's own pass, in the transaction of something else that the person does.
pub(crate) async fn delete_pass_of_oneself(
    writer: &mut Writer,
    trail: &Trail,
    user: &User,
    session: &Session,
) -> Result<bool, OwnMethodError> {
    let Some(stored) = writer.pass_of(user.id).await? else {
        return Ok(false);
    };
    let oneself = TargetUser::ordinary(user.id);
    let permit = may(
        &own_pages_caller(user, session),
        Action::DeletePass,
        Some(&oneself),
    )?;
    let event = deletion_event(trail, user, stored.pass.id);
    Ok(writer.delete_pass(&permit, stored.pass.id, &event).await?)
}

/// Whether a pass of the console could let this person in: it goes beyond the policy, not beyond the account.
fn check_usable(user: &User) -> Result<(), ConsolePassError> {
    if user.is_external_guest() {
        return Err(PassRefusal::ExternalGuest.into());
    }
    if user.account_enabled {
        Ok(())
    } else {
        Err(ConsolePassError::Disabled)
    }
}

struct IssueWork {
    caller: Caller,
    user: UserRef,
    request: PassRequest,
    replaces: Replaces,
    trail: Trail,
    pass_id: PassId,
    verifier: String,
    length: usize,
    outside_policy: bool,
}

enum IssueEnd {
    Refused(PassError),
    LengthChanged,
}

async fn issue(
    writer: &mut Writer,
    work: &IssueWork,
) -> Result<Result<(PassView, User), IssueEnd>, PassError> {
    let trail = &work.trail;
    let (action, activity) = (Action::IssuePass, Activity::AdminRegisteredSecurityInfo);
    let access = authorize_or_record(writer, &work.caller, trail, action, activity, &work.user).await?;
    let (user, target, permit) = match access {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(IssueEnd::Refused(refusal.into()))),
    };
    let (policy, view) = policy_for(writer, user.id).await?;
    if policy.length().get() != work.length {
        return Ok(Err(IssueEnd::LengthChanged));
    }
    let in_scope = view.user_in_scope || work.outside_policy;
    let plan = match PassPlan::new(
        work.request,
        &policy,
        in_scope,
        user.is_external_guest(),
        trail.at,
    ) {
        Ok(plan) => plan,
        Err(refusal) => {
            let (activity, _) = registration_words(&trail.initiator);
            let event = trail.refused(activity, &refusal.to_string(), vec![user_target(&user)]);
            writer.record(&event).await?;
            return Ok(Err(IssueEnd::Refused(refusal.into())));
        }
    };
    let held = writer.pass_of(user.id).await?;
    if !work.replaces.allows(held.map(|held| held.pass.id)) {
        return Ok(Err(IssueEnd::Refused(PassError::AnotherPass)));
    }
    let pass = Pass {
        id: work.pass_id,
        user_id: user.id,
        created_at: trail.at,
        start_at: plan.start_at,
        lifetime: plan.lifetime,
        one_time: plan.one_time,
        used_at: None,
        blocked_at: None,
        from_console: false,
    };
    store_pass(writer, &permit, trail, &user, &target, &pass, &work.verifier).await?;
    let usability = usability(&pass, view, trail.at);
    Ok(Ok((PassView { pass, usability }, user)))
}

async fn store_pass(
    writer: &mut Writer,
    permit: &latchkey_domain::Permit,
    trail: &Trail,
    user: &User,
    target: &TargetUser,
    pass: &Pass,
    verifier: &str,
) -> Result<(), StoreError> {
    let replaced = writer.pass_of(user.id).await?.map(|old| {
        let mut event = deletion_event(trail, user, old.pass.id);
        event.details.push(detail(REPLACED_BY, &pass.id.to_string()));
        event
    });
    let issued = registration_event(trail, user, target, pass);
    writer
        .issue_pass(permit, pass, verifier, replaced.as_ref(), &issued)
        .await
}

/// Who added a method decides the words (sign-in contract 12.2).
fn registration_words(initiator: &Initiator) -> (Activity, &'static str) {
    match initiator {
        Initiator::User { .. } | Initiator::Console => (
            Activity::AdminRegisteredSecurityInfo,
            "Admin registered temporary access pass method for user",
        ),
        Initiator::Application { .. } => (
            Activity::UserRegisteredSecurityInfo,
            "User registered temporary access pass method",
        ),
    }
}

fn registration_event(trail: &Trail, user: &User, target: &TargetUser, pass: &Pass) -> AuditEvent {
    let (activity, reason) = registration_words(&trail.initiator);
    let property = |name: &str, value: &str| {
        ModifiedProperty::text(&format!("{PASS_PROPERTY}{name}"), None, Some(value))
    };
    let mut who = user_target(user);
    who.modified = vec![
        property("Id", &pass.id.to_string()),
        property("StartDateTime", &pass.start_at.to_rfc3339()),
        property("EndTime", &pass.end().to_rfc3339()),
        property(
            "AccessPassUsage",
            if pass.one_time { "OneTime" } else { "Multiple" },
        ),
    ];
    let mut event = trail.done(activity, reason, vec![who]);
    // Entra's security guide rates a pass for a privileged account as high: let a rule match it.
    if target.is_administrator() {
        event.details.push(detail("PrivilegedTarget", "true"));
        event.details.push(detail("Severity", "High"));
    }
    event
}

fn deletion_event(trail: &Trail, user: &User, pass: PassId) -> AuditEvent {
    let own = matches!(&trail.initiator, Initiator::User { id, .. } if *id == user.id);
    let (activity, reason) = match &trail.initiator {
        Initiator::User { .. } if own => (
            Activity::UserDeletedSecurityInfo,
            "User deleted temporary access pass method",
        ),
        Initiator::User { .. } | Initiator::Console => (
            Activity::AdminDeletedSecurityInfo,
            "Admin deleted temporary access pass method for user",
        ),
        Initiator::Application { .. } => (
            Activity::UserDeletedSecurityInfo,
            "User deleted temporary access pass method",
        ),
    };
    let mut who = user_target(user);
    who.modified = vec![ModifiedProperty::text(
        &format!("{PASS_PROPERTY}Id"),
        Some(&pass.to_string()),
        None,
    )];
    trail.done(activity, reason, vec![who])
}
