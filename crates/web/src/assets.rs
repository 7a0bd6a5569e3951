//! Stylesheet, script and pictures, embedded in the binary.
//!
//! Each is served under a name that contains a hash of its content, so browsers may keep it for ever and a
//! new version is a new name.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};

/// A file of this door.
struct Asset {
    name: String,
    etag: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    fn new(stem: &str, ending: &str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let hash = fnv1a(bytes);
        Self {
            name: format!("{stem}.{hash:016x}.{ending}"),
            etag: format!("\"{hash:016x}\""),
            content_type,
            bytes,
        }
    }

    fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// FNV-1a, 64 bits: tells our own versions apart, which needs no defence against forgery.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "app",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/app.css"),
    )
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "app",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/app.js"),
    )
});
static PORTAL_STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "portal",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/portal.css"),
    )
});
static PORTAL_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "portal",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/portal.js"),
    )
});
static LOGO: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "logo",
        "svg",
        "image/svg+xml",
        include_bytes!("../assets/logo.svg"),
    )
});

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| STYLESHEET.path());
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| SCRIPT.path());
static PORTAL_STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| PORTAL_STYLESHEET.path());
static PORTAL_SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| PORTAL_SCRIPT.path());
static LOGO_PATH: LazyLock<String> = LazyLock::new(|| LOGO.path());

fn all() -> [&'static Asset; 5] {
    [&STYLESHEET, &SCRIPT, &LOGO, &PORTAL_STYLESHEET, &PORTAL_SCRIPT]
}

/// Path of the stylesheet.
pub fn stylesheet() -> &'static str {
    &STYLESHEET_PATH
}

/// Path of the script.
pub fn script() -> &'static str {
    &SCRIPT_PATH
}

/// Path of the portal's stylesheet, which adds to the other.
pub fn portal_stylesheet() -> &'static str {
    &PORTAL_STYLESHEET_PATH
}

/// Path of the portal's script, which adds to the other.
pub fn portal_script() -> &'static str {
    &PORTAL_SCRIPT_PATH
}

/// Path of the logo, which is the favicon too.
pub fn logo() -> &'static str {
    &LOGO_PATH
}

/// Every file with its path, for tests and previews.
pub fn files() -> impl Iterator<Item = (String, &'static [u8])> {
    all().into_iter().map(|asset| (asset.path(), asset.bytes))
}

/// `/assets/{name}`, and `/favicon.ico` for those who ask without looking.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve)).route(
        "/favicon.ico",
        get(async |headers: HeaderMap| answer(&LOGO, &headers, "public, max-age=86400")),
    )
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match all().into_iter().find(|asset| asset.name == name) {
        Some(asset) => answer(asset, &headers, "public, max-age=31536000, immutable"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(asset: &'static Asset, request: &HeaderMap, cache: &'static str) -> Response {
    let known = request
        .get(IF_NONE_MATCH)
        .is_some_and(|given| given.as_bytes() == asset.etag.as_bytes());
    let headers = [
        (CACHE_CONTROL, cache),
        (ETAG, asset.etag.as_str()),
        (CONTENT_TYPE, asset.content_type),
    ];
    if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, asset.bytes).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use http::Request;
    use tower::ServiceExt as _;

    async fn fetch(path: &str, etag: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        router::<()>()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn each_file_is_served_for_ever_and_confirmed_by_its_tag() {
        for (path, bytes) in files() {
            let response = fetch(&path, None).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(
                response.headers()[CACHE_CONTROL],
                "public, max-age=31536000, immutable"
            );
            let etag = response.headers()[ETAG].to_str().unwrap().to_owned();
            assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap(), bytes);

            let again = fetch(&path, Some(&etag)).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert!(to_bytes(again.into_body(), 10).await.unwrap().is_empty());
        }
    }

    #[tokio::test]
    async fn an_old_name_is_not_found() {
        assert_eq!(
            fetch("/assets/app.0000000000000000.css", None).await.status(),
            StatusCode::NOT_FOUND
        );
    }

    #[test]
    fn hash_matches_its_published_vectors() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_sign_in_page_stays_light() {
        let size = |assets: &[&Asset]| assets.iter().map(|asset| asset.bytes.len()).sum::<usize>();
        let total = size(&[&STYLESHEET, &SCRIPT, &LOGO]);
        assert!(total < 32 * 1024, "stylesheet, script and logo are {total} bytes");
        let total = size(&all());
        assert!(total < 80 * 1024, "a page of the portal needs {total} bytes");
    }
}
