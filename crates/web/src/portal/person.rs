//! A person's page.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, Query};
use http::{StatusCode, Uri};
use latchkey_domain::{
    Action, AuditEvent, AuditOutcome, Denied, Initiator, Session, SessionMethod, TextProperty, UserRef,
    UserType,
};
use latchkey_service::{PassView, PersonFile};
use latchkey_store::{StoredAudit, StoredSignIn};

use super::admin::Admin;
use super::frame::{Frame, Section};
use super::issue::no_pass_words;
use super::paths;
use crate::answer::{Answer, page};
use crate::moment::Moment;
use crate::security_info::overview::{app_row, passkey_row, passkey_segment};
use crate::view::{Kind, Method, Site};

/// Something known about the account.
struct Fact {
    label: &'static str,
    value: String,
}

/// A pass in the administrator's words; never its code.
pub(super) struct PassLine {
    pub(super) id: String,
    /// Once, or for several sign-ins.
    pub(super) once: bool,
    pub(super) words: &'static str,
    /// The moment that the words end with.
    pub(super) when: Option<Moment>,
    pub(super) usable: bool,
    /// It works, will work, or opened a session that stands: replacing it is felt.
    pub(super) alive: bool,
    pub(super) never_used: bool,
}

impl PassLine {
    pub(super) fn new(view: &PassView) -> Self {
        use latchkey_domain::Usability as U;
        let pass = &view.pass;
        let (words, when) = match view.usability {
            U::EnabledByPolicy => ("Works until", Some(pass.end())),
            U::NotYetValid => ("Starts", Some(pass.start_at)),
            U::Expired => ("Expired", Some(pass.end())),
            U::OneTimeUsed => ("Used", pass.used_at),
            U::DisabledByPolicy if pass.blocked_at.is_some() => {
                ("Blocked after too many wrong guesses", None)
            }
            U::DisabledByPolicy => ("Stopped by the pass policy", None),
        };
        Self {
            id: pass.id.to_string(),
            once: pass.one_time,
            words,
            when: when.map(Moment::from),
            usable: view.usability.is_usable(),
            alive: super::issue::is_worth_a_warning(view),
            never_used: pass.used_at.is_none(),
        }
    }
}

/// A method with the way to delete it, where that is offered.
struct MethodLine<'a> {
    method: Method<'a>,
    delete: Option<String>,
}

/// Something that happened.
pub(super) struct Happening {
    pub(super) when: Moment,
    pub(super) what: String,
    /// Who or how, in small print.
    pub(super) detail: String,
    pub(super) refused: bool,
}

/// A way to sign in that wrong guesses lock.
struct LockLine {
    what: &'static str,
    until: Moment,
}

/// A session that stands.
struct SessionLine {
    method: &'static str,
    since: Moment,
    seen: Moment,
}

#[derive(Template)]
#[template(path = "portal/person.html")]
struct PersonPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    file: &'a PersonFile,
    done: Option<&'static str>,
    locks: Vec<LockLine>,
    pass: Option<PassLine>,
    /// It lets its owner in at this moment.
    pass_works: bool,
    methods: Vec<MethodLine<'a>>,
    facts: Vec<Fact>,
    /// Names of roles with their pages.
    roles: Vec<(String, String)>,
    sessions: Vec<SessionLine>,
    sign_ins: Vec<Happening>,
    audits: Vec<Happening>,
    /// Why no pass can be issued, in words.
    no_pass: Option<Cow<'static, str>>,
    has_password: bool,
}

