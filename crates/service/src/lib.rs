//! The use cases: one function each, from the caller to one transaction.
//!
//! A use case asks `domain` whether it may and shall be done, does it in one transaction of `store`
//! together with its audit event, and answers in the domain's words. The doors call these and nothing
//! below them.

mod authorize;
mod clock;
mod fault;
mod passes;
mod policy;
mod request;
mod service;
mod trail;

pub use authorize::AccessError;
pub use clock::{Clock, ManualClock, SystemClock};
pub use fault::Fault;
pub use passes::{IssuedPass, PassError, PassView};
pub use policy::PolicyChangeError;
pub use request::RequestInfo;
pub use service::{OpenError, Parts, Service, Settings};
