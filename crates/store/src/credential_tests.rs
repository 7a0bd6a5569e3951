//! Passes, passkeys, authenticator apps, sessions and lockouts, on both engines.

use latchkey_domain::{
    Activity, Lockout, Minutes, PassId, Passkey, PasskeyId, RecentWrongPasswords, Seconds, SessionMethod,
    Timestamp, TotpApp, TotpId, Upn, UserRef,
};

use crate::fixtures::{
    NOW, add_user, change, event, events, hash, id, issue, open_session, pass, permit, race, session, user,
    user_id,
};
use crate::testing::for_each_engine;
use crate::{PurgeCounts, Result, Store, StoreError, StoredPass};

async fn pass_of(store: &Store, n: u64) -> Option<StoredPass> {
    store.read().await.unwrap().pass_of(user_id(n)).await.unwrap()
}

async fn stands(store: &Store, token: u64) -> bool {
    store
        .read()
        .await
        .unwrap()
        .session_by_token(&hash(token))
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn a_new_pass_replaces_the_old_one_and_ends_its_sessions() {
    for_each_engine(|store| async move {
        for n in [1, 2] {
            add_user(&store, user(n, &format!("u{n}@example.com"))).await.unwrap();
            issue(&store, pass(10 + n, n, false)).await.unwrap();
            let method = SessionMethod::Pass { one_time: false };
            open_session(&store, session(20 + n, n, method, Some(&pass(10 + n, n, false))), 20 + n).await.unwrap();
            open_session(&store, session(30 + n, n, SessionMethod::Passkey, None), 30 + n).await.unwrap();
        }
        assert_eq!(pass_of(&store, 1).await.unwrap().pass, pass(11, 1, false));
        issue(&store, pass(41, 1, true)).await.unwrap();
        let stored = pass_of(&store, 1).await.unwrap();
        assert_eq!((stored.pass, stored.verifier.as_str(), stored.wrong_guesses), (pass(41, 1, true), "verifier", 0));
        assert!(!stands(&store, 21).await, "the session on the old pass is over");
        assert!(stands(&store, 31).await && stands(&store, 22).await && stands(&store, 32).await);

        let gone = pass(12, 2, false).id;
        let delete = || {
            let store = store.clone();
            async move {
                change!(store, w => w.delete_pass(&permit(), gone, &event(Activity::AdminDeletedSecurityInfo))).unwrap()
            }
        };
        assert!(delete().await);
        assert!(!delete().await);
        assert_eq!(pass_of(&store, 2).await, None);
        assert!(!stands(&store, 22).await && stands(&store, 32).await);
        assert_eq!(events(&store, Activity::AdminDeletedSecurityInfo).await, 1);
        assert_eq!(events(&store, Activity::AdminRegisteredSecurityInfo).await, 3);
    })
    .await;
}

/// As an administrator sees it: whose pass with the policy, or nobody.
async fn shown(store: &Store, user: UserRef) -> Option<Option<PassId>> {
    let found = store
        .read()
        .await
        .unwrap()
        .pass_and_policy(&user)
        .await
        .unwrap()?;
    Some(found.pass.map(|stored| stored.pass.id))
}

#[tokio::test]
async fn a_pass_is_shown_until_its_account_is_deleted() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let by_name = || UserRef::Name(Upn::parse("ADA@example.com").unwrap());
        let by_id = || UserRef::Id(user_id(1));
        for who in [by_id(), by_name()] {
            assert_eq!(shown(&store, who).await, Some(None), "an account without a pass");
        }
        issue(&store, pass(11, 1, false)).await.unwrap();
        for who in [by_id(), by_name()] {
            assert_eq!(shown(&store, who).await, Some(Some(pass(11, 1, false).id)));
        }
        change!(store, w => w.delete_user(&permit(), user_id(1), NOW, &event(Activity::DeleteUser))).unwrap();
        for who in [by_id(), by_name(), UserRef::Id(user_id(2))] {
            assert_eq!(shown(&store, who).await, None, "no account");
        }
        assert!(
            change!(store, w => w.restore_user(&permit(), user_id(1), &event(Activity::RestoreUser)))
                .unwrap()
        );
        assert_eq!(
            shown(&store, by_id()).await,
            Some(None),
            "the pass does not come back"
        );
    })
    .await;
}

