//! What needs attention today, each part bounded, so that it costs the same in a large organisation.

use latchkey_domain::{Action, Activity, Caller, Minutes, Pass, SignInError, Timestamp, Upn, User, may};
use latchkey_store::{
    AuditFilter, DayCount, PassOfUser, Reader, SignInFilter, StoreError, StoredAudit, StoredSignIn,
};

use crate::notices::{MAIL, WEBHOOK};
use crate::sign_in_days::{DAYS, day_of};
use crate::{AccessError, Service};

/// The first page of the portal; a part that the caller may not see is `None`.
#[derive(Debug, Clone)]
pub struct Attention {
    /// Passes, where the caller may see them.
    pub passes: Option<PassesToday>,
    /// People with the newest accounts who have nothing to sign in with for good.
    pub bare: Option<Vec<User>>,
    /// Whose sign-ins were refused within a day, the one with the newest attempt first.
    pub refused: Option<Vec<RefusedPerson>>,
    /// People who said within a week that a sign-in with their name was somebody else's, the last one first.
    pub disowned: Option<Vec<StoredAudit>>,
    /// Accounts that are locked at this moment, as far as somebody tried them within the last hour.
    pub locked: Option<Vec<LockedAccount>>,
    /// Ways out by which notices don't arrive, where the caller may set them up.
    pub silent: Option<Vec<SilentChannel>>,
    /// How many sign-ins succeeded on each of the last 30 days.
    pub days: Option<SignInDays>,
}

/// Sign-ins of the last 30 days, today among them, as far as they are counted (minutes ago at most).
#[derive(Debug, Clone)]
pub struct SignInDays {
    /// Today, in days since 1970-01-01, UTC.
    pub today: i64,
    /// Counts in the order of days; days and kinds without sign-ins are missing.
    pub counts: Vec<DayCount>,
}

/// Passes that ask for attention.
#[derive(Debug, Clone)]
pub struct PassesToday {
    /// They start within a day, the next one first.
    pub starting: Vec<PassOfUser>,
    /// They work, are about to end, and are still needed: not used yet, or by somebody who has nothing lasting; the next one
    /// first.
    pub ending: Vec<PassOfUser>,
    /// They ended within a week without having been used, the last one first.
    pub unused: Vec<PassOfUser>,
}

/// A way out by which notices don't arrive.
#[derive(Debug, Clone)]
pub struct SilentChannel {
    /// The webhook; otherwise mail.
    pub is_webhook: bool,
    /// The last attempt failed; otherwise some were given up within a week, and others arrived since.
    pub failing: bool,
    /// When the last attempt failed, or the last one was given up.
    pub since: Timestamp,
}

/// An account at which wrong guesses brought about a lock.
#[derive(Debug, Clone)]
pub struct LockedAccount {
    /// Whose.
    pub user: User,
    /// When it ends.
    pub until: Timestamp,
}

/// Somebody whose sign-ins were refused, or a name that is nobody's.
#[derive(Debug, Clone)]
pub struct RefusedPerson {
    /// The newest attempt.
    pub last: StoredSignIn,
    /// How many attempts there were, as far as they were counted.
    pub tries: usize,
    /// There were more of them.
    pub more: bool,
}

impl Attention {
    /// So many of each part are looked at; where there are as many, there may be more.
    pub const MOST: usize = CANDIDATES as usize;
}

const CANDIDATES: u32 = 40;
/// So many refusals of each kind are counted.
const COUNTED: u32 = 20;
const DAY: Minutes = Minutes(24 * 60);

impl Service {
    /// What needs attention at this moment.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn attention(&self, caller: &Caller) -> Result<Attention, AccessError> {
        may(caller, Action::OpenPortal, None)?;
        let now = self.now();
        let mut reader = self.store.read().await?;
        let sees_passes = may(caller, Action::ReadPass, None).is_ok();
        let sees_methods = may(caller, Action::ReadMethods, None).is_ok();
        let sees_sign_ins = may(caller, Action::ReadSignIns, None).is_ok();
        Ok(Attention {
            passes: if sees_passes {
                Some(passes(&mut reader, now).await?)
            } else {
                None
            },
            bare: if sees_methods {
                let mut people = reader.bare_people(None, CANDIDATES).await?;
                people.retain(|user| user.account_enabled);
                Some(people)
            } else {
                None
            },
            refused: if sees_sign_ins {
                Some(refused(&mut reader, now).await?)
            } else {
                None
            },
            days: if sees_sign_ins {
                let today = day_of(now);
                let counts = reader.sign_in_days(today - DAYS + 1).await?;
                Some(SignInDays { today, counts })
            } else {
                None
            },
            silent: if may(caller, Action::WriteNotices, None).is_ok() {
                Some(silent(&mut reader, now).await?)
            } else {
                None
            },
            disowned: if sees_methods || may(caller, Action::ReadAudits, None).is_ok() {
                let filter = AuditFilter {
                    from: Some(before(now, Minutes(7 * DAY.0))),
                    activity: Some(Activity::SignInDisowned.name().to_owned()),
                    ..AuditFilter::default()
                };
                Some(reader.audits_page(&filter, None, CANDIDATES).await?)
            } else {
                None
            },
            locked: if may(caller, Action::ListUsers, None).is_ok() {
                Some(self.locked(&mut reader, now).await?)
            } else {
                None
            },
        })
    }

    async fn locked(&self, reader: &mut Reader, now: Timestamp) -> Result<Vec<LockedAccount>, StoreError> {
        // No lock lasts longer than an hour, and whoever meets one is in the log.
        let filter = SignInFilter {
            from: Some(before(now, Minutes(60))),
            error_number: Some(SignInError::Locked.number()),
            ..SignInFilter::default()
        };
        let mut tried: Vec<_> = reader
            .sign_ins_page(&filter, None, CANDIDATES)
            .await?
            .into_iter()
            .filter_map(|stored| stored.record.user_principal_name)
            .collect();
        tried.sort_unstable();
        tried.dedup();
        let mut found = Vec::new();
        for name in tried {
            let Ok(name) = Upn::parse(&name) else { continue };
            let user = reader.user(&latchkey_domain::UserRef::Name(name)).await?;
            let Some(user) = user else { continue };
            if let Some(until) = self.locks(reader, &user, now).await?.until() {
                found.push(LockedAccount { user, until });
            }
        }
        Ok(found)
    }
}

