//! The discovery documents (sign-in contract 9.3), made once.

use bytes::Bytes;
use latchkey_crypto::DPOP_ALGORITHMS;
use latchkey_service::{Service, TenantSegment as Segment};
use serde_json::json;

/// All discovery documents, ready to send.
pub(crate) struct Documents {
    tenant: Bytes,
    common: Bytes,
    organizations: Bytes,
    instance: Bytes,
}

impl Documents {
    pub(crate) fn new(service: &Service) -> Self {
        let id = service.tenant().id.to_string();
        let (origin, host) = (&service.settings().origin, &service.settings().host);
        Self {
            tenant: discovery(origin, host, &id, &id),
            common: discovery(origin, host, &id, "common"),
            organizations: discovery(origin, host, &id, "organizations"),
            instance: instance(origin, host, &id),
        }
    }

    pub(crate) fn discovery(&self, segment: Segment) -> Bytes {
        match segment {
            Segment::Tenant => self.tenant.clone(),
            Segment::Common => self.common.clone(),
            Segment::Organizations => self.organizations.clone(),
        }
    }

    pub(crate) fn instance(&self) -> Bytes {
        self.instance.clone()
    }
}

fn discovery(origin: &str, host: &str, tenant: &str, segment: &str) -> Bytes {
    let base = format!("{origin}/{segment}");
    let document = json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "revocation_endpoint": format!("{base}/oauth2/v2.0/revoke"),
        "revocation_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic", "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "introspection_endpoint": format!("{base}/oauth2/v2.0/introspect"),
        "introspection_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "introspection_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{tenant}/v2.0"),
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "pushed_authorization_request_endpoint": format!("{base}/oauth2/v2.0/par"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "authorization_response_iss_parameter_supported": true,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "auth_time", "acr", "amr", "nonce", "preferred_username", "name",
            "given_name", "family_name", "upn", "email", "login_hint", "oid", "tid", "idp", "ver", "sid", "uti", "acrs",
            "roles", "groups", "at_hash", "c_hash",
        ],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code", "implicit",
        ],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": DPOP_ALGORITHMS,
        "prompt_values_supported": ["none", "login", "select_account", "consent", "admin_consent"],
        "claims_parameter_supported": true,
        "tenant_region_scope": null,
        "cloud_instance_name": host,
        "cloud_graph_host_name": host,
        "msgraph_host": host,
    });
    Bytes::from(document.to_string())
}

fn instance(origin: &str, host: &str, tenant: &str) -> Bytes {
    let document = json!({
        "tenant_discovery_endpoint": format!("{origin}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    });
    Bytes::from(document.to_string())
}
