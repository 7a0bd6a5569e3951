//! How a list of people is walked: along one index, from where the page before ended.

use latchkey_domain::{GroupId, Seconds, SignInError, Timestamp, Upn, User, UserId, UserRef};
use latchkey_store::{Reader, RegisteredKind, SignInFilter, StoreError, TimedPerson, UserFilter};

use super::{PeopleMethod, PeopleQuery, PeopleState};
use crate::Service;

/// One step of a list: who comes next, and where it goes on after them.
pub(super) struct Candidate {
    pub(super) user: User,
    pub(super) place: String,
    /// Came already, by another part of their names.
    pub(super) again: bool,
    /// When the account was deleted, if it was.
    pub(super) deleted_at: Option<Timestamp>,
}

/// The index that a list follows.
pub(super) enum Lead {
    /// The part of a name that begins so.
    Part(String),
    /// Locked accounts that somebody tried lately. They are few, and come at once.
    Locked,
    /// The members of a group.
    Group(GroupId),
    /// What somebody has registered.
    Registered(RegisteredKind),
    /// The pass that ends next.
    Pass,
    /// The newest account without a method.
    Bare,
    /// The password that was changed last.
    Password,
    /// The account that was deleted last.
    Deleted,
    /// The sign-in name.
    Name(Option<UserFilter>),
}

/// So many attempts at locked accounts are looked at.
const MOST_ATTEMPTS: u32 = 600;

impl Lead {
    /// What is likely to be the narrowest of the conditions.
    pub(super) fn of(query: &PeopleQuery, words: &[String]) -> Self {
        let by_method = match query.method {
            Some(PeopleMethod::Passkey) => Some(Self::Registered(RegisteredKind::Passkey)),
            Some(PeopleMethod::App) => Some(Self::Registered(RegisteredKind::App)),
            Some(PeopleMethod::Pass) => Some(Self::Pass),
            Some(PeopleMethod::Bare) => Some(Self::Bare),
            Some(PeopleMethod::Password) => Some(Self::Password),
            None => None,
        };
        let longest = words.iter().max_by_key(|word| word.chars().count());
        match (query.state, longest, query.group) {
            (PeopleState::Deleted, ..) => Self::Deleted,
            (PeopleState::Locked, ..) => Self::Locked,
            (_, Some(longest), _) => Self::Part(longest.clone()),
            (_, None, Some(group)) => Self::Group(group),
            (PeopleState::Disabled, ..) => Self::Name(Some(UserFilter::AccountEnabled(false))),
            (state, ..) => by_method.unwrap_or(Self::Name(match state {
                PeopleState::Enabled => Some(UserFilter::AccountEnabled(true)),
                _ => None,
            })),
        }
    }
}

impl Service {
    /// The next candidates after this place, at most `limit`; fewer when these are the last.
    pub(super) async fn candidates(
        &self,
        lead: &Lead,
        reader: &mut Reader,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let after_id = || after.and_then(|place| place.parse().ok());
        Ok(match lead {
            Lead::Part(start) => by_part(reader, start, after, limit).await?,
            Lead::Locked => self.locked_people(reader, after).await?,
            Lead::Group(group) => by_id(reader.people_in_group(*group, after_id(), limit).await?),
            Lead::Registered(kind) => by_id(reader.people_with(*kind, after_id(), limit).await?),
            Lead::Pass => {
                let after = after.and_then(at_and_id);
                by_time(reader.people_with_pass(self.now(), after, limit).await?)
            }
            Lead::Password => {
                let after = after.and_then(at_and_id);
                by_time(reader.people_with_password(after, limit).await?)
            }
            Lead::Deleted => {
                let found = reader.deleted_people(after.and_then(at_and_id), limit).await?;
                let times: Vec<Timestamp> = found.iter().map(|found| found.at).collect();
                let mut candidates = by_time(found);
                for (candidate, at) in candidates.iter_mut().zip(times) {
                    candidate.deleted_at = Some(at);
                }
                candidates
            }
            Lead::Bare => {
                let found = reader.bare_people(after.and_then(at_and_id), limit).await?;
                let timed = found.into_iter().map(|user| TimedPerson {
                    at: user.created_at,
                    user,
                });
                by_time(timed.collect())
            }
            Lead::Name(filter) => {
                let found = reader.users_page(filter.as_ref(), after, limit).await?;
                let candidate = |user: User| Candidate {
                    again: false,
                    deleted_at: None,
                    place: user.upn.key().to_owned(),
                    user,
                };
                found.into_iter().map(candidate).collect()
            }
        })
    }

    /// Those whose names were tried in vain within the last hour, the longest that a lock lasts, in the order of names.
    async fn locked_people(
        &self,
        reader: &mut Reader,
        after: Option<&str>,
    ) -> Result<Vec<Candidate>, StoreError> {
        let filter = SignInFilter {
            from: Some(self.now() - Seconds(3600)),
            error_number: Some(SignInError::Locked.number()),
            ..SignInFilter::default()
        };
        let tried = reader.sign_ins_page(&filter, None, MOST_ATTEMPTS).await?;
        let names = tried
            .into_iter()
            .filter_map(|stored| stored.record.user_principal_name);
        let names: std::collections::BTreeSet<String> = names.map(|name| name.to_lowercase()).collect();
        let mut found = Vec::new();
        for name in names {
            let Ok(name) = Upn::parse(&name) else { continue };
            if after.is_some_and(|after| name.key() <= after) {
                continue;
            }
            if let Some(user) = reader.user(&UserRef::Name(name)).await? {
                found.push(Candidate {
                    again: false,
                    deleted_at: None,
                    place: user.upn.key().to_owned(),
                    user,
                });
            }
        }
        Ok(found)
    }
}

async fn by_part(
    reader: &mut Reader,
    start: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Candidate>, StoreError> {
    let after = after.and_then(|place| place.rsplit_once(' '));
    let after = after.and_then(|(part, id)| Some((part, id.parse::<UserId>().ok()?)));
    let found = reader.people_by_part(start, after, limit).await?;
    let candidates = found.into_iter().map(|found| Candidate {
        again: !found.is_first(start),
        deleted_at: None,
        place: format!("{} {}", found.part, found.user.id),
        user: found.user,
    });
    Ok(candidates.collect())
}

fn by_id(found: Vec<User>) -> Vec<Candidate> {
    let candidate = |user: User| Candidate {
        again: false,
        deleted_at: None,
        place: user.id.to_string(),
        user,
    };
    found.into_iter().map(candidate).collect()
}

fn by_time(found: Vec<TimedPerson>) -> Vec<Candidate> {
    let candidate = |found: TimedPerson| Candidate {
        again: false,
        deleted_at: None,
        place: format!("{} {}", found.at.as_micros(), found.user.id),
        user: found.user,
    };
    found.into_iter().map(candidate).collect()
}

/// A moment and an id, as [`by_time`] writes them.
fn at_and_id(place: &str) -> Option<(Timestamp, UserId)> {
    let (at, id) = place.split_once(' ')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}
