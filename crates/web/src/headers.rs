//! The security headers of this door's answers.

use axum::response::Response;
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// Only our own files, no inline script or style, no frames, no other host; scripts may turn no text into markup or
/// code (Trusted Types, without a policy that could allow it).
///
/// `form-action` is left out on purpose: Chromium applies it to the redirects after a form too, so `'self'`
/// would silently stop a sign-in that ends at an application's redirect address (clients contract 8).
/// Injected forms are what it would guard against; templates that escape everything already do.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const FIXED: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // With `no-referrer` browsers would send `Origin: null` with our own forms (clients contract 8).
    (REFERRER_POLICY, "same-origin"),
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self), \
         camera=(), microphone=(), geolocation=()",
    ),
];

/// The origins that a page may show in frames; an extension of its answer.
#[derive(Debug, Clone)]
pub(crate) struct Frames(String);

impl Frames {
    /// Those of these addresses, which were checked when they were registered.
    pub(crate) fn of(addresses: &[String]) -> Self {
        let origin = |address: &String| {
            let (scheme, rest) = address.split_once("://")?;
            let host = rest.split(['/', '?']).next()?;
            Some(format!("{scheme}://{host}"))
        };
        let origins: Vec<String> = addresses.iter().filter_map(origin).collect();
        Self(origins.join(" "))
    }
}

/// Sets the headers, and `Cache-Control: no-store` where the answer doesn't say otherwise.
pub fn secure(mut response: Response) -> Response {
    let frames = response.extensions_mut().remove::<Frames>();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let with_frames =
        frames.map(|Frames(origins)| HeaderValue::try_from(format!("{POLICY}; frame-src {origins}")));
    if let Some(Ok(policy)) = with_frames {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;
    use tower::util::MapResponseLayer;

    #[tokio::test]
    async fn pages_are_never_stored_and_files_are() {
        let app = Router::new()
            .route("/page", get(async || "page"))
            .merge(crate::assets::router())
            .layer(MapResponseLayer::new(secure));
        for (path, cache) in [
            ("/page", "no-store"),
            ("/missing", "no-store"),
            (crate::assets::stylesheet(), "public, max-age=31536000, immutable"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.headers()[CACHE_CONTROL], cache, "{path}");
            let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
            assert!(!policy.contains("unsafe") && !policy.contains("form-action"));
            assert_eq!(response.headers()[X_FRAME_OPTIONS], "DENY");
        }
    }
}
