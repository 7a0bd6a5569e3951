//! Handing a domain to another provider: who may, what is asked of the provider first, what becomes of our secret there.

use std::sync::Arc;

use latchkey_crypto::{JwsAlgorithm, KeyEntry, KeySet, Secret, SigningKey};
use latchkey_domain::{Caller, FederatedMfa, Grant, HeldRoles, NameClaim, RoleId, UserId, UserType};
use latchkey_service::{FederatedDomain, FederationError, FederationWish, SecretWish};
use latchkey_store::AuditFilter;
use serde_json::json;

use crate::common::World;

on_each_engine! {
    a_secret_stays_with_the_provider_that_it_was_given_for
    a_provider_that_cannot_be_used_gets_nothing
    domains_are_handed_over_by_global_administrators_only
}

const ISSUER: &str = "https://idp.example.net";
const OTHER: &str = "https://other.example.net";

/// A provider that answers.
fn publish(world: &World, issuer: &str) {
    let keys = format!("{issuer}/keys");
    let discovery = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": keys, "response_types_supported": ["code"],
    });
    let key = KeyEntry {
        key: Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap()),
        active_from: world.service.now(),
        retired_until: None,
    };
    let set = KeySet::new(vec![key]).jwks(None, world.service.now());
    let mut documents = world.outbound.documents.lock().unwrap();
    documents.insert(keys, set);
    let place = format!("{issuer}/.well-known/openid-configuration");
    documents.insert(place, discovery.to_string());
}

fn wish(issuer: &str, client_secret: SecretWish) -> FederationWish {
    FederationWish {
        domain: "example.com".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "latchkey".to_owned(),
        client_secret,
        name_claim: NameClaim::default(),
        mfa: FederatedMfa::default(),
    }
}

fn new_secret() -> SecretWish {
    SecretWish::New(Secret::new("three words long".to_owned()))
}

async fn hand(world: &World, caller: &Caller, wish: FederationWish) -> Result<(), FederationError> {
    let info = world.info();
    let handed = world.service.federate_domain(caller, &info, wish).await;
    handed.map(drop)
}

async fn known(world: &World) -> Vec<FederatedDomain> {
    world.service.federated_domains(&Caller::Console).await.unwrap()
}

async fn a_secret_stays_with_the_provider_that_it_was_given_for(world: World) {
    publish(&world, ISSUER);
    publish(&world, OTHER);
    let console = &Caller::Console;
    hand(&world, console, wish(ISSUER, new_secret())).await.unwrap();
    let kept = FederationWish {
        name_claim: NameClaim::Email,
        ..wish(ISSUER, SecretWish::Keep)
    };
    hand(&world, console, kept).await.unwrap();
    let before = known(&world).await;
    assert!(before[0].has_secret);
    assert_eq!(before[0].federation.name_claim, NameClaim::Email);

    let moved = hand(&world, console, wish(OTHER, SecretWish::Keep)).await;
    assert!(
        matches!(moved, Err(FederationError::SecretOfAnother)),
        "{moved:?}"
    );
    assert_eq!(known(&world).await, before);
    hand(&world, console, wish(OTHER, SecretWish::None))
        .await
        .unwrap();
    hand(&world, console, wish(ISSUER, SecretWish::Keep))
        .await
        .unwrap();
    assert!(!known(&world).await[0].has_secret);
}

async fn a_provider_that_cannot_be_used_gets_nothing(world: World) {
    let console = &Caller::Console;
    publish(&world, ISSUER);
    for (issuer, words) in [
        ("http://idp.example.net", "https://"),
        ("not an address", "https://"),
        (OTHER, "other.example.net"),
        ("https://idp.example.net/", "its issuer is another one"),
    ] {
        let refused = hand(&world, console, wish(issuer, SecretWish::None)).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, FederationError::Provider(_)), "{refused:?}");
        assert!(refused.to_string().contains(words), "{refused}");
    }
    for client_id in ["", " ", "a\u{7}", &"x".repeat(256)] {
        let nameless = FederationWish {
            client_id: client_id.to_owned(),
            ..wish(ISSUER, SecretWish::None)
        };
        let refused = hand(&world, console, nameless).await;
        assert!(matches!(refused, Err(FederationError::ClientId)), "{client_id}");
    }
    let elsewhere = FederationWish {
        domain: "example.org".to_owned(),
        ..wish(ISSUER, SecretWish::None)
    };
    let refused = hand(&world, console, elsewhere).await;
    assert!(matches!(refused, Err(FederationError::NoSuchDomain)));
    assert_eq!(known(&world).await, []);
}

/// Somebody of this role in the portal.
fn person(role: RoleId) -> Caller {
    Caller::Person {
        id: UserId::from_bytes([9; 16]),
        upn: "boss@example.com".to_owned(),
        display_name: "Boss".to_owned(),
        user_type: UserType::Member,
        roles: HeldRoles {
            tenant: vec![role],
            ..HeldRoles::default()
        },
        grant: Grant::Portal,
        session: None,
    }
}

async fn events(world: &World, outcome: Option<latchkey_domain::AuditOutcome>) -> usize {
    let filter = AuditFilter {
        activity: Some("Set federation settings on domain".to_owned()),
        ..AuditFilter::default()
    };
    let mut reader = world.service.store().read().await.unwrap();
    let found = reader.audits_page(&filter, None, 100).await.unwrap();
    let fits =
        |event: &&latchkey_store::StoredAudit| outcome.is_none_or(|wanted| event.event.outcome == wanted);
    found.iter().filter(fits).count()
}

async fn domains_are_handed_over_by_global_administrators_only(world: World) {
    publish(&world, ISSUER);
    let (service, ada) = (&world.service, world.user("ada@example.com").await);
    hand(&world, &Caller::Console, wish(ISSUER, SecretWish::None))
        .await
        .unwrap();
    for (role, sees, changes) in [
        (RoleId::GLOBAL_ADMINISTRATOR, true, true),
        (RoleId::SECURITY_ADMINISTRATOR, true, false),
        (RoleId::GLOBAL_READER, true, false),
        (RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, false, false),
        (RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR, false, false),
    ] {
        let caller = person(role);
        let info = world.info();
        assert_eq!(service.federated_domains(&caller).await.is_ok(), sees, "{role}");
        let handed = hand(&world, &caller, wish(ISSUER, new_secret())).await;
        assert_eq!(handed.is_ok(), changes, "{role}");
        let forgot = service.unlink_person(&caller, &info, &ada).await;
        assert_eq!(forgot.is_ok(), changes, "{role}");
        if !changes {
            let taken = service.unfederate_domain(&caller, &info, "example.com").await;
            assert!(matches!(taken, Err(FederationError::Denied(_))), "{role}");
        }
    }
    assert_eq!(known(&world).await.len(), 1);
    let refused = events(&world, Some(latchkey_domain::AuditOutcome::Failure)).await;
    assert_eq!((refused, events(&world, None).await - refused), (4 * 2, 2));
}
