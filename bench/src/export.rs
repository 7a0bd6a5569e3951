//! The sign-in log as JSON lines, from the command line: how quick, and in how much memory.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::compare::blocking;
use crate::fixture::Fixture;
use crate::operation::mebibytes;
use crate::portal_fixture;
use crate::server::status_of;
use crate::table::{Goal, Line, per_second};

/// Sign-ins in the log, beside a quarter as many changes.
const FEW: u32 = 100_000;
const MANY: u32 = 1_000_000;
/// What a log of ten times the length may add to the memory, in MiB.
const GROWTH: f64 = 5.0;

struct Export {
    elapsed: Duration,
    /// The most that was resident, in MiB.
    memory: f64,
}

/// Exports a log and one of ten times its length.
pub(crate) async fn measure(binary: &Path) -> Result<Vec<Line>> {
    let few = export(binary, FEW).await?;
    let many = export(binary, MANY).await?;
    let rate = f64::from(MANY) / many.elapsed.as_secs_f64();
    Ok(vec![Line {
        work: format!("memory that exporting {MANY} sign-ins takes more than {FEW}"),
        ours: format!("{:.1} MiB at most, {}", many.memory, per_second(rate)),
        limit: format!("with {FEW}: {:.1} MiB", few.memory),
        figure: many.memory - few.memory,
        unit: " MiB",
        goal: Goal::AtMost(GROWTH),
    }])
}

async fn export(binary: &Path, records: u32) -> Result<Export> {
    let fixture = Fixture::create("export", 1000).await?;
    let (database, people) = (fixture.database(), fixture.people);
    let all = u64::from(records) / 4 * 5;
    blocking(move || portal_fixture::fill(&database, people, all)).await?;
    let mut command = Command::new(binary);
    command
        .args(["admin", "export", "sign-ins", "--data"])
        .arg(fixture.path())
        .env_remove("LATCHKEY_BIN")
        .stdout(Stdio::piped());
    blocking(move || {
        let start = Instant::now();
        let mut process = command.spawn()?;
        let mut written = process.stdout.take().ok_or("no output")?;
        let (mut memory, mut lines) = (0, 0);
        let mut piece = vec![0; 1 << 20];
        loop {
            let length = written.read(&mut piece)?;
            let read = piece.get(..length).unwrap_or_default();
            if read.is_empty() {
                break;
            }
            lines += read.split(|sign| *sign == b'\n').count() - 1;
            // It lives as long as it writes, but may be gone after its last words.
            memory = memory.max(status_of(process.id(), "VmHWM:").unwrap_or_default());
        }
        let elapsed = start.elapsed();
        let status = process.wait()?;
        if !status.success() || lines < usize::try_from(records)? {
            return Err(format!("the export ended with {status} after {lines} lines").into());
        }
        Ok(Export {
            elapsed,
            memory: mebibytes(memory),
        })
    })
    .await
}
