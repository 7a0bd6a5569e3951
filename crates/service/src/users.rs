//! Accounts: making, showing, changing and deleting them.
//!
//! Graph contract 7 and 10.3. Passwords follow `latchkey_domain::check_password_rules`.

use latchkey_crypto::Secret;
use latchkey_domain::{
    Action, Activity, AuditEvent, Caller, Denied, ModifiedProperty, NewUser, PasswordOwner, PasswordRefusal,
    RoleId, TargetUser, TextProperties, TextProperty, Timestamp, Upn, User, UserChange, UserFieldError,
    UserId, UserRef, UserType, check_password_rules, may,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::authorize::authorize_on_user;
use crate::refusals::authorize_or_record;
use crate::relations::put_manager;
use crate::roles::take_roles_of;
use crate::sign_in::normalise_password;
use crate::trail::{Trail, user_target};
use crate::{AccessError, Fault, RequestInfo, Service};

/// What someone wants an account to be, as it was asked for; what is `None` is not mentioned.
#[derive(Debug, Default)]
pub struct UserWish {
    /// What the person signs in with.
    pub upn: Option<String>,
    /// Name to show.
    pub display_name: Option<String>,
    /// Mail alias.
    pub mail_nickname: Option<String>,
    /// Whether the person may sign in.
    pub account_enabled: Option<bool>,
    /// Member or guest.
    pub user_type: Option<UserType>,
    /// Optional text properties to set or (`None`) clear.
    pub text: Vec<(TextProperty, Option<String>)>,
    /// First day at work, set or cleared.
    pub employee_hire_date: Option<Option<Timestamp>>,
    /// A new password.
    pub password: Option<Secret<String>>,
    /// The account is made without a password, for somebody who comes in with a pass; said where none is given.
    pub without_password: bool,
    /// The password must be changed at the next sign-in with it.
    pub must_change_password: Option<bool>,
    /// The manager; only when the account is made.
    pub manager: Option<UserId>,
}

/// Why an account was not made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The caller may not, or the user is unknown.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A property breaks its rule.
    #[error(transparent)]
    Field(#[from] UserFieldError),
    /// A required property is missing.
    #[error("Property {0} value is required but is empty or missing.")]
    Missing(&'static str),
    /// An account is made with a password, unless it is said that there is none.
    #[error("A password must be specified to create a new user.")]
    NoPassword,
    /// The password breaks the rules.
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    /// The name's domain is not one of the tenant's.
    #[error(
        "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
    )]
    UnknownDomain,
    /// Another account has the name.
    #[error("Another object with the same value for property userPrincipalName already exists.")]
    NameTaken,
    /// There is nobody with this id to be the manager.
    #[error("no such manager: {0}")]
    NoSuchManager(UserId),
    /// Without this account nobody could administer the tenant.
    #[error("The last Global Administrator cannot be deleted or disabled.")]
    LastAdministrator,
}

impl From<StoreError> for UserError {
    fn from(error: StoreError) -> Self {
        match error {
            // The name is the only thing besides the random id that is unique.
            StoreError::Conflict { .. } => Self::NameTaken,
            other => Self::Access(other.into()),
        }
    }
}

impl From<Fault> for UserError {
    fn from(fault: Fault) -> Self {
        Self::Access(fault.into())
    }
}

