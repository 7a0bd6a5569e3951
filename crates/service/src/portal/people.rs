//! Finding people, page by page, at a cost that does not grow with the directory.

use latchkey_domain::{Action, Caller, Timestamp, User, UserId, may};
use latchkey_store::{Reader, StoreError, UserFilter};
use unicode_normalization::UnicodeNormalization;

use crate::{AccessError, Service};

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
    /// Those without a passkey, an authenticator app or a password of their own.
    Bare,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct PeopleQuery {
    /// What parts of the names begin with, in any order and case; empty for everybody.
    pub text: String,
    /// Who of these.
    pub state: PeopleState,
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
    /// The caller may issue a pass here.
    pub may_issue_pass: bool,
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

/// One step of a list: who comes next, and where it goes on after them.
struct Candidate {
    user: User,
    place: String,
    /// Came already, by another part of their names.
    again: bool,
}

/// How a list is walked.
enum Lead {
    /// By the part of a name that begins so.
    Part(String),
    /// By the newest account without a method.
    Bare,
    /// By sign-in name.
    Name(Option<UserFilter>),
}

impl Service {
    /// People whose names have parts that begin as the words of the query do.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn find_people(
        &self,
        caller: &Caller,
        query: &PeopleQuery,
    ) -> Result<FoundPeople, AccessError> {
        may(caller, Action::ListUsers, None)?;
        if query.state == PeopleState::Bare {
            may(caller, Action::ReadMethods, None)?;
        }
        let words = words(&query.text);
        let lead = match words.iter().max_by_key(|word| word.chars().count()) {
            Some(longest) => Lead::Part(longest.clone()),
            None if query.state == PeopleState::Bare => Lead::Bare,
            None => Lead::Name(match query.state {
                PeopleState::Enabled => Some(UserFilter::AccountEnabled(true)),
                PeopleState::Disabled => Some(UserFilter::AccountEnabled(false)),
                PeopleState::Any | PeopleState::Bare => None,
            }),
        };
        let mut reader = self.store.read().await?;
        let (mut found, mut place, mut examined) = (FoundPeople::default(), query.after.clone(), 0);
        // One more than asked for tells whether there is a next page.
        let wanted = query.limit + 1;
        loop {
            let batch = lead.batch(&mut reader, place.as_deref(), wanted).await?;
            let last = batch.len() < wanted;
            for candidate in batch {
                examined += 1;
                if candidate.again || !fits(&mut reader, query.state, &words, &candidate.user).await? {
                    place = Some(candidate.place);
                    continue;
                }
                if found.people.len() == query.limit {
                    found.next = place;
                    return Ok(found);
                }
                place = Some(candidate.place);
                let target = reader.target_standing(candidate.user.id).await?;
                found.people.push(FoundUser {
                    may_issue_pass: may(caller, Action::IssuePass, Some(&target)).is_ok(),
                    user: candidate.user,
                });
            }
            if last {
                return Ok(found);
            }
            if examined >= MOST_EXAMINED {
                found.next = place;
                return Ok(found);
            }
        }
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

async fn fits(
    reader: &mut Reader,
    state: PeopleState,
    words: &[String],
    user: &User,
) -> Result<bool, StoreError> {
    let in_state = match state {
        PeopleState::Any => true,
        PeopleState::Enabled => user.account_enabled,
        PeopleState::Disabled => !user.account_enabled,
        PeopleState::Bare => user.account_enabled && reader.is_bare(user.id).await?,
    };
    Ok(in_state && words.iter().all(|word| latchkey_store::has_part(user, word)))
}

impl Lead {
    async fn batch(
        &self,
        reader: &mut Reader,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let list = match self {
            Self::Part(start) => {
                let after = after.and_then(|place| place.rsplit_once(' '));
                let after = after.and_then(|(part, id)| Some((part, id.parse::<UserId>().ok()?)));
                let found = reader.people_by_part(start, after, limit).await?;
                found
                    .into_iter()
                    .map(|found| Candidate {
                        again: !found.is_first(start),
                        place: format!("{} {}", found.part, found.user.id),
                        user: found.user,
                    })
                    .collect()
            }
            Self::Bare => {
                let after = after.and_then(|place| place.split_once(' '));
                let after =
                    after.and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id.parse::<UserId>().ok()?)));
                let after = after.map(|(at, id)| (Timestamp::from_micros(at), id));
                let found = reader.bare_people(after, limit).await?;
                found
                    .into_iter()
                    .map(|user| Candidate {
                        again: false,
                        place: format!("{} {}", user.created_at.as_micros(), user.id),
                        user,
                    })
                    .collect()
            }
            Self::Name(filter) => {
                let found = reader.users_page(filter.as_ref(), after, limit).await?;
                found
                    .into_iter()
                    .map(|user| Candidate {
                        again: false,
                        place: user.upn.key().to_owned(),
                        user,
                    })
                    .collect()
            }
        };
        Ok(list)
    }
}
