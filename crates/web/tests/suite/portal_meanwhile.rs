//! What somebody else did while a page of the portal was open is neither undone nor hit unseen.

use http::StatusCode;
use latchkey_domain::{Caller, PassRequest, UserRef};

use crate::site::desk::{administrator, crafted};
use crate::site::{Browser, Page, Site};

fn version(page: &Page) -> String {
    let (_, rest) = page.html.split_once("name=\"version\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Makes something and returns where it is changed.
async fn made(browser: &mut Browser<'_>, list: &str, fields: &[(&str, &str)]) -> String {
    let page = crafted(browser, &format!("{list}/new"), fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    format!("{}/edit", page.path.split('?').next().unwrap())
}

#[tokio::test]
async fn a_form_that_is_out_of_date_saves_nothing_and_shows_how_it_is() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut one = administrator(&site, "one", "Global Administrator").await;
    let mut other = administrator(&site, "other", "Global Administrator").await;
    let way = [("displayName", "Before"), ("way fido2", "yes")];
    let name = [("displayName", "Before")];
    let forms = [
        (format!("/portal/people/{ada}/edit"), "displayName"),
        (made(&mut one, "/portal/groups", &name).await, "displayName"),
        (made(&mut one, "/portal/units", &name).await, "description"),
        (made(&mut one, "/portal/applications", &name).await, "displayName"),
        (made(&mut one, "/portal/strengths", &way).await, "displayName"),
        ("/portal/settings".to_owned(), "displayName"),
        ("/portal/settings/notices".to_owned(), "administrators"),
        ("/portal/settings/sign-in".to_owned(), "snoozeDays"),
    ];
    for (path, field) in &forms {
        let (first, second) = match *field {
            "administrators" => ("first@example.com", "second@example.com"),
            "snoozeDays" => ("3", "5"),
            _ => ("First", "Second"),
        };
        let always = [("displayName", "Name"), ("way fido2", "yes"), ("runs", "yes")];
        let save = async |browser: &mut Browser<'_>, version: &str, value: &str| {
            let mut fields = vec![("version", version), (*field, value)];
            fields.extend(always.iter().filter(|(name, _)| name != field));
            crafted(browser, path, &fields).await
        };
        let seen = version(&one.get(path).await);
        assert_eq!(seen, version(&other.get(path).await), "{path}");
        let saved = save(&mut other, &seen, first).await;
        assert_eq!(saved.status, StatusCode::OK, "{path}: {}", saved.html);
        let late = save(&mut one, &seen, second).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{path}");
        for told in ["somebody else changed", &format!("value=\"{first}\"")] {
            assert!(late.html.contains(told), "{path}: {told}: {}", late.html);
        }
        assert!(!late.html.contains(&format!("value=\"{second}\"")), "{path}");
        let now = one.get(path).await;
        assert!(now.html.contains(&format!("value=\"{first}\"")), "{path}");
        assert_eq!(version(&late), version(&now), "{path}");
        // From how it is now, it can be changed.
        let again = save(&mut one, &version(&late), second).await;
        assert_eq!(again.status, StatusCode::OK, "{path}: {}", again.html);
    }
    let fields = [
        ("version", "another"),
        ("issuer", "https://idp.example.net"),
        ("clientId", "latchkey"),
        ("nameClaim", "email"),
        ("mfa", "rejectMfaByFederatedIdp"),
    ];
    let late = crafted(&mut one, "/portal/federation/example.com", &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.html.contains("somebody else changed"), "{}", late.html);
}

#[tokio::test]
async fn forms_that_are_sent_at_the_same_moment_undo_nothing() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut one = administrator(&site, "one", "Global Administrator").await;
    let mut other = administrator(&site, "other", "Global Administrator").await;
    let way = [("displayName", "Before"), ("way fido2", "yes")];
    let name = [("displayName", "Before")];
    let forms = [
        (format!("/portal/people/{ada}/edit"), "jobTitle", "officeLocation"),
        (
            made(&mut one, "/portal/groups", &name).await,
            "displayName",
            "description",
        ),
        (
            made(&mut one, "/portal/units", &name).await,
            "displayName",
            "description",
        ),
        (
            made(&mut one, "/portal/applications", &name).await,
            "displayName",
            "description",
        ),
        (
            made(&mut one, "/portal/strengths", &way).await,
            "displayName",
            "description",
        ),
    ];
    for (path, first, second) in &forms {
        let (seen, again) = (one.get(path).await, other.get(path).await);
        let (first, second) = ((*first, "Sent first"), (*second, "Sent besides"));
        // As the browser sends it: with the version that was shown.
        let version = version(&seen);
        assert!(again.html.contains(&version), "{path}");
        let filled = ([first], [second]);
        let (saved, late) = tokio::join!(one.submit(&seen, &filled.0), other.submit(&again, &filled.1));
        let now = one.get(path).await;
        for (answer, (_, value)) in [(saved, first), (late, second)] {
            // Whoever is told that it is saved finds it saved.
            let is_saved = answer.status == StatusCode::OK;
            assert!(
                is_saved || answer.status == StatusCode::CONFLICT,
                "{path}: {}",
                answer.html
            );
            assert_eq!(
                now.html.contains(&format!("value=\"{value}\"")),
                is_saved,
                "{path}: {}",
                now.html
            );
        }
    }
}

