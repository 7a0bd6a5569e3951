//! Scopes: which resource each belongs to, and what was granted (sign-in contract 9.7).

use std::sync::Arc;

use latchkey_domain::{
    ClientId, ClientRegistration, DelegatedGrant, GraphPermission, ScopeConsent, ServicePrincipalId, UserId,
};
use latchkey_store::{Reader, StoreError};

use crate::tokens::is_graph;
use crate::{Fault, Service};

/// The most scopes of one request.
const MOST: usize = 100;

/// Another application, as a resource.
#[derive(Debug, Clone)]
pub(crate) struct ApiResource {
    pub(crate) client_id: ClientId,
    pub(crate) service_principal: ServicePrincipalId,
    pub(crate) display_name: String,
    /// As it was asked for.
    pub(crate) name: String,
    pub(crate) registration: Arc<ClientRegistration>,
}

/// What a token is for.
#[derive(Debug, Clone)]
pub(crate) enum Resource {
    /// Our Graph, by the name that was asked for; none for scopes without a resource.
    Graph { name: Option<String> },
    /// Another application.
    Api(Box<ApiResource>),
}

/// The scopes of one resource.
#[derive(Debug, Clone)]
pub(crate) struct ResourceWish {
    pub(crate) resource: Resource,
    /// By the resource's own spelling.
    pub(crate) names: Vec<String>,
    /// All that was or will be granted: `.default`.
    pub(crate) all: bool,
}

/// What a request asks for.
#[derive(Debug, Clone)]
pub(crate) struct ScopeWish {
    /// `openid`, `profile`, `email`, `offline_access`, as far as asked for.
    pub(crate) oidc: Vec<GraphPermission>,
    /// In the order of the request; tokens are for the first one. Never empty: without any it is Graph.
    pub(crate) resources: Vec<ResourceWish>,
}

/// Why scopes can't be asked for.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    /// Not scopes, or `.default` beside others.
    #[error("The provided value for the input parameter 'scope' is not valid.")]
    Malformed,
    /// There is no such resource.
    #[error("The resource principal named {0} was not found in the tenant.")]
    UnknownResource(String),
    /// The resource has no such scope.
    #[error("The application asked for scope '{0}' that doesn't exist.")]
    UnknownScope(String),
    /// Several resources where only one can be.
    #[error("The scopes of a token request must be of one resource.")]
    SeveralResources,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ScopeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl ScopeError {
    /// OAuth's word and Entra's number.
    pub const fn code(&self) -> (&'static str, u32) {
        match self {
            Self::Malformed => ("invalid_scope", 70_011),
            Self::UnknownResource(_) => ("invalid_resource", 500_011),
            Self::UnknownScope(_) => ("invalid_scope", 650_053),
            Self::SeveralResources => ("invalid_scope", 28_000),
            Self::Fault(_) => ("server_error", 50_000),
        }
    }
}

/// Scopes that `OpenID` Connect names and that are not offered: passed over, as its Core 5.4 has it (sign-in contract 9.7).
const NOT_OFFERED: [&str; 2] = ["address", "phone"];

const OIDC: [GraphPermission; 4] = [
    GraphPermission::Openid,
    GraphPermission::Profile,
    GraphPermission::Email,
    GraphPermission::OfflineAccess,
];

impl Resource {
    pub(crate) fn service_principal(&self) -> ServicePrincipalId {
        match self {
            Self::Graph { .. } => ServicePrincipalId::GRAPH,
            Self::Api(api) => api.service_principal,
        }
    }

    /// Name to show.
    pub(crate) fn display_name(&self) -> &str {
        match self {
            Self::Graph { .. } => "Microsoft Graph",
            Self::Api(api) => &api.display_name,
        }
    }

    /// Whether only administrators may consent to the scope.
    pub(crate) fn needs_administrator(&self, scope: &str) -> bool {
        match self {
            Self::Graph { .. } => {
                !GraphPermission::from_value(scope).is_some_and(GraphPermission::people_may_consent)
            }
            Self::Api(api) => api
                .registration
                .scope(scope)
                .is_none_or(|scope| scope.consent == ScopeConsent::Admin),
        }
    }
}