impl PersonPage<'_> {
    fn may(&self, action: Action) -> bool {
        self.file.offers.has(action)
    }

    fn may_issue(&self) -> bool {
        self.may(Action::IssuePass) && self.file.policy_refusal.is_none()
    }

    fn may_edit(&self) -> bool {
        self.may(Action::UpdateUser)
    }

    fn may_reset(&self) -> bool {
        self.may(Action::ResetPassword)
    }

    fn may_require_registration(&self) -> bool {
        self.may(Action::RequireRegistration)
    }

    fn may_end_sessions(&self) -> bool {
        self.may(Action::RevokeSessions)
    }

    fn may_switch(&self) -> bool {
        self.may(Action::UpdateUserSensitive)
    }

    fn may_delete(&self) -> bool {
        self.may(Action::DeleteUser)
    }

    fn may_delete_pass(&self) -> bool {
        self.may(Action::DeletePass)
    }

    fn all_sign_ins(&self) -> String {
        paths::with(paths::SIGN_INS, "name", self.file.user.upn.as_str())
    }

    fn all_audits(&self) -> String {
        paths::with(paths::AUDITS, "on", &self.file.user.id.to_string())
    }

    fn guest(&self) -> bool {
        self.file.user.user_type == UserType::Guest
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

/// `GET /portal/people/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let user = admin.named(&id)?;
    let file = open(&admin, &user).await?;
    let DoneQuery { done } = Query::try_from_uri(&uri)
        .map(|Query(query)| query)
        .unwrap_or_default();
    let path = paths::person(&file.user.id);
    let methods = file.methods.as_ref();
    let pass = methods
        .and_then(|methods| methods.pass.as_ref())
        .map(PassLine::new);
    let shown = PersonPage {
        site: admin.member.visit.site(),
        frame: admin.frame(Section::People),
        done: done_words(&done),
        locks: lock_lines(&file),
        pass_works: pass.as_ref().is_some_and(|line| line.usable)
            && file.user.account_enabled
            && file.locks.pass.is_none(),
        pass,
        methods: method_lines(&file, &path),
        facts: facts(&file),
        roles: file
            .roles
            .iter()
            .map(|role| (role_name(*role), paths::role(*role)))
            .collect(),
        sessions: file.sessions.iter().flatten().map(session_line).collect(),
        sign_ins: file.sign_ins.iter().flatten().map(sign_in_line).collect(),
        audits: file.audits.iter().flatten().map(audit_line).collect(),
        no_pass: no_pass(&file),
        has_password: file.user.password_changed_at.is_some(),
        path,
        file: &file,
    };
    Ok(page(StatusCode::OK, &shown))
}

pub(super) async fn open(admin: &Admin, user: &UserRef) -> Result<PersonFile, crate::answer::Stop> {
    let file = admin.service().person_file(&admin.caller, user).await;
    file.map_err(|error| admin.failed(&error))
}

/// What the address says was done, told once.
fn done_words(done: &str) -> Option<&'static str> {
    Some(match done {
        "delete-pass" => "The pass is deleted, and whoever was signed in with it is signed out.",
        "end-sessions" => "All sessions are ended. Every device has to sign in again.",
        "require-registration" => "Authenticator apps are deleted. A second factor has to be set up again.",
        "turn-off" => "The account is turned off, and all its sessions are ended.",
        "turn-on" => "The account is turned on again.",
        "method" => "The method is deleted. It can't be used to sign in any more.",
        "saved" => "The changes are saved.",
        "restored" => "The account is back. Its roles and memberships are not: give them anew.",
        "created" => "The account is made. Issue a pass now, so that its owner can come in.",
        _ => return None,
    })
}

/// Why there is no button, where somebody would look for one.
fn no_pass(file: &PersonFile) -> Option<Cow<'static, str>> {
    if let Some(refusal) = &file.policy_refusal {
        return Some(no_pass_words(refusal).into());
    }
    let words = match file.no_pass? {
        Denied::Oneself => {
            "This is your own account. Nobody issues a pass to themselves; your methods are in your security info."
        }
        Denied::ProtectedTarget => {
            "This account's roles or groups protect it from you. Someone with more rights has to help."
        }
        Denied::RestrictedUnit => {
            "This account is in a restricted management administrative unit. Only someone whose role is given for \
             that unit may change it."
        }
        Denied::Role | Denied::Permission | Denied::NotFresh => return None,
    };
    Some(words.into())
}

fn lock_lines(file: &PersonFile) -> Vec<LockLine> {
    let locks = &file.locks;
    [
        ("Passes", locks.pass),
        ("Password", locks.password),
        ("App codes", locks.app),
    ]
    .into_iter()
    .filter_map(|(what, until)| {
        let until = Moment::rounded_up(until?);
        Some(LockLine { what, until })
    })
    .collect()
}

