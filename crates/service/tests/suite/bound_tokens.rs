//! Refresh tokens that are bound to a key (`DPoP`, RFC 9449 5): what a thief with a key of their own would try.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_domain::{ClientRegistration, Platform, ProofError};
use latchkey_service::{GrantFailure, RefreshRequest, SentProof, TokenGrant};
use serde_json::{Value, json};

use crate::applications::App;
use crate::common::World;

on_each_engine! {
    a_key_of_a_thiefs_own_keeps_no_stolen_token_alive
    of_several_first_proofs_at_once_one_binds
}

const ADA: &str = "ada@example.com";

/// A client's key, which makes proofs.
struct Key(Ed25519KeyPair);

impl Key {
    fn new() -> Self {
        Self(Ed25519KeyPair::generate().unwrap())
    }

    fn proof(&self, world: &World) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.0.public_key())});
        let header = part(json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk}));
        let claims = part(json!({
            "jti": URL_SAFE_NO_PAD.encode(world.service.random_id()), "htm": "POST",
            "htu": "https://localhost:8443/token", "iat": world.service.now().as_seconds(),
        }));
        let message = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

async fn refresh(
    world: &World,
    app: &App,
    tokens: &TokenGrant,
    key: Option<&Key>,
) -> Result<TokenGrant, GrantFailure> {
    let client_id = app.client_id.to_string();
    let proof = key.map(|key| key.proof(world));
    let mut client = app.claim(&client_id, None);
    client.proof_of_key = proof.as_deref().map(|proof| SentProof {
        proof,
        method: "POST",
        path: "/token",
    });
    let request = RefreshRequest {
        client,
        refresh_token: tokens.refresh_token.as_ref().unwrap().expose(),
        scope: None,
        claims: None,
    };
    world.service.refresh(request, &world.info()).await
}

async fn tokens(world: &World, app: &App) -> TokenGrant {
    let member = app.passkey_person(world, ADA).await;
    let code = app.code(world, &member, &[]).await;
    app.redeem(world, &code).await.unwrap()
}

fn is_other_key<T: std::fmt::Debug>(outcome: &Result<T, GrantFailure>) -> bool {
    matches!(outcome, Err(GrantFailure::Proof(ProofError::Key)))
}

async fn a_key_of_a_thiefs_own_keeps_no_stolen_token_alive(world: World) {
    let app = App::public(&world).await;
    let thief = Key::new();
    for owner in [None, Some(Key::new())] {
        let stolen = tokens(&world, &app).await;
        let bound = refresh(&world, &app, &stolen, Some(&thief)).await.unwrap();
        assert!(bound.bound);
        let early = refresh(&world, &app, &stolen, owner.as_ref()).await;
        assert!(is_other_key(&early), "{early:?}");
        world.later(60);
        // The owner has no such key, and yet the copy is found out.
        let late = refresh(&world, &app, &stolen, owner.as_ref()).await;
        assert_eq!(late.map_err(|failure| number(&failure)).unwrap_err(), 70_000);
        let on = refresh(&world, &app, &bound, Some(&thief)).await;
        assert_eq!(on.map_err(|failure| number(&failure)).unwrap_err(), 70_000);
    }

    // Bound from the beginning, a token is worth nothing to whoever has another key, and none the less betrays a copy.
    let (key, first) = (Key::new(), tokens(&world, &app).await);
    let second = refresh(&world, &app, &first, Some(&key)).await.unwrap();
    assert!(is_other_key(&refresh(&world, &app, &second, Some(&thief)).await));
    assert!(refresh(&world, &app, &second, Some(&key)).await.is_ok());

    let strict = App::registered(&world, Platform::PublicClient, |it: &mut ClientRegistration| {
        it.bound_tokens_only = true;
    })
    .await;
    strict.change(&world, |it| it.bound_tokens_only = false).await;
    let plain = tokens(&world, &strict).await;
    strict.change(&world, |it| it.bound_tokens_only = true).await;
    let unproved = refresh(&world, &strict, &plain, None).await;
    assert!(
        matches!(unproved, Err(GrantFailure::ProofMissing)),
        "{unproved:?}"
    );
    assert!(refresh(&world, &strict, &plain, Some(&key)).await.is_ok());
}

async fn of_several_first_proofs_at_once_one_binds(world: World) {
    let app = App::public(&world).await;
    let first = tokens(&world, &app).await;
    let keys = [Key::new(), Key::new(), Key::new()];
    let [a, b, c] = &keys;
    let outcomes = tokio::join!(
        refresh(&world, &app, &first, Some(a)),
        refresh(&world, &app, &first, Some(b)),
        refresh(&world, &app, &first, Some(c)),
    );
    let outcomes = [outcomes.0, outcomes.1, outcomes.2];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| is_other_key(outcome)).count(), 2);
}

fn number(failure: &GrantFailure) -> u32 {
    crate::applications::failure_number(failure)
}
