//! A data folder with a tenant and many people, each with a pass.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use latchkey_crypto::{
    Arena, HashPool, HashPoolConfig, MasterKeys, PassVerifier, Rng, Secret, SystemRng, TokenKind,
    generate_code, generate_token, token_hash,
};
use latchkey_domain::{ClientId, PassId, PassLength, Upn, UserId};
use latchkey_service::{Clock, NewTenant, SystemClock, create_tenant};
use latchkey_store::{DatabaseUrl, Store, StoreOptions};
use rusqlite::{Connection, Transaction, params};

use crate::Result;
use crate::folder::TempFolder;
use crate::logs;

/// How long the passes work: eight hours, the most that the policy allows at first.
const LIFETIME_MINUTES: i64 = 480;

/// The two kinds of passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 8 characters: checked by Argon2id. People with an even number have it.
    Short,
    /// 24 characters: checked by an HMAC. People with an odd number have it.
    Long,
}

/// The data folder, and what one has to know to use it.
#[derive(Debug)]
pub(crate) struct Fixture {
    folder: TempFolder,
    pub(crate) people: u64,
    pub(crate) tenant: String,
    /// The administrative application, with every permission.
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// An application that may read passes, and nothing else.
    pub(crate) reader_id: String,
    pub(crate) reader_secret: String,
    short_code: String,
    long_code: String,
}

