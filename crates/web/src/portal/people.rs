//! Finding people.

use askama::Template;
use axum::extract::Query;
use http::{StatusCode, Uri};
use latchkey_domain::{Action, Group, GroupId, TextProperty};
use latchkey_service::{FoundPeople, FoundUser, PeopleMethod, PeopleQuery, PeopleState};
use latchkey_store::GroupFilter;

use super::admin::Admin;
use super::frame::{Frame, Section};
use super::paths;
use crate::answer::{Answer, Stop, page};
use crate::moment::Moment;
use crate::view::Site;

/// People on one page.
const PAGE: usize = 25;
/// Groups that a name offers.
const MOST_GROUPS: u32 = 12;

/// A person in a list.
pub(super) struct PersonRow {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) upn: String,
    /// Job and department, as far as known.
    pub(super) place: String,
    pub(super) disabled: bool,
    /// Wrong guesses lock a way to sign in until then.
    pub(super) locked: Option<Moment>,
    pub(super) guest: bool,
    pub(super) may_issue: bool,
    /// When the account was deleted, if it was.
    pub(super) deleted: Option<Moment>,
    /// Where to ask for its restoring, for who may.
    pub(super) restore: Option<String>,
    /// The same for deleting it for good.
    pub(super) purge: Option<String>,
}

impl PersonRow {
    pub(super) fn new(found: &FoundUser) -> Self {
        let user = &found.user;
        let known = [TextProperty::JobTitle, TextProperty::Department]
            .into_iter()
            .filter_map(|property| user.text.get(property));
        let fate = |word: &str| {
            let deletion = found.deleted.filter(|deletion| deletion.may_restore);
            deletion.map(|_| format!("{}/{word}", paths::deleted_person(&user.id)))
        };
        Self {
            path: paths::person(&user.id),
            name: user.display_name.clone(),
            upn: user.upn.to_string(),
            place: known.collect::<Vec<_>>().join(" · "),
            disabled: !user.account_enabled,
            locked: found.locked_until.map(Moment::rounded_up),
            guest: user.user_type == latchkey_domain::UserType::Guest,
            may_issue: found.may_issue_pass,
            deleted: found.deleted.map(|deletion| deletion.at.into()),
            restore: fate("restore"),
            purge: fate("purge"),
        }
    }
}

const STATES: [(PeopleState, &str, &str); 5] = [
    (PeopleState::Any, "", "Any"),
    (PeopleState::Enabled, "on", "Account on"),
    (PeopleState::Disabled, "off", "Turned off"),
    (PeopleState::Locked, "locked", "Locked after wrong guesses"),
    (PeopleState::Deleted, "deleted", "Deleted"),
];

const METHODS: [(Option<PeopleMethod>, &str, &str); 6] = [
    (None, "", "Anything or nothing"),
    (Some(PeopleMethod::Passkey), "passkey", "A passkey"),
    (Some(PeopleMethod::App), "app", "An authenticator app"),
    (
        Some(PeopleMethod::Password),
        "password",
        "A password of their own",
    ),
    (Some(PeopleMethod::Pass), "pass", "A pass that works now"),
    (Some(PeopleMethod::Bare), "none", "Nothing that lasts"),
];

/// Something to choose in a filter.
struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

/// What the address says.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
    state: String,
    method: String,
    /// A group, by its id.
    group: String,
    /// The start of a group's name.
    #[serde(rename = "in")]
    group_name: String,
    after: String,
    done: String,
}

impl Wanted {
    fn state(&self) -> PeopleState {
        let known = STATES.iter().find(|(_, word, _)| *word == self.state);
        known.map_or(PeopleState::Any, |(state, ..)| *state)
    }

    fn method(&self) -> Option<PeopleMethod> {
        let known = METHODS.iter().find(|(_, word, _)| *word == self.method);
        known.and_then(|(method, ..)| *method)
    }

    /// The address of the list with these filters and this group.
    fn address(&self, group: Option<GroupId>) -> String {
        let group = group.map(|id| id.to_string()).unwrap_or_default();
        let filters = [
            ("q", self.q.as_str()),
            ("state", &self.state),
            ("method", &self.method),
            ("group", &group),
        ];
        let given = filters.into_iter().filter(|(_, value)| !value.is_empty());
        given.fold(paths::PEOPLE.to_owned(), |path, (name, value)| {
            paths::with(&path, name, value)
        })
    }
}

/// The group that the list is about, and others that could be meant.
#[derive(Default)]
struct Groups {
    chosen: Option<Group>,
    offered: Vec<Group>,
}