fn method_lines<'a>(file: &'a PersonFile, path: &str) -> Vec<MethodLine<'a>> {
    let Some(methods) = &file.methods else {
        return Vec::new();
    };
    let passkeys = methods.passkeys.iter().map(|passkey| MethodLine {
        method: passkey_row(passkey),
        delete: file
            .offers
            .has(Action::DeletePasskey)
            .then(|| format!("{path}/passkeys/{}/delete", passkey_segment(&passkey.id))),
    });
    let apps = methods.totp_apps.iter().map(|app| MethodLine {
        method: app_row(app),
        delete: file
            .offers
            .has(Action::DeleteTotp)
            .then(|| format!("{path}/apps/{}/delete", app.id)),
    });
    passkeys.chain(apps).collect()
}

fn facts(file: &PersonFile) -> Vec<Fact> {
    let user = &file.user;
    let text = |property: TextProperty, label| {
        let value = user.text.get(property).filter(|value| !value.is_empty())?;
        Some(Fact {
            label,
            value: value.to_owned(),
        })
    };
    [
        text(TextProperty::JobTitle, "Job"),
        text(TextProperty::Department, "Department"),
        text(TextProperty::CompanyName, "Company"),
        text(TextProperty::OfficeLocation, "Office"),
        text(TextProperty::EmployeeId, "Employee id"),
        text(TextProperty::Mail, "Mail"),
        text(TextProperty::PreferredLanguage, "Language"),
        text(TextProperty::MobilePhone, "Mobile phone"),
        text(TextProperty::BusinessPhone, "Phone"),
        file.manager.as_ref().map(|manager| Fact {
            label: "Manager",
            value: manager.display_name.clone(),
        }),
        Some(Fact {
            label: "Object id",
            value: user.id.to_string(),
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn role_name(role: latchkey_domain::RoleId) -> String {
    role.built_in()
        .map_or_else(|| role.to_string(), |known| known.name.to_owned())
}

fn session_line(session: &Session) -> SessionLine {
    SessionLine {
        method: match session.method {
            SessionMethod::Pass { .. } => "Temporary Access Pass",
            SessionMethod::Password => "Password",
            SessionMethod::PasswordAndTotp => "Password and authenticator app",
            SessionMethod::PasswordAndPass { .. } => "Password and pass",
            SessionMethod::PasswordAndPasskey => "Password and passkey",
            SessionMethod::Passkey => "Passkey",
            SessionMethod::Federated { .. } => "Organization's sign-in",
        },
        since: session.created_at.into(),
        seen: session.last_seen_at.into(),
    }
}

/// A record of the sign-in log in one line.
pub(super) fn sign_in_line(stored: &StoredSignIn) -> Happening {
    let record = &stored.record;
    let methods: Vec<_> = record.steps.iter().map(|step| step.method.as_str()).collect();
    Happening {
        when: record.at.into(),
        what: match record.error {
            None => "Signed in".to_owned(),
            Some(error) => format!("{} ({})", error.reason(), error.number()),
        },
        detail: [methods.join(", "), record.ip_address.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        refused: record.error.is_some_and(|error| !error.is_interrupt()),
    }
}

/// An event of the audit log in one line.
pub(super) fn audit_line(stored: &StoredAudit) -> Happening {
    let event = &stored.event;
    let who = initiator_name(event);
    let refused = event.outcome == AuditOutcome::Failure;
    let reason = if event.reason.is_empty() {
        String::new()
    } else {
        format!(" · {}", event.reason)
    };
    Happening {
        when: event.at.into(),
        what: event.activity.name().to_owned(),
        detail: format!("by {who}{}{reason}", if refused { " · refused" } else { "" }),
        refused,
    }
}

/// Who did it.
pub(super) fn initiator_name(event: &AuditEvent) -> &str {
    match &event.initiator {
        Initiator::User { display_name, .. } | Initiator::Application { display_name, .. } => display_name,
        Initiator::Console => "The server's console",
    }
}