#[tokio::test]
async fn a_one_time_pass_is_redeemed_once() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        issue(&store, pass(11, 1, true)).await.unwrap();
        let one = pass(11, 1, true).id;
        let later = NOW + Minutes(1);
        let won = race(&store, 100, move |w| {
            Box::pin(async move { w.redeem_pass(pass(11, 1, true).id, NOW).await })
        });
        assert_eq!(won.await, 1);
        assert!(!change!(store, w => w.redeem_pass(one, later)).unwrap());
        assert_eq!(pass_of(&store, 1).await.unwrap().pass.used_at, Some(NOW));

        issue(&store, pass(12, 1, false)).await.unwrap();
        let won = race(&store, 10, move |w| {
            Box::pin(async move { w.redeem_pass(pass(12, 1, false).id, NOW).await })
        });
        assert_eq!(won.await, 10, "this one may be used several times");
        let gone = change!(store, w => w.redeem_pass(one, later)).unwrap();
        assert!(!gone, "the replaced pass");
        let many = pass(12, 1, false).id;
        assert!(change!(store, w => w.redeem_pass(many, later)).unwrap());
        assert_eq!(
            pass_of(&store, 1).await.unwrap().pass.used_at,
            Some(NOW),
            "the first use counts"
        );
    })
    .await;
}

#[tokio::test]
async fn wrong_guesses_count_in_a_row_and_can_block() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        issue(&store, pass(11, 1, false)).await.unwrap();
        let this = pass(11, 1, false).id;
        for n in 1..=3 {
            assert_eq!(change!(store, w => w.count_wrong_guess(this)).unwrap(), n);
        }
        assert_eq!(pass_of(&store, 1).await.unwrap().wrong_guesses, 3);
        assert!(change!(store, w => w.redeem_pass(this, NOW)).unwrap());
        assert_eq!(change!(store, w => w.count_wrong_guess(this)).unwrap(), 1);
        let later = NOW + Minutes(1);
        change!(store, w => w.block_pass(this, NOW, &event(Activity::PassBlocked))).unwrap();
        change!(store, w => w.block_pass(this, later, &event(Activity::PassBlocked))).unwrap();
        assert_eq!(pass_of(&store, 1).await.unwrap().pass.blocked_at, Some(NOW));
        let nobody = pass(99, 1, false).id;
        assert_eq!(change!(store, w => w.count_wrong_guess(nobody)).unwrap(), 0);
    })
    .await;
}

fn passkey(n: u64) -> Passkey {
    Passkey {
        id: PasskeyId::new(hash(n).to_vec()).unwrap(),
        user_id: user_id(1),
        name: format!("Key {n}"),
        static_state: vec![1, 2, 3],
        dynamic_state: vec![4],
        aaguid: [5; 16],
        attested_by: (n % 2 == 1).then_some([6; 20]),
        synced: n.is_multiple_of(2),
        transports: "internal,hybrid".to_owned(),
        created_at: NOW + Seconds(i64::try_from(n).unwrap()),
        last_used_at: None,
    }
}

async fn add_passkey(store: &Store, passkey: Passkey) -> Result<()> {
    store
        .write_with(passkey, |w, passkey| {
            Box::pin(async move {
                w.insert_passkey(passkey, &event(Activity::UserRegisteredSecurityInfo))
                    .await
            })
        })
        .await
}

