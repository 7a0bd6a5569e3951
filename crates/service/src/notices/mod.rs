//! Notices: people hear by mail what became of their ways to sign in (sign-in contract 6.3, 11 and 13).
//!
//! - `announce`: from the audit log into the queue of deliveries, as for subscribers.
//! - `letter`: from the queue to whoever is to read it.
//!
//! Nothing that people do waits for this, or fails with it.

mod announce;
mod letter;

/// The way out by mail, as the store calls it.
pub(crate) const MAIL: &str = "mail";
