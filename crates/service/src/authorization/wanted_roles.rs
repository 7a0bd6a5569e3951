//! App roles that an application wants for itself: an administrator who consents for everyone gives them, too.

use latchkey_domain::{AppRoleId, AppRoleMember, ClientRegistration};

use super::consent::{ConsentItem, short};
use super::scopes::{Resource, ResourceWish, ScopeWish, client_of_resource};
use crate::registry::permission_of_role;

/// A role of a resource that an application can hold itself.
pub(super) struct WantedRole {
    pub(super) resource: Resource,
    pub(super) id: AppRoleId,
    pub(super) value: String,
    title: String,
    detail: String,
}

impl WantedRole {
    /// Its line on the consent page.
    pub(super) fn item(&self) -> ConsentItem {
        let ours = matches!(self.resource, Resource::Graph { .. });
        ConsentItem {
            title: self.title.clone(),
            detail: self.detail.clone(),
            scope: match &self.resource {
                Resource::Graph { .. } => self.value.clone(),
                Resource::Api(api) => format!("{}: {}", api.display_name, self.value),
            },
            ours,
            administrator: true,
            itself: true,
        }
    }
}

/// What the application registered of each resource of which `.default` was asked for. Roles that are not offered to
/// applications any more are left out.
pub(super) fn wanted_roles(wish: &ScopeWish, registration: &ClientRegistration) -> Vec<WantedRole> {
    let places = wish.resources.iter().filter(|place| place.all);
    places.flat_map(|place| roles_of(place, registration)).collect()
}

fn roles_of(place: &ResourceWish, registration: &ClientRegistration) -> Vec<WantedRole> {
    let resource = client_of_resource(&place.resource);
    let wanted = registration
        .required_resources
        .iter()
        .filter(|required| required.resource == resource)
        .flat_map(|required| &required.roles);
    wanted.filter_map(|id| role(&place.resource, *id)).collect()
}

fn role(resource: &Resource, id: AppRoleId) -> Option<WantedRole> {
    let (value, title, detail) = match resource {
        Resource::Graph { .. } => {
            let value = permission_of_role(id)?.value().to_owned();
            (value.clone(), value, String::new())
        }
        Resource::Api(api) => {
            let roles = &api.registration.app_roles;
            let found = roles.iter().find(|role| role.id == id)?;
            if !found.enabled || !found.allowed_member_types.contains(&AppRoleMember::Application) {
                return None;
            }
            let value = found.value.clone().unwrap_or_default();
            (value, short(&found.display_name), short(&found.description))
        }
    };
    Some(WantedRole {
        resource: resource.clone(),
        id,
        value,
        title,
        detail,
    })
}
