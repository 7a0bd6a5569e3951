//! What an access token for our Graph says, in the v1 shape that client tools decode (sign-in contract 9.6).

use latchkey_domain::{
    AuthorizationId, ClientId, KeyThumbprint, PermissionSet, ServicePrincipalId, SessionId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use super::possession::Confirmation;

/// The claims as they are signed.
#[derive(Serialize)]
pub(super) struct GraphClaims<'a> {
    pub(super) aud: &'a str,
    pub(super) iss: &'a str,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
    /// What the token stands on; asked of the store at each use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fid: Option<AuthorizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acr: Option<&'a str>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    pub(super) acrs: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amr: Option<&'a [&'a str]>,
    pub(super) app_displayname: &'a str,
    pub(super) appid: ClientId,
    pub(super) appidacr: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<i64>,
    pub(super) idtyp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ipaddr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    pub(super) oid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) roles: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scp: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<SessionId>,
    pub(super) sub: &'a str,
    pub(super) tid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unique_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) upn: Option<&'a str>,
    pub(super) uti: &'a str,
    pub(super) ver: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) xms_cc: Option<&'a [&'a str]>,
}

/// The claims that our doors read back.
#[derive(Deserialize)]
pub(super) struct ReadClaims {
    pub(super) aud: String,
    pub(super) iss: String,
    pub(super) nbf: i64,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) appid: ClientId,
    pub(super) idtyp: String,
    pub(super) oid: String,
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) scp: String,
    pub(super) fid: Option<AuthorizationId>,
    pub(super) sid: Option<SessionId>,
    pub(super) cnf: Option<Confirmation>,
    #[serde(default)]
    pub(super) xms_cc: Vec<String>,
}

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// An application in its own name.
    Application {
        service_principal_id: ServicePrincipalId,
        roles: PermissionSet,
    },
    /// A person through an application.
    Person {
        user_id: UserId,
        authorization: AuthorizationId,
        scopes: PermissionSet,
        /// It ends with the session that the authorization began in.
        in_session: bool,
    },
}

/// A token whose signature, issuer and audience are right; whether it still stands is asked at each call.
#[derive(Debug, Clone)]
pub(super) struct VerifiedToken {
    pub(super) not_before: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) client_id: ClientId,
    pub(super) handles_challenges: bool,
    /// The key without which it is worth nothing.
    pub(super) key: Option<KeyThumbprint>,
    pub(super) subject: Subject,
}