impl Fixture {
    /// Makes a tenant with so many people. Every pass may be used again and again, and all of one kind have the same
    /// code: that saves preparing them, and what is measured takes the same steps with either.
    pub(crate) async fn create(name: &str, people: u64) -> Result<Self> {
        let folder = TempFolder::new(name)?;
        let random: Rng = Arc::new(SystemRng::new());
        let master_keys = Arc::new(MasterKeys::create(&folder.path().join("master.key"), &*random)?);
        let database = folder.path().join("latchkey.db");
        let store = Store::open(&DatabaseUrl::sqlite(database.clone()), StoreOptions::default()).await?;
        let secrets = create_tenant(NewTenant {
            store: &store,
            master_keys: &master_keys,
            hash_pool: &Arc::new(HashPool::start(HashPoolConfig::with_threads(1))?),
            random: &random,
            clock: &SystemClock,
            display_name: "Example".to_owned(),
            domain: "example.com".to_owned(),
            administrator: Upn::parse("admin@example.com")?,
        })
        .await?;
        store.close().await;
        let mut verifiers = Vec::new();
        let mut codes = Vec::new();
        for length in [8, 24] {
            let length = PassLength::new(length).ok_or("a length of a pass")?;
            let code = generate_code(&*random, length);
            let verifier = PassVerifier::create(&master_keys.peppers(), &*random, &code, &mut Arena::new());
            verifiers.push(verifier.to_text());
            codes.push(code.expose().clone());
        }
        let [short, long] = verifiers.as_slice() else {
            return Err("two verifiers".into());
        };
        fill(&database, people, short, long)?;
        logs::fill(&database, people)?;
        let reader_secret = generate_token(&*random, TokenKind::ClientSecret).expose().clone();
        let reader_id = add_reader(&database, &reader_secret)?;
        let [short_code, long_code] = <[String; 2]>::try_from(codes).map_err(|_| "two codes")?;
        Ok(Self {
            folder,
            people,
            tenant: secrets.tenant.to_string(),
            client_id: secrets.client_id.to_string(),
            client_secret: secrets.client_secret.expose().clone(),
            reader_id,
            reader_secret,
            short_code,
            long_code,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("latchkey.db")
    }

    /// Reads the database through, so that the operating system has it at hand. A big one that nobody has used for some
    /// minutes may have left its cache, and what is measured then is the disk.
    pub(crate) fn bring_to_hand(&self) -> Result<()> {
        std::io::copy(&mut File::open(self.database())?, &mut std::io::sink())?;
        Ok(())
    }

    pub(crate) fn master_key_file(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    pub(crate) fn code(&self, kind: Kind) -> &str {
        match kind {
            Kind::Short => &self.short_code,
            Kind::Long => &self.long_code,
        }
    }

    pub(crate) fn client_secret(&self) -> Secret<String> {
        Secret::new(self.client_secret.clone())
    }

    /// The number of the `turn`th person to use a pass of this kind: all over the table, each once before anyone
    /// comes again.
    pub(crate) fn person(&self, kind: Kind, turn: u64) -> u64 {
        // Odd and not divisible by 5, so prime to all round numbers of people.
        const STEP: u64 = 309_017;
        let half = (self.people / 2).max(1);
        turn.wrapping_mul(STEP) % half * 2 + u64::from(kind == Kind::Long)
    }
}

/// The sign-in name of a person.
pub(crate) fn upn(person: u64) -> String {
    format!("person{person:07}@example.com")
}

/// The id of a person.
pub(crate) fn user_id(person: u64) -> UserId {
    UserId::from_bytes(id(person, 1))
}

/// The id of a person's pass.
pub(crate) fn pass_id(person: u64) -> PassId {
    PassId::from_bytes(id(person, 2))
}

/// An address for each request, so that no counter of guesses is shared.
pub(crate) fn source(turn: u64) -> IpAddr {
    let [.., b, c, d] = turn.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(10, b, c, d))
}

/// Sixteen bytes that look random and are always the same, in the form of a GUID.
fn id(number: u64, kind: u64) -> [u8; 16] {
    let high = scatter(number.wrapping_mul(4).wrapping_add(kind));
    let low = scatter(!high);
    let version = 0xffff_ffff_ffff_0fff;
    let variant = 0x3fff_ffff_ffff_ffff;
    let bits = u128::from(high & version | 0x4000) << 64 | u128::from(low & variant | 1 << 63);
    bits.to_be_bytes()
}

/// `SplitMix64`'s finisher.
fn scatter(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Adds an application with the one permission that reading passes takes.
fn add_reader(database: &Path, secret: &str) -> Result<String> {
    let connection = Connection::open(database)?;
    let [client, object, principal, key] = [3_u64, 4, 5, 6].map(|kind| id(u64::MAX / 8, kind));
    let now = SystemClock.now().as_micros();
    connection.execute(
        "INSERT INTO applications (client_id, id, service_principal_id, display_name, enabled, created_at) \
         VALUES (?1, ?2, ?3, 'Reader', 1, ?4)",
        params![client, object, principal, now],
    )?;
    connection.execute(
        "INSERT INTO application_permissions (client_id, permission) VALUES (?1, 'UserAuthenticationMethod.Read.All')",
        params![client],
    )?;
    connection.execute(
        "INSERT INTO app_secrets (id, client_id, hash, hint, start_at, end_at) VALUES (?1, ?2, ?3, 'abc', ?4, ?5)",
        params![key, client, token_hash(secret), now, i64::MAX],
    )?;
    Ok(ClientId::from_bytes(client).to_string())
}

/// Name and text of the indexes of these tables, except for those that belong to a constraint.
pub(crate) fn indexes_of(connection: &Connection, tables: &[&str]) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let mut found = Vec::new();
    for table in tables {
        let indexes = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.extend(indexes.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(found)
}

/// Writes the people and their passes past the program: a million in half a minute. The indexes are made afterwards,
/// which is what takes the time otherwise.
fn fill(database: &Path, people: u64, short: &str, long: &str) -> Result<()> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    let created = SystemClock.now().as_micros();
    let transaction = connection.transaction()?;
    let indexes = indexes_of(&transaction, &["users", "passes"])?;
    for (name, _) in &indexes {
        transaction.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    let mut order: Vec<(UserId, u64)> = (0..people).map(|person| (user_id(person), person)).collect();
    let by_id = |(id, _): &(UserId, u64)| *id.as_bytes();
    // The first half came from a list in the order of its names; the others in no order, as ids have none.
    let half = order.len() / 2;
    if let Some((_, others)) = order.split_at_mut_checked(half) {
        others.sort_unstable_by_key(by_id);
    }
    fill_users(&transaction, &order, created)?;
    order.sort_unstable_by_key(by_id);
    fill_passes(&transaction, &order, created, [short, long])?;
    for (_, sql) in &indexes {
        transaction.execute_batch(sql)?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

fn fill_users(transaction: &Transaction<'_>, order: &[(UserId, u64)], created: i64) -> Result<()> {
    let mut users = transaction.prepare(
        "INSERT INTO users (id, upn, upn_key, display_name, display_name_key, mail_nickname, \
         account_enabled, user_type, created_at, must_change_password, sessions_valid_from, given_name, \
         surname, mail, mail_key, job_title, department) \
         VALUES (?1, ?2, ?2, ?3, lower(?3), ?4, 1, ?5, ?6, 0, ?6, 'Person', ?4, ?2, ?2, 'Analyst', 'Accounts')",
    )?;
    let user_type: String =
        transaction.query_row("SELECT user_type FROM users LIMIT 1", [], |row| row.get(0))?;
    for (id, person) in order {
        let nickname = format!("person{person:07}");
        let display_name = format!("Person {person:07}");
        users.execute(params![
            id.as_bytes(),
            upn(*person),
            display_name,
            nickname,
            user_type,
            created
        ])?;
    }
    Ok(())
}

/// Everybody's pass: a short one for even numbers, a long one for odd ones, with these verifiers.
fn fill_passes(
    transaction: &Transaction<'_>,
    order: &[(UserId, u64)],
    created: i64,
    [short, long]: [&str; 2],
) -> Result<()> {
    let mut passes = transaction.prepare(
        "INSERT INTO passes (user_id, id, created_at, start_at, lifetime, end_at, one_time, from_console, \
         wrong_guesses, verifier) VALUES (?1, ?2, ?3, ?3, ?4, ?5, 0, 0, 0, ?6)",
    )?;
    let end = created + LIFETIME_MINUTES * 60_000_000;
    for (id, person) in order {
        let verifier = if person % 2 == 0 { short } else { long };
        let pass = pass_id(*person);
        passes.execute(params![
            id.as_bytes(),
            pass.as_bytes(),
            created,
            LIFETIME_MINUTES,
            end,
            verifier
        ])?;
    }
    Ok(())
}