impl Service {
    /// Makes an account.
    ///
    /// # Errors
    /// [`UserError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_user(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: UserWish,
    ) -> Result<User, UserError> {
        let trail = self.trail(caller, info);
        let permit = self
            .permit_or_record(caller, &trail, Action::CreateUser, Activity::AddUser, Vec::new())
            .await?;
        let new = self.new_user(&wish)?;
        let user = User {
            password_changed_at: wish.password.is_some().then_some(trail.at),
            ..account(&new, UserId::from_bytes(self.random_id()), trail.at)
        };
        // Named before anything is hashed: a name that is taken must not cost a hash.
        if self
            .store
            .read()
            .await?
            .user(&UserRef::Name(user.upn.clone()))
            .await?
            .is_some()
        {
            return Err(UserError::NameTaken);
        }
        let verifier = match wish.password {
            None => None,
            Some(password) => Some(self.password_verifier(caller, &password, &user).await?),
        };
        let mut target = user_target(&user);
        target.modified = first_properties(&user);
        let event = trail.done(Activity::AddUser, "", vec![target]);
        self.store
            .write_with(
                (permit, user, verifier, event, wish.manager, trail),
                |writer, (permit, user, verifier, event, manager, trail)| {
                    Box::pin(async move {
                        writer
                            .insert_user(permit, user, verifier.as_deref(), event)
                            .await?;
                        if manager.is_some() {
                            put_manager(writer, permit, trail, user, *manager).await?;
                        }
                        Ok(user.clone())
                    })
                },
            )
            .await
    }

    /// Changes an account; a new password or a disabled account ends the person's sessions.
    ///
    /// # Errors
    /// [`UserError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_user(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
        wish: UserWish,
    ) -> Result<(), UserError> {
        let (action, more) = wish.actions();
        let trail = self.trail(caller, info);
        let access = {
            let mut reader = self.store.read().await?;
            let found = authorize_on_user(&mut reader, caller, action, user).await;
            found.and_then(|found| Ok(may_all(caller, &more, &found.1).map(|()| found)?))
        };
        let mut present = match access {
            Ok((present, ..)) => present,
            Err(AccessError::Denied(denied)) => {
                self.record_refusal_on_user(&trail, wish.activity(), denied, user)
                    .await?;
                return Err(AccessError::from(denied).into());
            }
            Err(other) => return Err(other.into()),
        };
        let change = self.user_change(&wish)?;
        change.apply(&mut present);
        let activity = wish.activity();
        // Hashed before the transaction, which must not wait.
        let verifier = match wish.password {
            None => None,
            Some(password) => Some(self.password_verifier(caller, &password, &present).await?),
        };
        let work = UpdateWork {
            caller: caller.clone(),
            trail,
            activity,
            user: user.clone(),
            action,
            more,
            change,
            verifier,
        };
        self.store
            .write_with(work, |writer, work| Box::pin(update(writer, work)))
            .await?
    }

    /// Deletes an account with its pass, sessions, roles and memberships.
    ///
    /// # Errors
    /// [`UserError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_user(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        user: &UserRef,
    ) -> Result<(), UserError> {
        let input = (caller.clone(), self.trail(caller, info), user.clone());
        self.store
            .write_with(input, |writer, (caller, trail, user)| {
                Box::pin(async move {
                    let (action, activity) = (Action::DeleteUser, Activity::DeleteUser);
                    let access = authorize_or_record(writer, caller, trail, action, activity, user).await?;
                    let (user, target, permit) = match access {
                        Ok(found) => found,
                        Err(refusal) => return Ok(Err(refusal.into())),
                    };
                    if user.account_enabled && is_last_administrator(writer, &target.roles).await? {
                        return Ok(Err(UserError::LastAdministrator));
                    }
                    take_roles_of(writer, &permit, trail, user.id.into()).await?;
                    let event = trail.done(activity, "", vec![user_target(&user)]);
                    writer.delete_user(&permit, user.id, trail.at, &event).await?;
                    Ok::<_, UserError>(Ok(()))
                })
            })
            .await?
    }

    /// Judges a password for its owner and hashes it, 20 ms of a core.
    async fn password_verifier(
        &self,
        caller: &Caller,
        password: &Secret<String>,
        user: &User,
    ) -> Result<String, UserError> {
        let password = normalised(password)?;
        check_password_rules(password.expose(), owner(user), &self.settings.password_rules)?;
        self.count_hash(caller)?;
        let verifier = self.hasher.new_password(password).await.map_err(Fault::from)?;
        Ok(verifier.to_text())
    }

    fn new_user(&self, wish: &UserWish) -> Result<NewUser, UserError> {
        let required = |value: &Option<String>, property| match value {
            Some(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(UserError::Missing(property)),
        };
        let account_enabled = wish.account_enabled.ok_or(UserError::Missing("accountEnabled"))?;
        let display_name = required(&wish.display_name, "displayName")?;
        let mail_nickname = required(&wish.mail_nickname, "mailNickname")?;
        let upn = self.own_name(&required(&wish.upn, "userPrincipalName")?)?;
        if wish.password.is_none() && !wish.without_password {
            return Err(UserError::NoPassword);
        }
        let mut text = TextProperties::default();
        for (property, value) in &wish.text {
            text.set(*property, value.clone());
        }
        let new = NewUser {
            upn,
            display_name,
            mail_nickname,
            account_enabled,
            user_type: wish.user_type.unwrap_or_default(),
            text,
            employee_hire_date: wish.employee_hire_date.flatten(),
            must_change_password: wish.must_change_password.unwrap_or(false),
        };
        new.validate()?;
        Ok(new)
    }

    fn user_change(&self, wish: &UserWish) -> Result<UserChange, UserError> {
        let change = UserChange {
            upn: wish.upn.as_deref().map(|name| self.own_name(name)).transpose()?,
            display_name: wish.display_name.clone(),
            mail_nickname: wish.mail_nickname.clone(),
            account_enabled: wish.account_enabled,
            user_type: wish.user_type,
            text: wish.text.clone(),
            employee_hire_date: wish.employee_hire_date,
            must_change_password: wish.must_change_password,
        };
        change.validate()?;
        Ok(change)
    }

    /// A sign-in name under one of the tenant's domains.
    fn own_name(&self, name: &str) -> Result<Upn, UserError> {
        let upn = Upn::parse(name).map_err(|_| UserFieldError {
            property: "userPrincipalName",
        })?;
        if self
            .tenant
            .domains
            .iter()
            .any(|domain| domain.eq_ignore_ascii_case(upn.domain()))
        {
            Ok(upn)
        } else {
            Err(UserError::UnknownDomain)
        }
    }
}