#[tokio::test]
async fn passkeys_come_and_go() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        add_passkey(&store, passkey(2)).await.unwrap();
        add_passkey(&store, passkey(1)).await.unwrap();
        assert!(add_passkey(&store, passkey(1)).await.unwrap_err().is_conflict("passkeys_pkey"));
        let later = NOW + Minutes(5);
        change!(store, w => w.save_passkey_use(&passkey(1).id, &[8, 9], later)).unwrap();
        let renamed = event(Activity::UserUpdatedSecurityInfo);
        store
            .write_with(renamed, |w, renamed| {
                Box::pin(async move { w.rename_passkey(&passkey(1).id, "My phone", renamed).await })
            })
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        let mut used = passkey(1);
        (used.dynamic_state, used.last_used_at, used.name) = (vec![8, 9], Some(later), "My phone".to_owned());
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.passkeys_of(user_id(1)).await.unwrap(), [used.clone(), passkey(2)]);
        assert_eq!(reader.passkey(&used.id).await.unwrap(), Some(used));
        assert_eq!(reader.passkey(&passkey(3).id).await.unwrap(), None);
        drop(reader);
        for existed in [true, false] {
            let deleted = change!(store, w => w.delete_passkey(&permit(), &passkey(2).id, &event(Activity::UserDeletedSecurityInfo)));
            assert_eq!(deleted.unwrap(), existed);
        }
        assert_eq!(events(&store, Activity::UserDeletedSecurityInfo).await, 1);
        assert_eq!(events(&store, Activity::UserRegisteredSecurityInfo).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_step_of_an_authenticator_app_counts_once() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let app = TotpApp {
            id: TotpId::from_bytes(id(1)),
            user_id: user_id(1),
            name: "Phone".to_owned(),
            sealed_key: vec![1; 40],
            last_step: 100,
            created_at: NOW,
            last_used_at: None,
        };
        let added = app.clone();
        let result: Result<()> = store
            .write_with(added, |w, app| {
                Box::pin(async move { w.insert_totp(app, &event(Activity::UserRegisteredSecurityInfo)).await })
            })
            .await;
        result.unwrap();
        assert_eq!(store.read().await.unwrap().totp_apps_of(user_id(1)).await.unwrap(), [app]);
        let won = race(&store, 20, |w| Box::pin(w.use_totp_step(TotpId::from_bytes(id(1)), 101, NOW)));
        assert_eq!(won.await, 1);
        let totp = TotpId::from_bytes(id(1));
        assert!(!change!(store, w => w.use_totp_step(totp, 100, NOW)).unwrap());
        assert!(change!(store, w => w.use_totp_step(totp, 102, NOW)).unwrap());
        for existed in [true, false] {
            let deleted =
                change!(store, w => w.delete_totp(&permit(), totp, &event(Activity::UserDeletedSecurityInfo)));
            assert_eq!(deleted.unwrap(), existed);
        }
        assert_eq!(events(&store, Activity::UserDeletedSecurityInfo).await, 1);
    })
    .await;
}

