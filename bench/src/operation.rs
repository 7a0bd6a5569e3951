//! What it costs to run the program: start, memory, size; and how quick it stays while it hashes.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use crate::Result;
use crate::drive::{Rate, Timing, Worker, drive};
use crate::fixture::{Fixture, Kind};
use crate::over_https::{Health, ReadPass, SeePage, SignIn, authorization};
use crate::server::Server;
use crate::table::{Goal, Line, milliseconds, per_second};

/// Starts that the median is taken of.
const STARTS: usize = 9;
/// Connections that the memory is measured after.
const CONNECTIONS: usize = 64;
/// Sign-ins with short passes that go on while other answers are timed: eight for each of two hashing threads.
const SIGN_INS: u8 = 16;
/// From one timed request to the next.
const PACE: Duration = Duration::from_millis(4);

#[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The program's size.
pub(crate) fn size(binary: &Path) -> Result<Line> {
    let bytes = std::fs::metadata(binary)?.len();
    Ok(Line {
        work: "the binary, stripped, pages inside".to_owned(),
        ours: format!("{bytes} bytes"),
        limit: String::new(),
        figure: mebibytes(bytes),
        unit: " MiB",
        goal: Goal::AtMost(25.0),
    })
}

/// From the start of the process to the first answer over TLS.
pub(crate) async fn start(binary: &Path, fixture: &Fixture, people: &str, goal: f64) -> Result<Line> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(binary, fixture).await?;
        times.push(server.first_answer);
        server.stop().await?;
    }
    times.sort_unstable();
    let median = times.get(STARTS / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    Ok(Line {
        work: format!("start to first answer, {people}"),
        ours: format!("median of {STARTS}; slowest {}", milliseconds(slowest)),
        limit: String::new(),
        figure: median.as_secs_f64() * 1000.0,
        unit: " ms",
        goal: Goal::AtMost(goal),
    })
}

/// Memory after the start, and idle again after requests that hash nothing.
pub(crate) async fn memory(
    binary: &Path,
    fixture: &Arc<Fixture>,
    people: &str,
    goal: f64,
) -> Result<Vec<Line>> {
    let server = Server::start(binary, fixture).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let line = |when: &str, bytes: u64, ours: &str| Line {
        work: format!("memory, {people}, {when}"),
        ours: ours.to_owned(),
        limit: String::new(),
        figure: mebibytes(bytes),
        unit: " MiB",
        goal: Goal::AtMost(goal),
    };
    let mut lines = vec![line(
        "idle after the start",
        server.resident()?,
        "VmRSS, no hashing arena in use",
    )];
    if fixture.people > 0 {
        let connections = server.target.connect_many(CONNECTIONS).await?;
        let token = authorization(&server.target, fixture).await?;
        let turns = Arc::new(AtomicU64::new(0));
        let readers = connections.into_iter().map(|connection| ReadPass {
            connection,
            fixture: Arc::clone(fixture),
            turns: Arc::clone(&turns),
            token: Arc::clone(&token),
        });
        let timing = Timing {
            run_up: Duration::ZERO,
            measured: Duration::from_secs(3),
        };
        let (rate, readers) = drive(readers.collect(), timing).await?;
        drop(readers);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let ours = format!(
            "VmRSS after {} Graph GETs on {CONNECTIONS} connections",
            rate.count
        );
        lines.push(line("idle after requests", server.resident()?, &ours));
    }
    server.stop().await?;
    Ok(lines)
}

/// How long single requests take while sign-ins keep all hashing threads busy.
pub(crate) async fn latency(
    server: &Server,
    fixture: &Arc<Fixture>,
    measured: Duration,
) -> Result<Vec<Line>> {
    let target = &server.target;
    let turns = Arc::new(AtomicU64::new(0));
    let mut signing_in = Vec::new();
    for source in 0..SIGN_INS {
        // Guesses are counted by source, also right ones while they are checked.
        let connection = target.connect_from(Ipv4Addr::new(127, 0, 1, source + 1)).await?;
        let (fixture, turns) = (Arc::clone(fixture), Arc::clone(&turns));
        signing_in.push(SignIn {
            connection,
            fixture,
            turns,
            kind: Kind::Short,
        });
    }
    let timing = Timing {
        run_up: Duration::from_secs(1),
        measured: measured * 3,
    };
    let health = Health(target.connect().await?);
    let page = SeePage(target.connect().await?);
    let read = ReadPass {
        connection: target.connect().await?,
        fixture: Arc::clone(fixture),
        turns: Arc::new(AtomicU64::new(0)),
        token: authorization(target, fixture).await?,
    };
    let (sign_ins, health, page, read) = tokio::join!(
        tokio::spawn(drive(signing_in, timing)),
        tokio::spawn(paced(health, timing)),
        tokio::spawn(paced(page, timing)),
        tokio::spawn(paced(read, timing)),
    );
    let (sign_ins, _) = sign_ins??;
    let limit = format!("during {} sign-ins", per_second(sign_ins.per_second()));
    let line = |work: &str, rate: &Rate| Line {
        work: format!("{work} while 8-character sign-ins saturate hashing"),
        ours: format!("p50 {}, of {}", milliseconds(rate.within(0.5)), rate.count),
        limit: limit.clone(),
        figure: rate.within(0.99).as_secs_f64() * 1000.0,
        unit: " ms p99",
        goal: Goal::AtMost(10.0),
    };
    Ok(vec![
        line("GET /healthz", &health??),
        line("GET /sign-in", &page??),
        line("GET of a user's pass by Graph", &read??),
    ])
}

/// Times single requests, one after the other with a pause between.
async fn paced(mut worker: impl Worker, timing: Timing) -> Result<Rate> {
    tokio::time::sleep(timing.run_up).await;
    let end = Instant::now() + timing.measured;
    let mut rate = Rate::new(0, timing.measured);
    while Instant::now() < end {
        tokio::time::sleep(PACE).await;
        let start = Instant::now();
        worker.step().await?;
        rate.latencies.push(start.elapsed());
    }
    rate.count = rate.latencies.len() as u64;
    Ok(rate)
}
