//! `latchkey doctor`: what keeps an installation from working, or soon will: a line for each check. Nothing is made and
//! nothing is changed.

mod files;
mod tls;

use std::error::Error;
use std::fmt::Write;
use std::io::ErrorKind;

use latchkey_crypto::{KeyFileError, MasterKeys};
use latchkey_domain::Timestamp;
use latchkey_service::{Clock, SystemClock, examine, sealed_state};
use latchkey_store::{DatabaseUrl, Store, StoreError, StoreOptions};
use serde_json::json;

use crate::command::Place;
use crate::config::Config;
use crate::data::DataFolder;
use crate::opening::{block_on, check_there};
use crate::printing::print;

/// No clock that is right shows less: 2026-01-01.
const FIRST_MOMENT: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// So many seconds nodes' clocks may differ.
const CLOCKS_DIFFER: i64 = 60;

/// What a check found, for people, as a word and a sentence.
struct Finding {
    check: &'static str,
    state: &'static str,
    text: String,
}

/// What all checks found, in their order.
#[derive(Default)]
struct Findings(Vec<Finding>);

const OK: &str = "ok";
const WARNING: &str = "warning";
const PROBLEM: &str = "problem";

impl Findings {
    fn ok(&mut self, check: &'static str, text: impl Into<String>) {
        self.add(check, OK, text.into());
    }

    /// It works, as yet.
    fn warning(&mut self, check: &'static str, text: impl Into<String>) {
        self.add(check, WARNING, text.into());
    }

    /// It does not work, or is not safe.
    fn problem(&mut self, check: &'static str, text: impl Into<String>) {
        self.add(check, PROBLEM, text.into());
    }

    fn add(&mut self, check: &'static str, state: &'static str, text: String) {
        self.0.push(Finding { check, state, text });
    }

    fn count(&self, state: &str) -> usize {
        self.0.iter().filter(|finding| finding.state == state).count()
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for Finding {
            check,
            state,
            text: said,
        } in &self.0
        {
            // Writing to a String does not fail.
            let _ = writeln!(text, "{state:8} {check:15} {said}");
        }
        text.pop();
        text
    }

    fn to_json(&self) -> String {
        let check =
            |finding: &Finding| json!({"check": finding.check, "state": finding.state, "text": finding.text});
        let checks: Vec<_> = self.0.iter().map(check).collect();
        json!({"problems": self.count(PROBLEM), "warnings": self.count(WARNING), "checks": checks})
            .to_string()
    }
}

/// Looks at everything, tells, and fails if there is a problem.
pub(crate) fn run(place: &Place, as_json: bool) -> Result<(), Box<dyn Error>> {
    let mut findings = Findings::default();
    match place.load(Vec::new()) {
        Err(error) => findings.problem("configuration", error.to_string()),
        Ok((folder, config)) => {
            files::check_configured(&config, &mut findings);
            files::check_folder(&folder, &config, &mut findings);
            files::check_space(&folder, &config, &mut findings);
            tls::check(&folder, &config, SystemClock.now(), &mut findings);
            let master_keys = check_master_keys(&folder, &config, &mut findings);
            check_database(&folder, &config, master_keys.as_ref(), &mut findings)?;
        }
    }
    print(&if as_json {
        findings.to_json()
    } else {
        findings.to_text()
    })?;
    match findings.count(PROBLEM) {
        0 => Ok(()),
        1 => Err("there is a problem".into()),
        many => Err(format!("there are {many} problems").into()),
    }
}

fn check_master_keys(folder: &DataFolder, config: &Config, findings: &mut Findings) -> Option<MasterKeys> {
    let check = "master keys";
    let path = folder.master_key_file(config);
    match MasterKeys::load(&path) {
        Ok(keys) => {
            findings.ok(check, format!("{} in {}", keys.key_ids().len(), path.display()));
            Some(keys)
        }
        Err(error) => {
            let advice = match &error {
                KeyFileError::Io(error) if error.kind() == ErrorKind::PermissionDenied => {
                    "whoever runs the server must be able to read it"
                }
                _ => "put the copy there that is kept elsewhere",
            };
            findings.problem(check, format!("{error} ({}); {advice}", path.display()));
            None
        }
    }
}

