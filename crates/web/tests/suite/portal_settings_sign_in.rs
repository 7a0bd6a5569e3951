//! Settings of signing in over HTTP: what is in force, and the registration campaign.

use http::StatusCode;
use latchkey_domain::{
    Caller, Campaign, CampaignChange, CampaignMethod, CampaignState, CampaignTarget, IncludeTarget,
    MethodPolicyChange,
};
use latchkey_service::GroupWish;

use crate::site::Site;
use crate::site::desk::{administrator, crafted, info};

const PATH: &str = "/portal/settings/sign-in";

async fn campaign(site: &Site) -> Campaign {
    let policies = site.service.show_method_policies(&Caller::Console).await;
    policies.unwrap().campaign().clone()
}

#[tokio::test]
async fn each_role_is_offered_what_it_may() {
    let site = Site::with_settings(|settings| settings.totp_skew_steps = 2).await;
    for (n, (role, sees, changes)) in [
        ("Global Administrator", true, true),
        ("Authentication Policy Administrator", true, true),
        ("Global Reader", true, false),
        ("Authentication Administrator", false, false),
        ("Security Administrator", false, false),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = administrator(&site, &format!("admin{n}"), role).await;
        let home = browser.get("/portal").await;
        assert_eq!(home.html.contains("href=\"/portal/settings\""), sees, "{role}");
        let page = browser.get("/portal/settings").await;
        assert_eq!(page.status == StatusCode::OK, sees, "{role}");
        let page = browser.get(PATH).await;
        assert_eq!(page.status == StatusCode::OK, sees, "{role}");
        assert_eq!(page.html.contains("name=\"snoozeDays\""), changes, "{role}");
        assert_eq!(
            page.html.replace("<wbr>", "").contains("sign_in.uniform_prompt"),
            sees,
            "{role}"
        );
        assert_eq!(
            page.html.matches(">Changed<").count(),
            usize::from(sees),
            "{role}"
        );
        assert_eq!(page.html.contains("Nobody is asked."), sees && !changes, "{role}");
        let days = (n + 5).to_string();
        let sent = crafted(&mut browser, PATH, &[("runs", "yes"), ("snoozeDays", &days)]).await;
        let expected = if changes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(sent.status, expected, "{role}");
        assert_eq!(
            campaign(&site).await.snooze_days.to_string() == days,
            changes,
            "{role}"
        );
        let off = [("snoozeDays", "3")];
        crafted(&mut browser, PATH, &off).await;
    }
}

#[tokio::test]
async fn the_campaign_is_changed_within_its_bounds() {
    let site = Site::new().await;
    let mut browser = administrator(&site, "boss", "Global Administrator").await;
    let before = campaign(&site).await;
    for days in ["15", "-1", "", "two", "1.5"] {
        let wrong = crafted(&mut browser, PATH, &[("runs", "yes"), ("snoozeDays", days)]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{days}");
        assert!(wrong.html.contains("a whole number from 0 to 14"));
    }
    assert_eq!(campaign(&site).await, before);
    let fields = [
        ("runs", "yes"),
        ("snoozeDays", "15"),
        ("limitedSnoozes", "yes"),
        ("method", "app"),
    ];
    let wrong = crafted(&mut browser, PATH, &fields).await;
    for kept in [
        "name=\"runs\" value=\"yes\" checked",
        "name=\"limitedSnoozes\" value=\"yes\" checked",
        "value=\"app\" checked",
        "name=\"snoozeDays\" value=\"15\"",
    ] {
        assert!(wrong.html.contains(kept), "{kept}: {}", wrong.html);
    }
    let wrong = crafted(&mut browser, PATH, &[("snoozeDays", "15"), ("method", "passkey")]).await;
    assert_eq!(
        wrong.html.matches(" checked").count(),
        1,
        "only the method: {}",
        wrong.html
    );
    assert_eq!(campaign(&site).await, before);
    let fields = [
        ("runs", "yes"),
        ("snoozeDays", "0"),
        ("limitedSnoozes", "yes"),
        ("method", "app"),
    ];
    let saved = crafted(&mut browser, PATH, &fields).await;
    assert!(saved.html.contains("Saved."));
    let now = campaign(&site).await;
    assert_eq!((now.state, now.snooze_days), (CampaignState::Enabled, 0));
    assert!(now.limited_snoozes);
    let everybody = CampaignTarget {
        who: IncludeTarget::AllUsers,
        method: CampaignMethod::App,
    };
    assert_eq!(now.include, [everybody]);

    // Groups that were named by Graph stay.
    let wish = GroupWish {
        display_name: Some("Pilots".to_owned()),
        mail_nickname: Some("pilots".to_owned()),
        ..GroupWish::default()
    };
    let service = &site.service;
    let pilots = service
        .create_group(&Caller::Console, &info(), wish)
        .await
        .unwrap();
    let named = vec![CampaignTarget {
        who: IncludeTarget::Group(pilots.id),
        method: CampaignMethod::Passkey,
    }];
    let change = CampaignChange {
        include: Some(named.clone()),
        ..CampaignChange::default()
    };
    let change = MethodPolicyChange::Campaign(change);
    service
        .change_method_policies(&Caller::Console, &info(), change)
        .await
        .unwrap();
    let page = browser.get(PATH).await;
    assert!(page.html.contains("group by group") && !page.html.contains("name=\"method\""));
    crafted(&mut browser, PATH, &[("snoozeDays", "9")]).await;
    let now = campaign(&site).await;
    assert_eq!((now.include, now.snooze_days), (named, 9));
    assert_eq!(now.state, CampaignState::Disabled);
}