impl UserWish {
    /// What the wish is called where it is refused.
    const fn activity(&self) -> Activity {
        if self.password.is_some() {
            Activity::ResetUserPassword
        } else {
            Activity::UpdateUser
        }
    }

    /// What the caller must be allowed to do, all of it: there are permissions for parts of an account (Graph
    /// contract 7.1 and 10.3).
    fn actions(&self) -> (Action, Vec<Action>) {
        let is_phone = |(property, _): &(TextProperty, _)| property.is_phone();
        let is_mails = |(property, _): &(TextProperty, _)| *property == TextProperty::OtherMails;
        let plain = self.display_name.is_some()
            || self.mail_nickname.is_some()
            || self.user_type.is_some()
            || self.employee_hire_date.is_some()
            || !self.text.iter().all(|(property, _)| property.is_sensitive());
        let parts = [
            (
                self.upn.is_some() || self.text.iter().any(is_mails),
                Action::UpdateUserSensitive,
            ),
            (self.account_enabled.is_some(), Action::SwitchAccount),
            (
                self.password.is_some() || self.must_change_password.is_some(),
                Action::WritePasswordProfile,
            ),
            (self.text.iter().any(is_phone), Action::WritePhones),
            (plain, Action::UpdateUser),
        ];
        let asked = parts.into_iter().filter(|(is_asked, _)| *is_asked);
        let mut asked = asked.map(|(_, action)| action);
        // A wish for nothing is one for ordinary properties.
        (asked.next().unwrap_or(Action::UpdateUser), asked.collect())
    }
}

/// Whether the caller may do all of these, too.
fn may_all(caller: &Caller, actions: &[Action], target: &TargetUser) -> Result<(), Denied> {
    actions
        .iter()
        .try_for_each(|action| may(caller, *action, Some(target)).map(drop))
}

struct UpdateWork {
    caller: Caller,
    trail: Trail,
    activity: Activity,
    user: UserRef,
    action: Action,
    more: Vec<Action>,
    change: UserChange,
    verifier: Option<String>,
}

