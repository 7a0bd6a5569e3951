//! The schema's versions: embedded, forward only, each applied once.
//!
//! A migration is never edited after a release: its checksum is recorded with it. The text is SQLite's dialect
//! (`STRICT` tables of `INTEGER`, `TEXT`, `BLOB`); what PostgreSQL says differently is in `postgres/dialect.rs`.

use crate::{Result, StoreError};

/// One step of the schema.
#[derive(Debug)]
pub(crate) struct Migration {
    /// Counts from 1 without gaps.
    pub(crate) version: i64,
    /// What its file is called.
    pub(crate) name: &'static str,
    /// Its statements.
    pub(crate) sql: &'static str,
}

/// All steps, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_initial",
        sql: include_str!("../migrations/0001_initial.sql"),
    },
    Migration {
        version: 2,
        name: "0002_directory_and_logs",
        sql: include_str!("../migrations/0002_directory_and_logs.sql"),
    },
    Migration {
        version: 3,
        name: "0003_client_registrations",
        sql: include_str!("../migrations/0003_client_registrations.sql"),
    },
    Migration {
        version: 4,
        name: "0004_authorizations",
        sql: include_str!("../migrations/0004_authorizations.sql"),
    },
    Migration {
        version: 5,
        name: "0005_people",
        sql: include_str!("../migrations/0005_people.sql"),
    },
    Migration {
        version: 6,
        name: "0006_pass_starts",
        sql: include_str!("../migrations/0006_pass_starts.sql"),
    },
    Migration {
        version: 7,
        name: "0007_persistent_sessions",
        sql: include_str!("../migrations/0007_persistent_sessions.sql"),
    },
    Migration {
        version: 8,
        name: "0008_wrong_passwords",
        sql: include_str!("../migrations/0008_wrong_passwords.sql"),
    },
    Migration {
        version: 9,
        name: "0009_directory_terms",
        sql: include_str!("../migrations/0009_directory_terms.sql"),
    },
    Migration {
        version: 10,
        name: "0010_administrative_units",
        sql: include_str!("../migrations/0010_administrative_units.sql"),
    },
    Migration {
        version: 11,
        name: "0011_device_codes",
        sql: include_str!("../migrations/0011_device_codes.sql"),
    },
    Migration {
        version: 12,
        name: "0012_applications",
        sql: include_str!("../migrations/0012_applications.sql"),
    },
    Migration {
        version: 13,
        name: "0013_managers",
        sql: include_str!("../migrations/0013_managers.sql"),
    },
    Migration {
        version: 14,
        name: "0014_method_policy",
        sql: include_str!("../migrations/0014_method_policy.sql"),
    },
    Migration {
        version: 15,
        name: "0015_deliveries",
        sql: include_str!("../migrations/0015_deliveries.sql"),
    },
    Migration {
        version: 16,
        name: "0016_sign_in_days",
        sql: include_str!("../migrations/0016_sign_in_days.sql"),
    },
    Migration {
        version: 17,
        name: "0017_pending_passkeys",
        sql: include_str!("../migrations/0017_pending_passkeys.sql"),
    },
    Migration {
        version: 18,
        name: "0018_authentication_strengths",
        sql: include_str!("../migrations/0018_authentication_strengths.sql"),
    },
    Migration {
        version: 19,
        name: "0019_federations",
        sql: include_str!("../migrations/0019_federations.sql"),
    },
    Migration {
        version: 20,
        name: "0020_branding",
        sql: include_str!("../migrations/0020_branding.sql"),
    },
    Migration {
        version: 21,
        name: "0021_personal_sign_in",
        sql: include_str!("../migrations/0021_personal_sign_in.sql"),
    },
    Migration {
        version: 22,
        name: "0022_audit_refusals",
        sql: include_str!("../migrations/0022_audit_refusals.sql"),
    },
    Migration {
        version: 23,
        name: "0023_upstream_sessions",
        sql: include_str!("../migrations/0023_upstream_sessions.sql"),
    },
    Migration {
        version: 24,
        name: "0024_subscriptions",
        sql: include_str!("../migrations/0024_subscriptions.sql"),
    },
    Migration {
        version: 25,
        name: "0025_people_lists",
        sql: include_str!("../migrations/0025_people_lists.sql"),
    },
    Migration {
        version: 26,
        name: "0026_application_owners",
        sql: include_str!("../migrations/0026_application_owners.sql"),
    },
    Migration {
        version: 27,
        name: "0027_deleted_people",
        sql: include_str!("../migrations/0027_deleted_people.sql"),
    },
    Migration {
        version: 28,
        name: "0028_notices",
        sql: include_str!("../migrations/0028_notices.sql"),
    },
    Migration {
        version: 29,
        name: "0029_notice_settings",
        sql: include_str!("../migrations/0029_notice_settings.sql"),
    },
    Migration {
        version: 30,
        name: "0030_users_in_rows",
        sql: include_str!("../migrations/0030_users_in_rows.sql"),
    },
    Migration {
        version: 31,
        name: "0031_attested_passkeys",
        sql: include_str!("../migrations/0031_attested_passkeys.sql"),
    },
    Migration {
        version: 32,
        name: "0032_silent_sign_ins",
        sql: include_str!("../migrations/0032_silent_sign_ins.sql"),
    },
    Migration {
        version: 33,
        name: "0033_password_policies",
        sql: include_str!("../migrations/0033_password_policies.sql"),
    },
    Migration {
        version: 34,
        name: "0034_other_mails",
        sql: include_str!("../migrations/0034_other_mails.sql"),
    },
    Migration {
        version: 35,
        name: "0035_write_probe",
        sql: include_str!("../migrations/0035_write_probe.sql"),
    },
];

