//! Which subscriptions there can be, and what they hear of.

use std::collections::BTreeSet;

use crate::{
    Activity, AuditEvent, AuditId, AuditOutcome, AuditTarget, ChangeType, ClientId, CorrelationId, GroupId,
    HookUrl, Initiator, News, NewsSubject, Seconds, ServicePrincipalId, Subscriber, Subscription,
    SubscriptionError, SubscriptionId, TargetKind, Timestamp, UserId, Watched,
};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ADA: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);
const TEAM: GroupId = GroupId::from_bytes([3; 16]);
const RECORD: AuditId = AuditId::from_bytes([4; 16]);

fn subscription(watched: Watched, changes: &str) -> Subscription {
    Subscription {
        id: SubscriptionId::from_bytes([5; 16]),
        subscriber: Subscriber::Application {
            client: ClientId::from_bytes([6; 16]),
            principal: ServicePrincipalId::from_bytes([7; 16]),
        },
        watched,
        resource: String::new(),
        changes: ChangeType::parse_list(changes, watched).unwrap(),
        notification_url: HookUrl::parse("https://app.example.com/").unwrap(),
        lifecycle_url: None,
        client_state: None,
        tls_version: None,
        created_at: START,
        expires_at: START + Seconds(7200),
    }
}

fn event(activity: Activity, targets: &[(TargetKind, String)]) -> AuditEvent {
    let target = |(kind, id): &(TargetKind, String)| AuditTarget {
        kind: *kind,
        id: id.clone(),
        display_name: None,
        upn: None,
        modified: Vec::new(),
    };
    AuditEvent {
        id: RECORD,
        at: START,
        activity,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: targets.iter().map(target).collect(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([8; 16]),
    }
}

fn of_user(activity: Activity, id: UserId) -> AuditEvent {
    event(activity, &[(TargetKind::User, id.to_string())])
}

fn told(subscription: &Subscription, event: &AuditEvent) -> Option<ChangeType> {
    subscription.news(event).map(|news| news.change)
}

#[test]
fn resources_are_known_ones() {
    for (text, watched) in [
        ("users", Watched::Users),
        ("/Users", Watched::Users),
        ("groups", Watched::Groups),
        ("/auditLogs/directoryAudits", Watched::Audits),
    ] {
        assert_eq!(Watched::parse(text), Ok(watched));
    }
    assert_eq!(Watched::parse(&format!("users/{ADA}")), Ok(Watched::User(ADA)));
    assert_eq!(
        Watched::parse(&format!("groups/{TEAM}")),
        Ok(Watched::Group(TEAM))
    );
    let members = format!("/groups/{TEAM}/members");
    assert_eq!(Watched::parse(&members), Ok(Watched::GroupMembers(TEAM)));
    for text in [
        "",
        "users/",
        "users/ada@example.com",
        "users/1/messages",
        "me",
        "auditLogs/signIns",
        "auditLogs",
        "users?$select=id",
        &format!("users/{ADA}/authentication"),
        &format!("{members}/x"),
    ] {
        let refused = Watched::parse(text);
        assert!(matches!(refused, Err(SubscriptionError::Resource(_))), "{text}");
    }
}

#[test]
fn change_types_are_words_between_commas() {
    let read = |text| ChangeType::parse_list(text, Watched::Users);
    assert_eq!(read("updated"), Ok(BTreeSet::from([ChangeType::Updated])));
    assert_eq!(read("Updated, deleted,updated").unwrap().len(), 2);
    for text in ["", "updated,", "changed", "created updated"] {
        assert!(read(text).is_err(), "{text}");
    }
    assert!(ChangeType::parse_list("created", Watched::Audits).is_ok());
    assert!(ChangeType::parse_list("created,updated", Watched::Audits).is_err());
}

#[test]
fn an_end_lies_ahead_but_not_far() {
    let longest = START + Subscription::LONGEST.seconds();
    assert_eq!(Subscription::check_end(longest, START), Ok(()));
    assert_eq!(Subscription::check_end(START + Seconds(1), START), Ok(()));
    assert_eq!(
        Subscription::check_end(START, START),
        Err(SubscriptionError::Past)
    );
    let later = Subscription::check_end(longest + Seconds(1), START).unwrap_err();
    assert_eq!(
        later.to_string(),
        "Subscription expiration can only be 41760 minutes in the future."
    );
}

#[test]
fn users_are_told_of_as_graph_does() {
    let all = subscription(Watched::Users, "created,updated,deleted");
    for (activity, change) in [
        (Activity::AddUser, ChangeType::Updated),
        (Activity::UpdateUser, ChangeType::Updated),
        (Activity::DisableAccount, ChangeType::Updated),
        (Activity::DeleteUser, ChangeType::Updated),
        (Activity::RestoreUser, ChangeType::Updated),
        (Activity::HardDeleteUser, ChangeType::Deleted),
    ] {
        assert_eq!(told(&all, &of_user(activity, ADA)), Some(change), "{activity:?}");
    }
    assert_eq!(told(&all, &of_user(Activity::ResetUserPassword, ADA)), None);
    assert_eq!(told(&all, &event(Activity::UpdateUser, &[])), None);
    let refused = AuditEvent {
        outcome: AuditOutcome::Failure,
        ..of_user(Activity::UpdateUser, ADA)
    };
    assert_eq!(told(&all, &refused), None);

    let created = subscription(Watched::Users, "created");
    assert_eq!(
        told(&created, &of_user(Activity::AddUser, ADA)),
        Some(ChangeType::Created)
    );
    assert_eq!(told(&created, &of_user(Activity::UpdateUser, ADA)), None);
    let deleted = subscription(Watched::Users, "deleted");
    assert_eq!(
        told(&deleted, &of_user(Activity::DeleteUser, ADA)),
        None,
        "it can be restored"
    );
    assert_eq!(told(&deleted, &of_user(Activity::AddUser, ADA)), None);

    let ada = subscription(Watched::User(ADA), "updated");
    assert!(ada.news(&of_user(Activity::UpdateUser, ADA)).is_some());
    assert!(ada.news(&of_user(Activity::UpdateUser, BOB)).is_none());
}

#[test]
fn groups_are_told_of_with_who_came_and_went() {
    let group = (TargetKind::Group, TEAM.to_string());
    let joined = event(
        Activity::AddMemberToGroup,
        &[(TargetKind::User, ADA.to_string()), group.clone()],
    );
    let left = AuditEvent {
        activity: Activity::RemoveMemberFromGroup,
        ..joined.clone()
    };
    let renamed = event(Activity::UpdateGroup, std::slice::from_ref(&group));
    let deleted = event(Activity::DeleteGroup, std::slice::from_ref(&group));
    let news = |moved: &[(String, bool)]| {
        Some(News {
            change: ChangeType::Updated,
            subject: NewsSubject::Group(TEAM, moved.to_vec()),
        })
    };
    for watched in [Watched::Groups, Watched::Group(TEAM), Watched::GroupMembers(TEAM)] {
        let all = subscription(watched, "updated,deleted");
        assert_eq!(all.news(&joined), news(&[(ADA.to_string(), true)]));
        assert_eq!(all.news(&left), news(&[(ADA.to_string(), false)]));
        let of_members_only = watched == Watched::GroupMembers(TEAM);
        assert_eq!(all.news(&renamed), news(&[]).filter(|_| !of_members_only));
        let gone = (!of_members_only).then_some(ChangeType::Deleted);
        assert_eq!(told(&all, &deleted), gone);
    }
    for watched in [Watched::Users, Watched::Group(GroupId::from_bytes([9; 16]))] {
        assert_eq!(
            subscription(watched, "updated").news(&joined),
            None,
            "{watched:?}"
        );
    }
}

#[test]
fn every_record_of_the_audit_log_is_told() {
    let audits = subscription(Watched::Audits, "created");
    let refused = AuditEvent {
        outcome: AuditOutcome::Failure,
        ..of_user(Activity::ResetUserPassword, ADA)
    };
    let news = News {
        change: ChangeType::Created,
        subject: NewsSubject::Audit(RECORD),
    };
    assert_eq!(audits.news(&refused), Some(news));
}

#[test]
fn a_subscriber_is_reminded_in_the_last_hour() {
    let mut long = subscription(Watched::Users, "updated");
    assert!(!long.wants_reminder(START + Seconds(3600)), "nowhere to tell it");
    long.lifecycle_url = Some(long.notification_url.clone());
    for (seconds, wants) in [
        (0, false),
        (3599, false),
        (3600, true),
        (7199, true),
        (7200, false),
    ] {
        assert_eq!(long.wants_reminder(START + Seconds(seconds)), wants, "{seconds}");
    }
    let short = Subscription {
        expires_at: START + Seconds(3600),
        ..long
    };
    assert!(!short.wants_reminder(START + Seconds(1800)));
}

#[test]
fn a_subscription_comes_back_from_the_store_as_it_was() {
    let kept = subscription(Watched::GroupMembers(TEAM), "updated,deleted");
    let text = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Subscription>(&text).unwrap(), kept);
}
