//! Consent: what people read, and what becomes of their yes (sign-in contract 9.7).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::sha256;
use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, ClientRegistration, DelegatedGrant, DelegatedGrantKey, Denied,
    GraphPermission, ModifiedProperty, RoleId, ServicePrincipalId, TargetKind, UserId, may,
};
use latchkey_store::Writer;

use super::answer::Reply;
use super::request::{AuthorizationRequest, Prompt};
use super::scopes::{Resource, ScopeWish, Wanted, granted_of, has, wanted};
use super::wanted_roles::{WantedRole, wanted_roles};
use crate::registry::give_unless_held;
use crate::sign_in::own_pages_caller;
use crate::trail::Trail;
use crate::{AccessError, AppRoleGift, ApplicationError, Fault, RequestInfo, Service, SignedIn};

/// One line of a consent page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentItem {
    /// What it allows.
    pub title: String,
    /// More words; may be empty.
    pub detail: String,
    /// The scope's name, with its resource's name unless that is our Graph.
    pub scope: String,
    /// A permission of our own Graph, by this name.
    pub ours: bool,
    /// Only administrators may consent to it.
    pub administrator: bool,
    /// The application holds it itself, with nobody signed in.
    pub itself: bool,
}

/// Where an application's answer goes, as far as a person can recognise it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswersTo {
    /// A host of the web.
    Host(String),
    /// A program that listens on the person's own device.
    ThisDevice,
    /// An app that the device opens.
    AnApp,
    /// Another device, at this network address.
    DeviceAt(String),
}

/// What a consent page asks.
#[derive(Debug, Clone)]
pub struct ConsentQuestion {
    /// Who is asked.
    pub user: SignedIn,
    /// The application's name.
    pub application: String,
    /// Who made it, if known.
    pub publisher: Option<String>,
    /// Its terms of service.
    pub terms_of_service: Option<String>,
    /// Its privacy statement.
    pub privacy_statement: Option<String>,
    /// Where the answer goes.
    pub answers_to: AnswersTo,
    /// What it asks for.
    pub items: Vec<ConsentItem>,
    /// The person may say yes for themselves.
    pub allowed: bool,
    /// The person may say yes for everyone.
    pub for_everyone: bool,
    /// … and is asked to do just that.
    pub everyone_only: bool,
    /// What a yes to it means.
    pub(crate) shown: Shown,
}

/// What a consent page asks for, as a hash: an application that changes what it wants while the page is read does not
/// get that by the person's yes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Shown(String);

impl Shown {
    fn of(wants: &[Wanted], roles: &[WantedRole]) -> Self {
        let scopes = wants.iter().flat_map(|wanted| {
            let resource = wanted.resource.service_principal();
            wanted
                .scopes
                .iter()
                .map(move |scope| format!("{resource} scope {scope}"))
        });
        let roles = roles.iter().map(|role| {
            format!(
                "{} role {} {}",
                role.resource.service_principal(),
                role.id,
                role.value
            )
        });
        let mut lines: Vec<String> = scopes.chain(roles).collect();
        lines.sort_unstable();
        Self(URL_SAFE_NO_PAD.encode(sha256(lines.join("\n").as_bytes())))
    }
}

/// Who may consent for the whole tenant, and to what only administrators may.
const CONSENT_GIVERS: [RoleId; 2] = [
    RoleId::GLOBAL_ADMINISTRATOR,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
];

/// How long something is, at most, that is shown of what an application said about itself.
const SHOWN: usize = 200;

impl Service {
    pub(crate) async fn consent_question(
        &self,
        request: &AuthorizationRequest,
        registration: &ClientRegistration,
        wish: &ScopeWish,
        wants: &[Wanted],
        member: &SignedIn,
    ) -> Result<ConsentQuestion, Fault> {
        let roles = self.store.read().await?.roles_of(member.user.id.into()).await?;
        let administrator = roles.iter().any(|role| CONSENT_GIVERS.contains(role));
        let mut items: Vec<ConsentItem> = wants.iter().flat_map(items_of).collect();
        let roles = roles_asked_for(request, wish, registration);
        items.extend(roles.iter().map(WantedRole::item));
        let strong = member.session.method.is_multifactor();
        Ok(ConsentQuestion {
            user: member.clone(),
            application: request.application_name.clone(),
            publisher: registration.publisher.as_deref().map(short),
            terms_of_service: https(registration.terms_of_service.as_deref()),
            privacy_statement: https(registration.privacy_statement.as_deref()),
            answers_to: match &request.reply {
                Reply::Browser(reply) | Reply::Consent(reply) => answers_to(&reply.target),
                Reply::Device(device) => AnswersTo::DeviceAt(device.ip_address.clone()),
            },
            allowed: (administrator && strong) || missing_needs_nobody(wants),
            for_everyone: administrator && strong,
            everyone_only: request.prompt == Some(Prompt::AdminConsent),
            shown: Shown::of(wants, &roles),
            items,
        })
    }

