//! What changed among users and groups since the caller last asked (Graph contract 7.5).
//!
//! A round begins with all objects or with those that changed since the last round, and ends with a mark from which the
//! next one goes on. What changes while a round's pages are read comes in the next round: some of it twice, none of it
//! never.

use std::collections::BTreeMap;

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Group, GroupId, Member, TargetKind, Timestamp, User, UserId, may,
};
use latchkey_store::{Change, Condition, ListQuery, Reader, StoreError, Test, UserKey, Watermark};

use crate::group_members::members_are_shown;
use crate::{AccessError, Service};

/// The most objects of one page of a first round, and the most entries of the log that one of a later round looks at.
pub const DELTA_PAGE: u32 = 200;
/// Members after which a page of groups ends.
const MEMBERS: usize = 2000;

const USER_CHANGES: &[Activity] = &[
    Activity::AddUser,
    Activity::UpdateUser,
    Activity::EnableAccount,
    Activity::DisableAccount,
    Activity::DeleteUser,
    Activity::RestoreUser,
    Activity::HardDeleteUser,
];
const GROUP_CHANGES: &[Activity] = &[
    Activity::AddGroup,
    Activity::UpdateGroup,
    Activity::DeleteGroup,
    Activity::AddMemberToGroup,
    Activity::RemoveMemberFromGroup,
];

/// Where a round stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaPlace {
    /// At the beginning of the first round.
    Start,
    /// Nothing is wanted but the mark.
    Latest,
    /// In a first round that goes through everything.
    All {
        /// The mark that it ends with.
        to: Watermark,
        /// Where the page before ended.
        after: String,
    },
    /// At the beginning of a later round.
    Since(Watermark),
    /// In a later round.
    Between {
        /// What has been read.
        from: Watermark,
        /// The mark that it ends with.
        to: Watermark,
    },
}

/// One page of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeltaPage<T> {
    /// What there is of the objects now.
    pub changes: Vec<T>,
    /// Where the round goes on, or the next one begins.
    pub next: DeltaNext,
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaNext {
    /// Another page of this round.
    Page(DeltaPlace),
    /// The next round, later.
    Round(Watermark),
}

/// A user that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserDelta {
    /// As it is now.
    Is(Box<User>),
    /// It was deleted; `for_good`: there is no way back.
    Gone {
        /// Its id.
        id: UserId,
        /// Whether it can't be restored.
        for_good: bool,
    },
}

/// A group that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupDelta {
    /// As it is now, with the members that came (`true`) or went.
    Is(Box<Group>, Vec<(Member, bool)>),
    /// It was deleted.
    Gone(GroupId),
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// The caller may not.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The mark is of another log, or the log was shortened since: the caller must begin anew.
    #[error("the mark is of another log")]
    UnknownMark,
}

impl From<StoreError> for DeltaError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<latchkey_domain::Denied> for DeltaError {
    fn from(denied: latchkey_domain::Denied) -> Self {
        Self::Access(denied.into())
    }
}

/// What a place comes to once the log was looked at.
enum Round {
    All { to: Watermark, after: Option<String> },
    Changes { from: Watermark, to: Watermark },
    Nothing { to: Watermark },
}