#[tokio::test]
async fn a_pass_that_was_not_shown_is_neither_deleted_nor_replaced() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let held = async || {
        let pass = site.service.show_pass(&Caller::Console, &UserRef::Id(ada)).await;
        pass.unwrap().map(|view| view.pass.id.to_string())
    };
    let mut desk = administrator(&site, "desk", "Authentication Administrator").await;
    let path = format!("/portal/people/{ada}");
    let (delete, issue) = (format!("{path}/delete-pass"), format!("{path}/pass"));
    assert_eq!(desk.get(&delete).await.path, path, "there is none to delete");

    site.pass(ada, PassRequest::default()).await;
    let question = desk.get(&delete).await;
    // In the reader's own time, as on the person's page.
    assert!(
        question.html.contains("Works until</bdi> <time "),
        "{}",
        question.html
    );
    let (shown, _) = (
        held().await.unwrap(),
        site.pass(ada, PassRequest::default()).await,
    );
    let again = desk.submit(&question, &[("mark", &shown)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.html.contains("this is another pass"), "{}", again.html);
    let present = held().await.unwrap();
    assert_ne!(present, shown);
    assert!(again.html.contains(&present));

    let form = desk.get(&issue).await;
    site.pass(ada, PassRequest::default()).await;
    let present = held().await.unwrap();
    let again = desk.submit(&form, &[("replace", "yes")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.html);
    assert!(again.html.contains("somebody else issued another pass"));
    assert!(!again.html.contains("value=\"yes\" checked required"), "unticked");
    assert_eq!(held().await.as_ref(), Some(&present));
    let issued = desk.submit(&again, &[("replace", "yes")]).await;
    assert_eq!(issued.heading(), "The pass is ready", "{}", issued.html);
    assert_ne!(held().await.unwrap(), present);

    let question = desk.get(&delete).await;
    let (_, fields) = question.form("mark");
    let mark = &fields.iter().find(|(name, _)| name == "mark").unwrap().1;
    let deleted = desk.submit(&question, &[("mark", mark)]).await;
    assert!(deleted.html.contains("The pass is deleted"), "{}", deleted.html);
    assert_eq!(held().await, None);

    // Two see that there is none; what the second one sends is no consent to replace the first one's.
    let mut other = administrator(&site, "other", "Authentication Administrator").await;
    let (form, late) = (desk.get(&issue).await, other.get(&issue).await);
    let (_, fields) = late.form("mark");
    let mark = &fields.iter().find(|(name, _)| name == "mark").unwrap().1;
    let ready = desk.submit(&form, &[("other", "")]).await;
    assert_eq!(ready.heading(), "The pass is ready", "{}", ready.html);
    let present = held().await.unwrap();
    let late = crafted(&mut other, &issue, &[("mark", mark), ("replace", "yes")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.html);
    assert!(late.html.contains("somebody else issued another pass"));
    assert_eq!(held().await, Some(present));
}
