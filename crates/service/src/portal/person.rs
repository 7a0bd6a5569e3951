//! Everything about one person, as far as the caller may see it.

use latchkey_domain::{
    Action, Caller, Denied, Group, PassPlan, PassRequest, RoleId, Session, TargetUser, Timestamp, User,
    UserId, UserRef, may,
};
use latchkey_store::{AuditFilter, Reader, SignInFilter, StoreError, StoredAudit, StoredSignIn};

use super::desk::no_pass;
use super::{Locks, NoPass, Offers};
use crate::authorize::authorize_on_user;
use crate::group_members::members_are_shown;
use crate::passes::{policy_for, view_of};
use crate::{AccessError, Methods, Service};

/// A person's page.
#[derive(Debug, Clone)]
pub struct PersonFile {
    /// The account.
    pub user: User,
    /// The manager.
    pub manager: Option<User>,
    /// Directory roles.
    pub roles: Vec<RoleId>,
    /// A role-assignable group protects the person.
    pub in_role_assignable_group: bool,
    /// The first groups that the person is in directly, at most [`PersonFile::MOST_GROUPS`].
    pub groups: Vec<Group>,
    /// There are more groups.
    pub more_groups: bool,
    /// Until when wrong guesses lock the name.
    pub locks: Locks,
    /// What the person signs in with; `None` when the caller may not see it.
    pub methods: Option<Methods>,
    /// Sessions that stand, newest first; `None` when the caller may not see them.
    pub sessions: Option<Vec<Session>>,
    /// The last sign-ins; `None` when the caller may not see them.
    pub sign_ins: Option<Vec<StoredSignIn>>,
    /// What was done to the account last; `None` when the caller may not see it.
    pub audits: Option<Vec<StoredAudit>>,
    /// What the caller may do here.
    pub offers: Offers,
    /// Why the caller may not issue a pass, if so.
    pub no_pass: Option<Denied>,
    /// Why nobody can issue one, for a caller who otherwise may.
    pub policy_refusal: Option<NoPass>,
    /// The moment of all this.
    pub now: Timestamp,
}

impl PersonFile {
    /// So many groups are named.
    pub const MOST_GROUPS: u32 = 50;
}

/// The most sessions, sign-ins and events of each kind.
const LAST: u32 = 10;

const ON_PERSON: &[Action] = &[
    Action::IssuePass,
    Action::DeletePass,
    Action::DeletePasskey,
    Action::DeleteTotp,
    Action::ResetPassword,
    Action::RequireRegistration,
    Action::RevokeSessions,
    Action::UpdateUser,
    Action::UpdateUserSensitive,
    Action::DeleteUser,
    Action::AssignRole,
    Action::ReadSignIns,
    Action::ReadAudits,
];

impl Service {
    /// A person's page.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn person_file(&self, caller: &Caller, user: &UserRef) -> Result<PersonFile, AccessError> {
        let now = self.now();
        let mut reader = self.store.snapshot().await?;
        let (user, target, _) = authorize_on_user(&mut reader, caller, Action::ReadUser, user).await?;
        let (groups, more_groups) = groups(&mut reader, caller, user.id).await?;
        let sees_methods = may(caller, Action::ReadMethods, Some(&target)).is_ok();
        let methods = if sees_methods {
            Some(Methods {
                passkeys: reader.passkeys_of(user.id).await?,
                totp_apps: reader.totp_apps_of(user.id).await?,
                pass: view_of(&mut reader, user.id, now).await?,
                user: user.clone(),
            })
        } else {
            None
        };
        let sessions = if sees_methods || may(caller, Action::RevokeSessions, Some(&target)).is_ok() {
            let all = reader.sessions_of(user.id, LAST).await?;
            let live = |session: &Session| session.is_live(user.sessions_valid_from, now);
            Some(all.into_iter().filter(live).collect())
        } else {
            None
        };
        let no_pass = may(caller, Action::IssuePass, Some(&target)).err();
        let policy_refusal = match no_pass {
            None => self.policy_refusal(&mut reader, caller, &user, now).await?,
            Some(_) => None,
        };
        Ok(PersonFile {
            sign_ins: sign_ins(&mut reader, caller, &user).await?,
            audits: audits(&mut reader, caller, &user).await?,
            offers: Offers::of(caller, ON_PERSON, Some(&target)),
            no_pass,
            policy_refusal,
            manager: reader.manager_of(user.id).await?,
            roles: held(&target),
            in_role_assignable_group: target.in_role_assignable_group,
            locks: self.locks(&mut reader, &user, now).await?,
            groups,
            more_groups,
            methods,
            sessions,
            user,
            now,
        })
    }

    async fn policy_refusal(
        &self,
        reader: &mut Reader,
        caller: &Caller,
        user: &User,
        now: Timestamp,
    ) -> Result<Option<NoPass>, StoreError> {
        let (policy, view) = policy_for(reader, user.id).await?;
        let in_scope = view.user_in_scope || self.settings.allow_pass_outside_policy;
        let guest = user.is_external_guest();
        match PassPlan::new(PassRequest::default(), &policy, in_scope, guest, now) {
            Ok(_) => Ok(None),
            Err(refusal) => no_pass(reader, caller, user.id, &policy, refusal).await,
        }
    }
}

/// The first groups that the person is in directly, as far as the caller is shown their members; whether there are more.
async fn groups(
    reader: &mut Reader,
    caller: &Caller,
    user: UserId,
) -> Result<(Vec<Group>, bool), StoreError> {
    let mut found = reader.direct_groups_of(user, PersonFile::MOST_GROUPS + 1).await?;
    let most = usize::try_from(PersonFile::MOST_GROUPS).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let mut groups = Vec::new();
    for group in found {
        if members_are_shown(reader, caller, &group).await? {
            groups.push(group);
        }
    }
    Ok((groups, more))
}

fn held(target: &TargetUser) -> Vec<RoleId> {
    let mut roles = target.roles.clone();
    roles.sort_by_key(|role| role.built_in().map(|known| known.name));
    roles
}

async fn sign_ins(
    reader: &mut Reader,
    caller: &Caller,
    user: &User,
) -> Result<Option<Vec<StoredSignIn>>, StoreError> {
    if may(caller, Action::ReadSignIns, None).is_err() {
        return Ok(None);
    }
    let filter = SignInFilter {
        user_id: Some(user.id),
        ..SignInFilter::default()
    };
    reader.sign_ins_page(&filter, None, LAST).await.map(Some)
}

async fn audits(
    reader: &mut Reader,
    caller: &Caller,
    user: &User,
) -> Result<Option<Vec<StoredAudit>>, StoreError> {
    if may(caller, Action::ReadAudits, None).is_err() {
        return Ok(None);
    }
    let filter = AuditFilter {
        target_id: Some(user.id.to_string()),
        ..AuditFilter::default()
    };
    reader.audits_page(&filter, None, LAST).await.map(Some)
}
