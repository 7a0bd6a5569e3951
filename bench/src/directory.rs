//! What administrators and their scripts read by Graph: people, lists, logs; with many people beside few.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Result;
use crate::client::Connection;
use crate::compare::{AT_ONCE, Sizes, take_turns};
use crate::drive::{Rate, Worker, calm};
use crate::fixture::{Fixture, Kind, upn, user_id};
use crate::over_https::{Health, client_credentials};
use crate::server::Server;
use crate::table::{Goal, Line, per_second};

/// Requests per second on all connections together while the time of each is measured: some machines' worth of
/// administrators, and far from what the server can do.
const CALM: u32 = 500;
/// The longest that one in a hundred may take.
const GOAL_P99: f64 = 5.0;
/// People on a page when all are read.
const PAGE: u32 = 999;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    ById,
    ByName,
    List,
    Prefix,
    PrefixInNoOrder,
    Methods,
    SignIns,
}

const READS: [(Read, &str); 7] = [
    (Read::ById, "GET a user by id"),
    (Read::ByName, "GET a user by UPN"),
    (Read::List, "list 100 users"),
    (Read::Prefix, "10 users whose UPN begins with 8 letters"),
    (Read::PrefixInNoOrder, "10 such users, who came in no order"),
    (Read::Methods, "a user's methods"),
    (Read::SignIns, "the newest 100 sign-ins"),
];

impl Read {
    /// Asks about this person, of so many.
    fn path(self, person: u64, people: u64) -> String {
        match self {
            Self::ById => format!("/v1.0/users/{}", user_id(person)),
            Self::ByName => format!("/v1.0/users/{}", upn(person)),
            Self::List => "/v1.0/users?$top=100".to_owned(),
            Self::Prefix => beginning_like(person / 2),
            Self::PrefixInNoOrder => beginning_like(people / 2 + person / 2),
            Self::Methods => format!("/v1.0/users/{}/authentication/methods", user_id(person)),
            Self::SignIns => "/v1.0/auditLogs/signIns?$top=100".to_owned(),
        }
    }
}

/// Searches for the names that begin as this person's does. Those of the first half came in the order of their names.
fn beginning_like(person: u64) -> String {
    let name = upn(person);
    let prefix = name.get(..12).unwrap_or_default();
    format!("/v1.0/users?$filter=startsWith(userPrincipalName,'{prefix}')&$top=10")
}

/// Reads one after the other; with a pause to `pace` if there is one.
struct Reader {
    connection: Connection,
    fixture: Arc<Fixture>,
    turns: Arc<AtomicU64>,
    /// The `authorization` header.
    token: Arc<str>,
    read: Read,
}

impl Worker for Reader {
    async fn step(&mut self) -> Result<()> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let path = self
            .read
            .path(self.fixture.person(Kind::Long, turn), self.fixture.people);
        let answer = self
            .connection
            .get(&path.replace(' ', "%20"), &self.token)
            .await?;
        answer.expect(200)
    }
}

/// All rows: the time of single requests while few come, and the rate of as many as there can be.
pub(crate) async fn measure(
    fixtures: &Sizes<Arc<Fixture>>,
    servers: &Sizes<Server>,
    measured: Duration,
) -> Result<Vec<Line>> {
    let largest = match (&servers.many, &fixtures.many) {
        (Some(server), Some(fixture)) => (server, fixture),
        _ => (&servers.few, &fixtures.few),
    };
    let mut lines = Vec::new();
    // What the machine itself gives at this pace.
    let health = largest.0.target.connect_many(AT_ONCE).await?;
    let rate = calm(health.into_iter().map(Health).collect(), CALM, measured * 3).await?;
    lines.push(Line::calm("GET /healthz".to_owned(), &rate, CALM, Goal::None));
    for (read, work) in READS {
        fixtures.bring_to_hand().await?;
        let readers = readers(largest.0, largest.1, read).await?;
        let rate = calm(readers, CALM, measured * 3).await?;
        let work = format!("{work}, of {}", largest.1.people);
        lines.push(Line::calm(work, &rate, CALM, Goal::AtMost(GOAL_P99)));
        if let (Some(server), Some(fixture)) = (&servers.many, &fixtures.many) {
            let few = self::readers(&servers.few, &fixtures.few, read).await?;
            let many = self::readers(server, fixture, read).await?;
            let no_limit = async |_| Ok(Rate::default());
            let rates = take_turns(measured, few, Some(many), no_limit).await?;
            lines.extend(rates.with_many());
        }
    }
    lines.push(page_through(largest.0, largest.1).await?);
    Ok(lines)
}

async fn readers(server: &Server, fixture: &Arc<Fixture>, read: Read) -> Result<Vec<Reader>> {
    let mut connections = server.target.connect_many(AT_ONCE).await?;
    let Some(first) = connections.first_mut() else {
        return Ok(Vec::new());
    };
    let header = client_credentials(first, fixture, &fixture.client_id, &fixture.client_secret);
    let token: Arc<str> = header.await?.into();
    let turns = Arc::new(AtomicU64::new(0));
    Ok(connections
        .into_iter()
        .map(|connection| Reader {
            connection,
            fixture: Arc::clone(fixture),
            turns: Arc::clone(&turns),
            token: Arc::clone(&token),
            read,
        })
        .collect())
}

/// Reads all people, page by page, and looks at the server's memory afterwards.
async fn page_through(server: &Server, fixture: &Arc<Fixture>) -> Result<Line> {
    let mut connection = server.target.connect().await?;
    let token = client_credentials(
        &mut connection,
        fixture,
        &fixture.client_id,
        &fixture.client_secret,
    )
    .await?;
    let before = server.resident()?;
    let start = Instant::now();
    let mut found = 0;
    let mut next = Some(format!("/v1.0/users?$top={PAGE}"));
    let mut highest = before;
    while let Some(path) = next {
        let answer = connection.get(&path, &token).await?;
        answer.expect(200)?;
        let page: Value = serde_json::from_str(answer.body)?;
        found += page.get("value").and_then(Value::as_array).map_or(0, Vec::len);
        next = page
            .get("@odata.nextLink")
            .and_then(Value::as_str)
            .and_then(|link| link.find("/v1.0/").and_then(|at| link.get(at..)))
            .map(str::to_owned);
        highest = highest.max(server.resident()?);
    }
    let found = u32::try_from(found)?;
    if u64::from(found) < fixture.people {
        return Err(format!("{found} people on all pages, of {}", fixture.people).into());
    }
    let rate = f64::from(found) / start.elapsed().as_secs_f64();
    let grown = u32::try_from((highest - before) / 1024)?;
    Ok(Line {
        work: format!("memory that paging through {} people adds", fixture.people),
        ours: format!("{} people, pages of {PAGE}", per_second(rate)),
        limit: String::new(),
        figure: f64::from(grown) / 1024.0,
        unit: " MiB",
        goal: Goal::AtMost(10.0),
    })
}
