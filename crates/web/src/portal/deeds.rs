//! Actions on an account that ask first (sign-in contract 6.8): GET asks, POST does.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, PassId, TotpId, UserRef};
use latchkey_service::{MethodError, PassError, PersonFile, UserError, UserWish};

use super::admin::{Admin, AdminPosted};
use super::form::conflict;
use super::frame::{Frame, Section};
use super::person::PassLine;
use super::question::Question;
use super::{paths, person};
use crate::answer::{Answer, Stop, page, redirect};
use crate::security_info::overview::passkey_id;
use crate::view::Site;
use crate::visit::Fields;

const ANOTHER_PASS: &str = "Nothing was deleted: this is another pass than the one that was shown before.";

/// An action on the account as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    DeletePass,
    EndSessions,
    ResetPassword,
    RequireRegistration,
    TurnOff,
    TurnOn,
    Delete,
}

impl Deed {
    const ALL: [Self; 7] = [
        Self::DeletePass,
        Self::EndSessions,
        Self::ResetPassword,
        Self::RequireRegistration,
        Self::TurnOff,
        Self::TurnOn,
        Self::Delete,
    ];

    fn parse(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.segment() == segment)
    }

    const fn segment(self) -> &'static str {
        match self {
            Self::DeletePass => "delete-pass",
            Self::EndSessions => "end-sessions",
            Self::ResetPassword => "reset-password",
            Self::RequireRegistration => "require-registration",
            Self::TurnOff => "turn-off",
            Self::TurnOn => "turn-on",
            Self::Delete => "delete",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::DeletePass => Action::DeletePass,
            Self::EndSessions => Action::RevokeSessions,
            Self::ResetPassword => Action::ResetPassword,
            Self::RequireRegistration => Action::RequireRegistration,
            Self::TurnOff | Self::TurnOn => Action::UpdateUserSensitive,
            Self::Delete => Action::DeleteUser,
        }
    }

    /// Heading, what will happen, and the button's label.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::DeletePass => (
                "Delete the pass?",
                "Its code stops working at once, and whoever is signed in with it is signed out.",
                "Delete pass",
            ),
            Self::EndSessions => (
                "End all sessions?",
                "Every browser and application of this person has to sign in again. Sign-in methods stay.",
                "End all sessions",
            ),
            Self::ResetPassword => (
                "Reset the password?",
                "You get a temporary password to hand over. It must be changed at the next sign-in, and all \
                 sessions end now. A pass is the better help for somebody who can't get in: it expires by itself.",
                "Reset password",
            ),
            Self::RequireRegistration => (
                "Require registering anew?",
                "Authenticator apps are deleted; passkeys stay. Whoever has no passkey opens no application before \
                 they have set up a second factor again, for which they need a pass. Sessions go on: end them, too, if \
                 a device is lost.",
                "Require registering anew",
            ),
            Self::TurnOff => (
                "Turn the account off?",
                "Nobody can sign in to it any more, and all its sessions end now. You can turn it on again.",
                "Turn off",
            ),
            Self::TurnOn => (
                "Turn the account on?",
                "Its owner can sign in again with the methods that are listed.",
                "Turn on",
            ),
            Self::Delete => (
                "Delete the account?",
                "It goes with its pass, roles and group memberships, and all its sessions end now. It can be restored from \
                 the list of deleted people, until it is deleted for good.",
                "Delete account",
            ),
        }
    }

    const fn is_harmless(self) -> bool {
        matches!(self, Self::TurnOn)
    }
}

#[derive(Template)]
#[template(path = "portal/password.html")]
struct NewPassword<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    name: &'a str,
    upn: &'a str,
    password: &'a str,
}