fn check_database(
    folder: &DataFolder,
    config: &Config,
    master_keys: Option<&MasterKeys>,
    findings: &mut Findings,
) -> Result<(), Box<dyn Error>> {
    let database = folder.database(config)?;
    if let Err(absent) = check_there(&database) {
        findings.problem("database", absent);
        return Ok(());
    }
    block_on(async {
        let options = StoreOptions::default();
        let looked = match Store::look(&database, options).await {
            Ok(store) => {
                let looked = look(&store, &database, master_keys, findings).await;
                store.close().await;
                looked
            }
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            findings.problem("database", format!("{database}: {error}"));
        }
        Ok(())
    })
}

/// What is in the database.
async fn look(
    store: &Store,
    database: &DatabaseUrl,
    master_keys: Option<&MasterKeys>,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut reader = store.read().await?;
    let damage = reader.damage()?;
    if damage.is_empty() {
        findings.ok(
            "database",
            format!("{database}: readable, in order, its schema is this program's"),
        );
    } else {
        findings.problem(
            "database",
            format!("{database} is damaged; restore a backup ({})", damage.join("; ")),
        );
    }
    if let Some(master_keys) = master_keys {
        let sealed = sealed_state(&mut reader, master_keys).await?;
        match sealed.closed.first() {
            None if sealed.by_older > 0 => findings.warning(
                "sealed keys",
                format!(
                    "{} values need an older master key: `latchkey keys rotate-master --use` the newest",
                    sealed.by_older
                ),
            ),
            None => findings.ok("sealed keys", "the newest master key opens them"),
            Some(first) => findings.problem(
                "sealed keys",
                format!("{first} can't be opened: the master keys are those of another database"),
            ),
        }
    }
    let now = SystemClock.now();
    let health = examine(&mut reader, now).await?;
    let Some(tenant) = &health.tenant else {
        findings.problem("tenant", "there is none yet: `latchkey init` makes one");
        return Ok(());
    };
    findings.ok("tenant", format!("{} ({})", tenant.display_name, tenant.id));
    if health.passes_enabled {
        findings.ok("pass policy", "passes are enabled");
    } else {
        findings.warning(
            "pass policy",
            "passes are disabled: only `latchkey admin recover` issues any; `latchkey policy set --enabled yes`",
        );
    }
    let (all, ready) = (health.administrators, health.administrators_ready);
    let recover = "`latchkey admin recover UPN` lets one in";
    if all == 0 {
        findings.problem("administrators", "no Global Administrator may sign in");
    } else if ready == 0 {
        let text = format!("none of {all} Global Administrators has anything to sign in with: {recover}");
        findings.problem("administrators", text);
    } else {
        findings.ok(
            "administrators",
            format!("{ready} of {all} Global Administrators can sign in"),
        );
    }
    check_clock(now, health.newest_record, findings);
    Ok(())
}

/// A clock that is wrong makes passes and tokens end at the wrong time.
fn check_clock(now: Timestamp, newest: Option<Timestamp>, findings: &mut Findings) {
    let shown = now.to_rfc3339();
    match newest {
        Some(newest) if newest.as_seconds() > now.as_seconds() + CLOCKS_DIFFER => findings.problem(
            "clock",
            format!(
                "it says {shown}, but the audit log goes to {}",
                newest.to_rfc3339()
            ),
        ),
        _ if now < FIRST_MOMENT => findings.problem("clock", format!("it says {shown}")),
        _ => findings.ok("clock", shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind_the_log_is_a_problem() {
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds);
        for (now, newest, state) in [
            (at(0), None, OK),
            (at(0), Some(at(30)), OK),
            (at(0), Some(at(61)), PROBLEM),
            (Timestamp::from_seconds(0), None, PROBLEM),
        ] {
            let mut findings = Findings::default();
            check_clock(now, newest, &mut findings);
            assert_eq!(findings.count(state), 1, "{now} {newest:?}");
        }
    }
}
