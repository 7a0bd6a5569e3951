//! The pages over HTTP. One program: what the tests share is compiled once, and servers for tests start once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows only functions marked as tests"
)]

mod samples;
mod site;

mod languages;
mod locking;
mod own_sign_ins;
mod pages;
mod portal;
mod portal_applications;
mod portal_bulk;
mod portal_certificates;
mod portal_chart;
mod portal_federation;
mod portal_groups;
mod portal_logs;
mod portal_meanwhile;
mod portal_people;
mod portal_policy;
mod portal_roles;
mod portal_settings;
mod portal_settings_notices;
mod portal_settings_sign_in;
mod portal_strengths;
mod security_info;
mod set_up;
mod several_accounts;
mod sign_in;