fn question(admin: &Admin, file: &PersonFile, deed: Deed, problem: Option<&str>) -> Response {
    let (title, text, button) = deed.words();
    let path = paths::person(&file.user.id);
    // What is asked about this pass must not befall another one.
    let pass = held_pass(file).filter(|_| deed == Deed::DeletePass);
    let object = pass.as_ref().map_or("", |line| line.words);
    let when = pass.as_ref().and_then(|line| line.when.clone());
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    page(
        status,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            action: format!("{path}/{}", deed.segment()),
            path,
            name: &file.user.display_name,
            upn: file.user.upn.as_str(),
            title,
            text,
            object,
            when,
            mark: pass.map_or_else(|| admin.service().form_mark(), |line| line.id),
            button,
            harmless: deed.is_harmless(),
            problem,
        },
    )
}

fn held_pass(file: &PersonFile) -> Option<PassLine> {
    let methods = file.methods.as_ref();
    methods
        .and_then(|methods| methods.pass.as_ref())
        .map(PassLine::new)
}

fn deed(admin: &Admin, segment: &str) -> Result<Deed, Stop> {
    Deed::parse(segment).ok_or_else(|| admin.not_found().into())
}

/// `GET /portal/people/{id}/{deed}`
pub(super) async fn ask(admin: Admin, Path((id, segment)): Path<(String, String)>) -> Answer {
    let deed = deed(&admin, &segment)?;
    let file = person::open(&admin, &admin.named(&id)?).await?;
    if !file.offers.has(deed.action()) {
        return Err(admin.not_allowed());
    }
    if deed == Deed::DeletePass && held_pass(&file).is_none() {
        return Ok(redirect(&paths::person(&file.user.id)));
    }
    Ok(question(&admin, &file, deed, None))
}

/// `POST /portal/people/{id}/{deed}`
pub(super) async fn act(
    Path((id, segment)): Path<(String, String)>,
    AdminPosted { admin, fields }: AdminPosted,
) -> Answer {
    let deed = deed(&admin, &segment)?;
    let user = admin.named(&id)?;
    let (service, caller, info) = (admin.service(), &admin.caller, &admin.member.visit.info);
    match deed {
        Deed::DeletePass => {
            if let Some(again) = delete_pass(&admin, &user, &fields).await? {
                return Ok(again);
            }
        }
        Deed::EndSessions => service
            .revoke_sessions(caller, info, &user)
            .await
            .map_err(|error| admin.failed(&error))?,
        Deed::ResetPassword => return reset(&admin, &user, &fields).await,
        Deed::RequireRegistration => service
            .require_registration(caller, info, &user)
            .await
            .map_err(|error| admin.failed(&error))?,
        Deed::TurnOff | Deed::TurnOn => {
            let wish = UserWish {
                account_enabled: Some(deed == Deed::TurnOn),
                ..UserWish::default()
            };
            if let Err(error) = service.update_user(caller, info, &user, wish).await {
                return refused(&admin, &user, deed, error).await;
            }
        }
        Deed::Delete => {
            if let Err(error) = service.delete_user(caller, info, &user).await {
                return refused(&admin, &user, deed, error).await;
            }
            return Ok(redirect(&paths::with(paths::PEOPLE, "done", "deleted")));
        }
    }
    Ok(redirect(&format!(
        "{}/{id}?done={}",
        paths::PEOPLE,
        deed.segment()
    )))
}

async fn refused(admin: &Admin, user: &UserRef, deed: Deed, error: UserError) -> Answer {
    match error {
        UserError::Access(error) => Err(admin.failed(&error)),
        other => {
            let file = person::open(admin, user).await?;
            Ok(question(admin, &file, deed, Some(&other.to_string())))
        }
    }
}

/// Deletes the pass that was asked about; the question again where another one is in its place.
async fn delete_pass(admin: &Admin, user: &UserRef, fields: &Fields) -> Result<Option<Response>, Stop> {
    let (service, caller, info) = (admin.service(), &admin.caller, &admin.member.visit.info);
    // Whoever may not learns it from the deletion.
    let pass = fields.get("mark").parse().unwrap_or(PassId::from_bytes([0; 16]));
    match service.delete_pass(caller, info, user, pass).await {
        Ok(()) => Ok(None),
        Err(PassError::NoSuchPass | PassError::AnotherPass | PassError::Refused(_)) => {
            let file = person::open(admin, user).await?;
            // Gone already is as good as deleted.
            let again = || conflict(question(admin, &file, Deed::DeletePass, Some(ANOTHER_PASS)));
            Ok(held_pass(&file).map(|_| again()))
        }
        Err(PassError::Access(error)) => Err(admin.failed(&error)),
    }
}

