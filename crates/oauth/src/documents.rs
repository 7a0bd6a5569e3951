//! The discovery documents (sign-in contract 9.3), made once.

use bytes::Bytes;
use latchkey_service::Service;
use serde_json::json;

/// Which tenant segment a request came by; endpoints keep it where it is a word for "any tenant".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    /// The tenant's id or one of its domains.
    Tenant,
    /// `common`
    Common,
    /// `organizations`
    Organizations,
}

/// All discovery documents, ready to send.
pub(crate) struct Documents {
    tenant: Bytes,
    common: Bytes,
    organizations: Bytes,
    instance: Bytes,
}

impl Segment {
    /// Reads the tenant segment of a path, without regard to case (sign-in contract 9.1).
    pub(crate) fn parse(service: &Service, text: &str) -> Option<Self> {
        let tenant = service.tenant();
        if text.eq_ignore_ascii_case("common") {
            Some(Self::Common)
        } else if text.eq_ignore_ascii_case("organizations") {
            Some(Self::Organizations)
        } else if text.parse() == Ok(tenant.id)
            || tenant
                .domains
                .iter()
                .any(|domain| domain.eq_ignore_ascii_case(text))
        {
            Some(Self::Tenant)
        } else {
            None
        }
    }
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

/// The document names what is served, and the authorization endpoint: clients refuse a document without one.
fn discovery(origin: &str, host: &str, tenant: &str, segment: &str) -> Bytes {
    let base = format!("{origin}/{segment}");
    let document = json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": [],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{tenant}/v2.0"),
        "request_uri_parameter_supported": false,
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "name", "oid", "tid", "ver"],
        "grant_types_supported": ["client_credentials"],
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