    /// Stores the person's yes, for themselves or for everyone, and gives back the request that goes on. If the page
    /// did not ask for just what would be granted now, nothing is stored, and the person is asked again.
    ///
    /// # Errors
    /// [`AccessError::Denied`] when the person may not; the refusal is in the audit log.
    pub async fn accept_authorization(
        &self,
        request: &AuthorizationRequest,
        member: &SignedIn,
        for_everyone: bool,
        info: &RequestInfo,
    ) -> Result<AuthorizationRequest, AccessError> {
        let mut reader = self.store.read().await?;
        let registration = reader.registration(request.client_id).await?.unwrap_or_default();
        let wish = self
            .read_scopes(&mut reader, &request.scope)
            .await
            .map_err(|error| Fault::Internal(error.to_string()))?;
        drop(reader);
        let work = Acceptance {
            service_principal: self.principal_of(request).await?,
            request: request.clone(),
            registration: Arc::unwrap_or_clone(registration),
            wish,
            member: member.clone(),
            for_everyone: for_everyone || request.prompt == Some(Prompt::AdminConsent),
            trail: self.trail_of_user(&member.user, info),
        };
        let outcome = self
            .store
            .write_with(work, |writer, work| Box::pin(work.write(writer)))
            .await
            .map_err(|error| match error {
                ApplicationError::Denied(denied) => AccessError::Denied(denied),
                ApplicationError::Fault(fault) => fault.into(),
                // Something that was read a moment ago is gone.
                other => Fault::Internal(other.to_string()).into(),
            })?;
        let consented = match outcome {
            Accepted::Stored => true,
            Accepted::NotShown => false,
            Accepted::Denied(denied) => return Err(denied.into()),
        };
        Ok(AuthorizationRequest {
            consented,
            shown: None,
            chosen: Some(member.session.id),
            ..request.clone()
        })
    }

    async fn principal_of(&self, request: &AuthorizationRequest) -> Result<ServicePrincipalId, AccessError> {
        let standing = self.store.read().await?.application(request.client_id).await?;
        let standing = standing.ok_or_else(|| Fault::Internal("the application is gone".to_owned()))?;
        Ok(standing.application.service_principal_id)
    }
}

struct Acceptance {
    service_principal: ServicePrincipalId,
    request: AuthorizationRequest,
    registration: ClientRegistration,
    wish: ScopeWish,
    member: SignedIn,
    for_everyone: bool,
    trail: Trail,
}

/// What became of a person's yes.
enum Accepted {
    Stored,
    /// It was a yes to something else.
    NotShown,
    Denied(Denied),
}

impl Acceptance {
    async fn write(&self, writer: &mut Writer) -> Result<Accepted, ApplicationError> {
        let user = &self.member.user;
        let roles = writer.roles_of(user.id.into()).await?;
        let grants = writer.grants_for(self.service_principal, user.id).await?;
        let wants = wanted(&self.wish, &self.registration, &grants);
        let app_roles = roles_asked_for(&self.request, &self.wish, &self.registration);
        if self.request.shown != Some(Shown::of(&wants, &app_roles)) {
            return Ok(Accepted::NotShown);
        }
        let target = writer.target_standing(user.id).await?;
        let mut caller = own_pages_caller(user, &self.member.session);
        if let Caller::Person { roles: held, .. } = &mut caller {
            *held = roles.into();
        }
        let action = if self.for_everyone || !missing_needs_nobody(&wants) {
            Action::ConsentForEveryone
        } else {
            Action::ConsentForOneself
        };
        let strong = self.member.session.method.is_multifactor();
        let permit = match may(&caller, action, Some(&target)) {
            Ok(_) if action == Action::ConsentForEveryone && !strong => Err(Denied::Role),
            other => other,
        };
        let permit = match permit {
            Ok(permit) => permit,
            Err(denied) => {
                let event = self.trail.refused(
                    Activity::ConsentToApplication,
                    &denied.to_string(),
                    vec![self.target("", None)],
                );
                writer.record(&event).await?;
                return Ok(Accepted::Denied(denied));
            }
        };
        for role in app_roles {
            let gift = AppRoleGift {
                principal: self.service_principal.into(),
                resource: role.resource.service_principal(),
                role: role.id,
            };
            give_unless_held(writer, &permit, &self.trail, gift).await?;
        }
        for wanted in &wants {
            let principal: Option<UserId> = (!self.for_everyone).then_some(user.id);
            let resource = wanted.resource.service_principal();
            let key = DelegatedGrantKey {
                client: self.service_principal,
                resource,
                principal,
            };
            let own: Vec<DelegatedGrant> = writer.delegated_grant(&key).await?.into_iter().collect();
            let mut scopes = granted_of(&own, resource);
            let before = scopes.join(" ");
            let enough = if self.for_everyone {
                &scopes
            } else {
                &granted_of(&grants, resource)
            };
            let added: Vec<String> = wanted
                .scopes
                .iter()
                .filter(|scope| !has(enough, scope))
                .cloned()
                .collect();
            if added.is_empty() {
                continue;
            }
            scopes.extend(added);
            let grant = DelegatedGrant {
                key,
                scopes,
                created_at: self.trail.at,
            };
            let target = self.target(
                wanted.resource.display_name(),
                Some((&before, &grant.scope_text())),
            );
            let reason = if self.for_everyone {
                "Administrator consented for everyone"
            } else {
                "User consented"
            };
            let event = self
                .trail
                .done(Activity::ConsentToApplication, reason, vec![target]);
            writer.save_delegated_grant(&permit, &grant, &event).await?;
        }
        Ok(Accepted::Stored)
    }

