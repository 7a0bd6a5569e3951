//! What applications ask of the OAuth door: tokens for codes and refresh tokens against raw signatures, what signs
//! nothing against the bare `/healthz`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::Result;
use crate::application::{Application, Tokens};
use crate::client::Connection;
use crate::compare::{AT_ONCE, Rates, Sizes, against_health, blocking, take_turns};
use crate::drive::{Rate, Timing, Worker, calm};
use crate::fixture::{Fixture, Kind};
use crate::limits::{self, Flush};
use crate::over_https::{AskForToken, sign_in};
use crate::server::Server;
use crate::table::{Goal, Line};

const FORM: &str = "application/x-www-form-urlencoded";
/// An ID token and an access token.
const SIGNATURES: f64 = 2.0;
/// Codes that each worker has in stock, for each second that is measured: more than raw signatures would allow.
const CODES_PER_SECOND: u64 = 40;
/// Codes are good for a minute, so they can't be kept in stock for long rounds.
const LONGEST_ROUND: Duration = Duration::from_secs(1);
/// Requests per second on all connections together while the time of each is measured. As fast as they go, each of 64
/// would wait for 63 others.
const CALM: u32 = 200;
/// How often the disk and what waits for it take turns at that pace.
const TURNS: usize = 3;
/// The longest that one in a hundred may take then.
const GOAL_P99: f64 = 10.0;

/// A person with a session in the application, on a connection of their own.
struct Person {
    connection: Connection,
    application: Arc<Application>,
    cookie: String,
}

/// Redeems codes that were made before.
struct RedeemCode {
    person: Person,
    codes: VecDeque<String>,
}

impl Worker for RedeemCode {
    async fn step(&mut self) -> Result<()> {
        let code = self.codes.pop_front().ok_or("too few codes in stock")?;
        let Person {
            connection,
            application,
            ..
        } = &mut self.person;
        let form = application.redeeming(&code);
        connection
            .post_from_program(&application.path("token"), FORM, "", &form)
            .await?
            .expect(200)
    }
}

/// Exchanges a refresh token for the next.
struct Refresh {
    person: Person,
    token: String,
}

impl Worker for Refresh {
    async fn step(&mut self) -> Result<()> {
        let Person {
            connection,
            application,
            ..
        } = &mut self.person;
        let form = application.refreshing(&self.token);
        let answer = connection
            .post_from_program(&application.path("token"), FORM, "", &form)
            .await?;
        self.token = Tokens::of(&answer)?.refresh;
        Ok(())
    }
}

/// Asks what is known of whoever a token is of.
struct UserInfo {
    connection: Connection,
    headers: String,
}

impl Worker for UserInfo {
    async fn step(&mut self) -> Result<()> {
        self.connection
            .get("/oidc/userinfo", &self.headers)
            .await?
            .expect(200)
    }
}

/// Asks what a token is worth.
struct Inspect {
    connection: Connection,
    path: String,
    form: String,
}

impl Worker for Inspect {
    async fn step(&mut self) -> Result<()> {
        let answer = self
            .connection
            .post_from_program(&self.path, FORM, "", &self.form)
            .await?;
        answer.expect(200)?;
        if answer.body.contains("\"active\":true") {
            Ok(())
        } else {
            Err(answer.body.into())
        }
    }
}

/// Reads a document that never changes.
struct Document {
    connection: Connection,
    path: String,
}

impl Worker for Document {
    async fn step(&mut self) -> Result<()> {
        self.connection.get(&self.path, "").await?.expect(200)
    }
}

/// All rows of this door.
pub(crate) async fn measure(
    fixtures: &Sizes<Arc<Fixture>>,
    servers: &Sizes<Server>,
    measured: Duration,
) -> Result<Vec<Line>> {
    fixtures.bring_to_hand().await?;
    let few = World::open(&servers.few, &fixtures.few).await?;
    let many = match (&servers.many, &fixtures.many) {
        (Some(server), Some(fixture)) => Some(World::open(server, fixture).await?),
        _ => None,
    };
    let worlds = || std::iter::once(&few).chain(&many);
    let mut lines = Vec::new();

    let short = measured.min(LONGEST_ROUND);
    let stock = CODES_PER_SECOND * (3 * short.as_secs() + 4);
    let mut workers = Vec::new();
    for world in worlds() {
        workers.push(world.redeeming(stock).await?);
    }
    let rates = against_signatures(short, workers).await?;
    lines.extend(rates.lines("tokens for a code", "2 × raw RS256, all cores", SIGNATURES, 0.5));

    let mut workers = Vec::new();
    for world in worlds() {
        workers.push(world.refreshing().await?);
    }
    let rates = against_signatures(measured, workers).await?;
    lines.extend(rates.lines(
        "tokens for a refresh token",
        "2 × raw RS256, all cores",
        SIGNATURES,
        0.5,
    ));

    let mut workers = Vec::new();
    for world in worlds() {
        workers.push(world.asking_who().await?);
    }
    let rates = against_health(measured, workers, &servers.few).await?;
    lines.extend(rates.lines("userinfo", "GET /healthz", 1.0, 0.5));

    let mut workers = Vec::new();
    for world in worlds() {
        workers.push(world.inspecting().await?);
    }
    let rates = against_health(measured, workers, &servers.few).await?;
    lines.extend(rates.lines("introspection of an access token", "GET /healthz", 1.0, 0.5));

    for (work, path) in [
        ("discovery document", "v2.0/.well-known/openid-configuration"),
        ("signing keys", "discovery/v2.0/keys"),
    ] {
        let readers = few.reading(path).await?;
        let rates = against_health(measured, vec![readers], &servers.few).await?;
        lines.extend(rates.lines(work, "GET /healthz", 1.0, 0.8));
    }

    let few = &few;
    // What the disk itself gives at this pace, in turns with what waits for it: each token waits for one flush.
    let stock = u64::from(CALM) * (3 * short.as_secs() + 1) / AT_ONCE as u64 + 1;
    let (mut bare, mut for_codes, mut for_refresh) = (Rate::default(), Rate::default(), Rate::default());
    for _ in 0..TURNS {
        bare.add(calm(vec![Flush::new(few.fixture.path())?], CALM, measured * 3).await?);
        for_codes.add(calm(few.redeeming(stock).await?, CALM, short * 3).await?);
        for_refresh.add(calm(few.refreshing().await?, CALM, measured * 3).await?);
    }
    lines.push(Line {
        limit: format!("one after the other, {CALM}/s"),
        ..Line::calm(
            "8 KB brought to the disk, bare".to_owned(),
            &bare,
            CALM,
            Goal::None,
        )
    });
    lines.push(calm_line("tokens for a code", &for_codes));
    lines.push(calm_line("tokens for a refresh token", &for_refresh));
    let rate = calm(few.asking_who().await?, CALM, measured * 3).await?;
    lines.push(calm_line("userinfo", &rate));
    let rate = calm(few.inspecting().await?, CALM, measured * 3).await?;
    lines.push(calm_line("introspection of an access token", &rate));
    let connections = few.server.target.connect_many(AT_ONCE).await?.into_iter();
    let asking = connections
        .map(|connection| AskForToken::new(connection, few.fixture))
        .collect();
    let rate = calm(asking, CALM, measured * 3).await?;
    lines.push(calm_line("token by client credentials, over HTTPS", &rate));
    Ok(lines)
}

