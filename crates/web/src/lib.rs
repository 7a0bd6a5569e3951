//! The web door: sign-in pages and security info, rendered on the server.
//!
//! - `pages`: one view model per page; its template stands in `templates/` under the same name.
//! - [`view`]: the parts that pages share; [`words`]: what people are told when something went wrong.
//! - [`letter`]: what mail says.
//! - [`language`]: which language a page is in; every string stands in a catalogue in `languages/`.
//! - [`assets`]: stylesheet, script and pictures, inside the binary, under names that change with their content.
//! - [`headers`]: the security headers of every answer.
//! - [`routes`]: every path in one place; [`router`] joins them with their handlers, which stand in `sign_in`
//!   (before a session), `security_info` (within one) and `portal` (for administrators).
//! - `visit`: a request, its cookies, its form, who is signed in; `answer`: pages, redirects, messages.
//!
//! Pages work without script, except passkeys, which the browser offers to scripts only.

mod agent;
mod answer;
pub mod assets;
mod authorize;
mod brand;
mod cookies;
pub mod headers;
pub mod language;
pub mod letter;
pub mod moment;
pub mod pages;
mod portal;
pub mod qr;
mod router;
pub mod routes;
mod security_info;
mod sign_in;
mod upload;
pub mod view;
mod visit;
pub mod words;

pub use router::{demo_router, router};
