//! Requests to the program as its clients make them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Result;
use crate::client::{Connection, Target};
use crate::drive::Worker;
use crate::fixture::{Fixture, Kind, pass_id, upn, user_id};
use crate::form::{Form, append};

/// Requests of one sign-in, see [`SignIn`].
pub(crate) const REQUESTS_OF_A_SIGN_IN: f64 = 4.0;

/// The headers of a browser.
pub(crate) const BROWSER: &str = "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
    accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\naccept-language: en-US,en;q=0.5\r\n";

/// The bare answer that everything else is held against: `GET /healthz`.
pub(crate) struct Health(pub(crate) Connection);

impl Worker for Health {
    async fn step(&mut self) -> Result<()> {
        self.0.get("/healthz", "").await?.expect(200)
    }
}

/// The first page of a sign-in alone.
pub(crate) struct SeePage(pub(crate) Connection);

impl Worker for SeePage {
    async fn step(&mut self) -> Result<()> {
        self.0.get("/sign-in", BROWSER).await?.expect(200)
    }
}

/// A person's way in: the name page, the name, the pass, and the security info page. Each time another person with
/// another browser, on a connection that is kept.
pub(crate) struct SignIn {
    pub(crate) connection: Connection,
    pub(crate) fixture: Arc<Fixture>,
    pub(crate) turns: Arc<AtomicU64>,
    pub(crate) kind: Kind,
}

impl Worker for SignIn {
    async fn step(&mut self) -> Result<()> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let connection = &mut self.connection;
        let SignedIn { name, cookie, home } = sign_in(connection, &self.fixture, self.kind, turn).await?;
        let headers = format!("{BROWSER}{cookie}");
        let page = connection.get(&home, &headers).await?;
        page.expect(200)?;
        if page.body.contains(&name) {
            Ok(())
        } else {
            Err("the page shows somebody else".into())
        }
    }
}

/// Whoever came in.
pub(crate) struct SignedIn {
    /// The sign-in name.
    pub(crate) name: String,
    /// The `cookie` header.
    pub(crate) cookie: String,
    /// Where the browser is sent.
    home: String,
}

/// Name page, name, pass: the person whose turn it is, with a new browser.
pub(crate) async fn sign_in(
    connection: &mut Connection,
    fixture: &Fixture,
    kind: Kind,
    turn: u64,
) -> Result<SignedIn> {
    let name = upn(fixture.person(kind, turn));
    let page = connection.get("/sign-in", BROWSER).await?;
    page.expect(200)?;
    let headers = format!("{BROWSER}cookie: {}\r\n", page.cookies());
    let form = Form::find(page.body, "loginfmt")?;

    let page = connection
        .post(&form.action.clone(), &headers, &form.filled("loginfmt", &name))
        .await?;
    page.expect(200)?;
    let form = Form::find(page.body, "accesspass")?;

    let code = fixture.code(kind);
    let answer = connection
        .post(&form.action.clone(), &headers, &form.filled("accesspass", code))
        .await?;
    answer.expect(303)?;
    Ok(SignedIn {
        name,
        cookie: format!("cookie: {}\r\n", answer.cookies()),
        home: answer.location().ok_or("signed in to nowhere")?.to_owned(),
    })
}

/// An application reads the pass of one person after the other through Graph.
pub(crate) struct ReadPass {
    pub(crate) connection: Connection,
    pub(crate) fixture: Arc<Fixture>,
    pub(crate) turns: Arc<AtomicU64>,
    /// The `authorization` header.
    pub(crate) token: Arc<str>,
}

impl Worker for ReadPass {
    async fn step(&mut self) -> Result<()> {
        let person = self
            .fixture
            .person(Kind::Long, self.turns.fetch_add(1, Ordering::Relaxed));
        let (user, pass) = (user_id(person), pass_id(person));
        let path = format!("/v1.0/users/{user}/authentication/temporaryAccessPassMethods/{pass}");
        let answer = self.connection.get(&path, &self.token).await?;
        answer.expect(200)?;
        if answer.body.contains(&pass.to_string()) {
            Ok(())
        } else {
            Err("another pass".into())
        }
    }
}

/// An application asks for a token by client credentials.
pub(crate) struct AskForToken {
    connection: Connection,
    path: String,
    form: String,
}

impl AskForToken {
    /// For the administrative application.
    pub(crate) fn new(connection: Connection, fixture: &Fixture) -> Self {
        let (path, form) = asking_for_token(fixture, &fixture.client_id, &fixture.client_secret);
        Self {
            connection,
            path,
            form,
        }
    }
}

impl Worker for AskForToken {
    async fn step(&mut self) -> Result<()> {
        self.connection
            .post(&self.path, "", &self.form)
            .await?
            .expect(200)
    }
}

/// An `authorization` header of the application that may read passes.
pub(crate) async fn authorization(target: &Target, fixture: &Fixture) -> Result<Arc<str>> {
    let mut connection = target.connect().await?;
    let header = client_credentials(
        &mut connection,
        fixture,
        &fixture.reader_id,
        &fixture.reader_secret,
    );
    Ok(header.await?.into())
}

/// An `authorization` header of an application, in its own name.
pub(crate) async fn client_credentials(
    connection: &mut Connection,
    fixture: &Fixture,
    client_id: &str,
    client_secret: &str,
) -> Result<String> {
    let (path, form) = asking_for_token(fixture, client_id, client_secret);
    let answer = connection.post(&path, "", &form).await?;
    answer.expect(200)?;
    let answer: serde_json::Value = serde_json::from_str(answer.body)?;
    let token = answer
        .get("access_token")
        .and_then(serde_json::Value::as_str)
        .ok_or("no access token")?;
    Ok(format!("authorization: Bearer {token}\r\n"))
}

/// Path and body.
fn asking_for_token(fixture: &Fixture, client_id: &str, client_secret: &str) -> (String, String) {
    let mut form = String::new();
    append(&mut form, "grant_type", "client_credentials");
    append(&mut form, "scope", "https://graph.microsoft.com/.default");
    append(&mut form, "client_id", client_id);
    append(&mut form, "client_secret", client_secret);
    (format!("/{}/oauth2/v2.0/token", fixture.tenant), form)
}