async fn reset(admin: &Admin, user: &UserRef, fields: &Fields) -> Answer {
    let (service, visit) = (admin.service(), &admin.member.visit);
    // Whoever may not is refused, and recorded, where the password would be set.
    let file = service.person_file(&admin.caller, user).await;
    if file.is_ok_and(|file| file.offers.has(Action::ResetPassword)) {
        admin.take_form(fields).await?;
    }
    let password = service.reset_password(&admin.caller, &visit.info, user).await;
    let password = password.map_err(|error| admin.failed(&error))?;
    let file = person::open(admin, user).await?;
    Ok(page(
        StatusCode::OK,
        &NewPassword {
            site: visit.site(),
            frame: admin.frame(Section::People),
            path: paths::person(&file.user.id),
            name: &file.user.display_name,
            upn: file.user.upn.as_str(),
            password: password.expose(),
        },
    ))
}

/// `GET /portal/people/{id}/{kind}/{method}/delete`
pub(super) async fn ask_method(
    admin: Admin,
    Path((id, kind, method)): Path<(String, String, String)>,
) -> Answer {
    let file = person::open(&admin, &admin.named(&id)?).await?;
    let methods = file.methods.as_ref();
    let found = match kind.as_str() {
        "passkeys" => methods.and_then(|methods| {
            let wanted = passkey_id(&method);
            let mut passkeys = methods.passkeys.iter();
            passkeys
                .find(|passkey| Some(&passkey.id) == wanted.as_ref())
                .map(|passkey| &passkey.name)
        }),
        "apps" => methods.and_then(|methods| {
            let mut apps = methods.totp_apps.iter();
            apps.find(|app| app.id.to_string() == method).map(|app| &app.name)
        }),
        _ => None,
    };
    let Some(name) = found else {
        return Ok(admin.not_found());
    };
    let (action, title) = if kind == "passkeys" {
        (Action::DeletePasskey, "Delete the passkey?")
    } else {
        (Action::DeleteTotp, "Delete the authenticator app?")
    };
    if !file.offers.has(action) {
        return Err(admin.not_allowed());
    }
    let path = paths::person(&file.user.id);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            action: format!("{path}/{kind}/{method}/delete"),
            path,
            name: &file.user.display_name,
            upn: file.user.upn.as_str(),
            title,
            text: "It can't be used to sign in after that, and this can't be undone.",
            object: name,
            when: None,
            mark: String::new(),
            button: "Delete",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/people/{id}/{kind}/{method}/delete`
pub(super) async fn delete_method(
    Path((id, kind, method)): Path<(String, String, String)>,
    AdminPosted { admin, .. }: AdminPosted,
) -> Answer {
    let user = admin.named(&id)?;
    let (service, caller, info) = (admin.service(), &admin.caller, &admin.member.visit.info);
    let outcome = match kind.as_str() {
        "passkeys" => match passkey_id(&method) {
            Some(passkey) => service.delete_passkey_of(caller, info, &user, passkey).await,
            None => Err(MethodError::NoSuchMethod),
        },
        "apps" => match method.parse::<TotpId>() {
            Ok(app) => service.delete_totp_of(caller, info, &user, app).await,
            Err(_) => Err(MethodError::NoSuchMethod),
        },
        _ => Err(MethodError::NoSuchMethod),
    };
    match outcome {
        Ok(()) => Ok(redirect(&format!("{}/{id}?done=method", paths::PEOPLE))),
        Err(MethodError::NoSuchMethod) => Ok(admin.not_found()),
        Err(MethodError::Access(error)) => Err(admin.failed(&error)),
    }
}