impl Service {
    /// Reads the `scope` parameter. Every scope must exist.
    pub(crate) async fn read_scopes(&self, reader: &mut Reader, text: &str) -> Result<ScopeWish, ScopeError> {
        let mut wish = ScopeWish {
            oidc: Vec::new(),
            resources: Vec::new(),
        };
        let scopes = DelegatedGrant::scopes_of(text);
        if scopes.is_empty() || scopes.len() > MOST {
            return Err(ScopeError::Malformed);
        }
        for scope in scopes {
            if !scope
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
            {
                return Err(ScopeError::Malformed);
            }
            let (resource, name) = split(&scope);
            let oidc = OIDC
                .into_iter()
                .find(|known| known.value().eq_ignore_ascii_case(name));
            let graph = resource.is_none_or(|resource| is_graph(resource, &self.settings.origin));
            if let (true, Some(oidc)) = (graph, oidc) {
                wish.oidc.push(oidc);
                continue;
            }
            if resource.is_none() && NOT_OFFERED.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            let place = self.place(reader, &mut wish, resource).await?;
            if name.eq_ignore_ascii_case(".default") {
                place.all = true;
            } else {
                let name = known_scope(&place.resource, name)
                    .ok_or_else(|| ScopeError::UnknownScope(scope.clone()))?;
                place.names.push(name);
            }
        }
        if wish
            .resources
            .iter()
            .any(|place| place.all && !place.names.is_empty())
        {
            return Err(ScopeError::Malformed);
        }
        if wish.resources.is_empty() {
            wish.resources.push(ResourceWish {
                resource: Resource::Graph { name: None },
                names: Vec::new(),
                all: false,
            });
        }
        Ok(wish)
    }

    /// The scopes of this resource so far.
    async fn place<'w>(
        &self,
        reader: &mut Reader,
        wish: &'w mut ScopeWish,
        name: Option<&str>,
    ) -> Result<&'w mut ResourceWish, ScopeError> {
        let resource = self.find_resource(reader, name).await?;
        let known = wish
            .resources
            .iter()
            .position(|place| place.resource.service_principal() == resource.service_principal());
        let at = known.unwrap_or(wish.resources.len());
        if known.is_none() {
            wish.resources.push(ResourceWish {
                resource,
                names: Vec::new(),
                all: false,
            });
        }
        wish.resources.get_mut(at).ok_or(ScopeError::Malformed)
    }

    /// The resource of this name. A client id names its application, whatever else is registered.
    pub(crate) async fn find_resource(
        &self,
        reader: &mut Reader,
        name: Option<&str>,
    ) -> Result<Resource, ScopeError> {
        let Some(name) = name else {
            return Ok(Resource::Graph { name: None });
        };
        if is_graph(name, &self.settings.origin) {
            return Ok(Resource::Graph {
                name: Some(name.to_owned()),
            });
        }
        let unknown = || ScopeError::UnknownResource(name.chars().take(200).collect());
        let by_id = match client_id_in(name) {
            Some(id) => reader.application(id).await?,
            None => None,
        };
        let standing = if let Some(standing) = by_id {
            standing
        } else {
            let found = match reader.client_of_identifier(name).await? {
                None => reader.client_of_identifier(name.trim_end_matches('/')).await?,
                found => found,
            };
            let found = found.ok_or_else(unknown)?;
            reader.application(found).await?.ok_or_else(unknown)?
        };
        let client_id = standing.application.client_id;
        if !standing.application.enabled {
            return Err(unknown());
        }
        let registration = reader.registration(client_id).await?.unwrap_or_default();
        Ok(Resource::Api(Box::new(ApiResource {
            client_id,
            service_principal: standing.application.service_principal_id,
            display_name: standing.application.display_name.clone(),
            name: name.to_owned(),
            registration,
        })))
    }
}

/// The client id that a resource is named by.
pub(super) fn client_id_in(name: &str) -> Option<ClientId> {
    name.strip_prefix("api://").unwrap_or(name).parse().ok()
}

/// The resource of a scope, if it names one, and the scope's own name.
fn split(scope: &str) -> (Option<&str>, &str) {
    match scope.rsplit_once('/') {
        // A resource that itself ends in a slash gives two of them.
        Some((resource, name)) if !resource.is_empty() => (Some(resource.trim_end_matches('/')), name),
        _ => (None, scope),
    }
}

/// The scope in the resource's own spelling.
fn known_scope(resource: &Resource, name: &str) -> Option<String> {
    match resource {
        Resource::Graph { .. } => GraphPermission::from_value(name)
            .filter(|permission| permission.delegated_id().is_some())
            .map(|permission| permission.value().to_owned()),
        Resource::Api(api) => api.registration.scope(name).map(|scope| scope.value.clone()),
    }
}

