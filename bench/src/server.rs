//! The program itself: building it, starting it, looking at its size and memory.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Result;
use crate::client::Target;
use crate::fixture::Fixture;

/// Longest wait for a start or an end.
const PATIENCE: Duration = Duration::from_secs(30);

/// Builds the program as it is released, and tells where it is: beside this one. `LATCHKEY_BIN` names another to take.
pub(crate) fn build() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("LATCHKEY_BIN") {
        return Ok(given.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args(["build", "--release", "--quiet", "-p", "latchkey"])
        .status()?;
    if !done.success() {
        return Err("cargo build --release -p latchkey failed".into());
    }
    let binary = std::env::current_exe()?.with_file_name("latchkey");
    if binary.is_file() {
        Ok(binary)
    } else {
        Err(format!("there is no {}", binary.display()).into())
    }
}

/// `latchkey serve` on a fixture's data folder.
pub(crate) struct Server {
    process: Child,
    pub(crate) target: Target,
    /// From the start of the process to its first answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    pub(crate) async fn start(binary: &Path, fixture: &Fixture) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(fixture.path().join("bench.log"))?;
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(fixture.path())
            .arg("--listen")
            .arg(format!("127.0.0.1:{port}"));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LATCHKEY") || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        let ca = fixture.path().join("tls/ca.pem");
        let started = Instant::now();
        let mut process = command.spawn()?;
        let answer = first_answer(&mut process, port, &ca).await;
        let first_answer = started.elapsed();
        match answer {
            Ok(target) => Ok(Self {
                process,
                target,
                first_answer,
            }),
            Err(error) => {
                let _ = process.kill();
                let _ = process.wait();
                let log = std::fs::read_to_string(fixture.path().join("bench.log")).unwrap_or_default();
                Err(format!("{error}; the server said:\n{log}").into())
            }
        }
    }

    /// Memory that is resident, in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        status_of(self.process.id(), "VmRSS:")
    }

    /// Asks it to end and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.process), Signal::TERM)?;
        let deadline = Instant::now() + PATIENCE;
        while self.process.try_wait()?.is_none() {
            if Instant::now() > deadline {
                return Err("the server does not end".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A size that the system tells of a process, in bytes.
pub(crate) fn status_of(process: u32, name: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let line = line.ok_or_else(|| format!("no {name}"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}

/// Tries again and again until `/healthz` answers 200.
async fn first_answer(process: &mut Child, port: u16, ca: &Path) -> Result<Target> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match try_once(port, ca).await {
            Ok(target) => return Ok(target),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => {}
        }
        if let Some(status) = process.try_wait()? {
            return Err(format!("the server ended: {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn try_once(port: u16, ca: &Path) -> Result<Target> {
    let target = Target::new(port, ca)?;
    let mut connection = target.connect().await?;
    connection.get("/healthz", "").await?.expect(200)?;
    Ok(target)
}
