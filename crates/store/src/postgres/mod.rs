//! PostgreSQL: a pool of connections, prepared statements, serializable transactions that are run again when
//! they collide.

mod address;
mod database;
mod dialect;
mod failure;
mod session;
mod source;
mod write;

pub(crate) use database::Database;
pub(crate) use session::{Session, cell};
