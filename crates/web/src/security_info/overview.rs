//! The list of one's own methods, and the choice of the one to add.

use axum::extract::Query;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, Uri};
use latchkey_domain::{ChangeKind, Passkey, PasskeyId, TotpApp, Usability};
use latchkey_service::{MethodsOverview, PassStatus};

use super::failure::countdown;
use crate::answer::{Answer, page};
use crate::language::Id;
use crate::moment::Moment;
use crate::pages::security_info::{Add, Done, PassSession, SecurityInfo};
use crate::routes;
use crate::view::{Kind, Method, PassDetail, PassState};
use crate::visit::Member;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

/// `GET /security-info`
pub(super) async fn show(member: Member, uri: Uri) -> Answer {
    let overview = member.overview().await?;
    let DoneQuery { done } = Query::try_from_uri(&uri)
        .map(|Query(query)| query)
        .unwrap_or_default();
    let service = &member.visit.service;
    let portal = service.may_open_portal(&member.signed_in).await;
    let portal = portal.map_err(|fault| member.visit.fault(&fault))?;
    Ok(list(&member, &overview, Done::from_query(&done), portal))
}

fn list(member: &Member, overview: &MethodsOverview, done: Option<Done>, portal: bool) -> Response {
    let signed_in_at = member.signed_in.session.authenticated_at;
    let mut methods: Vec<Method> = Vec::new();
    methods.extend(overview.pass.as_ref().map(pass_row));
    methods.extend(overview.passkeys.iter().map(passkey_row));
    methods.extend(overview.totp_apps.iter().map(app_row));
    methods.extend(overview.has_password.then(|| password_row(overview)));
    let mut older = Vec::new();
    if overview.older_methods {
        older.extend(
            overview
                .passkeys
                .iter()
                .filter(|key| key.created_at < signed_in_at)
                .map(passkey_row),
        );
        older.extend(
            overview
                .totp_apps
                .iter()
                .filter(|app| app.created_at < signed_in_at)
                .map(app_row),
        );
    }
    let (site, account) = (member.visit.site(), member.account());
    let pass = pass_session(overview);
    page(
        StatusCode::OK,
        &SecurityInfo {
            site,
            account,
            done,
            pass,
            portal,
            app_first: overview.app_first,
            methods: &methods,
            older: &older,
        },
    )
}

fn pass_session(overview: &MethodsOverview) -> Option<PassSession> {
    let ends = Moment::from(overview.pass_session_end?);
    Some(PassSession {
        ends,
        left: countdown(overview.passkeys_until, overview.now),
        renewable: overview.may_sign_in_again,
        alone: overview.only_a_pass,
    })
}

pub(super) fn pass_row(status: &PassStatus) -> Method<'static> {
    let pass = &status.view.pass;
    let state = match status.view.usability {
        Usability::EnabledByPolicy => PassState::Until(pass.end().into()),
        Usability::NotYetValid => PassState::From(pass.start_at.into()),
        Usability::Expired => PassState::Expired(pass.end().into()),
        Usability::OneTimeUsed if status.opened_this_session => PassState::Used(Some(pass.end().into())),
        Usability::OneTimeUsed => PassState::Used(None),
        Usability::DisabledByPolicy => PassState::Blocked,
    };
    Method {
        kind: Kind::Pass,
        name: "",
        model: None,
        path: routes::MY_PASS.to_owned(),
        created: Some(pass.created_at.into()),
        last_used: None,
        pass: Some(PassDetail {
            once: pass.one_time,
            state,
        }),
    }
}

pub(crate) fn passkey_row(passkey: &Passkey) -> Method<'_> {
    Method {
        kind: Kind::Passkey,
        name: &passkey.name,
        model: Some(Id(if passkey.synced {
            "passkey-synced"
        } else {
            "passkey-on-one-device"
        })),
        path: passkey_path(&passkey.id),
        created: Some(passkey.created_at.into()),
        last_used: passkey.last_used_at.map(Moment::from),
        pass: None,
    }
}

pub(crate) fn app_row(app: &TotpApp) -> Method<'_> {
    Method {
        kind: Kind::App,
        name: &app.name,
        model: None,
        path: format!("{}/{}", routes::APPS, app.id),
        created: Some(app.created_at.into()),
        last_used: app.last_used_at.map(Moment::from),
        pass: None,
    }
}

fn password_row(overview: &MethodsOverview) -> Method<'static> {
    Method {
        kind: Kind::Password,
        name: "",
        model: None,
        path: routes::MY_PASSWORD.to_owned(),
        created: overview.password_changed_at.map(Moment::from),
        last_used: None,
        pass: None,
    }
}

/// A passkey's own path.
pub(super) fn passkey_path(id: &PasskeyId) -> String {
    format!("{}/{}", routes::PASSKEYS, passkey_segment(id))
}

/// How a path names a passkey.
pub(crate) fn passkey_segment(id: &PasskeyId) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

/// The passkey that a path names.
pub(crate) fn passkey_id(segment: &str) -> Option<PasskeyId> {
    URL_SAFE_NO_PAD.decode(segment).ok().and_then(PasskeyId::new)
}

/// `GET /security-info/add`
pub(super) async fn add(member: Member) -> Answer {
    let overview = member.overview().await?;
    let may_add = [
        (overview.may_add_passkey, Kind::Passkey),
        (overview.may_add_app, Kind::App),
        (!overview.has_password, Kind::Password),
    ];
    let kinds: Vec<Kind> = may_add
        .into_iter()
        .filter(|(may, _)| *may)
        .map(|(_, kind)| kind)
        .collect();
    let left = member.left(ChangeKind::Passkey);
    let (site, account) = (member.visit.site(), member.account());
    Ok(page(
        StatusCode::OK,
        &Add {
            site,
            account,
            left,
            kinds: &kinds,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkeys_path_names_it() {
        let id = PasskeyId::new(vec![0xfb; 16]).unwrap();
        let path = passkey_path(&id);
        assert_eq!(path, "/security-info/passkeys/-_v7-_v7-_v7-_v7-_v7-w");
        assert_eq!(passkey_id(path.rsplit('/').next().unwrap()), Some(id));
        assert_eq!(passkey_id("short"), None);
        assert_eq!(passkey_id("%"), None);
    }
}
