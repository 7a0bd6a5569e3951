//! Each piece of work beside its limit, and with many people beside few.
//!
//! Rounds of ours, of the limit and of ours with many people take turns, so that what disturbs the machine for a while
//! disturbs all of them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::Result;
use crate::bare_sqlite::{Mark, Written};
use crate::drive::{Rate, Timing, Worker, drive};
use crate::fixture::{Fixture, Kind};
use crate::in_process::InProcess;
use crate::over_https::{AskForToken, Health, REQUESTS_OF_A_SIGN_IN, ReadPass, SignIn, authorization};
use crate::server::Server;
use crate::table::{Goal, Line, milliseconds, per_second};
use crate::{limits, runs};

/// Rounds of each.
const ROUNDS: u32 = 3;
/// Connections, or calls at once.
pub(crate) const AT_ONCE: usize = 64;

/// Few people, and many of them if that is asked for.
pub(crate) struct Sizes<T> {
    pub(crate) few: T,
    pub(crate) many: Option<T>,
}

impl Sizes<Arc<Fixture>> {
    /// Before a row: see [`Fixture::bring_to_hand`].
    pub(crate) async fn bring_to_hand(&self) -> Result<()> {
        let both: Vec<_> = [Some(&self.few), self.many.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        blocking(move || both.iter().try_for_each(|fixture| fixture.bring_to_hand())).await
    }
}

/// Ours, the limit, and ours with many people.
#[derive(Default)]
pub(crate) struct Rates {
    pub(crate) ours: Rate,
    limit: Rate,
    pub(crate) many: Option<Rate>,
}

impl Rates {
    /// The lines of the table; `share` is how much of the limit one piece of the work is.
    pub(crate) fn lines(&self, work: &str, limit: &str, share: f64, goal: f64) -> Vec<Line> {
        let (ours, best) = (self.ours.per_second(), self.limit.per_second() / share);
        let mut lines = vec![Line {
            work: work.to_owned(),
            ours: format!(
                "{}, p99 {}",
                per_second(ours),
                milliseconds(self.ours.within(0.99))
            ),
            limit: format!("{limit}: {}", per_second(best)),
            figure: ours / best,
            unit: "",
            goal: Goal::AtLeast(goal),
        }];
        lines.extend(self.with_many());
        lines
    }