impl Groups {
    async fn find(admin: &Admin, wanted: &Wanted) -> Result<Self, Stop> {
        if !admin.offers.has(Action::ReadGroups) {
            return Ok(Self::default());
        }
        let (service, caller) = (admin.service(), &admin.caller);
        let name = wanted.group_name.trim();
        if name.is_empty() {
            // An address of yesterday may name a group that is gone.
            let chosen = match wanted.group.parse() {
                Ok(id) => service.show_group(caller, id).await.ok(),
                Err(_) => None,
            };
            return Ok(Self {
                chosen,
                offered: Vec::new(),
            });
        }
        let filter = GroupFilter::DisplayNameStartsWith(name.to_owned());
        let found = service
            .list_groups(caller, Some(&filter), None, MOST_GROUPS)
            .await;
        let mut found = found.map_err(|error| admin.group_failed(&error))?;
        let same = |group: &Group| group.properties.display_name.to_lowercase() == name.to_lowercase();
        let namesakes = found.iter().filter(|group| same(group)).count();
        let meant = if namesakes == 1 {
            found.iter().position(same)
        } else {
            (found.len() == 1).then_some(0)
        };
        Ok(match meant {
            Some(place) => Self {
                chosen: Some(found.swap_remove(place)),
                offered: Vec::new(),
            },
            None => Self {
                chosen: None,
                offered: found,
            },
        })
    }
}

#[derive(Template)]
#[template(path = "portal/people.html")]
struct People<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    text: &'a str,
    done: Option<&'static str>,
    /// The list is of deleted accounts.
    is_of_deleted: bool,
    states: Vec<Choice>,
    methods: Vec<Choice>,
    /// The field for a group is offered.
    may_choose_group: bool,
    /// What was typed there.
    group_name: &'a str,
    /// The group that the list is about: its name, its id, the list without it.
    group: Option<(String, String, String)>,
    /// Groups that could be meant, with the list of each.
    offered: Vec<(String, String)>,
    /// No group has a name like that.
    no_group: bool,
    rows: Vec<PersonRow>,
    /// Address of the next page.
    next: Option<String>,
    /// Not the first page.
    further: bool,
    may_create: bool,
    may_issue: bool,
}

impl People<'_> {
    fn count(&self) -> String {
        let more = if self.next.is_some() {
            " shown, and there are more"
        } else {
            ""
        };
        match (self.rows.len(), self.further) {
            (0, _) if self.next.is_some() => {
                "Nobody found so far. Type more of the name, or look further.".to_owned()
            }
            (0, true) => "There's nobody further.".to_owned(),
            (0, false) => "Nobody found.".to_owned(),
            (1, _) => format!("1 person{more}."),
            (count, _) => format!("{count} people{more}."),
        }
    }
}

/// `GET /portal/people`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let wanted = Query::<Wanted>::try_from_uri(&uri)
        .map(|Query(wanted)| wanted)
        .unwrap_or_default();
    let sees_methods = admin.offers.has(Action::ReadMethods);
    let groups = Groups::find(&admin, &wanted).await?;
    let asks = !wanted.group_name.trim().is_empty() && groups.chosen.is_none();
    let query = PeopleQuery {
        text: wanted.q.clone(),
        state: wanted.state(),
        method: wanted.method(),
        group: groups.chosen.as_ref().map(|group| group.id),
        after: (!wanted.after.is_empty()).then(|| wanted.after.clone()),
        limit: PAGE,
    };
    let found = if asks {
        FoundPeople::default()
    } else {
        let found = admin.service().find_people(&admin.caller, &query).await;
        found.map_err(|error| admin.failed(&error))?
    };
    let states = STATES.into_iter().map(|(state, value, label)| Choice {
        value,
        label,
        chosen: state == query.state,
    });
    let methods = METHODS.into_iter().filter(|_| sees_methods);
    let methods = methods.map(|(method, value, label)| Choice {
        value,
        label,
        chosen: method == query.method,
    });
    let here = wanted.address(query.group);
    let named = |group: &Group| group.properties.display_name.clone();
    Ok(page(
        StatusCode::OK,
        &People {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            text: &wanted.q,
            done: match wanted.done.as_str() {
                "deleted" => {
                    Some("The account is deleted. It can be restored from the list of deleted people.")
                }
                "purged" => Some("The account is deleted for good."),
                _ => None,
            },
            is_of_deleted: query.state == PeopleState::Deleted,
            states: states.collect(),
            methods: methods.collect(),
            may_choose_group: admin.offers.has(Action::ReadGroups),
            group_name: if asks { &wanted.group_name } else { "" },
            group: groups
                .chosen
                .as_ref()
                .map(|group| (named(group), group.id.to_string(), wanted.address(None))),
            offered: groups
                .offered
                .iter()
                .map(|group| (named(group), wanted.address(Some(group.id))))
                .collect(),
            no_group: asks && groups.offered.is_empty(),
            rows: found.people.iter().map(PersonRow::new).collect(),
            next: found.next.map(|place| paths::with(&here, "after", &place)),
            further: query.after.is_some(),
            may_create: admin.offers.has(Action::CreateUser),
            may_issue: admin.offers.has(Action::IssuePass),
        },
    ))
}
