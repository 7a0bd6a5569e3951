//! Bringing in very many people: through `$batch`, and by the command line from a CSV file.
//!
//! The people have no password, as those who come in with a pass: each password would cost a hash, and the row would
//! measure Argon2id. The limit is bare SQLite writing the very rows that `$batch` wrote.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use latchkey_domain::UserId;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection as Database, params_from_iter};
use serde_json::{Value, json};

use crate::Result;
use crate::bare_sqlite::{Cells, cells};
use crate::client::Connection;
use crate::compare::blocking;
use crate::drive::Rate;
use crate::fixture::Fixture;
use crate::over_https::client_credentials;
use crate::server::Server;
use crate::table::{Goal, Line, per_second};

/// Requests in a batch: Graph's bound.
const BATCH: u64 = 20;
/// Batches under way at once.
const CLIENTS: u64 = 8;
/// People per durable commit of bare SQLite: as many as the program has under way.
const GROUP: usize = 64;

/// Brings in `people` each way, on a data folder of its own.
pub(crate) async fn measure(binary: &Path, people: u64) -> Result<Vec<Line>> {
    let fixture = Fixture::create("import", 0).await?;
    let copy = fixture.path().join("bare.db");
    Database::open(fixture.database())?.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    let server = Server::start(binary, &fixture).await?;
    let batch = by_batch(&server, &fixture, people).await?;
    let database = fixture.database();
    let written = blocking(move || Written::read(&database)).await?;
    let command_line = by_command_line(binary, &server, &fixture, people).await?;
    server.stop().await?;
    let limit = blocking(move || written.write_again(&copy)).await?;
    let line = |way: &str, rate: &Rate| Line {
        work: format!("bringing in {people} people {way}"),
        ours: format!(
            "{}, {:.1} s",
            per_second(rate.per_second()),
            rate.elapsed.as_secs_f64()
        ),
        limit: format!(
            "bare SQLite, groups of {GROUP}: {}",
            per_second(limit.per_second())
        ),
        figure: rate.per_second() / limit.per_second(),
        unit: "",
        goal: Goal::None,
    };
    Ok(vec![
        line("through $batch", &batch),
        line("by the command line", &command_line),
    ])
}

async fn by_batch(server: &Server, fixture: &Fixture, people: u64) -> Result<Rate> {
    let mut connections = server.target.connect_many(usize::try_from(CLIENTS)?).await?;
    let first = connections.first_mut().ok_or("a connection")?;
    let token = client_credentials(first, fixture, &fixture.client_id, &fixture.client_secret).await?;
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|connection| tokio::spawn(post_batches(connection, token.clone(), Arc::clone(&next), people)))
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(Rate::new(people, start.elapsed()))
}

async fn post_batches(
    mut connection: Connection,
    token: String,
    next: Arc<AtomicU64>,
    people: u64,
) -> Result<()> {
    loop {
        let first = next.fetch_add(BATCH, Ordering::Relaxed);
        if first >= people {
            return Ok(());
        }
        let requests: Vec<Value> = (first..people.min(first + BATCH)).map(request).collect();
        let body = json!({ "requests": requests }).to_string();
        let answer = connection
            .post_from_program("/v1.0/$batch", "application/json", &token, &body)
            .await?;
        answer.expect(200)?;
        let made = answer.body.matches("\"status\":201").count();
        if made != requests.len() {
            return Err(format!("{made} of {} were made: {}", requests.len(), answer.body).into());
        }
    }
}

fn request(person: u64) -> Value {
    json!({
        "id": person.to_string(),
        "method": "POST",
        "url": "/users",
        "headers": { "Content-Type": "application/json" },
        "body": {
            "accountEnabled": true,
            "displayName": format!("Batch Person {person}"),
            "mailNickname": format!("batch{person}"),
            "userPrincipalName": format!("batch{person}@example.com"),
            "department": "Sales",
            "latchkey": { "withoutPassword": true },
        },
    })
}

