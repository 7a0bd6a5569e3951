//! The two logs, on both engines: every filter against the same search in a plain list.

use latchkey_domain::{
    Activity, AuditDetail, AuditEvent, AuditId, AuditOutcome, AuditTarget, AuthenticationStep, ClientId,
    CorrelationId, Initiator, ModifiedProperty, Requirement, ServicePrincipalId, SessionId, SignInError,
    SignInId, SignInKind, SignInRecord, TargetKind, Timestamp, UserId,
};

use crate::testing::for_each_engine;
use crate::{AuditFilter, DayCount, Result, SignInFilter, Store, Writer};

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    /// One of `0..sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    fn byte(&mut self, sides: usize) -> u8 {
        u8::try_from(self.roll(sides)).unwrap()
    }
}

fn id(n: usize) -> [u8; 16] {
    u128::try_from(n).unwrap().to_be_bytes()
}

fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

/// Mostly later than the one before, sometimes at the same time or earlier, as with several nodes.
fn moment(n: usize, dice: &mut Dice) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(n / 3 + dice.roll(4)).unwrap())
}

fn audit_event(n: usize, dice: &mut Dice) -> AuditEvent {
    let target = |dice: &mut Dice| AuditTarget {
        kind: TargetKind::User,
        id: user(dice.byte(5)).to_string(),
        display_name: Some("Ada".to_owned()),
        upn: None,
        modified: vec![ModifiedProperty::text("displayName", None, Some("\"Ada\" ä"))],
    };
    let initiator = match dice.roll(3) {
        0 => Initiator::Console,
        1 => Initiator::User {
            id: user(dice.byte(4)),
            upn: "a@b.example".to_owned(),
            display_name: "A".to_owned(),
        },
        _ => Initiator::Application {
            client_id: ClientId::from_bytes([dice.byte(3); 16]),
            service_principal_id: ServicePrincipalId::from_bytes([9; 16]),
            display_name: "HR".to_owned(),
        },
    };
    AuditEvent {
        id: AuditId::from_bytes(id(n)),
        at: moment(n, dice),
        activity: dice.of(Activity::ALL),
        outcome: dice.of(&[AuditOutcome::Success, AuditOutcome::Failure]),
        reason: "because".to_owned(),
        initiator,
        ip_address: "192.0.2.1".to_owned(),
        targets: (0..dice.roll(3)).map(|_| target(dice)).collect(),
        details: vec![AuditDetail {
            key: "User-Agent".to_owned(),
            value: "x".to_owned(),
        }],
        correlation_id: CorrelationId::from_bytes([dice.byte(40); 16]),
    }
}

fn audit_matches(filter: &AuditFilter, event: &AuditEvent) -> bool {
    let lower = |text: &str| text.to_lowercase();
    let equal = |wanted: &Option<String>, found: &str| {
        let wanted = wanted.as_deref();
        wanted.is_none_or(|wanted| lower(wanted) == lower(found))
    };
    let by_user = |id: &UserId| matches!(&event.initiator, Initiator::User { id: found, .. } if found == id);
    let by_app = |id: &ClientId| matches!(&event.initiator, Initiator::Application { client_id, .. } if client_id == id);
    filter.from.is_none_or(|from| event.at >= from)
        && filter.to.is_none_or(|to| event.at <= to)
        && filter.id.is_none_or(|id| event.id == id)
        && equal(&filter.activity, event.activity.name())
        && filter
            .activity_prefix
            .as_ref()
            .is_none_or(|prefix| lower(event.activity.name()).starts_with(&lower(prefix)))
        && equal(&filter.category, event.activity.category())
        && equal(&filter.service, event.activity.service())
        && filter.correlation.is_none_or(|id| event.correlation_id == id)
        && filter.outcome.is_none_or(|outcome| event.outcome == outcome)
        && filter.initiator_user.as_ref().is_none_or(by_user)
        && filter.initiator_app.as_ref().is_none_or(by_app)
        && filter
            .target_id
            .as_ref()
            .is_none_or(|id| event.targets.iter().any(|target| target.id == *id))
}