fn calm_line(work: &str, rate: &Rate) -> Line {
    Line::calm(work.to_owned(), rate, CALM, Goal::AtMost(GOAL_P99))
}

async fn against_signatures<W: Worker>(measured: Duration, workers: Vec<Vec<W>>) -> Result<Rates> {
    let mut workers = workers.into_iter();
    let few = workers.next().unwrap_or_default();
    let limit = async |timing: Timing| blocking(move || limits::rs256(timing.measured)).await;
    take_turns(measured, few, workers.next(), limit).await
}

/// A server with an application that people sign in to.
struct World<'a> {
    server: &'a Server,
    fixture: &'a Arc<Fixture>,
    application: Arc<Application>,
}

impl<'a> World<'a> {
    async fn open(server: &'a Server, fixture: &'a Arc<Fixture>) -> Result<Self> {
        let application = Arc::new(Application::register(&server.target, fixture).await?);
        Ok(Self {
            server,
            fixture,
            application,
        })
    }

    async fn people(&self) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(AT_ONCE);
        for mut connection in self.server.target.connect_many(AT_ONCE).await? {
            let turn = people.len() as u64;
            let cookie = sign_in(&mut connection, self.fixture, Kind::Long, turn)
                .await?
                .cookie;
            people.push(Person {
                connection,
                application: Arc::clone(&self.application),
                cookie,
            });
        }
        Ok(people)
    }

    async fn redeeming(&self, stock: u64) -> Result<Vec<RedeemCode>> {
        let tasks = self.people().await?.into_iter().map(|mut person| {
            tokio::spawn(async move {
                let mut codes = VecDeque::new();
                for _ in 0..stock {
                    let Person {
                        connection,
                        application,
                        cookie,
                    } = &mut person;
                    codes.push_back(application.code(connection, cookie).await?);
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(RedeemCode { person, codes })
            })
        });
        let tasks: Vec<_> = tasks.collect();
        let mut workers = Vec::new();
        for task in tasks {
            workers.push(task.await??);
        }
        Ok(workers)
    }

    /// People and their first tokens.
    async fn signed_in(&self) -> Result<Vec<(Person, Tokens)>> {
        let mut signed_in = Vec::new();
        for mut person in self.people().await? {
            let Person {
                connection,
                application,
                cookie,
            } = &mut person;
            let code = application.code(connection, cookie).await?;
            let form = application.redeeming(&code);
            let answer = connection
                .post_from_program(&application.path("token"), FORM, "", &form)
                .await?;
            let tokens = Tokens::of(&answer)?;
            signed_in.push((person, tokens));
        }
        Ok(signed_in)
    }

    async fn refreshing(&self) -> Result<Vec<Refresh>> {
        let signed_in = self.signed_in().await?.into_iter();
        Ok(signed_in
            .map(|(person, tokens)| Refresh {
                person,
                token: tokens.refresh,
            })
            .collect())
    }

    async fn asking_who(&self) -> Result<Vec<UserInfo>> {
        let signed_in = self.signed_in().await?.into_iter();
        Ok(signed_in
            .map(|(person, tokens)| UserInfo {
                connection: person.connection,
                headers: format!("authorization: Bearer {}\r\n", tokens.access),
            })
            .collect())
    }

    async fn inspecting(&self) -> Result<Vec<Inspect>> {
        let signed_in = self.signed_in().await?.into_iter();
        Ok(signed_in
            .map(|(person, tokens)| Inspect {
                path: self.application.path("introspect"),
                form: self.application.inspecting(&tokens.access),
                connection: person.connection,
            })
            .collect())
    }

    async fn reading(&self, path: &str) -> Result<Vec<Document>> {
        let connections = self.server.target.connect_many(AT_ONCE).await?.into_iter();
        Ok(connections
            .map(|connection| Document {
                connection,
                path: format!("/{}/{path}", self.fixture.tenant),
            })
            .collect())
    }
}
