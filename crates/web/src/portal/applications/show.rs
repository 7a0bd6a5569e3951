//! An application's page.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, Query};
use http::{StatusCode, Uri};
use latchkey_domain::{GraphPermission, Platform, ServicePrincipalId};
use latchkey_service::{ApplicationFile, HeldAppRole};

use super::assigned::Assigned;
use super::demand::Demand;
use super::list::SecretState;
use super::open;
use super::owners::OwnerRow;
use super::secrets::{Span, spans};
use crate::answer::{Answer, page};
use crate::moment::Moment;
use crate::portal::admin::Admin;
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

/// Something that the application proves itself with.
struct Credential {
    name: String,
    state: SecretState,
    until: Moment,
    /// Where to delete it.
    delete: Option<String>,
}

/// A permission that it holds.
struct Permission {
    value: String,
    resource: String,
    since: Moment,
    /// What takes it away.
    key: Option<String>,
}

/// Scopes that somebody, or everyone, consented to.
struct ConsentLine {
    whom: String,
    resource: String,
    scopes: Vec<String>,
    since: Moment,
    /// What takes it back.
    key: Option<String>,
}

/// Redirect URIs of one kind.
struct Answers {
    title: &'static str,
    uris: Vec<String>,
}

#[derive(Template)]
#[template(path = "portal/application.html")]
struct ApplicationPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    file: &'a ApplicationFile,
    path: String,
    roles: Vec<&'static str>,
    answers: Vec<Answers>,
    secrets: Vec<Credential>,
    certificates: Vec<Credential>,
    permissions: Vec<Permission>,
    /// What could be granted still; empty when it may not be.
    grantable: Vec<&'static str>,
    consents: Vec<ConsentLine>,
    demand: Demand,
    owners: Vec<OwnerRow>,
    assigned: Vec<Assigned>,
    /// For the form that makes a secret.
    mark: String,
    spans: Vec<Span>,
    shown: Shown<'a>,
}

/// What the page shows besides the application.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub(super) done: Option<&'static str>,
    pub(super) problem: Option<Cow<'static, str>>,
    /// Name and days of a secret that was refused.
    pub(super) secret: Option<(&'a str, &'a str)>,
    /// Name of a certificate that was refused.
    pub(super) certificate: Option<&'a str>,
    /// What was typed to add an owner, and why it could not be.
    pub(super) owner: (&'a str, &'a str),
    /// The same for somebody to be assigned.
    pub(super) assignee: (&'a str, &'a str),
    /// The role that was chosen then.
    pub(super) role: &'a str,
}

impl Shown<'_> {
    /// Something was refused, for this reason.
    pub(super) fn wrong(words: impl Into<Cow<'static, str>>) -> Self {
        Self {
            problem: Some(words.into()),
            ..Self::default()
        }
    }

    fn status(&self) -> StatusCode {
        if self.problem.is_some() || !self.owner.1.is_empty() || !self.assignee.1.is_empty() {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        }
    }
}

impl ApplicationPage<'_> {
    fn is_on(&self) -> bool {
        self.file.view.application.application.enabled
    }

    fn registered(&self) -> Moment {
        self.file.view.application.application.created_at.into()
    }

    /// It never had a service principal, or lost it.
    fn is_unused(&self) -> bool {
        self.file.view.application.principal_enabled.is_none()
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

/// `GET /portal/applications/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let file = open(&admin, &id).await?;
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let done = match wanted.done.as_str() {
        "created" => {
            Some("The application is registered. Give it a secret, or the permissions that it needs.")
        }
        "saved" => Some("Saved."),
        "turn-on" => Some("Turned on."),
        "turn-off" => Some("Turned off: it gets no tokens, and nobody can sign in to it."),
        "secret" => Some("The secret is deleted."),
        "owner" => Some("Added to the owners."),
        "disowned" => Some("Removed from the owners."),
        "assigned" => Some("Added to those who may use it."),
        "unassigned" => {
            Some("Removed from those who may use it. Tokens that were given out work until they end.")
        }
        "strength" => Some("Saved. It counts at the next sign-in and at the next refresh of a token."),
        "certificate" => Some("The certificate is added. The application can prove itself by its key now."),
        "uncertified" => Some("The certificate is deleted."),
        "granted" => Some("The permission is granted."),
        "taken" => Some("The permission is taken away."),
        "revoked" => Some("The consent is taken back."),
        _ => None,
    };
    let shown = Shown {
        done,
        ..Shown::default()
    };
    Ok(answer(&admin, &file, shown))
}