fn audit_filter(dice: &mut Dice) -> AuditFilter {
    let mut filter = AuditFilter::default();
    for _ in 0..dice.roll(4) {
        match dice.roll(11) {
            0 => filter.from = Some(Timestamp::from_seconds(i64::try_from(dice.roll(130)).unwrap())),
            1 => filter.to = Some(Timestamp::from_seconds(i64::try_from(dice.roll(130)).unwrap())),
            2 => filter.activity = Some(dice.of(Activity::ALL).name().to_owned()),
            3 => filter.activity_prefix = Some(dice.of(&["", "A", "Add", "Latchkey", "add", "%"]).to_owned()),
            4 => filter.category = Some(dice.of(&["usermanagement", "Policy", "None", ""]).to_owned()),
            5 => filter.service = Some(dice.of(&["Core Directory", "Authentication Methods"]).to_owned()),
            6 => filter.correlation = Some(CorrelationId::from_bytes([dice.byte(40); 16])),
            7 => filter.outcome = Some(dice.of(&[AuditOutcome::Success, AuditOutcome::Failure])),
            8 => filter.initiator_user = Some(user(dice.byte(5))),
            9 if dice.roll(3) == 0 => filter.id = Some(AuditId::from_bytes(id(dice.roll(450)))),
            9 => filter.initiator_app = Some(ClientId::from_bytes([dice.byte(4); 16])),
            _ => filter.target_id = Some(user(dice.byte(6)).to_string()),
        }
    }
    filter
}

async fn add_audits(store: &Store, events: Vec<AuditEvent>) -> Result<()> {
    store
        .write_with(events, |w: &mut Writer, events| {
            Box::pin(async move {
                for event in events {
                    w.record(event).await?;
                }
                Ok(())
            })
        })
        .await
}