fn before(now: Timestamp, span: Minutes) -> Timestamp {
    Timestamp::from_micros(now.as_micros().saturating_sub(i64::from(span.0) * 60_000_000))
}

/// Ways out that fail at this moment, or lost something within a week.
async fn silent(reader: &mut Reader, now: Timestamp) -> Result<Vec<SilentChannel>, StoreError> {
    let week = before(now, Minutes(7 * DAY.0));
    let mut found = Vec::new();
    for name in [MAIL, WEBHOOK] {
        let Some(channel) = reader.notice_channel(name).await? else {
            continue;
        };
        let lost = channel.lost_at.filter(|at| *at > week);
        let failed = channel.failed.as_ref().filter(|_| channel.is_failing());
        if let Some(since) = failed.map(|(at, _)| *at).or(lost) {
            found.push(SilentChannel {
                is_webhook: name == WEBHOOK,
                failing: failed.is_some(),
                since,
            });
        }
    }
    Ok(found)
}

async fn passes(reader: &mut Reader, now: Timestamp) -> Result<PassesToday, StoreError> {
    let works = |pass: &Pass| {
        pass.start_at <= now && pass.blocked_at.is_none() && !(pass.one_time && pass.used_at.is_some())
    };
    let mut ending = Vec::new();
    for found in reader.passes_ending(now, now + Minutes(60), CANDIDATES).await? {
        let pass = &found.pass;
        if !works(pass) || !pass.is_about_to_end(now) {
            continue;
        }
        // Whoever came in with it and has a lasting way since needs it no more.
        if pass.used_at.is_none() || reader.is_bare(found.user.id).await? {
            ending.push(found);
        }
    }
    let week = before(now, Minutes(7 * DAY.0));
    Ok(PassesToday {
        starting: reader.passes_starting(now, now + DAY, CANDIDATES).await?,
        ending,
        unused: reader.passes_ended_unused(week, now, CANDIDATES).await?,
    })
}

/// The last of each kind from its own index, then put together by person: no scan over what went well.
async fn refused(reader: &mut Reader, now: Timestamp) -> Result<Vec<RefusedPerson>, StoreError> {
    let refusals = SignInError::ALL.iter().filter(|error| !error.is_interrupt());
    let mut numbers: Vec<_> = refusals.map(|error| error.number()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = Vec::new();
    for number in numbers {
        let filter = SignInFilter {
            from: Some(before(now, DAY)),
            error_number: Some(number),
            ..SignInFilter::default()
        };
        let page = reader.sign_ins_page(&filter, None, COUNTED + 1).await?;
        let more = page.len() > COUNTED as usize;
        found.extend(
            page.into_iter()
                .take(COUNTED as usize)
                .map(|stored| (stored, more)),
        );
    }
    found.sort_unstable_by_key(|(stored, _)| std::cmp::Reverse((stored.record.at, stored.seq)));
    let mut people: Vec<RefusedPerson> = Vec::new();
    for (stored, more) in found {
        let known = people.iter_mut().find(|person| is_same(&person.last, &stored));
        match known {
            Some(person) => {
                person.tries += 1;
                person.more |= more;
            }
            None => people.push(RefusedPerson {
                last: stored,
                tries: 1,
                more,
            }),
        }
    }
    Ok(people)
}

/// The same person, or the same name of nobody.
fn is_same(one: &StoredSignIn, other: &StoredSignIn) -> bool {
    let (one, other) = (&one.record, &other.record);
    match (one.user_id, other.user_id) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.user_principal_name == other.user_principal_name,
        _ => false,
    }
}