impl Service {
    /// The next page of what changed among users, of at most `limit` of them; `only`: among these.
    ///
    /// # Errors
    /// [`DeltaError`]
    pub async fn delta_of_users(
        &self,
        caller: &Caller,
        place: &DeltaPlace,
        only: Option<&[UserId]>,
        limit: u32,
    ) -> Result<DeltaPage<UserDelta>, DeltaError> {
        may(caller, Action::ListUsers, None)?;
        let mut reader = self.store.snapshot().await?;
        match round(&mut reader, place, self.now()).await? {
            Round::Nothing { to } => Ok(nothing(to)),
            Round::All { to, after } => {
                let query = ListQuery::<UserKey> {
                    condition: match only {
                        None => Condition::All(Vec::new()),
                        Some(ids) => {
                            let is = |id: &UserId| Condition::Is(UserKey::Id, Test::Id(*id.as_bytes()));
                            Condition::Any(ids.iter().map(is).collect())
                        }
                    },
                    order: None,
                    after,
                    limit,
                };
                if !query.has_known_place() {
                    return Err(DeltaError::UnknownMark);
                }
                let page = reader.list_users(&query).await?;
                let found = page.items.into_iter().map(|user| UserDelta::Is(Box::new(user)));
                Ok(DeltaPage {
                    changes: found.collect(),
                    next: after_objects(to, page.next),
                })
            }
            Round::Changes { from, to } => {
                let entries = reader.changes_between(&from, &to, USER_CHANGES, limit).await?;
                let mut ids: Vec<UserId> = Vec::new();
                for target in entries.iter().flat_map(|entry| &entry.targets) {
                    if let Some(id) = id_of::<UserId>(target, TargetKind::User)
                        && !ids.contains(&id)
                        && only.is_none_or(|only| only.contains(&id))
                    {
                        ids.push(id);
                    }
                }
                let mut changes = Vec::new();
                for id in ids {
                    changes.push(match reader.user_by_id(id).await? {
                        Some(user) => UserDelta::Is(Box::new(user)),
                        None => UserDelta::Gone {
                            id,
                            for_good: reader.deleted_user(id).await?.is_none(),
                        },
                    });
                }
                Ok(DeltaPage {
                    changes,
                    next: after_entries(&from, to, &entries, limit),
                })
            }
        }
    }

    /// The next page of what changed among groups, with their members if these are wanted and not hidden from the caller.
    ///
    /// # Errors
    /// [`DeltaError`]
    pub async fn delta_of_groups(
        &self,
        caller: &Caller,
        place: &DeltaPlace,
        only: Option<&[GroupId]>,
        with_members: bool,
        limit: u32,
    ) -> Result<DeltaPage<GroupDelta>, DeltaError> {
        may(caller, Action::ReadGroups, None)?;
        let mut reader = self.store.snapshot().await?;
        match round(&mut reader, place, self.now()).await? {
            Round::Nothing { to } => Ok(nothing(to)),
            Round::All { to, after } => {
                let wanted = GroupsWanted {
                    only,
                    with_members,
                    limit,
                };
                all_groups(&mut reader, caller, to, after, wanted).await
            }
            Round::Changes { from, to } => {
                let entries = reader.changes_between(&from, &to, GROUP_CHANGES, limit).await?;
                let touched = touched_groups(&entries);
                let mut changes = Vec::new();
                for (id, members) in touched {
                    if only.is_some_and(|only| !only.contains(&id)) {
                        continue;
                    }
                    let Some(group) = reader.group(id).await? else {
                        changes.push(GroupDelta::Gone(id));
                        continue;
                    };
                    let mut moved = Vec::new();
                    let shown = with_members && members_are_shown(&mut reader, caller, &group).await?;
                    for member in members {
                        if shown {
                            moved.push((member, reader.is_member(id, member).await?));
                        }
                    }
                    changes.push(GroupDelta::Is(Box::new(group), moved));
                }
                Ok(DeltaPage {
                    changes,
                    next: after_entries(&from, to, &entries, limit),
                })
            }
        }
    }
}

async fn round(reader: &mut Reader, place: &DeltaPlace, at: Timestamp) -> Result<Round, DeltaError> {
    let now = reader.watermark(at).await?;
    let known = match place {
        DeltaPlace::Start | DeltaPlace::Latest => &now,
        DeltaPlace::All { to, .. } | DeltaPlace::Between { to, .. } => to,
        DeltaPlace::Since(from) => from,
    };
    let first = match place {
        DeltaPlace::Between { from, .. } => from,
        _ => known,
    };
    if known.is_ahead_of(&now) || first.is_before(reader.oldest_audit().await?) {
        return Err(DeltaError::UnknownMark);
    }
    Ok(match place.clone() {
        DeltaPlace::Start => Round::All { to: now, after: None },
        DeltaPlace::Latest => Round::Nothing { to: now },
        DeltaPlace::All { to, after } => Round::All {
            to,
            after: Some(after),
        },
        DeltaPlace::Since(from) => Round::Changes { from, to: now },
        DeltaPlace::Between { from, to } => Round::Changes { from, to },
    })
}

fn nothing<T>(to: Watermark) -> DeltaPage<T> {
    DeltaPage {
        changes: Vec::new(),
        next: DeltaNext::Round(to),
    }
}