/// The table that records the steps. Valid on both engines.
pub(crate) const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version \
    (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
/// Reads the recorded steps.
pub(crate) const RECORDED: &str = "SELECT version, checksum FROM schema_version ORDER BY version";
/// Records a step.
pub(crate) const RECORD: &str = "INSERT INTO schema_version (version, name, checksum) VALUES (?1, ?2, ?3)";

impl Migration {
    /// A fingerprint (FNV-1a, 64 bits) that finds accidental edits; it is no protection against intent.
    pub(crate) fn checksum(&self) -> String {
        let hash = self.sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The steps that are still to be applied to a database with these recorded versions and checksums.
///
/// # Errors
/// [`StoreError::Schema`] when the database is newer than this program, or a recorded step differs from ours.
pub(crate) fn pending(recorded: &[(i64, String)]) -> Result<&'static [Migration]> {
    for (position, (version, checksum)) in recorded.iter().enumerate() {
        match MIGRATIONS.get(position) {
            None => {
                return Err(StoreError::Schema(format!(
                    "the database has schema version {version}, this program knows only up to {}: \
                     start the newer program again",
                    MIGRATIONS.len()
                )));
            }
            Some(known) if known.version != *version || known.checksum() != *checksum => {
                return Err(StoreError::Schema(format!(
                    "the database's schema version {version} is not the {} of this program: \
                     it was made by a different build",
                    known.name
                )));
            }
            Some(_) => {}
        }
    }
    Ok(MIGRATIONS.get(recorded.len()..).unwrap_or_default())
}

/// That nothing is left to be applied.
///
/// # Errors
/// [`StoreError::Schema`] otherwise.
pub(crate) fn check_current(recorded: &[(i64, String)]) -> Result<()> {
    if recorded.is_empty() {
        return Err(StoreError::Schema("the database holds nothing yet".to_owned()));
    }
    if pending(recorded)?.is_empty() {
        return Ok(());
    }
    Err(StoreError::Schema(format!(
        "the database has schema version {}, this program's is {}: the next start brings it up to date",
        recorded.len(),
        MIGRATIONS.len()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> Vec<(i64, String)> {
        MIGRATIONS
            .iter()
            .map(|step| (step.version, step.checksum()))
            .collect()
    }

    #[test]
    fn versions_count_from_one_and_name_their_files() {
        for (position, step) in MIGRATIONS.iter().enumerate() {
            assert_eq!(step.version, i64::try_from(position).unwrap() + 1);
            assert!(
                step.name.starts_with(&format!("{:04}_", step.version)),
                "{}",
                step.name
            );
        }
    }

    #[test]
    fn only_what_is_missing_is_applied() {
        assert_eq!(pending(&[]).unwrap().len(), MIGRATIONS.len());
        assert!(pending(&recorded()).unwrap().is_empty());
    }

    #[test]
    fn a_newer_or_edited_database_is_refused() {
        let mut newer = recorded();
        newer.push((i64::try_from(MIGRATIONS.len()).unwrap() + 1, "0".to_owned()));
        let error = pending(&newer).unwrap_err().to_string();
        assert!(error.contains("newer program"), "{error}");

        let mut edited = recorded();
        edited[0].1 = "0".to_owned();
        let error = pending(&edited).unwrap_err().to_string();
        assert!(error.contains("different build"), "{error}");
    }
}
