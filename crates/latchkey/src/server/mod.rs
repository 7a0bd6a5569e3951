//! The HTTP server: connections, the way of a request, its figures.

mod app;
mod listener;
mod metrics;
mod origin;
mod unread;

pub(crate) use app::App;
pub(crate) use listener::{Listener, Transport};