async fn by_command_line(binary: &Path, server: &Server, fixture: &Fixture, people: u64) -> Result<Rate> {
    let folder = fixture.path();
    let (file, secret, login) = (
        folder.join("people.csv"),
        folder.join("secret"),
        folder.join("login.json"),
    );
    let mut text = "userPrincipalName,displayName,department\n".to_owned();
    for person in 0..people {
        writeln!(text, "line{person}@example.com,Line Person {person},Sales")?;
    }
    std::fs::write(&file, text)?;
    std::fs::write(&secret, &fixture.client_secret)?;
    let run = |arguments: Vec<String>| {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .arg("--login")
            .arg(&login)
            .stdout(Stdio::null());
        blocking(move || {
            let done = command.status()?;
            if done.success() {
                Ok(())
            } else {
                Err(format!("the command line ended with {done}").into())
            }
        })
    };
    let path = |path: &Path| path.to_string_lossy().into_owned();
    run(vec![
        "login".to_owned(),
        format!("https://{}", server.target.host),
        "--tenant".to_owned(),
        fixture.tenant.clone(),
        "--client-id".to_owned(),
        fixture.client_id.clone(),
        "--secret-file".to_owned(),
        path(&secret),
        "--ca".to_owned(),
        path(&folder.join("tls/ca.pem")),
    ])
    .await?;
    let start = Instant::now();
    run(vec!["user".to_owned(), "import".to_owned(), path(&file)]).await?;
    Ok(Rate::new(people, start.elapsed()))
}

/// The tables that a new account has rows in, with the column that names the account.
const TABLES: [(&str, &str); 6] = [
    ("users", "id"),
    ("people_parts", "user_id"),
    ("bare_people", "user_id"),
    ("directory_terms", "object_id"),
    ("audits", "seq"),
    ("audit_targets", "seq"),
];

/// All rows of people brought in, by person, in the order in which they were made.
struct Written(Vec<Vec<(usize, Cells)>>);

impl Written {
    fn read(database: &Path) -> Result<Self> {
        let connection = Database::open(database)?;
        let mut order = connection.prepare("SELECT target_id, seq FROM audit_targets ORDER BY seq")?;
        let mut place_of: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut place_of_audit: HashMap<i64, usize> = HashMap::new();
        let mut people = Vec::new();
        let mut rows = order.query([])?;
        while let Some(row) = rows.next()? {
            let Ok(target) = row.get::<_, String>(0)?.parse::<UserId>() else {
                continue;
            };
            place_of.insert(target.as_bytes().to_vec(), people.len());
            place_of_audit.insert(row.get(1)?, people.len());
            people.push(Vec::new());
        }
        for (table, (name, owner)) in TABLES.iter().enumerate() {
            let mut statement = connection.prepare(&format!("SELECT * FROM {name}"))?;
            let owner = statement.column_index(owner)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let place = match row.get(owner)? {
                    Cell::Blob(id) => place_of.get(&id),
                    Cell::Integer(seq) => place_of_audit.get(&seq),
                    _ => None,
                };
                if let Some(person) = place.and_then(|place| people.get_mut(*place)) {
                    person.push((table, cells(row)?));
                }
            }
        }
        // What the setting up wrote is in the copy already.
        let imported = |cell: &Cell| matches!(cell, Cell::Text(text) if text.starts_with("batch"));
        people.retain(|rows| {
            rows.iter()
                .any(|(table, row)| *table == 0 && row.iter().any(imported))
        });
        if people.is_empty() {
            return Err("nobody was brought in".into());
        }
        Ok(Self(people))
    }

    fn write_again(&self, copy: &Path) -> Result<Rate> {
        let connection = Database::open(copy)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;",
        )?;
        let mut inserts = Vec::new();
        for (name, _) in TABLES {
            let columns = connection
                .prepare(&format!("SELECT * FROM {name}"))?
                .column_count();
            let places = vec!["?"; columns].join(", ");
            inserts.push(connection.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?);
        }
        let start = Instant::now();
        for group in self.0.chunks(GROUP) {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for (table, row) in group.iter().flatten() {
                if let Some(insert) = inserts.get_mut(*table) {
                    insert.execute(params_from_iter(row))?;
                }
            }
            connection.execute_batch("COMMIT")?;
        }
        Ok(Rate::new(self.0.len() as u64, start.elapsed()))
    }
}
