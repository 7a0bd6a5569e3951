//! The Graph door over HTTP. One program: what the tests share is compiled once, and servers for tests start once.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows only functions marked as tests"
)]

mod common;
mod registered;
mod relations;
mod role_groups;
mod table;

mod application_changes;
mod application_owners;
mod applications;
mod authorization;
mod batch;
mod deleted_accounts;
mod directory;
mod grants;
mod group_owners;
mod hidden_members;
mod limits;
mod memberships;
mod object_sight;
mod odata;
mod options;
mod other_mails;
mod paging;
mod passes;
mod people;
mod permissions;
mod policy_groups;
mod round_trips;
mod sign_in_activity;
mod strengths;
mod strictness;
mod subscriptions;
mod tenant;
mod units;
