//! Groups and who is in them.

use askama::Template;
use axum::extract::{Path, Query};
use http::{StatusCode, Uri};
use latchkey_domain::{Action, Group, GroupId, Member, UserId};
use latchkey_service::{Belonging, GroupError, MemberView, PrincipalView};
use latchkey_store::GroupFilter;

use super::admin::{Admin, AdminPosted};
use super::frame::{Frame, Section};
use super::{group_edit, names, paths};
use crate::answer::{Answer, Stop, page, redirect};
use crate::view::Site;

/// Groups, or members, on one page.
const PAGE: u32 = 50;

/// Why a group that holds roles keeps somebody, or stays.
pub(super) const LAST_ADMINISTRATOR: &str =
    "Then there would be no Global Administrator. Give the role to somebody else first.";

/// A group in a list.
struct Row {
    path: String,
    name: String,
    description: String,
    holds_roles: bool,
}

impl Row {
    fn new(group: &Group) -> Self {
        let properties = &group.properties;
        Self {
            path: paths::group(&group.id),
            name: properties.display_name.clone(),
            description: properties.description.clone().unwrap_or_default(),
            holds_roles: properties.role_assignable,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/groups.html")]
struct Groups<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    text: &'a str,
    rows: Vec<Row>,
    next: Option<String>,
    may_create: bool,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
    after: String,
    done: String,
}

fn wanted(uri: &Uri) -> Wanted {
    Query::try_from_uri(uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default()
}

/// Cuts what was read, one more than a page holds; tells whether more follow.
fn cut<T>(found: &mut Vec<T>) -> bool {
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    more
}

/// `GET /portal/groups`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let wanted = wanted(&uri);
    let text = wanted.q.trim();
    let filter = (!text.is_empty()).then(|| GroupFilter::DisplayNameStartsWith(text.to_owned()));
    let after = wanted.after.rsplit_once(' ');
    let after = after.and_then(|(key, id)| Some((key, id.parse::<GroupId>().ok()?)));
    let found = admin
        .service()
        .list_groups(&admin.caller, filter.as_ref(), after, PAGE + 1)
        .await;
    let mut found = found.map_err(|error| admin.group_failed(&error))?;
    let more = cut(&mut found);
    let next = found.last().filter(|_| more).map(|last| {
        let place = format!("{} {}", last.properties.display_name.to_lowercase(), last.id);
        let path = if text.is_empty() {
            paths::GROUPS.to_owned()
        } else {
            paths::with(paths::GROUPS, "q", text)
        };
        paths::with(&path, "after", &place)
    });
    Ok(page(
        StatusCode::OK,
        &Groups {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Groups),
            text,
            rows: found.iter().map(Row::new).collect(),
            next,
            may_create: group_edit::may_create(&admin),
        },
    ))
}

/// Somebody, or a group, in a group.
pub(super) struct MemberRow {
    pub(super) path: String,
    pub(super) id: String,
    pub(super) name: String,
    /// Account name, or that it is a group or an application.
    pub(super) detail: String,
}

impl MemberRow {
    pub(super) fn new(view: &MemberView) -> Self {
        let member = view.member();
        let id = member.id().to_string();
        let (name, detail) = match view {
            MemberView::User(user, _) => (user.display_name.clone(), user.upn.to_string()),
            MemberView::Group(group) => (group.properties.display_name.clone(), "Group".to_owned()),
            MemberView::Principal(principal) => {
                (principal.display_name().to_owned(), "Application".to_owned())
            }
            MemberView::Named(_) => (id.clone(), String::new()),
        };
        let path = match (view, member) {
            (_, Member::User(id)) => paths::person(&id),
            (_, Member::Group(id)) => paths::group(&id),
            (MemberView::Principal(principal), _) => match &**principal {
                PrincipalView::Application(found) => paths::application(&found.application.id),
                PrincipalView::Graph => paths::APPLICATIONS.to_owned(),
            },
            _ => paths::APPLICATIONS.to_owned(),
        };
        Self {
            path,
            id,
            name,
            detail,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/group.html")]
struct GroupPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    group: &'a Group,
    path: String,
    members: Vec<MemberRow>,
    /// Who is in it is not shown.
    hidden: bool,
    next: Option<String>,
    owners: Vec<MemberRow>,
    may_write: bool,
    may_edit: bool,
    done: Option<&'static str>,
    /// What was typed to add somebody, and why it could not be.
    text: &'a str,
    problem: &'a str,
    /// The same for an owner.
    owner_text: &'a str,
    owner_problem: &'a str,
}

/// The group that a path names, and whether its members may be changed.
pub(super) async fn open(admin: &Admin, id: &str) -> Result<(Group, bool), Stop> {
    let Ok(id) = id.parse() else {
        return Err(admin.not_found().into());
    };
    let group = admin.service().show_group(&admin.caller, id).await;
    let group = group.map_err(|error| admin.group_failed(&error))?;
    let action = if group.properties.role_assignable {
        Action::WriteRoleAssignableGroup
    } else {
        Action::WriteGroupMembers
    };
    let may_write = admin.offers.has(action);
    Ok((group, may_write))
}

/// What the page shows besides the group.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub(super) after: Option<Member>,
    pub(super) done: Option<&'static str>,
    pub(super) text: &'a str,
    pub(super) problem: &'a str,
    pub(super) owner_text: &'a str,
    pub(super) owner_problem: &'a str,
}

pub(super) async fn answer(admin: &Admin, group: &Group, may_write: bool, shown: Shown<'_>) -> Answer {
    let members = admin
        .service()
        .list_members(&admin.caller, group.id, shown.after, PAGE + 1)
        .await;
    let (mut members, hidden) = match members {
        Ok(members) => (members, false),
        Err(GroupError::Hidden) => (Vec::new(), true),
        Err(other) => return Err(admin.group_failed(&other)),
    };
    let more = cut(&mut members);
    let path = paths::group(&group.id);
    let next = members
        .last()
        .filter(|_| more)
        .map(|last| paths::with(&path, "after", &last.member().to_string()));
    let owners = admin.service().list_owners(&admin.caller, group.id).await;
    let owners = owners.map_err(|error| admin.group_failed(&error))?;
    let status = if shown.problem.is_empty() && shown.owner_problem.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok(page(
        status,
        &GroupPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Groups),
            group,
            path,
            members: members.iter().map(MemberRow::new).collect(),
            hidden,
            next,
            owners: owners.iter().map(MemberRow::new).collect(),
            may_write,
            may_edit: group_edit::may_edit(admin, group),
            done: shown.done,
            text: shown.text,
            problem: shown.problem,
            owner_text: shown.owner_text,
            owner_problem: shown.owner_problem,
        },
    ))
}

