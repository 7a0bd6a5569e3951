//! The Microsoft Graph door: `/v1.0` and `/beta`, on the wire as Microsoft's own clients expect it.
//!
//! HTTP in, HTTP out. A handler reads its request, calls one use case of `latchkey-service` and renders the
//! answer; it holds no rule of its own. Where to look:
//!
//! | what | where |
//! |---|---|
//! | which routes there are | `routes` |
//! | the order of checks, limits | `door` |
//! | headers and form of answers | `respond`, `reply` |
//! | several requests in one | `batch` |
//! | every error, in both vocabularies | `error` |
//! | paths, bodies, query options, grammar of filters | `path`, `json`, `claims`, `query`, `filter` |
//! | which filters are served | `condition`, `user_filter`, `group_filter` |
//! | one resource | the file of its name |
//!
//! Numbers such as "Graph contract 4.3" point into the wire contract that this crate implements.

mod account_actions;
mod app_role_assignments;
mod application_body;
mod application_owners;
mod application_view;
mod applications;
mod audits;
mod batch;
mod call;
mod claims;
mod compound_id;
mod condition;
mod deleted_items;
mod delta;
mod directory_objects;
mod directory_roles;
mod door;
mod error;
mod expand;
mod filter;
mod group_filter;
mod groups;
mod json;
mod managers;
mod members;
mod memberships;
mod method_policy_body;
mod methods;
mod mixed;
mod named_filter;
mod organization;
mod passes;
mod passkeys;
mod path;
mod permission_grants;
mod policy;
mod policy_body;
mod query;
mod registration_report;
mod reply;
mod respond;
mod roles;
mod routes;
mod select;
mod service_principals;
mod sign_in_activity;
mod sign_in_preferences;
mod sign_ins;
mod strengths;
mod subscriptions;
mod units;
mod user_body;
mod user_filter;
mod user_view;
mod users;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod openapi;

pub use door::{MAX_BODY, answer};
pub use routes::{ROUTES, Route};
