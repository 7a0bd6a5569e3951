//! Certificates of an application in the portal over HTTP: added as a file, taken away, by those only who may.

use axum::body::Body;
use http::header::{CONTENT_TYPE, LOCATION, ORIGIN};
use http::{Request, StatusCode};
use latchkey_domain::{AppId, Caller, KeyCredential};
use latchkey_service::ApplicationWish;
use latchkey_store::ApplicationKey;

use crate::site::desk::{administrator, crafted, info, token};
use crate::site::{Browser, ORIGIN_OF_SITE, Site};

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIBczCCARmgAwIBAgIUa9Ao/1NyDfOlZR/Fh3klUDLUEO0wCgYIKoZIzj0EAwIw\nDjEMMAoGA1UEAwwDYXBwMCAXDTI2MTEyMjE0NDkxMloYDzIwODEwODI1MTQ0OTEy\nWjAOMQwwCgYDVQQDDANhcHAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQTquig\nDIv3k9EC+ChBUd1eqoz93w6f8wgr/56kINaolqXAHNykHDM2Kqu5KZLKYqesDTcX\n2cqzcOIkmvamer1Jo1MwUTAdBgNVHQ4EFgQUl2YVtXKBoxKf+4Br267BEa3W9kkw\nHwYDVR0jBBgwFoAUl2YVtXKBoxKf+4Br267BEa3W9kkwDwYDVR0TAQH/BAUwAwEB\n/zAKBggqhkjOPQQDAgNIADBFAiAUVpu+1rgwUqzQrjPxNhWPRsPjgiwqolDiO2zZ\n0cxv6gIhAMgEGWInTyy8vhWPheXV78WBzbrt73S4sE1ZrV7sxCpV\n-----END CERTIFICATE-----\n";

async fn application(site: &Site) -> AppId {
    let wish = ApplicationWish {
        display_name: Some("Payroll".to_owned()),
        ..ApplicationWish::default()
    };
    let service = &site.service;
    let made = service.create_application(&Caller::Console, &info(), wish).await;
    made.unwrap().application.application.id
}

async fn certificates(site: &Site, id: AppId) -> Vec<KeyCredential> {
    let key = ApplicationKey::Object(id);
    let view = site.service.show_application(&Caller::Console, key).await;
    view.unwrap().application.registration.key_credentials
}

/// The form with a file, as browsers send it: status and where it leads.
async fn upload(browser: &mut Browser<'_>, path: &str, name: &str, file: &[u8]) -> (StatusCode, String) {
    let token = token(&browser.get("/portal").await);
    let mut body = Vec::new();
    for (field, value) in [("csrf", token.as_str()), ("name", name)] {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
        body.extend(format!("{head}{value}\r\n").bytes());
    }
    body.extend(*b"--x\r\nContent-Disposition: form-data; name=\"certificate\"; filename=\"c.pem\"\r\n\r\n");
    body.extend(file);
    body.extend(*b"\r\n--x--\r\n");
    let request = Request::post(format!("{path}/certificates"))
        .header(ORIGIN, ORIGIN_OF_SITE)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let answer = browser.send(request, Body::from(body)).await;
    let to = answer
        .headers()
        .get(LOCATION)
        .map(|to| to.to_str().unwrap().to_owned());
    (answer.status(), to.unwrap_or_default())
}

#[tokio::test]
async fn a_certificate_is_added_and_taken_away() {
    let site = Site::new().await;
    let id = application(&site).await;
    let path = format!("/portal/applications/{id}");
    let mut browser = administrator(&site, "boss", "Application Administrator").await;
    for (name, file) in [
        ("Key", b"".as_slice()),
        ("Key", b"no certificate"),
        (&"x".repeat(121), PEM.as_bytes()),
    ] {
        assert_eq!(
            upload(&mut browser, &path, name, file).await.0,
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(certificates(&site, id).await, []);
    let (status, to) = upload(&mut browser, &path, "Build <server>", PEM.as_bytes()).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, format!("{path}?done=certificate").as_str())
    );
    let page = browser.get(&to).await;
    assert!(page.html.contains("Build &#60;server&#62;"), "{}", page.html);
    assert_eq!(certificates(&site, id).await.len(), 1);
    upload(&mut browser, &path, "", PEM.as_bytes()).await;
    let both = certificates(&site, id).await;
    assert_eq!(both.len(), 2);

    let first = format!("{path}/certificates/{}/delete", both.first().unwrap().id);
    let question = browser.get(&first).await;
    assert_eq!(question.heading(), "Delete the certificate?");
    for _ in 0..2 {
        // Gone already is as good as deleted.
        let deleted = crafted(&mut browser, &first, &[]).await;
        assert!(deleted.html.contains("The certificate is deleted."));
    }
    assert_eq!(certificates(&site, id).await, both.get(1..).unwrap());
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_else_changes_them_and_their_trying_is_recorded() {
    let site = Site::new().await;
    let id = application(&site).await;
    let path = format!("/portal/applications/{id}");
    let mut boss = administrator(&site, "boss", "Global Administrator").await;
    upload(&mut boss, &path, "Key", PEM.as_bytes()).await;
    let before = certificates(&site, id).await;
    let mut browser = administrator(&site, "reader", "Global Reader").await;
    let page = browser.get(&path).await;
    assert!(!page.html.contains("/certificates"), "{}", page.html);
    for file in [PEM.as_bytes(), b"", b"no certificate"] {
        assert_eq!(
            upload(&mut browser, &path, "", file).await.0,
            StatusCode::FORBIDDEN
        );
    }
    let delete = format!("{path}/certificates/{}/delete", before.first().unwrap().id);
    assert_eq!(browser.get(&delete).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        crafted(&mut browser, &delete, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(certificates(&site, id).await, before);
    let log = boss.get("/portal/logs/audit?q=&outcome=failure").await;
    assert_eq!(log.html.matches("class=\"refused\"").count(), 4, "{}", log.html);
}
