//! The OAuth 2.0 and `OpenID` Connect door, in the shape that clients of Entra ID expect.
//!
//! - [`paths`]: which addresses belong to this door, and which tenant they name;
//! - [`documents`]: discovery, made once and sent as they are;
//! - [`form`], [`client`]: reading a token request;
//! - [`token`], [`grant`], [`device`]: the token endpoint, and where devices get their codes;
//! - [`pushed`], [`inspect`]: requests sent ahead; revocation and introspection;
//! - [`error`]: this door's error envelope.
//!
//! Sign-in contract 9 and clients contract 2–7.

mod client;
mod device;
mod documents;
mod door;
mod error;
mod form;
mod grant;
mod inspect;
mod paths;
mod possession;
mod pushed;
mod respond;
mod token;
mod userinfo;

#[cfg(test)]
mod hostile_tests;

pub use door::Door;
pub use paths::{only_asks, owns};