#[tokio::test]
async fn sessions_of_every_kind_come_back_and_end() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let methods = [
            SessionMethod::Pass { one_time: false },
            SessionMethod::Pass { one_time: true },
            SessionMethod::Password,
            SessionMethod::PasswordAndTotp,
            SessionMethod::PasswordAndPass { one_time: false },
            SessionMethod::PasswordAndPass { one_time: true },
            SessionMethod::PasswordAndPasskey,
            SessionMethod::Passkey,
        ];
        for (n, method) in (1_u64..).zip(methods) {
            let pass = method.by_pass().then(|| pass(50, 1, false));
            let opened = session(n, 1, method, pass.as_ref());
            open_session(&store, opened, n).await.unwrap();
            let mut reader = store.read().await.unwrap();
            let (found, owner) = reader.session_by_token(&hash(n)).await.unwrap().unwrap();
            assert_eq!((found, owner.id), (opened, user_id(1)));
            assert_eq!(reader.session_by_id(opened.id).await.unwrap().unwrap().0, opened);
        }

        let mut again = session(8, 1, SessionMethod::Passkey, None);
        again.authenticated_at = NOW + Minutes(3);
        change!(store, w => w.reauthenticate_session(&again, &hash(108))).unwrap();
        assert!(!stands(&store, 8).await, "the old cookie is worth nothing");
        let seen = NOW + Minutes(9);
        change!(store, w => w.touch_session(again.id, seen)).unwrap();
        change!(store, w => w.touch_session(again.id, NOW)).unwrap();
        let mut reader = store.read().await.unwrap();
        let (found, _) = reader.session_by_token(&hash(108)).await.unwrap().unwrap();
        assert_eq!(
            (found.authenticated_at, found.last_seen_at),
            (NOW + Minutes(3), seen)
        );
        drop(reader);
        let kept = again.kept();
        change!(store, w => w.reauthenticate_session(&kept, &hash(108))).unwrap();
        let mut reader = store.read().await.unwrap();
        let (found, _) = reader.session_by_token(&hash(108)).await.unwrap().unwrap();
        assert!(found.persistent && found.not_after == kept.not_after);
        drop(reader);

        let revoked = || event(Activity::SessionsRevoked);
        let kept = session(3, 1, SessionMethod::Password, None).id;
        change!(store, w => w.end_sessions(user_id(1), Some(kept), seen, &revoked())).unwrap();
        assert!(stands(&store, 3).await && !stands(&store, 1).await && !stands(&store, 108).await);
        let mut reader = store.read().await.unwrap();
        assert_eq!(
            reader
                .user_by_id(user_id(1))
                .await
                .unwrap()
                .unwrap()
                .sessions_valid_from,
            NOW
        );
        drop(reader);
        change!(store, w => w.end_sessions(user_id(1), None, seen, &revoked())).unwrap();
        assert!(!stands(&store, 3).await);
        let mut reader = store.read().await.unwrap();
        assert_eq!(
            reader
                .user_by_id(user_id(1))
                .await
                .unwrap()
                .unwrap()
                .sessions_valid_from,
            seen
        );
        drop(reader);
        open_session(&store, session(60, 1, SessionMethod::Passkey, None), 60)
            .await
            .unwrap();
        let last = session(60, 1, SessionMethod::Passkey, None).id;
        assert!(change!(store, w => w.delete_session(last, seen)).unwrap());
        assert!(!change!(store, w => w.delete_session(last, seen)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn counters_are_kept_and_challenges_spent_once() {
    for_each_engine(|store| async move {
        let counted = Lockout {
            failures: 11,
            locks: 2,
            locked_until: Some(NOW + Minutes(1)),
            window_start: Some(NOW),
            last_failure: Some(NOW),
            wrong_passwords: RecentWrongPasswords::from_bits(0x0001_0002_0003),
        };
        let read = || async { store.read().await.unwrap().lockout(&hash(1)).await.unwrap() };
        assert_eq!(read().await, None);
        for lockout in [Lockout::default(), counted] {
            change!(store, w => w.save_lockout(&hash(1), &lockout)).unwrap();
            assert_eq!(read().await, Some(lockout));
        }
        // Several at once are each their own.
        change!(store, w => w.save_lockout(&hash(3), &Lockout::default())).unwrap();
        let mut reader = store.read().await.unwrap();
        let mut known = reader.lockouts(&[hash(3), hash(2), hash(1)]).await.unwrap();
        known.sort_unstable_by_key(|(counter, _)| *counter);
        let mut kept = vec![(hash(1), counted), (hash(3), Lockout::default())];
        kept.sort_unstable_by_key(|(counter, _)| *counter);
        assert_eq!(known, kept);
        assert_eq!(reader.lockouts(&[]).await.unwrap(), []);
        drop(reader);
        change!(store, w => w.clear_lockout(&hash(1))).unwrap();
        assert_eq!(read().await, None);
        let won = race(&store, 30, |w| {
            Box::pin(async move { w.spend_challenge(&hash(2), NOW).await })
        })
        .await;
        assert_eq!(won, 1);
    })
    .await;
}

#[tokio::test]
async fn tidying_up_takes_only_what_is_over() {
    for_each_engine(|store| async move {
        let days = |n: i64| Seconds(n * 86_400);
        for n in 1..=2 {
            add_user(&store, user(n, &format!("u{n}@example.com")))
                .await
                .unwrap();
        }
        issue(&store, pass(11, 1, false)).await.unwrap();
        let mut fresh = pass(12, 2, false);
        fresh.start_at = NOW + days(20);
        issue(&store, fresh).await.unwrap();
        open_session(&store, session(21, 1, SessionMethod::Passkey, None), 21)
            .await
            .unwrap();
        open_session(&store, session(22, 1, SessionMethod::Passkey, None), 22)
            .await
            .unwrap();
        let seen_later = session(22, 1, SessionMethod::Passkey, None).id;
        change!(store, w => w.touch_session(seen_later, NOW + days(30))).unwrap();
        let at = |when: Timestamp| Lockout {
            failures: 1,
            last_failure: Some(when),
            ..Lockout::default()
        };
        change!(store, w => w.save_lockout(&hash(1), &at(NOW))).unwrap();
        change!(store, w => w.save_lockout(&hash(2), &at(NOW + days(30)))).unwrap();
        change!(store, w => w.spend_challenge(&hash(1), NOW + Minutes(10))).unwrap();
        change!(store, w => w.spend_challenge(&hash(2), NOW + days(40))).unwrap();

        let end = NOW + days(30) + Minutes(720);
        assert_eq!(change!(store, w => w.purge(NOW)).unwrap(), PurgeCounts::default());
        let counts = change!(store, w => w.purge(end)).unwrap();
        assert_eq!(
            counts,
            PurgeCounts {
                sessions: 1,
                challenges: 1,
                lockouts: 1,
                passes: 1,
                grants: 0,
                unheard: 0,
            }
        );
        assert!(!counts.is_full());
        assert_eq!(change!(store, w => w.purge(end)).unwrap(), PurgeCounts::default());
        assert!(pass_of(&store, 1).await.is_none() && pass_of(&store, 2).await.is_some());
        assert!(!stands(&store, 21).await && stands(&store, 22).await);
    })
    .await;
}
