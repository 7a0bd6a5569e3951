//! Which records of the audit log people are told of, and what the notice knows.

use std::collections::BTreeSet;

use crate::{
    Activity, Audience, AuditDetail, AuditEvent, AuditId, AuditOutcome, AuditTarget, ClientId, CorrelationId,
    DISOWNED_AT, DISOWNED_FROM, Doer, FIRST_USE, Initiator, LastingMethod, ModifiedProperty, Notice,
    NoticeKind, NoticeReader, NoticeSettings, PASS_PROPERTY, REPLACED_BY, Seconds, ServicePrincipalId,
    TargetKind, Timestamp, UserId,
};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ADA: UserId = UserId::from_bytes([1; 16]);

fn person(id: UserId, name: &str) -> Initiator {
    Initiator::User {
        id,
        upn: format!("{name}@example.com"),
        display_name: name.to_owned(),
    }
}

fn event(activity: Activity, reason: &str, details: &[(&str, &str)]) -> AuditEvent {
    let detail = |(key, value): &(&str, &str)| AuditDetail {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    AuditEvent {
        id: AuditId::from_bytes([4; 16]),
        at: NOW,
        activity,
        outcome: AuditOutcome::Success,
        reason: reason.to_owned(),
        initiator: person(ADA, "Ada"),
        ip_address: "203.0.113.7".to_owned(),
        targets: vec![AuditTarget {
            kind: TargetKind::User,
            id: ADA.to_string(),
            display_name: None,
            upn: None,
            modified: Vec::new(),
        }],
        details: details.iter().map(detail).collect(),
        correlation_id: CorrelationId::from_bytes([8; 16]),
    }
}

#[test]
fn people_hear_of_their_passes_methods_and_passwords() {
    let (passkey, app) = (Some(LastingMethod::Passkey), Some(LastingMethod::App));
    let first = &[(FIRST_USE, "true")][..];
    let replaced = &[(REPLACED_BY, "another")][..];
    #[rustfmt::skip]
    let cases = [
        (Activity::AdminRegisteredSecurityInfo, "Admin registered temporary access pass method for user", &[][..], Some((NoticeKind::PassIssued, None))),
        (Activity::UserRegisteredSecurityInfo, "User registered temporary access pass method", &[], Some((NoticeKind::PassIssued, None))),
        (Activity::UserRegisteredSecurityInfo, "User registered Fido2 Authentication Method", &[], Some((NoticeKind::MethodAdded, passkey))),
        (Activity::AdminRegisteredSecurityInfo, "Admin registered Fido2 Authentication Method for user", &[], Some((NoticeKind::MethodAdded, passkey))),
        (Activity::UserRegisteredSecurityInfo, "User registered Authenticator App with Code", &[], Some((NoticeKind::MethodAdded, app))),
        (Activity::UserRegisteredSecurityInfo, "User registered something else", &[], None),
        (Activity::AdminDeletedSecurityInfo, "Admin deleted temporary access pass method for user", &[], Some((NoticeKind::PassDeleted, None))),
        (Activity::AdminDeletedSecurityInfo, "Admin deleted temporary access pass method for user", replaced, None),
        (Activity::AdminDeletedSecurityInfo, "Admin deleted Authenticator App with Code for user", &[], Some((NoticeKind::MethodDeleted, app))),
        (Activity::UserDeletedSecurityInfo, "User deleted Fido2 Authentication Method", &[], Some((NoticeKind::MethodDeleted, passkey))),
        (Activity::PassRedeemed, "User signed in with a temporary access pass", first, Some((NoticeKind::PassUsed, None))),
        (Activity::PassRedeemed, "User signed in with a temporary access pass", &[], None),
        (Activity::PassBlocked, "", &[], Some((NoticeKind::PassBlocked, None))),
        (Activity::ResetUserPassword, "", &[], Some((NoticeKind::PasswordReset, None))),
        (Activity::AdminStartedPasswordReset, "Admin started password reset", &[], None),
        (Activity::ChangeUserPassword, "", &[], Some((NoticeKind::PasswordChanged, None))),
        (Activity::SessionsRevoked, "", &[], None),
        (Activity::UpdateUser, "", &[], None),
    ];
    for (activity, reason, details, wanted) in cases {
        let mut event = event(activity, reason, details);
        let found = Notice::of(&event).map(|notice| (notice.kind, notice.method));
        assert_eq!(found, wanted, "{activity:?} {reason}");
        assert!(
            found.is_none() || NoticeKind::ACTIVITIES.contains(&activity),
            "{activity:?}"
        );
        event.outcome = AuditOutcome::Failure;
        assert_eq!(
            Notice::of(&event),
            None,
            "{activity:?}: a refusal changed nothing"
        );
    }
}

#[test]
fn a_notice_says_who_did_it() {
    let mut event = event(Activity::PassBlocked, "", &[]);
    let by = |event: &AuditEvent| Notice::of(event).unwrap().by;
    assert_eq!(by(&event), Doer::Oneself("203.0.113.7".to_owned()));
    event.initiator = person(UserId::from_bytes([2; 16]), "Hanna");
    assert_eq!(by(&event), Doer::Other("Hanna".to_owned()));
    event.initiator = Initiator::Application {
        client_id: ClientId::from_bytes([3; 16]),
        service_principal_id: ServicePrincipalId::from_bytes([3; 16]),
        display_name: "Joiners".to_owned(),
    };
    assert_eq!(by(&event), Doer::Other("Joiners".to_owned()));
    event.initiator = Initiator::Console;
    assert_eq!(by(&event), Doer::Server);
    event.targets.clear();
    assert_eq!(Notice::of(&event), None, "it happened to nobody");
}

#[test]
fn a_notice_knows_times_as_far_as_the_log_does() {
    let mut issued = event(
        Activity::AdminRegisteredSecurityInfo,
        "temporary access pass method",
        &[],
    );
    assert_eq!(Notice::of(&issued).unwrap().valid, None);
    let end = NOW + Seconds(3600);
    let property = |name: &str, value: &str| {
        ModifiedProperty::text(&format!("{PASS_PROPERTY}{name}"), None, Some(value))
    };
    issued.targets[0].modified = vec![
        property("Id", "1"),
        property("StartDateTime", &NOW.to_rfc3339()),
        property("EndTime", &end.to_rfc3339()),
    ];
    assert_eq!(Notice::of(&issued).unwrap().valid, Some((NOW, end)));

    let details = [
        (DISOWNED_AT, "2026-11-22T14:05:00Z"),
        (DISOWNED_FROM, "192.0.2.9"),
    ];
    let (at, from) = Notice::of(&event(Activity::SignInDisowned, "", &details))
        .unwrap()
        .sign_in
        .unwrap();
    assert_eq!(
        (at.to_rfc3339().as_str(), from.as_str()),
        ("2026-11-22T14:05:00Z", "192.0.2.9")
    );
}

#[test]
fn people_hear_of_everything_and_others_of_what_concerns_them() {
    let settings = NoticeSettings::default();
    for kind in NoticeKind::ALL {
        assert!(settings.tells(kind, Audience::Person), "{kind:?}");
        assert!(settings.tells(kind, Audience::Webhook), "{kind:?}");
        assert_eq!(
            settings.tells(kind, Audience::Manager),
            kind == NoticeKind::PassIssued,
            "{kind:?}"
        );
        let alarming = matches!(kind, NoticeKind::PassBlocked | NoticeKind::SignInDisowned);
        assert_eq!(
            settings.tells(kind, Audience::Administrators),
            alarming,
            "{kind:?}"
        );
    }
    let text = serde_json::to_string(&settings).unwrap();
    assert!(
        text.contains(r#""passIssued":["person","manager","webhook"]"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<NoticeSettings>(&text).unwrap(), settings);
}

#[test]
fn each_reader_has_a_notice_of_their_own() {
    let keys: BTreeSet<_> = [
        NoticeReader::Person,
        NoticeReader::Manager,
        NoticeReader::Administrator(ADA),
        NoticeReader::AdministratorsAddress,
        NoticeReader::Webhook,
    ]
    .iter()
    .map(NoticeReader::key)
    .collect();
    assert_eq!(keys.len(), 5);
}