    fn target(&self, resource: &str, scopes: Option<(&str, &str)>) -> AuditTarget {
        let mut modified = vec![ModifiedProperty::text(
            "ConsentContext.IsAdminConsent",
            None,
            Some(if self.for_everyone { "True" } else { "False" }),
        )];
        if let Some((old, new)) = scopes {
            modified.push(ModifiedProperty::text(
                "ConsentAction.Resource",
                None,
                Some(resource),
            ));
            modified.push(ModifiedProperty::text(
                "ConsentAction.Permissions",
                Some(old),
                Some(new),
            ));
        }
        AuditTarget {
            kind: TargetKind::Application,
            id: self.service_principal.to_string(),
            display_name: Some(self.request.application_name.clone()),
            upn: None,
            modified,
        }
    }
}

/// The app roles that come with a yes: at the endpoint for administrators' consent only.
fn roles_asked_for(
    request: &AuthorizationRequest,
    wish: &ScopeWish,
    registration: &ClientRegistration,
) -> Vec<WantedRole> {
    match request.reply {
        Reply::Consent(_) => wanted_roles(wish, registration),
        Reply::Browser(_) | Reply::Device(_) => Vec::new(),
    }
}

/// Whether nothing that is missing needs an administrator.
fn missing_needs_nobody(wants: &[Wanted]) -> bool {
    wants.iter().all(|wanted| {
        !wanted
            .missing
            .iter()
            .any(|scope| wanted.resource.needs_administrator(scope))
    })
}

fn items_of(wanted: &Wanted) -> Vec<ConsentItem> {
    wanted
        .scopes
        .iter()
        .map(|scope| item(&wanted.resource, scope))
        .collect()
}

fn item(resource: &Resource, scope: &str) -> ConsentItem {
    let administrator = resource.needs_administrator(scope);
    match resource {
        Resource::Graph { .. } => {
            let words = GraphPermission::from_value(scope).map_or("", GraphPermission::consent_words);
            ConsentItem {
                title: if words.is_empty() {
                    scope.to_owned()
                } else {
                    words.to_owned()
                },
                detail: if words.is_empty() {
                    "A permission of the directory, as far as your own roles reach".to_owned()
                } else {
                    String::new()
                },
                scope: scope.to_owned(),
                ours: true,
                administrator,
                itself: false,
            }
        }
        Resource::Api(api) => {
            let known = api.registration.scope(scope);
            let first = |texts: [&str; 2]| texts.into_iter().find(|text| !text.is_empty()).map(short);
            let title = known.and_then(|known| {
                first([
                    &known.user_consent_display_name,
                    &known.admin_consent_display_name,
                ])
            });
            let detail = known
                .and_then(|known| first([&known.user_consent_description, &known.admin_consent_description]));
            ConsentItem {
                title: title.unwrap_or_else(|| scope.to_owned()),
                detail: detail.unwrap_or_default(),
                scope: format!("{}: {scope}", api.display_name),
                ours: false,
                administrator,
                itself: false,
            }
        }
    }
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// A link is shown only if it leads to a web page.
fn https(address: Option<&str>) -> Option<String> {
    address
        .filter(|address| address.starts_with("https://"))
        .map(str::to_owned)
}

/// What a person can recognise of an address: its host, or the scheme of an application of the device.
fn answers_to(target: &str) -> AnswersTo {
    let (scheme, rest) = target.split_once("://").unwrap_or((target, ""));
    let host = rest.split(['/', '?', ':']).next().unwrap_or_default();
    match (scheme, host) {
        ("http" | "https", "localhost" | "127.0.0.1") => AnswersTo::ThisDevice,
        ("http" | "https", host) => AnswersTo::Host(host.to_owned()),
        _ => AnswersTo::AnApp,
    }
}

#[cfg(test)]
mod tests {
    use super::{AnswersTo, answers_to};

    #[test]
    fn people_read_where_the_answer_goes() {
        let host = AnswersTo::Host("app.example.com".to_owned());
        assert_eq!(answers_to("https://app.example.com:8443/cb?x"), host);
        assert_eq!(answers_to("http://localhost:5000/"), AnswersTo::ThisDevice);
        assert_eq!(answers_to("msal123://auth"), AnswersTo::AnApp);
    }
}