    /// The line that holds many people against few.
    pub(crate) fn with_many(&self) -> Option<Line> {
        let (many, few) = (self.many.as_ref()?, self.ours.per_second());
        Some(Line {
            work: "– the same with many people".to_owned(),
            ours: format!(
                "{}, p99 {}",
                per_second(many.per_second()),
                milliseconds(many.within(0.99))
            ),
            limit: format!("with few: {}", per_second(few)),
            figure: few / many.per_second(),
            unit: " × the time",
            goal: Goal::AtMost(1.3),
        })
    }
}

const fn timing(measured: Duration, round: u32) -> Timing {
    // The first round also fills caches and opens connections to the database.
    let run_up = if round == 0 {
        Duration::from_millis(1500)
    } else {
        Duration::from_millis(500)
    };
    Timing { run_up, measured }
}

/// Lets the workers of both sizes and the limit take turns.
pub(crate) async fn take_turns<W: Worker>(
    measured: Duration,
    mut few: Vec<W>,
    mut many: Option<Vec<W>>,
    mut limit: impl AsyncFnMut(Timing) -> Result<Rate>,
) -> Result<Rates> {
    let mut rates = Rates::default();
    for round in 0..ROUNDS {
        let timing = timing(measured, round);
        let (rate, workers) = drive(few, timing).await?;
        rates.ours.add(rate);
        few = workers;
        rates.limit.add(limit(timing).await?);
        if let Some(workers) = many {
            let (rate, workers) = drive(workers, timing).await?;
            rates.many.get_or_insert_default().add(rate);
            many = Some(workers);
        }
    }
    Ok(rates)
}

/// What is called without HTTP.
pub(crate) async fn in_process(
    fixtures: &Sizes<Arc<Fixture>>,
    measured: Duration,
    chosen: &[String],
) -> Result<Vec<Line>> {
    let few = InProcess::open(&fixtures.few).await?;
    let many = match &fixtures.many {
        Some(fixture) => Some(InProcess::open(fixture).await?),
        None => None,
    };
    let mut lines = Vec::new();
    if runs(chosen, "sign-in") {
        let workers = |world: &Arc<InProcess>| world.signing_in(Kind::Short, AT_ONCE);
        let limit = async |timing: Timing| blocking(move || limits::argon2id(timing.measured)).await;
        let rates = take_turns(measured, workers(&few), many.as_ref().map(workers), limit).await?;
        lines.extend(rates.lines(
            "sign-in with an 8-character pass",
            "raw Argon2id, all cores",
            1.0,
            0.9,
        ));
    }
    if runs(chosen, "token") {
        let workers = |world: &Arc<InProcess>| world.asking_for_tokens(AT_ONCE);
        let limit = async |timing: Timing| blocking(move || limits::rs256(timing.measured)).await;
        let rates = take_turns(measured, workers(&few), many.as_ref().map(workers), limit).await?;
        let work = "token by client credentials, in process";
        lines.extend(rates.lines(work, "raw RS256, all cores", 1.0, 0.5));
    }
    if runs(chosen, "redeem") {
        lines.extend(redeem(&few, many.as_ref(), &fixtures.few, measured).await?);
    }
    few.close().await;
    if let Some(many) = many {
        many.close().await;
    }
    Ok(lines)
}

/// Redeeming long passes against the same rows written by bare SQLite.
async fn redeem(
    few: &Arc<InProcess>,
    many: Option<&Arc<InProcess>>,
    fixture: &Fixture,
    measured: Duration,
) -> Result<Vec<Line>> {
    let (database, copy) = (fixture.database(), fixture.path().join("bare.db"));
    rusqlite::Connection::open(&database)?.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    let workers = |world: &Arc<InProcess>| world.signing_in(Kind::Long, AT_ONCE);
    let mut mark = Mark::of(&database)?;
    let mut before = few.stats();
    let mut groups = Vec::new();
    let limit = async |_: Timing| {
        let now = few.stats();
        // The mean size of the groups of this round.
        let commits = (now.commits - before.commits).max(1);
        let group = usize::try_from((now.jobs - before.jobs).div_ceil(commits))?;
        before = now;
        groups.push(group);
        let written = Written::since(&database, mark)?;
        mark = Mark::of(&database)?;
        let copy = copy.clone();
        blocking(move || written.write_again(&copy, group)).await
    };
    let rates = take_turns(measured, workers(few), many.map(workers), limit).await?;
    let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
    let limit = format!("bare SQLite, groups of {}", groups.join(", "));
    Ok(rates.lines("redeem a 24-character pass, in process", &limit, 1.0, 0.5))
}

/// What goes over HTTPS to the program.
pub(crate) async fn over_https(
    fixtures: &Sizes<Arc<Fixture>>,
    servers: &Sizes<Server>,
    measured: Duration,
    chosen: &[String],
) -> Result<Vec<Line>> {
    let both: Vec<(&Server, &Arc<Fixture>)> = std::iter::once((&servers.few, &fixtures.few))
        .chain(servers.many.iter().zip(&fixtures.many))
        .collect();
    let mut lines = Vec::new();
    if runs(chosen, "flow") {
        fixtures.bring_to_hand().await?;
        let turns = Arc::new(AtomicU64::new(0));
        let mut workers = Vec::new();
        for (server, fixture) in &both {
            let connections = server.target.connect_many(AT_ONCE).await?;
            let make = |connection| SignIn {
                connection,
                fixture: Arc::clone(fixture),
                turns: Arc::clone(&turns),
                kind: Kind::Long,
            };
            workers.push(connections.into_iter().map(make).collect::<Vec<_>>());
        }
        let rates = against_health(measured, workers, &servers.few).await?;
        let work = "the whole sign-in with it over HTTPS (4 requests)";
        lines.extend(rates.lines(work, "4 × GET /healthz", REQUESTS_OF_A_SIGN_IN, 0.3));
    }
    if runs(chosen, "graph") {
        fixtures.bring_to_hand().await?;
        let turns = Arc::new(AtomicU64::new(0));
        let mut workers = Vec::new();
        for (server, fixture) in &both {
            let connections = server.target.connect_many(AT_ONCE).await?;
            let token = authorization(&server.target, fixture).await?;
            let make = |connection| ReadPass {
                connection,
                fixture: Arc::clone(fixture),
                turns: Arc::clone(&turns),
                token: Arc::clone(&token),
            };
            workers.push(connections.into_iter().map(make).collect::<Vec<_>>());
        }
        let rates = against_health(measured, workers, &servers.few).await?;
        lines.extend(rates.lines("GET of a user's pass by Graph", "GET /healthz", 1.0, 0.5));
    }
    if runs(chosen, "token") {
        fixtures.bring_to_hand().await?;
        let mut workers = Vec::new();
        for (server, fixture) in &both {
            let connections = server.target.connect_many(AT_ONCE).await?;
            let make = |connection| AskForToken::new(connection, fixture);
            workers.push(connections.into_iter().map(make).collect::<Vec<_>>());
        }
        let mut workers = workers.into_iter();
        let few = workers.next().unwrap_or_default();
        let limit = async |timing: Timing| blocking(move || limits::rs256(timing.measured)).await;
        let rates = take_turns(measured, few, workers.next(), limit).await?;
        let work = "token by client credentials, over HTTPS";
        lines.extend(rates.lines(work, "raw RS256, all cores", 1.0, 0.5));
    }
    Ok(lines)
}

pub(crate) async fn against_health<W: Worker>(
    measured: Duration,
    workers: Vec<Vec<W>>,
    server: &Server,
) -> Result<Rates> {
    let mut health: Vec<Health> = server
        .target
        .connect_many(AT_ONCE)
        .await?
        .into_iter()
        .map(Health)
        .collect();
    let mut workers = workers.into_iter();
    let few = workers.next().unwrap_or_default();
    take_turns(measured, few, workers.next(), async |timing| {
        let (rate, workers) = drive(std::mem::take(&mut health), timing).await?;
        health = workers;
        Ok(rate)
    })
    .await
}

/// Runs what keeps its thread busy.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}
