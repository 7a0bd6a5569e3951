//! The test process's own PostgreSQL server.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

use crate::DatabaseUrl;

/// Starts a server in the folder `$1` with the programs in `$2`, says `ready`, and stops it when its input ends:
/// that is when the test process does, be it by a crash. The server refuses to run as root, so then it is another
/// user's. It forgets what it wrote when the machine stops, which makes tests faster.
const SCRIPT: &str = r#"
folder=$1 programs=$2 as=
if [ "$(id -u)" = 0 ]; then
    user=postgres; id "$user" >/dev/null 2>&1 || user=nobody
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
    chown "$user" "$folder"
fi
cd "$folder"
{
    $as "$programs/initdb" -D "$folder/data" -U latchkey -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions &&
    $as "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -o "-k $folder -c listen_addresses= \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
        -c shared_buffers=64MB" start
} >"$folder/start" 2>&1 </dev/null && echo ready || { cat "$folder/start"; echo failed; }
cat >/dev/null
$as "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
rm -rf "$folder"
"#;

const ADVICE: &str = "install it (Debian: apt-get install postgresql), or name the folder of its programs in \
    LATCHKEY_TEST_POSTGRES, or set LATCHKEY_TEST_POSTGRES=off to test on SQLite only";

struct Server {
    folder: PathBuf,
    /// Its input is the server's life line.
    keeper: Child,
}

/// Makes an empty database on the server, which is started if it isn't running.
#[expect(clippy::expect_used, reason = "a test can't go on without its database")]
pub(super) async fn new_database() -> DatabaseUrl {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(start);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = tokio_postgres::connect(&address(&server.folder, "postgres"), NoTls)
        .await
        .expect("connecting to the tests' PostgreSQL");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .expect("creating a test database");
    drop(client);
    let _ = connection.await;
    address(&server.folder, &name).parse().expect("an address")
}

fn address(folder: &Path, database: &str) -> String {
    let socket = folder.display().to_string().replace('/', "%2F");
    format!("postgres://latchkey@{socket}/{database}")
}

#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test can't go on without its database"
)]
fn start() -> Server {
    let programs = programs().unwrap_or_else(|| panic!("PostgreSQL was not found: {ADVICE}"));
    // Not below the usual folder for temporary files: a socket's path has at most 107 bytes.
    let folder = PathBuf::from(format!("/tmp/latchkey-pg-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).expect("making the server's folder");
    let keeper = Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .args([&folder, &programs])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starting a shell");
    let mut server = Server { folder, keeper };
    let mut said = String::new();
    let output = server.keeper.stdout.take().expect("the output is piped");
    for line in BufReader::new(output).lines() {
        let line = line.expect("reading the server's start");
        if line == "ready" {
            return server;
        }
        if line == "failed" {
            break;
        }
        said.push_str(&line);
        said.push('\n');
    }
    let _ = server.keeper.wait();
    panic!("the tests' PostgreSQL did not start:\n{said}\n{ADVICE}");
}

/// The folder that has `initdb`: the one that is named, else Debian's newest, else one on the search path.
fn programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LATCHKEY_TEST_POSTGRES") {
        return Some(PathBuf::from(named)).filter(|folder| folder.join("initdb").exists());
    }
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .ok()
        .into_iter()
        .flatten()
        .flatten();
    let newest = debian
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .max_by_key(|folder| {
            let version = folder.parent().and_then(Path::file_name)?.to_str()?;
            version.parse::<u32>().ok()
        });
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    })
}
