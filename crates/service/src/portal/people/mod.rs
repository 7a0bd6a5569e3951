//! Finding people, page by page, at a cost that does not grow with the directory.
//!
//! A list is walked along the index of its narrowest condition; the other conditions are asked of each candidate.

mod fits;
mod lead;

use latchkey_domain::{Action, Caller, GroupId, PassPlan, PassRequest, Timestamp, User, may};
use unicode_normalization::UnicodeNormalization;

use crate::{AccessError, Service};
use lead::Lead;

/// Which people a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PeopleState {
    /// All of them.
    #[default]
    Any,
    /// Those who may sign in.
    Enabled,
    /// Those who may not.
    Disabled,
    /// Those whose name is locked after wrong guesses, as far as somebody tried them within the last hour.
    Locked,
    /// Those whose account was deleted and can come back; in no other list.
    Deleted,
}

/// What people on a list sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleMethod {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
    /// A password of their own.
    Password,
    /// A pass that works at this moment.
    Pass,
    /// Nothing that lasts, and an account that is on.
    Bare,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct PeopleQuery {
    /// What parts of the names begin with, in any order and case; empty for everybody.
    pub text: String,
    /// Who of these.
    pub state: PeopleState,
    /// Who of these, for callers who may see methods.
    pub method: Option<PeopleMethod>,
    /// Only direct members of this group, for callers who may see groups.
    pub group: Option<GroupId>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// The most people of one page.
    pub limit: usize,
}

/// Somebody on a list.
#[derive(Debug, Clone)]
pub struct FoundUser {
    /// The account.
    pub user: User,
    /// The caller may issue a pass here, as far as is known without this person's groups.
    pub may_issue_pass: bool,
    /// Wrong guesses lock a way to sign in until then.
    pub locked_until: Option<Timestamp>,
    /// Of an account that was deleted.
    pub deleted: Option<Deletion>,
}

/// An account that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// When.
    pub at: Timestamp,
    /// The caller may bring it back, or delete it for good.
    pub may_restore: bool,
}

/// A page of people.
#[derive(Debug, Clone, Default)]
pub struct FoundPeople {
    /// They.
    pub people: Vec<FoundUser>,
    /// Where the next page goes on; `None` when this was the last.
    pub next: Option<String>,
}

/// So many candidates are looked at for one page; a rarer find needs more letters, or the next page.
const MOST_EXAMINED: usize = 600;
/// The most letters of a search that are looked at.
const LONGEST_TEXT: usize = 200;

impl Service {
    /// People whose names have parts that begin as the words of the query do, and whom its conditions fit.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn find_people(
        &self,
        caller: &Caller,
        query: &PeopleQuery,
    ) -> Result<FoundPeople, AccessError> {
        may(caller, Action::ListUsers, None)?;
        if query.method.is_some() {
            may(caller, Action::ReadMethods, None)?;
        }
        if query.group.is_some() {
            may(caller, Action::ReadGroups, None)?;
        }
        let words = words(&query.text);
        let lead = Lead::of(query, &words);
        let (mut reader, now) = (self.store.read().await?, self.now());
        let policy = reader.policy().await?;
        // Whether the policy leaves out somebody's group is asked where the pass is issued: it costs a query for each.
        let can_have_one = |user: &User| {
            PassPlan::new(
                PassRequest::default(),
                &policy,
                true,
                user.is_external_guest(),
                now,
            )
            .is_ok()
        };
        let (mut found, mut place, mut examined) = (FoundPeople::default(), query.after.clone(), 0);
        // One more than asked for tells whether there is a next page.
        let wanted = query.limit + 1;
        'page: loop {
            let batch = self
                .candidates(&lead, &mut reader, place.as_deref(), wanted)
                .await?;
            let last = batch.len() < wanted;
            for candidate in batch {
                examined += 1;
                let fits = !candidate.again && self.fits(&mut reader, query, &words, &candidate.user).await?;
                if !fits {
                    place = Some(candidate.place);
                    continue;
                }
                if found.people.len() == query.limit {
                    found.next = place;
                    break 'page;
                }
                place = Some(candidate.place);
                let id = candidate.user.id;
                let deleted = candidate.deleted_at.map(|at| Deletion {
                    at,
                    may_restore: self.may_restore(caller, id),
                });
                let target = reader.target_standing(id).await?;
                let may_issue = may(caller, Action::IssuePass, Some(&target)).is_ok();
                let may_issue = may_issue && can_have_one(&candidate.user);
                found.people.push(FoundUser {
                    locked_until: None,
                    may_issue_pass: may_issue && deleted.is_none(),
                    user: candidate.user,
                    deleted,
                });
            }
            if last {
                break;
            }
            if examined >= MOST_EXAMINED {
                found.next = place;
                break;
            }
        }
        let users = found.people.iter().map(|found| &found.user);
        let ends = self.locks_end(&mut reader, users, now).await?;
        for (found, until) in found.people.iter_mut().zip(ends) {
            found.locked_until = until.filter(|_| found.deleted.is_none());
        }
        Ok(found)
    }
}

/// The words of a search, as parts of names are kept: normalised, lower case.
fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().take(LONGEST_TEXT).collect();
    text.to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}
