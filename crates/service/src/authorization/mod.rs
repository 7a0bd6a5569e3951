//! Letting people in to applications: the authorization code flow (sign-in contract 9).
//!
//! - [`parameters`], [`request`], [`check`], [`pushed`], [`scopes`]: what is asked for;
//! - [`decide`], [`demand`]: what comes next, given who is signed in, and with what;
//! - [`consent`]: what the person lets the application do;
//! - [`code`], [`answer`]: what goes back through the browser; [`earlier`]: the log of what needed no new sign-in;
//! - [`device`]: the same for a device without a browser;
//! - [`logout`], [`back_channel`]: the end of it;
//! - [`redeem`], [`refresh`], [`tokens`], [`id_token`]: what the token endpoint gives for it;
//! - [`inspect`]: revocation and introspection; [`ending`]: the end of all that came of one sign-in, with its record.

mod admin_consent;
mod answer;
mod back_channel;
mod check;
mod claims;
mod code;
mod consent;
mod decide;
mod demand;
mod device;
mod earlier;
mod ending;
mod hint;
mod id_token;
mod inspect;
mod logout;
mod parameters;
mod pushed;
mod redeem;
mod refresh;
mod request;
mod scopes;
mod tokens;
mod wanted_roles;

#[cfg(test)]
mod hostile_tests;

pub use admin_consent::ConsentTo;
pub use answer::{AuthorizationError, ClientAnswer, ResponseMode};
pub use claims::{ClaimsError, Unmet};
pub use consent::{AnswersTo, ConsentItem, ConsentQuestion};
pub use decide::AuthorizeStep;
pub use demand::StepUp;
pub(crate) use demand::{outright_refusal, wants_several_factors};
pub use device::{DeviceAuthorization, DeviceCodeRequest, DeviceQuestion, DeviceStep, UserCodeFailure};
pub(crate) use inspect::AccessToken;
pub use logout::{Departure, LogoutWish};
pub use pushed::{PushFailure, PushedRequest};
pub use redeem::CodeRequest;
pub use refresh::RefreshRequest;
pub use request::{AuthorizationRequest, AuthorizeFailure};
pub use scopes::ScopeError;
pub(crate) use scopes::{ApiResource, Resource};
pub use tokens::{ClientClaim, GrantFailure, TokenGrant};