/// The page, with what was done or what is wrong.
pub(super) fn answer(admin: &Admin, file: &ApplicationFile, shown: Shown<'_>) -> axum::response::Response {
    let path = paths::application(&file.view.application.application.id);
    page(
        shown.status(),
        &ApplicationPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Applications),
            roles: file
                .roles
                .iter()
                .map(|role| role.built_in().map_or("A role", |role| role.name))
                .collect(),
            answers: answers(file),
            secrets: secrets(file, &path),
            certificates: certificates(file, &path),
            permissions: file
                .permissions
                .iter()
                .map(|held| permission(file, held))
                .collect(),
            grantable: grantable(file),
            consents: consents(file),
            demand: Demand::new(file),
            owners: file.owners.iter().map(OwnerRow::new).collect(),
            assigned: file
                .assigned
                .iter()
                .map(|view| Assigned::new(file, view))
                .collect(),
            mark: admin.service().form_mark(),
            spans: spans(shown.secret.map_or("", |(_, days)| days)),
            path,
            file,
            shown,
        },
    )
}

fn answers(file: &ApplicationFile) -> Vec<Answers> {
    let all = &file.view.application.registration.redirect_uris;
    let of = |platform, title| Answers {
        title,
        uris: all
            .iter()
            .filter(|known| known.platform == platform)
            .map(|known| known.uri.as_str().to_owned())
            .collect(),
    };
    let kinds = [
        of(Platform::Web, "Web"),
        of(Platform::Spa, "Single-page"),
        of(Platform::PublicClient, "On devices"),
    ];
    kinds.into_iter().filter(|kind| !kind.uris.is_empty()).collect()
}

fn secrets(file: &ApplicationFile, path: &str) -> Vec<Credential> {
    let one = |secret: &latchkey_domain::AppSecret| Credential {
        name: secret.display_name.clone().unwrap_or_else(|| "Secret".to_owned()),
        state: SecretState::until(secret.end_at, file.now),
        until: secret.end_at.into(),
        delete: file
            .may_change
            .then(|| format!("{path}/secrets/{}/delete", secret.id)),
    };
    file.view.secrets.iter().map(one).collect()
}

fn certificates(file: &ApplicationFile, path: &str) -> Vec<Credential> {
    let all = &file.view.application.registration.key_credentials;
    let one = |known: &latchkey_domain::KeyCredential| Credential {
        name: if known.display_name.is_empty() {
            "Certificate".to_owned()
        } else {
            known.display_name.clone()
        },
        state: SecretState::until(known.end_at, file.now),
        until: known.end_at.into(),
        delete: file
            .may_change
            .then(|| format!("{path}/certificates/{}/delete", known.id)),
    };
    all.iter().map(one).collect()
}

fn permission(file: &ApplicationFile, held: &HeldAppRole) -> Permission {
    let is_graph = held.key.resource == ServicePrincipalId::GRAPH;
    let may_take = if is_graph {
        file.may_grant_graph
    } else {
        file.may_assign_roles
    };
    Permission {
        value: if held.value.is_empty() {
            "Assigned, without a role".to_owned()
        } else {
            held.value.clone()
        },
        resource: held.resource_name.clone(),
        since: held.created_at.into(),
        key: may_take.then(|| format!("{} {}", held.key.resource, held.key.role)),
    }
}

fn grantable(file: &ApplicationFile) -> Vec<&'static str> {
    let exists = file.view.application.principal_enabled.is_some();
    if !file.may_grant_graph || !exists {
        return Vec::new();
    }
    let held = file.view.application.application.permissions;
    let mut all: Vec<_> = GraphPermission::ALL
        .iter()
        .filter(|permission| {
            permission.application_id().is_some() && permission.is_used() && !held.contains(**permission)
        })
        .map(|permission| permission.value())
        .collect();
    all.sort_unstable();
    all
}

fn consents(file: &ApplicationFile) -> Vec<ConsentLine> {
    let one = |consent: &latchkey_service::Consent| {
        let is_graph = consent.key.resource == ServicePrincipalId::GRAPH;
        let may_revoke = if is_graph {
            file.may_revoke_graph
        } else {
            file.may_revoke
        };
        let principal = consent.key.principal.map(|id| id.to_string());
        ConsentLine {
            whom: consent.person.clone().unwrap_or_else(|| "Everyone".to_owned()),
            resource: consent.resource_name.clone(),
            scopes: consent.scopes.clone(),
            since: consent.created_at.into(),
            key: may_revoke.then(|| {
                format!(
                    "{} {}",
                    consent.key.resource,
                    principal.unwrap_or_else(|| "everyone".to_owned())
                )
            }),
        }
    };
    file.consents.iter().map(one).collect()
}
