//! Answers: a page, a redirect, or a message that ends the request.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use latchkey_domain::Seconds;
use latchkey_service::Fault;

use crate::pages::message::{Message, MessagePage};
use crate::visit::Visit;

/// How long a busy server asks to wait, in seconds.
const RETRY_SECONDS: &str = "3";

/// An answer that ends a handler early.
#[derive(Debug)]
pub(crate) struct Stop(Box<Response>);

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What handlers give back.
pub(crate) type Answer = Result<Response, Stop>;

/// A page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            (status, [(CONTENT_TYPE, kind)], html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page as 429 with `Retry-After`, where somebody is asked to wait for so long.
pub(crate) fn paused(mut response: Response, pause: Option<Seconds>) -> Response {
    if let Some(pause) = pause {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = HeaderValue::from(pause.0.max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// Sends the browser on, after a form too (303). The path must be one of ours.
pub(crate) fn redirect(path: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(path) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

impl Visit {
    /// A message page with small print.
    pub(crate) fn message(&self, status: StatusCode, message: Message, number: Option<u32>) -> Response {
        let reference = Some(self.reference(number));
        page(
            status,
            &MessagePage {
                site: self.site(),
                message,
                next: None,
                reference,
            },
        )
    }

    /// A message page without small print, whose button leads to `next` instead of its usual place.
    pub(crate) fn quiet_message(&self, message: Message, next: Option<&str>) -> Response {
        page(
            StatusCode::OK,
            &MessagePage {
                site: self.site(),
                message,
                next,
                reference: None,
            },
        )
    }

    /// 404.
    pub(crate) fn quiet_not_found(&self) -> Response {
        let (site, message) = (self.site(), Message::NotFound);
        page(
            StatusCode::NOT_FOUND,
            &MessagePage {
                site,
                message,
                next: None,
                reference: None,
            },
        )
    }

    /// 400: a form that no page of ours sends.
    pub(crate) fn bad_request(&self) -> Stop {
        self.message(StatusCode::BAD_REQUEST, Message::BadRequest, None)
            .into()
    }

    /// 50089: the sign-in must begin again.
    pub(crate) fn restart(&self) -> Stop {
        self.message(StatusCode::BAD_REQUEST, Message::Restart, Some(50_089))
            .into()
    }

    /// Not the person's fault.
    pub(crate) fn fault(&self, fault: &Fault) -> Stop {
        let correlation = self.info.correlation_id;
        match fault {
            Fault::Busy | Fault::TooMany(_) | Fault::Unavailable(_) => {
                tracing::warn!(%fault, %correlation, "answered 503");
                let mut response = self.message(StatusCode::SERVICE_UNAVAILABLE, Message::Busy, None);
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
                response.into()
            }
            Fault::Unknown | Fault::Internal(_) => {
                tracing::error!(%fault, %correlation, "answered 500");
                self.message(StatusCode::INTERNAL_SERVER_ERROR, Message::Broken, None)
                    .into()
            }
        }
    }
}
