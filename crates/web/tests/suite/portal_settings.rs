//! Settings in the portal over HTTP: the tenant's name, colour and logo, on every page and by nobody else.

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN};
use http::{Request, StatusCode};

use crate::site::desk::{administrator, crafted, token};
use crate::site::{Browser, ORIGIN_OF_SITE, Site};

/// A picture of one pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The form with a file, as browsers send it.
async fn upload(browser: &mut Browser<'_>, logo: &[u8]) -> StatusCode {
    let home = browser.get("/portal").await;
    let mut body = Vec::new();
    let token = token(&home);
    for (name, value) in [
        ("csrf", token.as_str()),
        ("displayName", "Contoso & Söhne"),
        ("accent", "#7a1f5c"),
    ] {
        body.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    body.extend(*b"--x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\n\r\n");
    body.extend(logo);
    body.extend(*b"\r\n--x--\r\n");
    let request = Request::post("/portal/settings")
        .header(ORIGIN, ORIGIN_OF_SITE)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    browser.send(request, Body::from(body)).await.status()
}

#[tokio::test]
async fn name_colour_and_logo_are_on_every_page_at_once() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let picture = STANDARD.decode(PNG).unwrap();
    assert_eq!(upload(&mut browser, &picture).await, StatusCode::SEE_OTHER);
    let mut visitor = site.browser();
    let page = visitor.get("/security-info").await;
    assert!(page.html.contains("Contoso &#38; Söhne"), "{}", page.html);
    let address = |ending: &str| {
        let start = page.html.find("/assets/brand/").unwrap();
        let tag = page.html.get(start..).unwrap().split('/').nth(3).unwrap();
        format!("/assets/brand/{tag}/{ending}")
    };
    for (path, kind, start) in [
        (
            address("colours.css"),
            "text/css; charset=utf-8",
            b":root { --accent: #7a1f5c".as_slice(),
        ),
        (address("logo.png"), "image/png", picture.as_slice()),
    ] {
        assert!(page.html.contains(&path), "{path}");
        let answer = visitor.send(Request::get(&path), Body::empty()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[CONTENT_TYPE], kind);
        assert_eq!(
            answer.headers()[CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        assert!(body.starts_with(start), "{path}");
        let other = path.replace("/assets/brand/", "/assets/brand/0");
        assert_eq!(visitor.get(&other).await.status, StatusCode::NOT_FOUND);
    }
    // Without a new file the logo stays; removed, it is ours again.
    let fields = [("displayName", "Contoso"), ("accent", "")];
    assert_eq!(
        crafted(&mut browser, "/portal/settings", &fields).await.status,
        StatusCode::OK
    );
    let page = visitor.get("/security-info").await;
    assert!(page.html.contains("logo.png") && !page.html.contains("colours.css"));
    let fields = [("displayName", "Contoso"), ("removeLogo", "yes")];
    crafted(&mut browser, "/portal/settings", &fields).await;
    assert!(
        !visitor
            .get("/security-info")
            .await
            .html
            .contains("/assets/brand/")
    );
    let log = browser.get("/portal/logs/audit").await;
    assert_eq!(
        log.html.matches(">Latchkey changed the branding</a>").count(),
        3,
        "{}",
        log.html
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_saved() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    for (name, accent, words) in [
        (" ", "", "1 to 256 characters"),
        ("Contoso", "red", "six digits"),
        ("Contoso", "#ffee00", "could not be read on white"),
    ] {
        let fields = [("displayName", name), ("accent", accent)];
        let page = crafted(&mut browser, "/portal/settings", &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{words}");
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    assert_eq!(
        upload(&mut browser, b"<svg onload=alert(1)>").await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        upload(&mut browser, &vec![0; 70_000]).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(site.service.branding().display_name, "Example");
    // Nobody else comes near.
    for role in [
        "Privileged Role Administrator",
        "User Administrator",
        "Security Administrator",
    ] {
        let name = role.split(' ').next().unwrap();
        let mut other = administrator(&site, name, role).await;
        let home = other.get("/portal").await;
        assert!(!home.html.contains("/portal/settings"), "{role}");
        assert_eq!(
            other.get("/portal/settings").await.status,
            StatusCode::FORBIDDEN,
            "{role}"
        );
        let fields = [("displayName", "Mine")];
        let page = crafted(&mut other, "/portal/settings", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert_eq!(site.service.branding().display_name, "Example");
}
