//! The use cases: one function each, from the caller to one transaction.
//!
//! A use case asks `domain` whether it may and shall be done, does it in one transaction of `store`
//! together with its audit event, and answers in the domain's words. The doors call these and nothing
//! below them.

mod account_actions;
mod allowance;
mod applications;
mod authenticators;
mod authorization;
mod authorize;
mod branding;
mod certificates;
mod clock;
mod command_line_client;
mod courier;
mod deliveries;
mod delta;
mod demo;
mod demo_application;
mod fault;
mod federation;
mod group_members;
mod groups;
mod health;
mod lists;
mod log_json;
mod logs;
mod mail;
mod master_key;
mod member_view;
mod memberships;
mod method_policy;
mod methods;
mod notices;
mod organization;
mod outbound;
mod passes;
mod passkeys_for_others;
mod personal_sign_in;
mod policy;
mod portal;
mod refusals;
mod registration_report;
mod registry;
mod relations;
mod request;
mod roles;
mod security_info;
mod service;
mod sessions;
mod set_up;
mod setup;
#[cfg(test)]
mod setup_tests;
mod sign_in;
mod sign_in_days;
mod signing_keys;
#[cfg(test)]
mod signing_keys_tests;
mod strengths;
mod subscriptions;
#[cfg(test)]
mod testing;
mod tokens;
mod trail;
mod units;
mod user_sight;
mod users;

pub use account_actions::{PasswordReset, ResetError};
pub use applications::{ClientAuthError, ClientProof, ProvedBy, missing_principal};
pub use authorization::{
    AnswersTo, AuthorizationError, AuthorizationRequest, AuthorizeFailure, AuthorizeStep, ClaimsError,
    ClientAnswer, ClientClaim, CodeRequest, ConsentItem, ConsentQuestion, ConsentTo, Departure,
    DeviceAuthorization, DeviceCodeRequest, DeviceQuestion, DeviceStep, GrantFailure, LogoutWish,
    PushFailure, PushedRequest, RefreshRequest, ResponseMode, ScopeError, StepUp, TokenGrant, Unmet,
    UserCodeFailure,
};
pub use authorize::AccessError;
pub use branding::{Branding, BrandingError, BrandingWish, LogoWish};
pub use certificates::{CertificateFailure, CertificateRefusal};
pub use clock::{Clock, ManualClock, SystemClock};
pub use courier::Courier;
pub use deliveries::DeliveryStats;
pub use delta::{DELTA_PAGE, DeltaError, DeltaNext, DeltaPage, DeltaPlace, GroupDelta, UserDelta};
pub use demo::{DemoError, DemoPerson};
pub use demo_application::DemoApplication;
pub use fault::Fault;
pub use federation::{FederatedDomain, FederationError, FederationWish, SecretWish};
pub use group_members::Belonging;
pub use groups::{GroupError, GroupWish};
pub use health::{Health, examine};
pub use log_json::{SignInJson, audit_json};
pub use logs::LogError;
pub use mail::{Account, Letter, LetterAbout, MailError, MailFuture, MailSetup};
pub use master_key::{Resealed, SealedState, sealed_state};
pub use member_view::MemberView;
pub use memberships::{Container, ContainerView, DirectoryObject, Holder, MembershipError};
pub use methods::{MethodError, Methods};
pub use notices::{NoticeDesk, NoticeError, NoticeWish};
pub use organization::{Organization, TenantSegment};
pub use outbound::{
    NoOutbound, Outbound, OutboundAnswer, OutboundBody, OutboundError, OutboundFuture, OutboundRequest, Reach,
};
pub use passes::{ConsolePassError, IssuedPass, PassError, PassView, Replaces};
pub use passkeys_for_others::{AddPasskeyError, PasskeyOptions};
pub use personal_sign_in::{PreferencesError, PreferencesWish, SignInPreferences};
pub use policy::PolicyChangeError;
pub use portal::{
    ApplicationFile, Attention, Consent, Deletion, FoundPeople, FoundUser, HeldAppRole, HeldRole,
    LockedAccount, Locks, NoPass, Offers, PassDesk, PassesToday, PeopleMethod, PeopleQuery, PeopleState,
    PersonFile, PolicyDesk, RefusedPerson, RoleHolder, SignInDays, StrengthFile, WhatIf,
};
pub use registration_report::{RegistrationDetails, RegistrationPage};
pub use registry::{
    AppRoleGift, AppRoleView, ApplicationError, ApplicationView, ApplicationWish, CertificateWish,
    GrantFilter, GrantWish, NewSecret, OwnerView, PrincipalView, PrincipalWish,
};
pub use relations::RelationError;
pub use request::RequestInfo;
pub use roles::RoleError;
pub use security_info::{
    MethodsOverview, OwnMethodError, PassStatus, PasskeyDraft, PasskeyRegistration, PasswordChangeError,
    TotpRegistration, may_be_disowned,
};
pub use service::{OpenError, Parts, Service, Settings};
pub use sessions::SignedIn;
pub use set_up::SetUp;
pub use setup::{FirstSecrets, NewTenant, SetupError, check_names, create_tenant};
pub use sign_in::{
    BrowserKey, FirstPage, Flow, NameError, OpenedSession, OwedPasswordError, SecondFactors, SignInFailure,
    SignInStep, UpstreamAnswer,
};
pub use signing_keys::SigningKeyView;
pub use strengths::{StrengthFailure, StrengthWish};
pub use subscriptions::{SubscriptionFailure, SubscriptionWish};
pub use tokens::{
    BearerError, ClientCredentialsRequest, DelegatedTokenRequest, IssuedToken, Possession, Presented,
    SentProof, TokenError, token_type,
};
pub use units::{UnitError, UnitWish};
pub use user_sight::{SignInActivity, UserSight};
pub use users::{UserError, UserWish};
