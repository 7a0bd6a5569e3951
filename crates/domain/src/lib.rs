//! What is true without a machine: types, limits, usability, permissions.
//!
//! No I/O, no async, no clock, no randomness. Time comes in as a [`Timestamp`], ids as values.
//! Rules whose source is outside this product name it: "sign-in contract 2.4" and "Graph contract
//! 4.3" are the wire contracts that this product implements.

mod account;
mod application;
mod audit;
mod authentication_context;
mod authorization;
mod branding;
mod client_assertion;
mod combination;
mod delivery;
mod device_code;
mod dpop;
mod federation;
mod grant;
mod group;
mod hook_url;
mod id;
mod language_tag;
mod lockout;
mod method;
mod method_policy;
mod news;
mod notice;
#[cfg(test)]
mod notice_tests;
mod pass;
mod password_rules;
mod permission;
mod permission_names;
mod personal_sign_in;
mod policy;
mod policy_groups;
mod public_address;
mod redirect_uri;
mod registration;
mod registration_rules;
mod role;
mod role_actions;
mod session;
mod set_up;
mod sign_in;
mod sign_in_record;
mod spelling;
mod strength;
mod subscription;
#[cfg(test)]
mod subscription_tests;
mod time;
mod unit;
mod upn;

pub use account::{
    NO_EXPIRATION, NewUser, TextProperties, TextProperty, User, UserChange, UserFieldError, UserType,
};
pub use application::{AppSecret, Application, ApplicationStanding, RegisteredApplication};
pub use audit::{
    Activity, AuditDetail, AuditEvent, AuditOutcome, AuditTarget, Initiator, ModifiedProperty, TargetKind,
};
pub use authentication_context::AuthenticationContext;
pub use authorization::{
    AskedFor, Authorization, AuthorizationCode, AuthorizationEnd, CODE_LIFETIME, GrantError, REFRESH_GRACE,
    REFRESH_IDLE, REFRESH_SPA, check_refresh, session_stands,
};
pub use branding::{Accent, AccentError, Logo, LogoError, Palette};
pub use client_assertion::{ASSERTION_LIFETIME, AssertionAudience, AssertionClaims, AssertionError};
pub use combination::{AuthenticationMode, Combination};
pub use delivery::{Delivery, Message, Receiver};
pub use device_code::{
    DEVICE_CODE_LIFETIME, DEVICE_POLL_INTERVAL, DeviceAnswer, DeviceError, DeviceRequest, check_device,
};
pub use dpop::{InvalidThumbprint, KeyThumbprint, PROOF_WINDOW, ProofClaims, ProofError};
pub use federation::{
    FederatedMfa, Federation, Flag, NameClaim, OneOrMany, UpstreamClaims, UpstreamPerson, UpstreamProfile,
    UpstreamRefusal,
};
pub use grant::{AppRoleAssignment, AppRoleAssignmentKey, AssignedKind, DelegatedGrant, DelegatedGrantKey};
pub use group::{Group, GroupFieldError, Member, NewGroup, Visibility};
pub use hook_url::{HookUrl, InvalidHookUrl};
pub use id::{
    Aaguid, AppId, AppRoleId, AuditId, AuthorizationId, ClientId, CorrelationId, GroupId, InvalidId,
    KeyCredentialId, PassId, PrincipalId, RoleAssignmentId, ScopeId, SecretId, ServicePrincipalId, SessionId,
    SignInId, StrengthId, SubscriptionId, TenantId, TotpId, UnitId, UserId,
};
pub use language_tag::is_language_tag;
pub use lockout::{
    LOCKOUT_FORGET, Lockout, LockoutRule, RecentWrongPasswords, Reservation, WrongPasswordTag,
};
pub use method::{PASSWORD_METHOD_ID, Passkey, PasskeyId, TotpApp};
pub use method_policy::{
    AppPolicy, AppPolicyChange, Campaign, CampaignChange, CampaignMethod, CampaignState, CampaignTarget,
    KeyRestrictions, KeyRule, MethodPolicies, MethodPolicyChange, MethodTargets, PasskeyPolicy,
    PasskeyPolicyChange,
};
pub use news::{News, NewsSubject};
pub use notice::{
    Audience, DISOWNED_AT, DISOWNED_FROM, Doer, FIRST_USE, LastingMethod, MailAddress, NOTICE_ROLES, Notice,
    NoticeKind, NoticeReader, NoticeSettings, PASS_PROPERTY, REPLACED_BY,
};
pub use pass::{Pass, PassPlan, PassRefusal, PassRequest, PolicyView, Usability, promptable, usability};
pub use password_rules::{
    BannedWords, PASSWORD_MAX, PASSWORD_MIN, PasswordOwner, PasswordRefusal, PasswordRules,
    check_password_rules,
};
pub use permission::{
    Action, Caller, Delegation, Denied, Grant, Permit, Sight, TargetApplication, TargetGroup, TargetUnit,
    TargetUser, may, may_change_application, may_change_group, sight, sight_of,
};
pub use permission_names::{GraphPermission, PermissionSet};
pub use personal_sign_in::{PerUserMfa, PersonalSignIn};
pub use policy::{
    IncludeTarget, PassLength, PassPolicy, PassPolicyChange, PolicyError, PolicyField, PolicyScope,
};
pub use public_address::is_public_address;
pub use redirect_uri::{Platform, RedirectUri, RedirectUriError};
pub use registration::{
    AppRole, AppRoleMember, ClientRegistration, ExposedScope, GroupClaims, KeyCredential, OptionalClaims,
    RegisteredRedirect, RequiredResource, ScopeConsent, TokenAlgorithm,
};
pub use registration_rules::{RegistrationError, is_application_name, may_be_called};
pub use role::{BUILT_IN_ROLES, BuiltInRole, HeldRoles, RoleAssignment, RoleId, RoleScope, SIGNED_IN_MEMBER};
pub use session::{
    ChangeKind, FreshnessError, MIN_TOKEN_LIFETIME, Session, SessionMethod, SessionPass, token_lifetime,
};
pub use set_up::{AfterPassSignIn, LastingMethods, PassSessionUse, SetUpGoal, SetUpStep};
pub use sign_in::{PassFacts, SignInError, judge_pass};
pub use sign_in_record::{AuthenticationStep, Requirement, SignInKind, SignInRecord};
pub use spelling::spell;
pub use strength::{Strength, StrengthError};
pub use subscription::{
    ChangeType, LifecycleEvent, Subscriber, Subscription, SubscriptionError, Watched, may_watch,
};
pub use time::{Minutes, Seconds, Timestamp, TimestampError};
pub use unit::{AdministrativeUnit, NewUnit, UNIT_ROLES, UnitFieldError};
pub use upn::{Upn, UpnError, UserRef};
