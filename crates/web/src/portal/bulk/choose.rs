//! Whom passes are for, and what kind of pass.

use askama::Template;
use http::StatusCode;
use latchkey_domain::{Action, GroupId};
use latchkey_store::GroupFilter;

use super::super::admin::{Admin, AdminPosted};
use super::super::frame::{Frame, Section};
use super::super::issue::{self, Choices};
use super::list::Entries;
use super::{MOST, preview};
use crate::answer::{Answer, page};
use crate::view::Site;
use crate::visit::Fields;

/// Groups that a search offers.
const MOST_GROUPS: u32 = 12;

/// A group to choose.
struct GroupChoice {
    id: GroupId,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "portal/bulk.html")]
struct BulkForm<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    choices: Choices,
    most: usize,
    /// A group is meant, not a list.
    by_group: bool,
    pasted: &'a str,
    groups: Vec<GroupChoice>,
    /// What was typed to find a group.
    text: &'a str,
    problem: Option<&'a str>,
}

async fn form(admin: &Admin, fields: Option<&Fields>, problem: Option<&str>) -> Answer {
    let (service, caller) = (admin.service(), &admin.caller);
    let policy = service.policy_for_issuing(caller).await;
    let policy = policy.map_err(|error| admin.failed(&error))?;
    let get = |name| fields.map(|fields| fields.get(name)).unwrap_or_default();
    let mut groups = Vec::new();
    if let Ok(id) = get("group").parse::<GroupId>()
        && let Ok(group) = service.show_group(caller, id).await
    {
        let name = group.properties.display_name;
        groups.push(GroupChoice {
            id,
            name,
            chosen: true,
        });
    }
    let text = get("group-find").trim();
    if !text.is_empty() {
        let filter = GroupFilter::DisplayNameStartsWith(text.to_owned());
        let found = service
            .list_groups(caller, Some(&filter), None, MOST_GROUPS)
            .await;
        for group in found.map_err(|error| admin.group_failed(&error))? {
            if !groups.iter().any(|known| known.id == group.id) {
                let name = group.properties.display_name;
                let chosen = false;
                groups.push(GroupChoice {
                    id: group.id,
                    name,
                    chosen,
                });
            }
        }
    }
    let problem = match problem {
        None if !text.is_empty() && groups.is_empty() => Some("No group has a name that begins like this."),
        other => other,
    };
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok(page(
        status,
        &BulkForm {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::People),
            choices: Choices::new(&policy, fields),
            most: MOST,
            by_group: get("source") == "group",
            pasted: get("list"),
            groups,
            text,
            problem,
        },
    ))
}

/// `GET /portal/passes`
pub(super) async fn ask(admin: Admin) -> Answer {
    admin.needs(Action::IssuePass)?;
    form(&admin, None, None).await
}

/// `POST /portal/passes`: shows what will happen to each.
pub(super) async fn take(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    admin.needs(Action::IssuePass)?;
    let group = fields.get("group").parse::<GroupId>().ok();
    let by_group = fields.get("source") == "group";
    if fields.get("do") == "find"
        || (by_group && group.is_none() && !fields.get("group-find").trim().is_empty())
    {
        return form(&admin, Some(&fields), None).await;
    }
    let request = match issue::request(&fields) {
        Ok(request) => request,
        Err(words) => return form(&admin, Some(&fields), Some(words)).await,
    };
    let entries = match (by_group, group) {
        (false, _) => Entries::pasted(fields.get("list")),
        (true, Some(group)) => Entries::of_group(&admin, group).await?,
        (true, None) => return form(&admin, Some(&fields), Some("Choose a group.")).await,
    };
    if entries.entries.is_empty() {
        let words = if by_group {
            "Nobody is in this group directly."
        } else {
            "Paste at least one account name."
        };
        return form(&admin, Some(&fields), Some(words)).await;
    }
    preview::show(&admin, &fields, &entries, request).await
}
