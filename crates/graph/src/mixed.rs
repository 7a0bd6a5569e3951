//! Directory objects of several kinds in one answer: each says what it is, since SDKs choose their class by that
//! (Graph contract 1.2).

use latchkey_domain::{AdministrativeUnit, BuiltInRole, Group, Member, RoleId, User};
use latchkey_service::{Container, ContainerView, DirectoryObject, MemberView, PrincipalView, UserSight};
use serde_json::{Map, Value};

use crate::application_view::{APPLICATION, PRINCIPAL, render as render_application, render_principal};
use crate::call::Call;
use crate::directory_roles::{ROLE, object_id, role_property};
use crate::error::GraphError;
use crate::groups::{self, GROUP};
use crate::select::{ObjectType, Selection};
use crate::sign_in_activity;
use crate::units::{self, UNIT};
use crate::user_view::{self, USER};

type Body = Map<String, Value>;

/// The selected properties of each kind. A name that no kind has is a mistake; one that only some have is absent from
/// the others.
pub(crate) struct Mixed<'a> {
    call: &'a Call,
    selections: Vec<(&'static str, Selection)>,
}

const KINDS: [(&str, &ObjectType); 6] = [
    ("user", &USER),
    ("group", &GROUP),
    ("administrativeUnit", &UNIT),
    ("directoryRole", &ROLE),
    ("application", &APPLICATION),
    ("servicePrincipal", &PRINCIPAL),
];

impl<'a> Mixed<'a> {
    /// What the request asks for.
    ///
    /// # Errors
    /// A name that no kind declares.
    pub(crate) fn of(call: &'a Call) -> Result<Self, GraphError> {
        Self::with(call, call.query.select().as_deref())
    }

    /// What these names ask for.
    ///
    /// # Errors
    /// A name that no kind declares.
    pub(crate) fn with(call: &'a Call, names: Option<&[&str]>) -> Result<Self, GraphError> {
        let known = |kind: &ObjectType, name: &str| name == "*" || kind.declares(name);
        for name in names.unwrap_or_default() {
            if !KINDS.iter().any(|(_, kind)| known(kind, name)) {
                Selection::of_names(Some(&[name]), &PRINCIPAL)?;
            }
        }
        let mut selections = Vec::new();
        for (name, kind) in KINDS {
            let own: Option<Vec<&str>> =
                names.map(|names| names.iter().copied().filter(|name| known(kind, name)).collect());
            let selection = Selection::of_names(own.as_deref(), kind)?;
            sign_in_activity::refuse(&selection)?;
            selections.push((name, selection));
        }
        Ok(Self { call, selections })
    }

    fn body(&self, kind: &str, id: String, render: impl FnOnce(&Selection) -> Body) -> Body {
        let chosen = self.selections.iter().find(|(name, _)| *name == kind);
        let mut body = chosen.map(|(_, selection)| render(selection)).unwrap_or_default();
        body.insert(
            "@odata.type".to_owned(),
            format!("#microsoft.graph.{kind}").into(),
        );
        // Whatever is selected, an object in a mixed list is known by its id.
        body.insert("id".to_owned(), id.into());
        body
    }

    fn user(&self, user: &User) -> Body {
        self.body("user", user.id.to_string(), |chosen| {
            user_view::render(user, chosen)
        })
    }

    fn group(&self, group: &Group) -> Body {
        self.body("group", group.id.to_string(), |chosen| {
            groups::render(group, chosen)
        })
    }

    fn unit(&self, unit: &AdministrativeUnit) -> Body {
        self.body("administrativeUnit", unit.id.to_string(), |chosen| {
            units::render(unit, chosen)
        })
    }

    fn role(&self, id: RoleId, role: Option<&BuiltInRole>) -> Body {
        let id = object_id(self.call, id).to_string();
        self.body("directoryRole", id.clone(), |chosen| {
            chosen.render(&ROLE, |name| role_property(&id, role?, name))
        })
    }

    /// A member, an owner or a role's holder; what the caller may not see of it is null.
    pub(crate) fn member(&self, member: &MemberView) -> Body {
        match member {
            MemberView::User(user, UserSight::Whole) => self.user(user),
            MemberView::User(user, UserSight::Basics) => self.body("user", user.id.to_string(), |chosen| {
                user_view::render_basics(user, chosen)
            }),
            MemberView::Group(group) => self.group(group),
            MemberView::Principal(principal) => self.principal(principal),
            MemberView::Named(member) => self.named(*member),
        }
    }

    /// Only that it is there.
    fn named(&self, member: Member) -> Body {
        let kind = match member {
            Member::User(_) => &USER,
            Member::Group(_) => &GROUP,
            Member::Principal(_) => &PRINCIPAL,
        };
        let mut body = self.body(member.kind(), member.id().to_string(), |chosen| {
            chosen.render(kind, |_| None)
        });
        // The one property that can't be null in Graph's description of these kinds.
        body.remove("appRoleAssignmentRequired");
        body
    }

    fn principal(&self, view: &PrincipalView) -> Body {
        let tenant = self.call.service.tenant().id.to_string();
        self.body("servicePrincipal", view.id().to_string(), |chosen| {
            render_principal(view, &tenant, chosen)
        })
    }

    /// Any object.
    pub(crate) fn object(&self, object: &DirectoryObject) -> Body {
        match object {
            DirectoryObject::User(user) => self.user(user),
            DirectoryObject::Group(group) => self.group(group),
            DirectoryObject::Unit(unit) => self.unit(unit),
            DirectoryObject::Role(id) => self.role(*id, id.built_in()),
            DirectoryObject::Application(view) => {
                let id = view.application.application.id.to_string();
                self.body("application", id, |chosen| render_application(view, chosen))
            }
            DirectoryObject::Principal(view) => self.principal(view),
        }
    }

    /// What something is in; of what the caller may not see, all but the id is null.
    pub(crate) fn container(&self, view: &ContainerView) -> Body {
        match view {
            ContainerView::Whole(object) => self.object(object),
            ContainerView::Named(Container::Group(id)) => self.named(Member::Group(*id)),
            ContainerView::Named(Container::Unit(id)) => {
                self.body("administrativeUnit", id.to_string(), |chosen| {
                    chosen.render(&UNIT, |_| None)
                })
            }
            ContainerView::Named(Container::Role(id)) => self.role(*id, None),
        }
    }
}

/// The kind that a cast in a path names: `graph.user`, or `microsoft.graph.user`.
pub(crate) fn cast(text: &str) -> Option<&'static str> {
    let name = ["microsoft.graph.", "graph."].iter().find_map(|prefix| {
        let (start, rest) = text.split_at_checked(prefix.len())?;
        start.eq_ignore_ascii_case(prefix).then_some(rest)
    })?;
    let mut kinds = KINDS.iter().map(|(kind, _)| *kind);
    kinds.find(|kind| kind.eq_ignore_ascii_case(name))
}

/// The kind of something that others are in.
pub(crate) const fn kind_of(container: Container) -> &'static str {
    match container {
        Container::Group(_) => "group",
        Container::Unit(_) => "administrativeUnit",
        Container::Role(_) => "directoryRole",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_known_in_both_spellings() {
        assert_eq!(cast("graph.user"), Some("user"));
        assert_eq!(cast("microsoft.graph.directoryrole"), Some("directoryRole"));
        for wrong in ["user", "graph.", "graph.device", "", "microsoft.user"] {
            assert_eq!(cast(wrong), None, "{wrong}");
        }
    }
}
