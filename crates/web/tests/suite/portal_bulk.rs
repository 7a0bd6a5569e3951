//! Many passes at once over HTTP: who may, what the preview says, that the run does it, that no entry gets lost.

use http::StatusCode;
use latchkey_domain::{Caller, UserId, UserRef};
use latchkey_service::GroupWish;
use latchkey_store::AuditFilter;

use crate::site::desk::{administrator, crafted, give, info, signed_in};
use crate::site::{Page, Site};

const CHOOSE: &str = "/portal/passes";
const RUN: &str = "/portal/passes/run";

async fn has_pass(site: &Site, user: UserId) -> bool {
    let pass = site.service.show_pass(&Caller::Console, &UserRef::Id(user)).await;
    pass.unwrap().is_some()
}

/// Rows of a CSV file without quoted cells.
fn rows(page: &Page) -> Vec<Vec<String>> {
    let lines = page.html.lines().skip(1);
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[tokio::test]
async fn each_role_runs_what_it_may() {
    let site = Site::new().await;
    for (n, (role, may)) in [
        ("Global Administrator", true),
        ("Privileged Authentication Administrator", true),
        ("Authentication Administrator", true),
        ("User Administrator", false),
        ("Helpdesk Administrator", false),
        ("Authentication Policy Administrator", false),
        ("Global Reader", false),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let target = site.user(&format!("t{n}")).await;
        let people = browser.get("/portal/people").await;
        assert_eq!(people.html.contains("href=\"/portal/passes\""), may, "{role}");
        assert_eq!(browser.get(CHOOSE).await.status == StatusCode::OK, may, "{role}");
        let list = format!("t{n}");
        let mark = site.service.form_mark();
        let preview = crafted(&mut browser, CHOOSE, &[("list", &list), ("do", "preview")]).await;
        assert_eq!(preview.status == StatusCode::OK, may, "{role}: {}", preview.html);
        assert!(!has_pass(&site, target).await, "a preview issues nothing");
        let answer = crafted(
            &mut browser,
            RUN,
            &[("list", &list), ("mark", &mark), ("form", "csv")],
        )
        .await;
        assert_eq!(answer.status == StatusCode::OK, may, "{role}");
        assert_eq!(has_pass(&site, target).await, may, "{role}");
    }
}

#[tokio::test]
async fn every_entry_has_its_outcome_and_its_record() {
    let site = Site::new().await;
    let desk = site.user("desk").await;
    give(&site, desk, "Authentication Administrator").await;
    let boss = site.user("boss").await;
    give(&site, boss, "Global Administrator").await;
    let (ada, bruno) = (site.user("ada").await, site.user("bruno").await);
    let old = site.one_time(bruno).await;
    let mut browser = signed_in(&site, desk, "desk").await;
    let form = browser.get(CHOOSE).await;
    let list =
        "Account name\nada@example.com, Engineer\nbruno\nboss\ndesk\nnobody\nwhat is this\nADA@example.com\n";
    let (action, mut fields) = form.form("list");
    fields.push(("list".to_owned(), list.to_owned()));
    fields.push(("do".to_owned(), "preview".to_owned()));
    let preview = browser.post(&action, &fields).await;
    for words in [
        "Gets a pass",
        "replaced only if you tick it below",
        "protect it from you",
        "This is your own account.",
        "Nobody has this account name.",
        "Write an account name",
    ] {
        assert!(preview.html.contains(words), "{words}: {}", preview.html);
    }
    assert!(!has_pass(&site, ada).await);

    // Without the tick, a pass that works is left alone.
    let answer = browser.submit(&preview, &[("form", "csv")]).await;
    assert_eq!(
        answer.headers["content-disposition"],
        "attachment; filename=\"passes.csv\""
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    let told = rows(&answer);
    assert_eq!(told.len(), 6);
    let issued: Vec<_> = told.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(issued, ["yes", "no", "no", "no", "no", "no"]);
    // Nobody of that name: the row can be found by what was asked for.
    for name in ["nobody", "what is this"] {
        assert!(told.iter().any(|row| row[0] == name), "{name}: {told:?}");
    }
    let code = &told[0][3];
    let mut somebody = site.browser();
    somebody.with_pass("ada@example.com", code).await;
    let mut owner = site.browser();
    assert_eq!(
        owner.with_pass("bruno@example.com", &old).await.heading(),
        "Security info"
    );

    // The same form again makes nothing.
    let again = browser.submit(&preview, &[("form", "csv")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    // Done and refused, each with its record.
    for (user, words) in [(ada, 2), (boss, 1)] {
        let filter = AuditFilter {
            target_id: Some(user.to_string()),
            activity: Some("Admin registered security info".to_owned()),
            initiator_user: Some(desk),
            ..AuditFilter::default()
        };
        let found = site
            .service
            .list_audits(&Caller::Console, &filter, None, 10)
            .await
            .unwrap();
        assert_eq!(found.len(), 1, "{words}");
        assert!(!format!("{found:?}").contains(code));
    }
}

#[tokio::test]
async fn a_group_gets_sheets_and_old_passes_are_replaced_only_when_ticked() {
    let site = Site::new().await;
    let mut members = Vec::new();
    for n in 0..3 {
        members.push(site.user(&format!("m{n}")).await);
    }
    site.one_time(members[0]).await;
    let wish = GroupWish {
        display_name: Some("Intake of May".to_owned()),
        mail_nickname: Some("may".to_owned()),
        members: members.clone(),
        ..GroupWish::default()
    };
    let group = site
        .service
        .create_group(&Caller::Console, &info(), wish)
        .await
        .unwrap()
        .id;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let found = crafted(
        &mut browser,
        CHOOSE,
        &[("source", "group"), ("group-find", "intake"), ("do", "find")],
    )
    .await;
    assert!(found.html.contains("Intake of May"));
    let group = group.to_string();
    let chosen = [
        ("source", "group"),
        ("group", group.as_str()),
        ("lifetime", "60"),
        ("once", "yes"),
    ];
    let preview = crafted(&mut browser, CHOOSE, &chosen).await;
    assert!(preview.html.contains("<strong>2</strong>") && preview.html.contains("<strong>1</strong>"));
    let (action, mut fields) = preview.form("mark");
    fields.retain(|(name, _)| name != "form" && name != "replace");
    fields.push(("replace".to_owned(), "yes".to_owned()));
    fields.push(("form".to_owned(), "sheets".to_owned()));
    let page = browser.post(&action, &fields).await;
    assert!(page.html.contains("3 of 3 passes issued."), "{}", page.html);
    assert_eq!(page.html.matches("class=\"sheet\"").count(), 3);
    assert!(!page.html.contains("<!--"));
    for user in members {
        let held = site
            .service
            .show_pass(&Caller::Console, &UserRef::Id(user))
            .await
            .unwrap()
            .unwrap();
        assert!(held.pass.one_time && held.pass.lifetime.0 == 60);
    }
}

#[tokio::test]
async fn a_run_replaces_only_passes_that_the_preview_showed() {
    let site = Site::new().await;
    let (ada, bruno) = (site.user("ada").await, site.user("bruno").await);
    let carla = site.user("carla").await;
    site.one_time(bruno).await;
    site.one_time(carla).await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let list = "ada\nbruno\ncarla";
    let preview = crafted(&mut browser, CHOOSE, &[("list", list), ("do", "preview")]).await;
    // Before the run, others issue passes, too.
    let codes = [
        ("ada", site.one_time(ada).await),
        ("bruno", site.one_time(bruno).await),
    ];
    let filled = [("replace", "yes"), ("form", "csv")];
    let told = rows(&browser.submit(&preview, &filled).await);
    let issued: Vec<_> = told.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(issued, ["no", "no", "yes"], "{told:?}");
    assert!(
        told[0][8].contains("Somebody else issued another pass"),
        "{told:?}"
    );
    for (name, code) in codes {
        let page = site
            .browser()
            .with_pass(&format!("{name}@example.com"), &code)
            .await;
        assert_eq!(page.heading(), "Security info", "{name}");
    }
}

#[tokio::test]
async fn what_can_not_be_a_run_is_refused() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    for (fields, words) in [
        (vec![("list", "")], "at least one account name"),
        (vec![("source", "group")], "Choose a group."),
        (
            vec![("list", "ada"), ("lifetime", "other"), ("other", "x")],
            "whole number",
        ),
        (vec![("list", "ada"), ("when", "later")], "date and the time"),
    ] {
        let page = crafted(&mut browser, CHOOSE, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{words}");
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    let mark = site.service.form_mark();
    let many = "x\n".repeat(1001);
    for list in ["", many.as_str()] {
        let page = crafted(&mut browser, RUN, &[("list", list), ("mark", &mark)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    // Lifetimes outside the policy are refused for each.
    let request = [
        ("list", "ada"),
        ("mark", &mark),
        ("lifetime", "5"),
        ("form", "csv"),
    ];
    let page = crafted(&mut browser, RUN, &request).await;
    assert!(page.html.contains("The policy allows lifetimes"), "{}", page.html);
    assert!(!has_pass(&site, ada).await);
}
