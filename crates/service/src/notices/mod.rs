//! Notices: people hear by mail, and others by a webhook, what became of their ways to sign in (sign-in contract 6.3, 11
//! and 13).
//!
//! - `announce`: from the audit log into the queue of deliveries, as for subscribers.
//! - `letter`: from the queue to whoever is to read it; `webhook`: to whoever listens there.
//! - `settings`: who hears of what.
//!
//! Nothing that people do waits for this, or fails with it.

mod announce;
mod letter;
mod settings;
mod webhook;

pub use settings::{NoticeDesk, NoticeError, NoticeWish};

/// The way out by mail, as the store calls it.
pub(crate) const MAIL: &str = "mail";
/// The way out by the webhook.
pub(crate) const WEBHOOK: &str = "webhook";