async fn update(writer: &mut Writer, work: &UpdateWork) -> Result<Result<(), UserError>, UserError> {
    let UpdateWork { caller, trail, .. } = work;
    let access = authorize_or_record(writer, caller, trail, work.action, work.activity, &work.user).await?;
    let (old, target, permit) = match access {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    if let Err(denied) = may_all(caller, &work.more, &target) {
        let refused = trail.refused(work.activity, &denied.to_string(), vec![user_target(&old)]);
        writer.record(&refused).await?;
        return Ok(Err(AccessError::from(denied).into()));
    }
    let mut new = old.clone();
    work.change.apply(&mut new);
    let disabled = old.account_enabled && !new.account_enabled;
    if disabled && is_last_administrator(writer, &target.roles).await? {
        return Ok(Err(UserError::LastAdministrator));
    }
    let events = update_events(trail, &old, &new);
    if !events.is_empty() {
        writer.update_user(&permit, &new, &events).await?;
    }
    if let Some(verifier) = &work.verifier {
        let own = matches!(caller, Caller::Person { id, .. } if *id == new.id);
        let activity = if own {
            Activity::ChangeUserPassword
        } else {
            Activity::ResetUserPassword
        };
        let event = trail.done(activity, "", vec![user_target(&new)]);
        writer
            .set_password(new.id, verifier, new.must_change_password, trail.at, &event)
            .await?;
    }
    if disabled || work.verifier.is_some() {
        let event = trail.done(Activity::SessionsRevoked, "", vec![user_target(&new)]);
        writer.end_sessions(new.id, None, trail.at, &event).await?;
    }
    Ok(Ok(()))
}

/// The password in the form in which sign-in will compare it.
pub(crate) fn normalised(password: &Secret<String>) -> Result<Secret<String>, PasswordRefusal> {
    normalise_password(password.expose()).ok_or(PasswordRefusal::TooLong)
}

/// Whether these are the roles of the only person who can give roles and let people in.
async fn is_last_administrator(reader: &mut Reader, roles: &[RoleId]) -> Result<bool, StoreError> {
    let global = RoleId::GLOBAL_ADMINISTRATOR;
    Ok(roles.contains(&global) && reader.count_role_holders(global).await? <= 1)
}

fn account(new: &NewUser, id: UserId, now: Timestamp) -> User {
    User {
        id,
        upn: new.upn.clone(),
        display_name: new.display_name.clone(),
        mail_nickname: new.mail_nickname.clone(),
        account_enabled: new.account_enabled,
        user_type: new.user_type,
        text: new.text.clone(),
        employee_hire_date: new.employee_hire_date,
        created_at: now,
        password_changed_at: None,
        must_change_password: new.must_change_password,
        sessions_valid_from: now,
    }
}

pub(crate) fn owner(user: &User) -> PasswordOwner<'_> {
    PasswordOwner {
        upn: user.upn.as_str(),
        display_name: &user.display_name,
    }
}

/// The events of a change: the switch of the account has words of its own.
fn update_events(trail: &Trail, old: &User, new: &User) -> Vec<AuditEvent> {
    let mut events = Vec::new();
    if old.account_enabled != new.account_enabled {
        let activity = if new.account_enabled {
            Activity::EnableAccount
        } else {
            Activity::DisableAccount
        };
        let mut target = user_target(new);
        target.modified = vec![ModifiedProperty::text(
            "AccountEnabled",
            Some(&old.account_enabled.to_string()),
            Some(&new.account_enabled.to_string()),
        )];
        events.push(trail.done(activity, "", vec![target]));
    }
    let modified = differences(old, new);
    if !modified.is_empty() {
        let mut target = user_target(new);
        target.modified = modified;
        events.push(trail.done(Activity::UpdateUser, "", vec![target]));
    }
    events
}

/// A text property as records tell it, lists with commas.
fn text(user: &User, property: TextProperty) -> Option<String> {
    user.text.get(property).map(|text| text.replace('\n', ", "))
}

/// What can be told of an account beside its texts.
fn fixed(user: &User) -> [(&'static str, Option<String>); 6] {
    [
        ("UserPrincipalName", Some(user.upn.to_string())),
        ("DisplayName", Some(user.display_name.clone())),
        ("MailNickname", Some(user.mail_nickname.clone())),
        ("UserType", Some(user.user_type.as_str().to_owned())),
        (
            "EmployeeHireDate",
            user.employee_hire_date.map(Timestamp::to_rfc3339),
        ),
        ("ForceChangePassword", Some(user.must_change_password.to_string())),
    ]
}

/// What an account was made with.
fn first_properties(user: &User) -> Vec<ModifiedProperty> {
    let enabled = ("AccountEnabled", Some(user.account_enabled.to_string()));
    let texts = TextProperty::ALL.iter();
    let texts = texts.map(|property| (property.name(), text(user, *property)));
    [enabled]
        .into_iter()
        .chain(fixed(user))
        .chain(texts)
        .filter(|(_, value)| value.is_some())
        .map(|(name, value)| ModifiedProperty::text(name, None, value.as_deref()))
        .collect()
}

fn differences(old: &User, new: &User) -> Vec<ModifiedProperty> {
    let texts = TextProperty::ALL
        .iter()
        .map(|property| (property.name(), text(old, *property), text(new, *property)));
    fixed(old)
        .into_iter()
        .zip(fixed(new))
        .map(|((name, old), (_, new))| (name, old, new))
        .chain(texts)
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| ModifiedProperty::text(name, old.as_deref(), new.as_deref()))
        .collect()
}
