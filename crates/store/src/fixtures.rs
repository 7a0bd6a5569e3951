//! What the tests of this crate put into the store.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_domain::{
    Action, Activity, AuditEvent, AuditId, AuditOutcome, Caller, CorrelationId, Initiator, Minutes, Pass,
    PassId, Permit, Session, SessionId, SessionMethod, TextProperties, TextProperty, Timestamp, Upn, User,
    UserId, UserType, may,
};

use crate::{Result, Store, StoreError};

/// The tests' present.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) fn permit() -> Permit {
    may(&Caller::Console, Action::CreateUser, None).unwrap()
}

/// 16 bytes made of a number.
pub(crate) fn id(n: u64) -> [u8; 16] {
    (u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)).to_be_bytes()
}

/// 32 bytes made of a number.
pub(crate) fn hash(n: u64) -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..16].copy_from_slice(&id(n));
    hash
}

pub(crate) fn user_id(n: u64) -> UserId {
    UserId::from_bytes(id(n))
}

/// An event with an id of its own.
pub(crate) fn event(activity: Activity) -> AuditEvent {
    static COUNT: AtomicU64 = AtomicU64::new(1_000_000);
    AuditEvent {
        id: AuditId::from_bytes(id(COUNT.fetch_add(1, Ordering::Relaxed))),
        at: NOW,
        activity,
        outcome: AuditOutcome::Success,
        reason: String::new(),
        initiator: Initiator::Console,
        ip_address: String::new(),
        targets: Vec::new(),
        details: Vec::new(),
        correlation_id: CorrelationId::from_bytes([9; 16]),
    }
}

pub(crate) fn user(n: u64, upn: &str) -> User {
    let mut text = TextProperties::default();
    text.set(TextProperty::Mail, Some(format!("Mail.{upn}")));
    text.set(TextProperty::PostalCode, Some("12345".to_owned()));
    User {
        id: user_id(n),
        upn: Upn::parse(upn).unwrap(),
        display_name: format!("Name Of {upn}"),
        mail_nickname: "nick".to_owned(),
        account_enabled: n.is_multiple_of(2),
        user_type: UserType::Member,
        text,
        employee_hire_date: None,
        created_at: NOW,
        password_changed_at: None,
        must_change_password: false,
        sessions_valid_from: NOW,
    }
}

pub(crate) fn pass(n: u64, user: u64, one_time: bool) -> Pass {
    Pass {
        id: PassId::from_bytes(id(n)),
        user_id: user_id(user),
        created_at: NOW,
        start_at: NOW,
        lifetime: Minutes(60),
        one_time,
        used_at: None,
        blocked_at: None,
        from_console: false,
    }
}

pub(crate) fn session(n: u64, user: u64, method: SessionMethod, pass: Option<&Pass>) -> Session {
    Session::open(SessionId::from_bytes(id(n)), user_id(user), method, pass, NOW)
}

pub(crate) async fn add_user(store: &Store, user: User) -> Result<()> {
    store
        .write_with(user, |w, user| {
            Box::pin(async move {
                w.insert_user(&permit(), user, Some("$argon2id$"), &event(Activity::AddUser))
                    .await
            })
        })
        .await
}

pub(crate) async fn issue(store: &Store, pass: Pass) -> Result<()> {
    store
        .write_with(pass, |w, pass| {
            Box::pin(async move {
                let issued = event(Activity::AdminRegisteredSecurityInfo);
                w.issue_pass(&permit(), pass, "verifier", None, &issued).await
            })
        })
        .await
}

pub(crate) async fn open_session(store: &Store, session: Session, token: u64) -> Result<()> {
    store
        .write(move |w| Box::pin(async move { w.insert_session(&session, &hash(token)).await }))
        .await
}

/// How many events of an activity there are.
pub(crate) async fn events(store: &Store, activity: Activity) -> usize {
    let filter = crate::AuditFilter {
        activity: Some(activity.name().to_owned()),
        ..Default::default()
    };
    store
        .read()
        .await
        .unwrap()
        .audits_page(&filter, None, 1000)
        .await
        .unwrap()
        .len()
}

/// `change!(store, w => w.delete_user(…))`: one change in one transaction.
macro_rules! change {
    ($store:expr, $w:ident => $work:expr) => {
        $store
            .write::<_, $crate::StoreError, _>(move |$w: &mut $crate::Writer| {
                Box::pin(async move { $work.await })
            })
            .await
    };
}
pub(crate) use change;

/// Runs a job `times` times at once and counts those that answered `true`.
pub(crate) async fn race<F>(store: &Store, times: usize, job: F) -> usize
where
    F: for<'a> Fn(&'a mut crate::Writer) -> crate::JobFuture<'a, bool, StoreError>
        + Copy
        + Send
        + Sync
        + 'static,
{
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..times {
        let store = store.clone();
        running.spawn(async move {
            loop {
                // Who met too many others is told to come back, and does.
                match store.write(job).await {
                    Err(error) if error.is_transient() => tokio::task::yield_now().await,
                    result => break result.unwrap(),
                }
            }
        });
    }
    running.join_all().await.into_iter().filter(|won| *won).count()
}