fn after_objects(to: Watermark, after: Option<String>) -> DeltaNext {
    match after {
        None => DeltaNext::Round(to),
        Some(after) => DeltaNext::Page(DeltaPlace::All { to, after }),
    }
}

fn after_entries(from: &Watermark, to: Watermark, entries: &[Change], limit: u32) -> DeltaNext {
    let full = u32::try_from(entries.len()).is_ok_and(|count| count >= limit);
    match entries.last() {
        Some(last) if full => DeltaNext::Page(DeltaPlace::Between {
            from: from.after(last.seq),
            to,
        }),
        _ => DeltaNext::Round(to),
    }
}

fn id_of<T: std::str::FromStr>(target: &AuditTarget, kind: TargetKind) -> Option<T> {
    (target.kind == kind).then(|| target.id.parse().ok()).flatten()
}

/// The groups that the log tells of, each with those who came or went.
fn touched_groups(entries: &[Change]) -> BTreeMap<GroupId, Vec<Member>> {
    let mut touched: BTreeMap<GroupId, Vec<Member>> = BTreeMap::new();
    for entry in entries {
        let moved = matches!(
            entry.activity,
            Activity::AddMemberToGroup | Activity::RemoveMemberFromGroup
        );
        // Of a membership the group is told last, behind who it is about.
        let Some((group, others)) = entry.targets.split_last() else {
            continue;
        };
        let Some(group) = id_of::<GroupId>(group, TargetKind::Group) else {
            continue;
        };
        let members = touched.entry(group).or_default();
        for other in others.iter().filter(|_| moved) {
            let member = id_of(other, TargetKind::User)
                .map(Member::User)
                .or_else(|| id_of(other, TargetKind::Group).map(Member::Group))
                .or_else(|| id_of(other, TargetKind::ServicePrincipal).map(Member::Principal));
            members.extend(member.filter(|member| !members.contains(member)));
        }
    }
    touched
}

/// What is asked of groups.
struct GroupsWanted<'a> {
    only: Option<&'a [GroupId]>,
    with_members: bool,
    limit: u32,
}

async fn all_groups(
    reader: &mut Reader,
    caller: &Caller,
    to: Watermark,
    after: Option<String>,
    wanted: GroupsWanted<'_>,
) -> Result<DeltaPage<GroupDelta>, DeltaError> {
    let GroupsWanted {
        only,
        with_members,
        limit,
    } = wanted;
    let mut changes = Vec::new();
    if let Some(only) = only {
        for id in only {
            if let Some(group) = reader.group(*id).await? {
                let shown = with_members && members_are_shown(reader, caller, &group).await?;
                let members = members(reader, *id, shown).await?;
                changes.push(GroupDelta::Is(Box::new(group), members));
            }
        }
        return Ok(DeltaPage {
            changes,
            next: DeltaNext::Round(to),
        });
    }
    let after = match after {
        None => None,
        Some(text) => Some(text.parse::<GroupId>().map_err(|_| DeltaError::UnknownMark)?),
    };
    let groups = reader.groups_after(after, limit + 1).await?;
    let (mut told, mut last) = (0, None);
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut more = false;
    for group in groups {
        if changes.len() >= most || told >= MEMBERS {
            more = true;
            break;
        }
        let shown = with_members && members_are_shown(reader, caller, &group).await?;
        let members = members(reader, group.id, shown).await?;
        told += members.len();
        last = Some(group.id);
        changes.push(GroupDelta::Is(Box::new(group), members));
    }
    let place = last.filter(|_| more);
    Ok(DeltaPage {
        changes,
        next: after_objects(to, place.map(|id| id.to_string())),
    })
}

/// All members of a group; none if they are not wanted.
async fn members(
    reader: &mut Reader,
    group: GroupId,
    wanted: bool,
) -> Result<Vec<(Member, bool)>, StoreError> {
    const STEP: u32 = 1000;
    let (mut all, mut after) = (Vec::new(), None);
    if !wanted {
        return Ok(all);
    }
    loop {
        let page = reader.members_page(group, after, STEP).await?;
        let more = u32::try_from(page.len()).is_ok_and(|count| count >= STEP);
        after = page.last().copied();
        all.extend(page.into_iter().map(|member| (member, true)));
        if !more {
            return Ok(all);
        }
    }
}