/// `GET /portal/groups/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let (group, may_write) = open(&admin, &id).await?;
    let wanted = wanted(&uri);
    let after = wanted.after.parse().ok();
    let done = match wanted.done.as_str() {
        "joined" => Some("Added to the group."),
        "left" => Some("Removed from the group."),
        "created" => Some("The group is made. Add people to it."),
        "saved" => Some("Saved."),
        "owner" => Some("Added to the owners."),
        "disowned" => Some("Removed from the owners."),
        _ => None,
    };
    let shown = Shown {
        after,
        done,
        ..Shown::default()
    };
    answer(&admin, &group, may_write, shown).await
}

/// `POST /portal/groups/{id}/add`
pub(super) async fn add(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (group, may_write) = open(&admin, &id).await?;
    let text = fields.get("name").trim();
    let again = async |problem: &str| {
        let shown = Shown {
            text,
            problem,
            ..Shown::default()
        };
        answer(&admin, &group, may_write, shown).await
    };
    // Whoever may not is refused, and recorded, where the group would be changed.
    let mut somebody = UserId::from_bytes([0; 16]);
    if may_write {
        match names::find_person(&admin, text).await? {
            Ok(user) => somebody = user.id,
            Err(words) => return again(words).await,
        }
    }
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let joined = service
        .join_group(&admin.caller, info, group.id, Belonging::Member, somebody)
        .await;
    match joined {
        Ok(()) => Ok(redirect(&paths::with(&paths::group(&group.id), "done", "joined"))),
        Err(GroupError::AlreadyThere(_)) => again("This person is in the group already.").await,
        Err(other) => Err(admin.group_failed(&other)),
    }
}

/// `POST /portal/groups/{id}/remove`
pub(super) async fn remove(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (group, may_write) = open(&admin, &id).await?;
    let member = fields
        .get("member")
        .parse()
        .unwrap_or(UserId::from_bytes([0; 16]));
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let left = service
        .leave_group(&admin.caller, info, group.id, Belonging::Member, member)
        .await;
    match left {
        // Gone already is as good as removed.
        Ok(()) | Err(GroupError::NoSuchObject(_)) => {
            Ok(redirect(&paths::with(&paths::group(&group.id), "done", "left")))
        }
        Err(GroupError::LastAdministrator) => {
            let shown = Shown {
                problem: LAST_ADMINISTRATOR,
                ..Shown::default()
            };
            answer(&admin, &group, may_write, shown).await
        }
        Err(other) => Err(admin.group_failed(&other)),
    }
}
