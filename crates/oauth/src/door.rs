//! From address to answer.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode, Uri};
use latchkey_service::{Fault, RequestInfo, Service};

use crate::device;
use crate::documents::Documents;
use crate::error::OAuthError;
use crate::form::Form;
use crate::inspect;
use crate::paths::Endpoint;
use crate::pushed;
use crate::respond::{Context, document};
use crate::token::token;
use crate::userinfo;

/// The door. It answers every path that it is given; [`owns`](crate::owns) says which belong to it.
pub struct Door {
    service: Arc<Service>,
    documents: Documents,
}

impl Door {
    /// The door of this service.
    pub fn new(service: Arc<Service>) -> Self {
        let documents = Documents::new(&service);
        Self { service, documents }
    }

    /// Answers one request, which must carry its [`RequestInfo`] as an extension.
    pub async fn answer(&self, request: Request) -> Response {
        // Documents are asked for most often and need nothing else.
        let ready = self.ready_document(&request);
        if let Ok(Some(response)) = ready {
            return response;
        }
        let context = Context::of(&self.service, &request);
        let outcome = match ready {
            Err(error) => Err(error),
            Ok(_) => self.work(request).await,
        };
        let mut response = outcome.unwrap_or_else(|error| error.into_response(&context));
        context.mark(&mut response);
        response
    }

    /// A public document, if the address names one.
    fn ready_document(&self, request: &Request) -> Result<Option<Response>, OAuthError> {
        let service = &self.service;
        let endpoint = Endpoint::of(request.uri().path());
        if matches!(
            endpoint,
            Endpoint::Token(_)
                | Endpoint::DeviceCode(_)
                | Endpoint::PushedRequest(_)
                | Endpoint::Revocation(_)
                | Endpoint::Introspection(_)
                | Endpoint::UserInfo
                | Endpoint::Unknown
        ) {
            return Ok(None);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(OAuthError::wrong_verb("GET", request.method()));
        }
        let segment_of = |tenant| {
            service
                .tenant_segment(tenant)
                .ok_or_else(|| OAuthError::unknown_tenant(tenant))
        };
        let body = match endpoint {
            Endpoint::Discovery(tenant) => self.documents.discovery(segment_of(tenant)?),
            Endpoint::Keys(tenant) => {
                segment_of(tenant)?;
                Bytes::from_owner(service.jwks())
            }
            Endpoint::Instance => {
                self.check_instance(request.uri())?;
                self.documents.instance()
            }
            Endpoint::ErrorPage => return Ok(Some(error_page(request.uri()))),
            Endpoint::Token(_)
            | Endpoint::DeviceCode(_)
            | Endpoint::PushedRequest(_)
            | Endpoint::Revocation(_)
            | Endpoint::Introspection(_)
            | Endpoint::UserInfo
            | Endpoint::Unknown => return Ok(None),
        };
        Ok(Some(document(body)))
    }

    async fn work(&self, request: Request) -> Result<Response, OAuthError> {
        let path = request.uri().path().to_owned();
        match Endpoint::of(&path) {
            Endpoint::Token(tenant) => {
                let info = info_of(&request)?;
                token(&self.service, tenant, &info, request).await
            }
            Endpoint::DeviceCode(tenant) => {
                let info = info_of(&request)?;
                device::begin(&self.service, tenant, &info, request).await
            }
            Endpoint::PushedRequest(tenant) => {
                let info = info_of(&request)?;
                pushed::take(&self.service, tenant, &info, request).await
            }
            Endpoint::Revocation(tenant) => {
                let info = info_of(&request)?;
                inspect::revoke(&self.service, tenant, &info, request).await
            }
            Endpoint::Introspection(tenant) => inspect::introspect(&self.service, tenant, request).await,
            Endpoint::UserInfo => userinfo::answer(&self.service, request).await,
            _ => Err(OAuthError::not_found()),
        }
    }

    /// Only for our own host; clients drop the port, so host names alone are compared (sign-in contract 9.3).
    fn check_instance(&self, uri: &Uri) -> Result<(), OAuthError> {
        let query =
            Form::parse(uri.query().unwrap_or_default().as_bytes()).map_err(|_| OAuthError::malformed())?;
        let Some(endpoint) = query.get("authorization_endpoint") else {
            return Ok(());
        };
        let host = endpoint
            .parse::<Uri>()
            .ok()
            .and_then(|uri| uri.host().map(str::to_owned));
        if host.is_some_and(|host| host.eq_ignore_ascii_case(&self.service.settings().host)) {
            Ok(())
        } else {
            Err(OAuthError::new(
                StatusCode::BAD_REQUEST,
                "invalid_instance",
                50_049,
                "Unknown or invalid instance.",
            ))
        }
    }
}

fn info_of(request: &Request) -> Result<RequestInfo, OAuthError> {
    let info = request.extensions().get::<RequestInfo>().cloned();
    info.ok_or_else(|| {
        let missing = "a request came without its description; is the outer layer missing?";
        OAuthError::fault(&Fault::Internal(missing.to_owned()))
    })
}

/// What a person finds who follows `error_uri`.
fn error_page(uri: &Uri) -> Response {
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let code: u32 = query.get("code").and_then(|code| code.parse().ok()).unwrap_or(0);
    let text = format!(
        "AADSTS{code}\n\nThe sign-in service answered an application with this number. The application's own message \
         tells more; the server's log has the request under the correlation ID of that message.\n"
    );
    let mut response = Response::new(text.into());
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