/// What a client was granted for a person, of one resource.
pub(crate) fn granted_of(grants: &[DelegatedGrant], resource: ServicePrincipalId) -> Vec<String> {
    let of_resource = grants.iter().filter(|grant| grant.key.resource == resource);
    let mut scopes: Vec<String> = Vec::new();
    for scope in of_resource.flat_map(|grant| &grant.scopes) {
        if !has(&scopes, scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

pub(crate) fn has(scopes: &[String], scope: &str) -> bool {
    scopes.iter().any(|known| known.eq_ignore_ascii_case(scope))
}

/// All that a request wants of each resource, with what it was granted: `.default` stands for what the application
/// registered and what it was granted before.
pub(crate) struct Wanted {
    pub(crate) resource: Resource,
    pub(crate) scopes: Vec<String>,
    pub(crate) missing: Vec<String>,
}

pub(crate) fn wanted(
    wish: &ScopeWish,
    registration: &ClientRegistration,
    grants: &[DelegatedGrant],
) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for place in &wish.resources {
        let granted = granted_of(grants, place.resource.service_principal());
        let mut scopes = place.names.clone();
        if place.all {
            // As far as the resource still offers them.
            scopes.extend(
                granted
                    .iter()
                    .filter_map(|scope| known_scope(&place.resource, scope)),
            );
            for scope in registered(registration, &place.resource) {
                if !has(&scopes, &scope) {
                    scopes.push(scope);
                }
            }
        }
        let missing = scopes
            .iter()
            .filter(|scope| !has(&granted, scope))
            .cloned()
            .collect();
        all.push(Wanted {
            resource: place.resource.clone(),
            scopes,
            missing,
        });
    }
    // What OpenID Connect names belongs to Graph, whatever else is asked for.
    let granted = granted_of(grants, ServicePrincipalId::GRAPH);
    let oidc: Vec<String> = wish.oidc.iter().map(|scope| scope.value().to_owned()).collect();
    let missing: Vec<String> = oidc
        .iter()
        .filter(|scope| !has(&granted, scope))
        .cloned()
        .collect();
    let graph = all
        .iter_mut()
        .find(|wanted| wanted.resource.service_principal() == ServicePrincipalId::GRAPH);
    match graph {
        Some(graph) => {
            graph.scopes.retain(|scope| !has(&oidc, scope));
            graph.scopes.extend(oidc);
            graph.missing.extend(missing);
        }
        None if !oidc.is_empty() => all.push(Wanted {
            resource: Resource::Graph { name: None },
            scopes: oidc,
            missing,
        }),
        None => {}
    }
    all
}

/// The application that a resource is.
pub(super) fn client_of_resource(resource: &Resource) -> ClientId {
    match resource {
        Resource::Graph { .. } => ClientId::GRAPH,
        Resource::Api(api) => api.client_id,
    }
}

/// The scopes that an application registered as wanted of this resource.
fn registered(registration: &ClientRegistration, resource: &Resource) -> Vec<String> {
    let client_id = client_of_resource(resource);
    let wanted = registration
        .required_resources
        .iter()
        .filter(|required| required.resource == client_id)
        .flat_map(|required| &required.scopes);
    wanted
        .filter_map(|id| match resource {
            Resource::Graph { .. } => GraphPermission::ALL
                .iter()
                .find(|known| {
                    known
                        .delegated_id()
                        .is_some_and(|known| known.as_bytes() == id.as_bytes())
                })
                .map(|known| known.value().to_owned()),
            Resource::Api(api) => api
                .registration
                .scopes
                .iter()
                .find(|known| known.enabled && known.id == *id)
                .map(|known| known.value.clone()),
        })
        .collect()
}

/// The grants of a client for a person.
pub(crate) async fn grants_of(
    reader: &mut Reader,
    client: ServicePrincipalId,
    user: UserId,
) -> Result<Vec<DelegatedGrant>, StoreError> {
    reader.grants_for(client, user).await
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn scopes_name_their_resource_or_not() {
        for (scope, resource, name) in [
            ("User.Read", None, "User.Read"),
            (
                "https://graph.microsoft.com/User.Read",
                Some("https://graph.microsoft.com"),
                "User.Read",
            ),
            (
                "https://graph.microsoft.com//.default",
                Some("https://graph.microsoft.com"),
                ".default",
            ),
            ("api://files/Files.Read", Some("api://files"), "Files.Read"),
            ("openid", None, "openid"),
        ] {
            assert_eq!(split(scope), (resource, name), "{scope}");
        }
    }
}
