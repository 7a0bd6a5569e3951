//! Server time of pages: those of the portal in a large tenant with a long log, and those of a sign-in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::client::Connection;
use crate::drive::{Worker, calm};
use crate::fixture::{Fixture, Kind, upn, user_id};
use crate::form::Form;
use crate::over_https::{BROWSER, client_credentials, sign_in};
use crate::portal_fixture;
use crate::server::Server;
use crate::table::{Goal, Line, milliseconds};

/// Log records for each person.
const RECORDS_PER_PERSON: u64 = 10;
/// Pages per second on all connections together: far from what the server can do, so that none waits for another.
const CALM: u32 = 50;
/// Connections.
const AT_ONCE: usize = 8;
/// The longest that one in a hundred may take, in milliseconds.
const PORTAL: f64 = 20.0;
const SIGN_IN: f64 = 2.0;
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// Pages with the same address for all.
const FIXED: [(&str, &str); 20] = [
    ("first page", "/portal"),
    ("people", "/portal/people"),
    ("people without a lasting method", "/portal/people?method=none"),
    ("people found by a common beginning", "/portal/people?q=person"),
    ("groups", "/portal/groups"),
    ("groups found", "/portal/groups?q=group%2000"),
    (
        "a group of everyone",
        "/portal/groups/00000001-0000-4000-8000-00000000abcd",
    ),
    ("roles", "/portal/roles"),
    (
        "who holds a role",
        "/portal/roles/62e90394-69f5-4237-9190-012177145e10",
    ),
    ("units", "/portal/units"),
    ("applications", "/portal/applications"),
    ("policy", "/portal/policy"),
    ("sign-ins", "/portal/logs/sign-ins"),
    ("refused sign-ins", "/portal/logs/sign-ins?result=130503"),
    ("audit log", "/portal/logs/audit"),
    (
        "audit log, one activity",
        "/portal/logs/audit?activity=Add%20user",
    ),
    ("audit log, refusals", "/portal/logs/audit?result=failure"),
    ("keys", "/portal/keys"),
    ("settings", "/portal/settings"),
    ("many passes", "/portal/passes"),
];

/// The address of a page for somebody.
type Address = Arc<dyn Fn(u64) -> String + Send + Sync>;
/// The same without anything around it.
type AddressFor = fn(u64) -> String;

/// Pages about somebody, all over the table.
const ABOUT: [(&str, AddressFor); 6] = [
    ("a person", |person| format!("/portal/people/{}", user_id(person))),
    ("issuing a pass", |person| {
        format!("/portal/people/{}/pass", user_id(person))
    }),
    ("somebody found by number", |person| {
        format!("/portal/people?q={person:07}")
    }),
    ("could somebody get a pass", |person| {
        format!("/portal/policy?q={person:07}")
    }),
    ("somebody's sign-ins", |person| {
        format!("/portal/logs/sign-ins?name={}", upn(person))
    }),
    ("what was done to somebody", |person| {
        format!("/portal/logs/audit?on={}", upn(person))
    }),
];

/// Asks for a page again and again, about one person after the other.
struct Look {
    connection: Connection,
    headers: Arc<str>,
    fixture: Arc<Fixture>,
    turns: Arc<AtomicU64>,
    path: Address,
}

impl Worker for Look {
    async fn step(&mut self) -> Result<()> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let path = (self.path)(self.fixture.person(Kind::Long, turn));
        self.connection.get(&path, &self.headers).await?.expect(200)
    }
}

/// The page that follows the account name, for one person after the other.
struct GiveName {
    connection: Connection,
    fixture: Arc<Fixture>,
    turns: Arc<AtomicU64>,
    headers: String,
    form: (String, String),
}

impl Worker for GiveName {
    async fn step(&mut self) -> Result<()> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let name = upn(self.fixture.person(Kind::Long, turn));
        let (action, hidden) = &self.form;
        let form = format!("{hidden}&loginfmt={}", name.replace('@', "%40"));
        self.connection
            .post(action, &self.headers, &form)
            .await?
            .expect(200)
    }
}

/// A tenant with so many people and ten times as many log records.
pub(crate) async fn fixture(people: u64) -> Result<Arc<Fixture>> {
    let fixture = Fixture::create("portal", people).await?;
    let began = Instant::now();
    let (database, records) = (fixture.database(), people * RECORDS_PER_PERSON);
    let place = database.clone();
    tokio::task::spawn_blocking(move || portal_fixture::fill(&place, people, records)).await??;
    let size = std::fs::metadata(&database)?.len() >> 20;
    crate::progress(&format!(
        "{records} log records took {} s; the database has {size} MiB",
        began.elapsed().as_secs()
    ));
    Ok(Arc::new(fixture))
}

