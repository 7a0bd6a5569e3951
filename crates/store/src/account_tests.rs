//! The tenant, its policy and its accounts, on both engines.

use std::collections::BTreeMap;

use latchkey_domain::{
    Aaguid, Activity, AppPolicyChange, GroupId, IncludeTarget, KeyRule, MethodPolicies, MethodPolicyChange,
    PassPolicy, PassPolicyChange, PasskeyPolicyChange, TenantId, TextProperty, Timestamp, Upn, User, UserRef,
    UserType,
};

use crate::fixtures::{NOW, add_user, change, event, events, hash, id, permit, session, user, user_id};
use crate::testing::for_each_engine;
use crate::{Store, StoreError, Tenant, UserFilter};

fn name(upn: &str) -> UserRef {
    UserRef::Name(Upn::parse(upn).unwrap())
}

async fn find(store: &Store, who: &UserRef) -> Option<User> {
    store.read().await.unwrap().user(who).await.unwrap()
}

#[tokio::test]
async fn there_is_one_tenant() {
    for_each_engine(|store| async move {
        assert_eq!(store.read().await.unwrap().tenant().await.unwrap(), None);
        let tenant = |n| Tenant {
            id: TenantId::from_bytes(id(n)),
            display_name: "Example".to_owned(),
            default_domain: "example.com".to_owned(),
            domains: vec!["example.com".to_owned(), "example.org".to_owned()],
            created_at: NOW,
        };
        let make = |n| {
            let (store, tenant) = (store.clone(), tenant(n));
            async move {
                store
                    .write_with(tenant, |w, tenant| {
                        Box::pin(async move {
                            w.create_tenant(&permit(), tenant, &event(Activity::TenantCreated))
                                .await
                        })
                    })
                    .await
            }
        };
        make(1).await.unwrap();
        let twice: Result<(), StoreError> = make(2).await;
        assert!(twice.unwrap_err().is_conflict("tenant_pkey"));
        assert_eq!(
            store.read().await.unwrap().tenant().await.unwrap(),
            Some(tenant(1))
        );
        assert_eq!(events(&store, Activity::TenantCreated).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_policy_of_methods_comes_back_as_it_was_saved() {
    for_each_engine(|store| async move {
        let stored = async || store.read().await.unwrap().method_policies().await.unwrap();
        assert_eq!(stored().await, MethodPolicies::default());
        let group = GroupId::from_bytes([1; 16]);
        for change in [
            MethodPolicyChange::Passkeys(PasskeyPolicyChange {
                enforced: Some(true),
                rule: Some(KeyRule::Allow),
                aaguids: Some(vec![Aaguid::from_bytes([7; 16])]),
                include: Some(vec![IncludeTarget::Group(group), IncludeTarget::AllUsers]),
                ..PasskeyPolicyChange::default()
            }),
            MethodPolicyChange::Apps(AppPolicyChange {
                enabled: Some(false),
                exclude: Some(vec![group]),
                ..AppPolicyChange::default()
            }),
        ] {
            let policies = stored().await.changed(&change).unwrap();
            let result: Result<(), StoreError> = store
                .write_with(policies.clone(), |w, policies| {
                    Box::pin(async move {
                        w.save_method_policies(&permit(), policies, NOW, &event(Activity::PolicyUpdate))
                            .await
                    })
                })
                .await;
            result.unwrap();
            assert_eq!(stored().await, policies);
        }
        assert_eq!(events(&store, Activity::PolicyUpdate).await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_policy_comes_back_as_it_was_saved() {
    for_each_engine(|store| async move {
        assert_eq!(
            *store.read().await.unwrap().policy().await.unwrap(),
            PassPolicy::default()
        );
        for change in [
            PassPolicyChange {
                enabled: Some(true),
                length: Some(24),
                ..PassPolicyChange::default()
            },
            PassPolicyChange {
                maximum: Some(43_200),
                one_time_only: Some(true),
                include: Some(vec![
                    IncludeTarget::Group(GroupId::from_bytes([1; 16])),
                    IncludeTarget::AllUsers,
                ]),
                exclude: Some(vec![GroupId::from_bytes([2; 16])]),
                ..PassPolicyChange::default()
            },
        ] {
            let policy = PassPolicy::default().changed(&change).unwrap();
            let saved = policy.clone();
            let result: Result<(), StoreError> = store
                .write_with(saved, |w, policy| {
                    Box::pin(async move {
                        w.save_policy(&permit(), policy, NOW, &event(Activity::PolicyUpdate))
                            .await
                    })
                })
                .await;
            result.unwrap();
            assert_eq!(*store.read().await.unwrap().policy().await.unwrap(), policy);
        }
        assert_eq!(events(&store, Activity::PolicyUpdate).await, 2);
    })
    .await;
}

#[tokio::test]
async fn accounts_are_made_found_and_changed() {
    for_each_engine(|store| async move {
        let ada = user(1, "Ada@Example.com");
        add_user(&store, ada.clone()).await.unwrap();
        assert_eq!(find(&store, &name("aDA@example.COM")).await, Some(ada.clone()));
        assert_eq!(find(&store, &UserRef::Id(user_id(1))).await, Some(ada.clone()));
        assert_eq!(find(&store, &name("bob@example.com")).await, None);
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.password_verifier(user_id(1)).await.unwrap().as_deref(), Some("$argon2id$"));
        drop(reader);

        let mut changed = ada.clone();
        changed.upn = Upn::parse("ada.l@example.com").unwrap();
        changed.display_name = "Ada Lovelace".to_owned();
        changed.account_enabled = true;
        changed.user_type = UserType::Guest;
        changed.employee_hire_date = Some(NOW);
        changed.must_change_password = true;
        for property in TextProperty::ALL {
            changed.text.set(*property, Some(property.name().to_owned()));
        }
        changed.text.set(TextProperty::Mail, None);
        let written = changed.clone();
        let result: Result<(), StoreError> = store
            .write_with(written, |w, user| {
                Box::pin(async move {
                    let events = [event(Activity::UpdateUser), event(Activity::EnableAccount)];
                    w.update_user(&permit(), user, &events).await
                })
            })
            .await;
        result.unwrap();
        assert_eq!(find(&store, &name("ada.l@example.com")).await, Some(changed));
        assert_eq!(find(&store, &name("ada@example.com")).await, None);

        let later = Timestamp::from_seconds(1_800_000_100);
        change!(store, w => w.set_password(user_id(1), "new", false, later, &event(Activity::ChangeUserPassword)))
            .unwrap();
        let found = find(&store, &UserRef::Id(user_id(1))).await.unwrap();
        assert_eq!((found.password_changed_at, found.must_change_password), (Some(later), false));
        for activity in [Activity::AddUser, Activity::UpdateUser, Activity::EnableAccount, Activity::ChangeUserPassword]
        {
            assert_eq!(events(&store, activity).await, 1, "{activity:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_is_taken_once_and_free_after_the_deletion() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        add_user(&store, user(2, "bob@example.com")).await.unwrap();
        let taken = add_user(&store, user(3, "ADA@example.com")).await.unwrap_err();
        assert!(taken.is_conflict("users_upn_key_key"), "{taken:?}");
        let renamed = user(2, "ada@example.com");
        let result: Result<(), StoreError> = store
            .write_with(renamed, |w, user| {
                Box::pin(async move { w.update_user(&permit(), user, &[]).await })
            })
            .await;
        assert!(result.unwrap_err().is_conflict("users_upn_key_key"));
        assert_eq!(
            events(&store, Activity::AddUser).await,
            2,
            "no event of what did not happen"
        );

        let delete = |n| {
            let store = store.clone();
            async move {
                change!(store, w => w.delete_user(&permit(), user_id(n), NOW, &event(Activity::DeleteUser)))
                    .unwrap()
            }
        };
        assert!(delete(1).await);
        assert!(!delete(1).await);
        assert_eq!(events(&store, Activity::DeleteUser).await, 1);
        assert_eq!(find(&store, &name("ada@example.com")).await, None);
        assert_eq!(find(&store, &UserRef::Id(user_id(1))).await, None);
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.password_verifier(user_id(1)).await.unwrap(), None);
        assert_eq!(reader.count_users().await.unwrap(), 1);
        drop(reader);
        add_user(&store, user(3, "ada@example.com")).await.unwrap();
        assert_eq!(
            find(&store, &name("ada@example.com")).await.unwrap().id,
            user_id(3)
        );
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_has_no_session() {
    for_each_engine(|store| async move {
        add_user(&store, user(1, "ada@example.com")).await.unwrap();
        let opened = session(5, 1, latchkey_domain::SessionMethod::Passkey, None);
        crate::fixtures::open_session(&store, opened, 5).await.unwrap();
        assert!(
            store
                .read()
                .await
                .unwrap()
                .session_by_token(&hash(5))
                .await
                .unwrap()
                .is_some()
        );
        change!(store, w => w.delete_user(&permit(), user_id(1), NOW, &event(Activity::DeleteUser))).unwrap();
        assert!(
            store
                .read()
                .await
                .unwrap()
                .session_by_token(&hash(5))
                .await
                .unwrap()
                .is_none()
        );
    })
    .await;
}

/// All pages of a list, each user once, in order.
async fn pages(store: &Store, filter: Option<&UserFilter>, limit: u32) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let mut reader = store.read().await.unwrap();
        let page = reader
            .users_page(filter, all.last().map(String::as_str), limit)
            .await
            .unwrap();
        let full = page.len() == usize::try_from(limit).unwrap();
        all.extend(page.iter().map(|user| user.upn.key().to_owned()));
        if !full {
            return all;
        }
    }
}

/// The plain search.
type Model<'a> = Box<dyn Fn(&User) -> bool + 'a>;

#[tokio::test]
async fn every_filter_finds_what_a_plain_search_finds() {
    for_each_engine(|store| async move {
        let names = ["ada", "Adam", "adam.b", "bob", "b%b", "b_b", "zoë", "Ünal", "ab"];
        let mut model = BTreeMap::new();
        for (n, alias) in (0_u64..).zip(names) {
            let Ok(upn) = Upn::parse(&format!("{alias}@example.com")) else {
                continue;
            };
            let user = user(n, upn.as_str());
            model.insert(upn.key().to_owned(), user.clone());
            add_user(&store, user).await.unwrap();
        }
        let lower = |text: &str| text.to_lowercase();
        for text in [
            "",
            "a",
            "AD",
            "adam",
            "adam@example.com",
            "zoë@example.com",
            "Name of",
            "name of ünal@example.com",
        ] {
            let text = text.to_owned();
            let filters: [(UserFilter, Model<'_>); 5] = [
                (
                    UserFilter::UpnEquals(text.clone()),
                    Box::new(|u| u.upn.key() == lower(&text)),
                ),
                (
                    UserFilter::UpnStartsWith(text.clone()),
                    Box::new(|u| u.upn.key().starts_with(&lower(&text))),
                ),
                (
                    UserFilter::DisplayNameEquals(text.clone()),
                    Box::new(|u| lower(&u.display_name) == lower(&text)),
                ),
                (
                    UserFilter::DisplayNameStartsWith(text.clone()),
                    Box::new(|u| lower(&u.display_name).starts_with(&lower(&text))),
                ),
                (
                    UserFilter::MailEquals(format!("mail.{text}")),
                    Box::new(|u| {
                        u.text.get(TextProperty::Mail).map(lower) == Some(lower(&format!("mail.{text}")))
                    }),
                ),
            ];
            for (filter, wanted) in filters {
                let expected: Vec<String> = model
                    .iter()
                    .filter(|(_, user)| wanted(user))
                    .map(|(key, _)| key.clone())
                    .collect();
                assert_eq!(pages(&store, Some(&filter), 2).await, expected, "{filter:?}");
            }
        }
        for enabled in [true, false] {
            let expected: Vec<String> = model
                .iter()
                .filter(|(_, user)| user.account_enabled == enabled)
                .map(|(key, _)| key.clone())
                .collect();
            assert_eq!(
                pages(&store, Some(&UserFilter::AccountEnabled(enabled)), 2).await,
                expected
            );
        }
        assert_eq!(
            pages(&store, None, 3).await,
            model.keys().cloned().collect::<Vec<_>>()
        );
    })
    .await;
}

/// While somebody pages, others come and go: who was there all the time is seen exactly once, in order.
#[tokio::test]
async fn paging_is_not_disturbed_by_others() {
    for_each_engine(|store| async move {
        let mut random = 88_172_645_463_325_252_u64;
        let mut roll = move |sides: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % sides
        };
        let key = |n: u64| format!("u{:05}@example.com", n * 7919 % 100_000);
        for n in 0..40 {
            add_user(&store, user(n, &key(n))).await.unwrap();
        }
        for _ in 0..5 {
            let before = pages(&store, None, 100).await;
            let (mut seen, mut gone) = (Vec::<String>::new(), Vec::new());
            loop {
                let limit = u32::try_from(1 + roll(7)).unwrap();
                let mut reader = store.read().await.unwrap();
                let page = reader.users_page(None, seen.last().map(String::as_str), limit).await.unwrap();
                drop(reader);
                if page.is_empty() {
                    break;
                }
                seen.extend(page.iter().map(|user| user.upn.key().to_owned()));
                let n = roll(60);
                if find(&store, &UserRef::Id(user_id(n))).await.is_some() {
                    change!(store, w => w.delete_user(&permit(), user_id(n), NOW, &event(Activity::DeleteUser)))
                        .unwrap();
                    gone.push(key(n));
                } else {
                    let n = 1000 + roll(1_000_000);
                    let _taken = add_user(&store, user(n, &key(n))).await;
                }
            }
            assert!(seen.is_sorted_by(|a, b| a < b), "in order, each once");
            for there in before.iter().filter(|key| !gone.contains(key)) {
                assert!(seen.contains(there), "{there} was left out");
            }
        }
    })
    .await;
}