#[tokio::test]
async fn every_audit_filter_finds_what_a_plain_search_finds() {
    for_each_engine(|store| async move {
        let mut dice = Dice(1);
        let events: Vec<_> = (0..400).map(|n| audit_event(n, &mut dice)).collect();
        add_audits(&store, events.clone()).await.unwrap();
        // Newest first: by time, then by number, which follows the order of writing.
        let mut log: Vec<_> = events.into_iter().enumerate().collect();
        log.sort_by_key(|(n, event)| std::cmp::Reverse((event.at, *n)));
        let mut r = store.read().await.unwrap();
        let mut sizes = 0;
        for _ in 0..400 {
            let filter = audit_filter(&mut dice);
            let wanted: Vec<_> = log
                .iter()
                .map(|(_, event)| event)
                .filter(|event| audit_matches(&filter, event))
                .collect();
            sizes += usize::from(!wanted.is_empty());
            let limit = dice.of(&[3, 50, 1000]);
            let mut found = Vec::new();
            let mut before = None;
            loop {
                let page = r.audits_page(&filter, before, limit).await.unwrap();
                assert!(page.len() <= limit as usize);
                let Some(last) = page.last() else { break };
                before = Some(last.seq);
                found.extend(page.into_iter().map(|stored| stored.event));
            }
            assert!(found.iter().eq(wanted), "{filter:?} by {limit}");
        }
        assert!(sizes > 150, "most filters should find something: {sizes}");
        let one = r.audit(AuditId::from_bytes(id(7))).await.unwrap().unwrap();
        assert_eq!(one.event.id, AuditId::from_bytes(id(7)));
        let (_, aimed) = log.iter().find(|(_, event)| !event.targets.is_empty()).unwrap();
        for (target, found) in [(aimed.targets[0].id.as_str(), 1), ("nobody", 0)] {
            let filter = AuditFilter {
                id: Some(aimed.id),
                target_id: Some(target.to_owned()),
                ..AuditFilter::default()
            };
            assert_eq!(r.audits_page(&filter, None, 10).await.unwrap().len(), found);
        }
        assert_eq!(r.audit(AuditId::from_bytes(id(1000))).await.unwrap(), None);
        assert_eq!(
            r.audits_page(&AuditFilter::default(), Some(i64::MAX), 10)
                .await
                .unwrap(),
            []
        );
        assert_eq!(r.audits_page(&AuditFilter::default(), None, 0).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn paging_is_not_disturbed_by_new_events() {
    for_each_engine(|store| async move {
        let mut dice = Dice(2);
        let events: Vec<_> = (0..60).map(|n| audit_event(n, &mut dice)).collect();
        add_audits(&store, events).await.unwrap();
        let mut seen = std::collections::BTreeSet::new();
        let mut before = None;
        for n in 0.. {
            let filter = AuditFilter::default();
            let page = store
                .read()
                .await
                .unwrap()
                .audits_page(&filter, before, 7)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.seq);
            for stored in page {
                assert!(seen.insert(*stored.event.id.as_bytes()), "told twice");
            }
            let mut new = audit_event(1000 + n, &mut dice);
            new.at = Timestamp::from_seconds(1000);
            add_audits(&store, vec![new]).await.unwrap();
        }
        assert_eq!(seen, (0..60).map(id).collect());
    })
    .await;
}

fn sign_in(n: usize, dice: &mut Dice) -> SignInRecord {
    let name = dice.byte(5);
    let error = if dice.roll(3) == 0 {
        Some(dice.of(SignInError::ALL))
    } else {
        None
    };
    SignInRecord {
        id: SignInId::from_bytes(id(n)),
        at: moment(n, dice),
        user_id: (dice.roll(4) > 0).then(|| user(name)),
        user_principal_name: (dice.roll(5) > 0).then(|| format!("Ada{name}@Example.com")),
        user_display_name: None,
        app_id: dice.of(&["app-1", "app-2"]).to_owned(),
        app_name: "App".to_owned(),
        ip_address: format!("192.0.2.{}", dice.roll(4)),
        user_agent: "Browser/1.0".to_owned(),
        correlation_id: CorrelationId::from_bytes([dice.byte(40); 16]),
        error,
        requirement: dice.of(&[Requirement::SingleFactor, Requirement::MultiFactor]),
        steps: vec![AuthenticationStep {
            at: Timestamp::from_seconds(1),
            method: "Temporary Access Pass".to_owned(),
            detail: Some("One-time".to_owned()),
            succeeded: error.is_none(),
            result: "MFA completed".to_owned(),
            requirement: "Primary authentication".to_owned(),
        }],
        session_id: error.is_none().then(|| SessionId::from_bytes(id(n))),
        interactive: dice.roll(3) > 0,
    }
}

fn sign_in_matches(filter: &SignInFilter, record: &SignInRecord) -> bool {
    let upn = record.user_principal_name.as_ref().map(|upn| upn.to_lowercase());
    let upn_is = |test: &dyn Fn(&str) -> bool| upn.as_deref().is_some_and(test);
    filter.from.is_none_or(|from| record.at >= from)
        && filter.to.is_none_or(|to| record.at <= to)
        && filter.user_id.is_none_or(|id| record.user_id == Some(id))
        && filter
            .upn
            .as_ref()
            .is_none_or(|wanted| upn_is(&|upn| upn == wanted.to_lowercase()))
        && filter
            .upn_prefix
            .as_ref()
            .is_none_or(|start| upn_is(&|upn| upn.starts_with(&start.to_lowercase())))
        && filter
            .error_number
            .is_none_or(|wanted| record.error.map_or(0, SignInError::number) == wanted)
        && filter.ip.as_ref().is_none_or(|ip| record.ip_address == *ip)
        && filter.correlation.is_none_or(|id| record.correlation_id == id)
        && filter.app_id.as_ref().is_none_or(|id| record.app_id == *id)
        && filter.silent != record.interactive
}

fn sign_in_filter(dice: &mut Dice) -> SignInFilter {
    let mut filter = SignInFilter {
        silent: dice.roll(3) == 0,
        ..SignInFilter::default()
    };
    for _ in 0..dice.roll(4) {
        match dice.roll(9) {
            0 => filter.from = Some(Timestamp::from_seconds(i64::try_from(dice.roll(130)).unwrap())),
            1 => filter.to = Some(Timestamp::from_seconds(i64::try_from(dice.roll(130)).unwrap())),
            2 => filter.user_id = Some(user(dice.byte(6))),
            3 => filter.upn = Some(format!("ADA{}@example.com", dice.roll(6))),
            4 => filter.upn_prefix = Some(dice.of(&["ada", "ADA2@", "", "b", "%"]).to_owned()),
            5 => filter.error_number = Some(dice.of(&[0, 130_503, 50126, 1])),
            6 => filter.ip = Some(format!("192.0.2.{}", dice.roll(5))),
            7 => filter.correlation = Some(CorrelationId::from_bytes([dice.byte(40); 16])),
            _ => filter.app_id = Some(dice.of(&["app-1", "app-3"]).to_owned()),
        }
    }
    filter
}

#[tokio::test]
async fn every_sign_in_filter_finds_what_a_plain_search_finds() {
    for_each_engine(|store| async move {
        let mut dice = Dice(3);
        let records: Vec<_> = (0..400).map(|n| sign_in(n, &mut dice)).collect();
        let written: Result<()> = store
            .write_with(records.clone(), |w: &mut Writer, records| {
                Box::pin(async move {
                    for record in records {
                        w.insert_sign_in(record).await?;
                    }
                    Ok(())
                })
            })
            .await;
        written.unwrap();
        let mut log: Vec<_> = records.into_iter().enumerate().collect();
        log.sort_by_key(|(n, record)| std::cmp::Reverse((record.at, *n)));
        let mut r = store.read().await.unwrap();
        let mut sizes = 0;
        for _ in 0..400 {
            let filter = sign_in_filter(&mut dice);
            let wanted: Vec<_> = log
                .iter()
                .map(|(_, record)| record)
                .filter(|record| sign_in_matches(&filter, record))
                .collect();
            sizes += usize::from(!wanted.is_empty());
            let limit = dice.of(&[3, 50, 1000]);
            let mut found = Vec::new();
            let mut before = None;
            loop {
                let page = r.sign_ins_page(&filter, before, limit).await.unwrap();
                assert!(page.len() <= limit as usize);
                let Some(last) = page.last() else { break };
                before = Some(last.seq);
                found.extend(page.into_iter().map(|stored| stored.record));
            }
            assert!(found.iter().eq(wanted), "{filter:?} by {limit}");
        }
        assert!(sizes > 150, "most filters should find something: {sizes}");
        let one = r.sign_in(SignInId::from_bytes(id(7))).await.unwrap().unwrap();
        assert_eq!(one.record.id, SignInId::from_bytes(id(7)));
        assert_eq!(r.sign_in(SignInId::from_bytes(id(1000))).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_record_stands_and_falls_with_its_change() {
    for_each_engine(|store| async move {
        let event = audit_event(1, &mut Dice(4));
        let failed: Result<()> = store
            .write_with(event.clone(), |w: &mut Writer, event| {
                Box::pin(async move {
                    w.record(event).await?;
                    // The id is taken now: the second record fails, and takes the first with it.
                    w.record(event).await
                })
            })
            .await;
        assert!(failed.unwrap_err().is_conflict("audits_id_key"));
        assert_eq!(store.read().await.unwrap().audit(event.id).await.unwrap(), None);
    })
    .await;
}

/// A sign-in by this method, refused if there is an error.
fn sign_in_by(n: u8, at: Timestamp, method: &str, error: Option<SignInError>) -> SignInRecord {
    SignInRecord {
        id: SignInId::from_bytes([n; 16]),
        at,
        user_id: None,
        user_principal_name: None,
        user_display_name: None,
        app_id: "app".to_owned(),
        app_name: "App".to_owned(),
        ip_address: "192.0.2.1".to_owned(),
        user_agent: String::new(),
        correlation_id: CorrelationId::from_bytes([n; 16]),
        error,
        requirement: Requirement::SingleFactor,
        steps: vec![AuthenticationStep {
            at,
            method: method.to_owned(),
            detail: None,
            succeeded: error.is_none(),
            result: String::new(),
            requirement: String::new(),
        }],
        session_id: None,
        interactive: true,
    }
}

#[tokio::test]
async fn sign_ins_are_counted_once_whichever_node_is_quicker() {
    for_each_engine(|store| async move {
        let second = Timestamp::from_seconds;
        let records = [
            sign_in_by(1, second(10), "Password", None),
            sign_in_by(2, second(20), "Passkey", None),
            sign_in_by(3, second(30), "Password", Some(SignInError::WrongPassword)),
            sign_in_by(4, second(40), "Passkey", None),
            SignInRecord {
                interactive: false,
                ..sign_in_by(5, second(25), "Previously satisfied", None)
            },
        ];
        store
            .write_with(records, |writer, records| {
                Box::pin(async move {
                    for record in records {
                        writer.insert_sign_in(record).await?;
                    }
                    Ok::<_, crate::StoreError>(())
                })
            })
            .await
            .unwrap();
        let mut reader = store.read().await.unwrap();
        let found = reader.sign_ins_between(second(10), second(40), 9).await.unwrap();
        let expected = [
            (second(10), SignInKind::Password),
            (second(20), SignInKind::Passkey),
        ];
        assert_eq!(found, expected);
        assert_eq!(reader.sign_ins_counted_until().await.unwrap(), None);
        drop(reader);
        let count = |day, sign_ins| DayCount {
            day,
            kind: SignInKind::Passkey,
            sign_ins,
        };
        let add = async |from: Option<Timestamp>, until: Timestamp, count: DayCount| {
            let input = (from, until, count);
            let added = store.write_with(input, |writer, (from, until, count)| {
                Box::pin(async move { writer.add_sign_in_days(*from, *until, &[*count]).await })
            });
            added.await.unwrap()
        };
        assert!(add(None, second(40), count(7, 2)).await);
        assert!(
            !add(None, second(40), count(7, 2)).await,
            "another node was quicker"
        );
        assert!(add(Some(second(40)), second(50), count(7, 1)).await);
        assert!(!add(Some(second(40)), second(50), count(7, 1)).await);
        assert!(add(Some(second(50)), second(60), count(8, 5)).await);
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.sign_in_days(0).await.unwrap(), [count(7, 3), count(8, 5)]);
        assert_eq!(reader.sign_in_days(8).await.unwrap(), [count(8, 5)]);
        drop(reader);
        let forgotten = store
            .write(|writer| Box::pin(async move { writer.forget_sign_in_days(8).await }))
            .await;
        assert_eq!(forgotten.unwrap(), 1);
    })
    .await;
}
