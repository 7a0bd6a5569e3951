//! Durable state on SQLite (embedded, the default) or PostgreSQL (several nodes), behind one interface.
//!
//! [`Store::read`] gives a [`Reader`], [`Store::write`] runs a job with a [`Writer`] in a transaction. Both speak
//! in the domain's words: their methods are in files by subject, one SQL text for both engines. What differs
//! between the engines is in `sqlite/` and `postgres/`, and nowhere else.
//!
//! Which crates carry it, and why: `docs/decisions/0001-database-crates.md`.

#[cfg(test)]
mod account_tests;
#[cfg(test)]
mod application_owner_tests;
#[cfg(test)]
mod backup_tests;
mod branding;
mod conditions;
mod counters;
#[cfg(test)]
mod credential_tests;
#[cfg(test)]
mod cut_tests;
#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod device_tests;
#[cfg(test)]
mod engine_tests;
mod error;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod group_commit_tests;
#[cfg(test)]
mod group_tests;
mod json;
#[cfg(test)]
mod log_tests;
#[cfg(test)]
mod memory_tests;
mod migrate;
#[cfg(test)]
mod people_lists_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod plan_tests;
mod postgres;
#[cfg(test)]
mod registered_tests;
#[cfg(test)]
mod registration_tests;
#[cfg(test)]
mod relation_tests;
#[cfg(test)]
mod role_tests;
mod row;
mod session;
mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod unit_tests;
mod url;
mod value;

// By subject: reads and changes side by side. Finished, with migration 0002 and on both engines: applications,
// audits, groups, keys, roles, sign_ins.
mod application_owners;
mod applications;
mod attention;
mod audits;
mod authorizations;
#[cfg(test)]
mod change_tests;
mod changes;
mod deleted_users;
mod deliveries;
mod device_codes;
mod federations;
mod grants;
mod group_list;
mod groups;
mod keys;
mod lockouts;
mod managers;
mod memberships;
mod method_policy;
#[cfg(test)]
mod notice_tests;
mod notices;
mod passes;
mod passkeys;
mod pending_passkeys;
mod people;
mod people_lists;
mod personal_sign_in;
mod policy;
mod probe;
mod purge;
mod query;
#[cfg(test)]
mod query_tests;
mod registered;
mod registrations;
mod retention;
#[cfg(test)]
mod retention_tests;
mod roles;
mod sealed;
#[cfg(test)]
mod sealed_tests;
mod sessions;
mod sign_in_activity;
mod sign_in_days;
mod sign_ins;
mod strengths;
#[cfg(test)]
mod subscription_tests;
mod subscriptions;
mod tenant;
mod terms;
mod totp;
mod units;
mod user_list;
mod users;

pub use attention::PassOfUser;
pub use audits::{AuditFilter, StoredAudit};
pub use authorizations::{StandingAuthorization, StoredCode, StoredRefreshToken};
pub use branding::StoredBranding;
pub use changes::{Change, InvalidWatermark, Watermark};
pub use deleted_users::{DeletedOrder, DeletedUser};
pub use deliveries::Lane;
pub use device_codes::StoredDevice;
pub use error::{Result, StoreError};
pub use federations::StoredFederation;
pub use group_list::GroupKey;
pub use groups::GroupFilter;
pub use keys::StoredSigningKey;
pub use memberships::MemberKind;
pub use notices::{NoticeAttempt, NoticeChannel};
pub use passes::{PassAndPolicy, StoredPass};
pub use people::{FoundPerson, has_part};
pub use people_lists::{RegisteredKind, TimedPerson};
pub use purge::PurgeCounts;
pub use query::{Condition, ListQuery, Page, Test, size as condition_size};
pub use registered::{ApplicationFilter, ApplicationKey, HeldPermission};
pub use retention::Retention;
pub use roles::RoleAssignmentFilter;
pub use sealed::{SealedName, SealedTable, SealedValue};
pub use session::{Reader, Writer};
pub use sign_in_activity::SignInMoment;
pub use sign_in_days::DayCount;
pub use sign_ins::{SignInFilter, StoredSignIn};
pub use sqlite::back_up;
pub use store::{JobFuture, Store, StoreOptions, StoreStats};
pub use strengths::DemandingApplication;
pub use subscriptions::StoredSubscription;
pub use tenant::Tenant;
pub use terms::words;
pub use units::UnitFilter;
pub use url::DatabaseUrl;
pub use user_list::UserKey;
pub use users::UserFilter;
