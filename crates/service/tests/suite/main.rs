//! The use cases, on real stores. One program: what the tests share is compiled once, and servers for tests start once.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows only functions marked as tests"
)]

mod applications;
mod common;
#[macro_use]
mod engines;

mod admin_consent;
mod authentication_contexts;
mod authorization;
mod authorization_tokens;
mod back_channel;
mod bound_tokens;
mod device_code;
mod directory_model;
mod equal_times;
mod federation;
mod federation_settings;
mod hints;
mod issuing;
mod method_policy;
mod notices;
mod notices_settings;
mod optional_claims;
mod owed_password;
mod own_methods;
mod own_password;
mod own_tokens;
mod pass_sign_in;
mod passkeys_for_others;
mod password_guesses;
mod personal_sign_in;
mod protection;
mod pushed_requests;
mod request_claims;
mod security_info;
mod set_up;
mod signing_in_again;
mod strengths;
mod subscriptions;
mod token_inspection;
mod what_tokens_stand_on;
