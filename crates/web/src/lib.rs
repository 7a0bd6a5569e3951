//! The web door: sign-in pages and security info, rendered on the server.
//!
//! - `pages`: one view model per page; its template stands in `templates/` under the same name.
//! - [`view`]: the parts that pages share; [`words`]: what people are told when something went wrong.
//! - [`assets`]: stylesheet, script and pictures, inside the binary, under names that change with their content.
//! - [`headers`]: the security headers of every answer.
//! - [`routes`]: every path in one place.
//!
//! Pages work without script, except passkeys, which the browser offers to scripts only.

pub mod assets;
pub mod headers;
pub mod moment;
pub mod pages;
pub mod qr;
pub mod routes;
pub mod view;
pub mod words;