/// All rows.
pub(crate) async fn measure(
    fixture: &Arc<Fixture>,
    server: &Server,
    measured: Duration,
) -> Result<Vec<Line>> {
    let cookie = administrator(fixture, server).await?;
    let headers: Arc<str> = format!("{BROWSER}{cookie}").into();
    let mut lines = Vec::new();
    let fixed = FIXED.map(|(name, path)| (name, Arc::new(move |_| path.to_owned()) as Address));
    let about = ABOUT.map(|(name, path)| (name, Arc::new(path) as Address));
    for (name, path) in fixed.into_iter().chain(about) {
        let work = format!("portal: {name}, of {}", fixture.people);
        lines.push(
            look(fixture, server, measured, &headers, path)
                .await?
                .line(work, PORTAL),
        );
    }
    for (name, path) in [
        ("first page", "/sign-in"),
        ("options", "/sign-in/ways"),
        ("security info", "/security-info"),
        ("own sign-ins", "/security-info/sign-ins"),
    ] {
        let path = Arc::new(move |_| path.to_owned()) as Address;
        let work = format!("sign-in pages: {name}, of {}", fixture.people);
        lines.push(
            look(fixture, server, measured, &headers, path)
                .await?
                .line(work, SIGN_IN),
        );
    }
    let work = format!("sign-in pages: what follows the name, of {}", fixture.people);
    lines.push(give_names(fixture, server, measured).await?.line(work, SIGN_IN));
    Ok(lines)
}

/// How long pages took.
struct Taken(crate::drive::Rate);

impl Taken {
    fn line(&self, work: String, goal: f64) -> Line {
        Line {
            work,
            ours: format!("p50 {}, of {}", milliseconds(self.0.within(0.5)), self.0.count),
            limit: format!("on {AT_ONCE} connections, {CALM}/s in all"),
            figure: self.0.within(0.99).as_secs_f64() * 1000.0,
            unit: " ms p99",
            goal: Goal::AtMost(goal),
        }
    }
}

async fn look(
    fixture: &Arc<Fixture>,
    server: &Server,
    measured: Duration,
    headers: &Arc<str>,
    path: Address,
) -> Result<Taken> {
    let turns = Arc::new(AtomicU64::new(1));
    let connections = server.target.connect_many(AT_ONCE).await?.into_iter();
    let workers = connections.map(|connection| Look {
        connection,
        headers: Arc::clone(headers),
        fixture: Arc::clone(fixture),
        turns: Arc::clone(&turns),
        path: Arc::clone(&path),
    });
    Ok(Taken(calm(workers.collect(), CALM, measured * 3).await?))
}

async fn give_names(fixture: &Arc<Fixture>, server: &Server, measured: Duration) -> Result<Taken> {
    let turns = Arc::new(AtomicU64::new(1));
    let mut workers = Vec::new();
    for mut connection in server.target.connect_many(AT_ONCE).await? {
        let page = connection.get("/sign-in", BROWSER).await?;
        page.expect(200)?;
        let headers = format!("{BROWSER}cookie: {}\r\n", page.cookies());
        let form = Form::find(page.body, "loginfmt")?;
        workers.push(GiveName {
            form: (form.action.clone(), form.hidden()),
            connection,
            fixture: Arc::clone(fixture),
            turns: Arc::clone(&turns),
            headers,
        });
    }
    Ok(Taken(calm(workers, CALM, measured * 3).await?))
}

/// The `cookie` header of a Global Administrator.
async fn administrator(fixture: &Fixture, server: &Server) -> Result<String> {
    let mut connection = server.target.connect().await?;
    let token = client_credentials(
        &mut connection,
        fixture,
        &fixture.client_id,
        &fixture.client_secret,
    )
    .await?;
    let body: Value = json!({
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "principalId": user_id(fixture.person(Kind::Long, 0)).to_string(),
        "directoryScopeId": "/",
    });
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    let answer = connection
        .post_from_program(path, "application/json", &token, &body.to_string())
        .await?;
    answer.expect(201)?;
    Ok(sign_in(&mut connection, fixture, Kind::Long, 0).await?.cookie)
}
