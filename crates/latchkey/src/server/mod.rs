//! The HTTP server: connections, the way of a request, its figures.

mod answer;
mod app;
mod listener;
mod metrics;
mod origin;
mod places;
mod pulse;
mod unread;

pub(crate) use app::App;
pub(crate) use listener::{Listener, Transport};
