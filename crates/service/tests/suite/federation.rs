//! People of a domain that was handed to another provider (sign-in contract 2.8): the way there and back, and every
//! answer that is not believed.

use std::sync::Arc;

use latchkey_crypto::{JwsAlgorithm, KeyEntry, KeySet, Secret, SigningKey};
use latchkey_domain::{
    Caller, FederatedMfa, NameClaim, PassPolicyChange, Seconds, SessionMethod, SignInError,
};
use latchkey_service::{
    AuthorizeStep, BrowserKey, FederationError, FederationWish, FirstPage, Flow, OpenedSession, SecretWish,
    SignInFailure, SignInStep, UpstreamAnswer, UserWish,
};
use latchkey_store::{AuditFilter, SignInFilter};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::applications::{App, claims};
use crate::common::{World, number};

on_each_engine! {
    people_of_the_domain_sign_in_at_its_provider
    a_pass_that_works_comes_before_the_provider
    what_is_not_believed_lets_nobody_in
    an_answer_counts_once_and_for_its_own_browser
    a_subject_keeps_its_person_and_a_person_their_subject
    a_name_can_come_from_the_userinfo_endpoint
    unknown_keys_are_asked_for_once_a_minute
    passwords_do_not_count_in_a_domain_that_was_handed_over
    whoever_proves_themselves_anew_does_so_at_the_provider
    a_check_that_an_application_asks_for_is_the_providers
    an_application_is_told_who_let_its_person_in
    whoever_the_provider_knows_already_is_taken_as_they_come
}

const ISSUER: &str = "https://idp.example.net/o";
const TOKENS: &str = "https://idp.example.net/token";
const PROFILE: &str = "https://idp.example.net/me";
const KEYS: &str = "https://idp.example.net/keys";
const ADA: &str = "ada@example.com";

/// Another provider.
struct Idp {
    key: Arc<SigningKey>,
}

/// Somebody on the way there.
struct Away {
    browser: BrowserKey,
    /// The parameters of our request.
    sent: Vec<(String, String)>,
}

impl Away {
    fn sent(&self, name: &str) -> &str {
        let found = self.sent.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Idp {
    /// A provider that answers, and that example.com was handed to.
    async fn of(world: &World, mfa: FederatedMfa) -> Self {
        let idp = Self {
            key: Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap()),
        };
        let discovery = json!({
            "issuer": ISSUER, "authorization_endpoint": "https://idp.example.net/authorize?a=b",
            "token_endpoint": TOKENS, "jwks_uri": KEYS, "userinfo_endpoint": PROFILE,
            "response_types_supported": ["code"],
        });
        Self::publish(
            world,
            &format!("{ISSUER}/.well-known/openid-configuration"),
            &discovery,
        );
        idp.publish_keys(world);
        world
            .service
            .federate_domain(&Caller::Console, &world.info(), wish(mfa))
            .await
            .unwrap();
        world.outbound.taken();
        idp
    }

    fn publish(world: &World, url: &str, document: &Value) {
        let mut documents = world.outbound.documents.lock().unwrap();
        documents.insert(url.to_owned(), document.to_string());
    }

    fn publish_keys(&self, world: &World) {
        let entry = KeyEntry {
            key: Arc::clone(&self.key),
            active_from: world.service.now(),
            retired_until: None,
        };
        let keys = KeySet::new(vec![entry]).jwks(None, world.service.now());
        Self::publish(world, KEYS, &serde_json::from_str(&keys).unwrap());
    }

    /// Comes back with a token that says so, some claims otherwise; `null` leaves one out.
    async fn back(&self, world: &World, away: &Away, changes: Value) -> Result<SignInStep, SignInFailure> {
        let now = world.service.now().as_seconds();
        let mut claims = json!({
            "iss": ISSUER, "aud": "latchkey", "sub": "s-ada", "nonce": away.sent("nonce"), "iat": now,
            "exp": now + 300, "preferred_username": ADA, "amr": ["pwd", "mfa"],
        });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        let token = self.key.sign(claims.to_string().as_bytes()).unwrap();
        Self::publish(
            world,
            TOKENS,
            &json!({"id_token": token, "access_token": "a-1", "token_type": "Bearer"}),
        );
        finish(world, away, code()).await
    }

    /// The whole way.
    async fn sign_in(&self, world: &World, changes: Value) -> Result<SignInStep, SignInFailure> {
        let away = leave(world, &flow(world, ADA).1).await;
        self.back(world, &away, changes).await
    }
}

fn wish(mfa: FederatedMfa) -> FederationWish {
    FederationWish {
        domain: "Example.com".to_owned(),
        issuer: ISSUER.to_owned(),
        client_id: "latchkey".to_owned(),
        client_secret: SecretWish::New(Secret::new("s3cret:%".to_owned())),
        name_claim: NameClaim::PreferredUsername,
        mfa,
    }
}

fn code() -> UpstreamAnswer {
    UpstreamAnswer {
        code: Some("c-1".to_owned()),
        ..UpstreamAnswer::default()
    }
}

fn flow(world: &World, name: &str) -> (BrowserKey, (BrowserKey, Flow)) {
    let browser = world.service.new_browser_key();
    let again = BrowserKey::parse(browser.expose()).unwrap();
    let flow = world.service.begin_flow(&browser, &world.info(), "/", None);
    (browser, (again, flow.with_name(name).unwrap()))
}

async fn leave(world: &World, (browser, flow): &(BrowserKey, Flow)) -> Away {
    let address = world.service.begin_federated_sign_in(flow).await.unwrap();
    let query = address
        .strip_prefix("https://idp.example.net/authorize?a=b&")
        .unwrap();
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (
            name.to_owned(),
            percent_decode_str(value).decode_utf8().unwrap().into_owned(),
        )
    };
    Away {
        browser: BrowserKey::parse(browser.expose()).unwrap(),
        sent: query.split('&').map(pair).collect(),
    }
}

async fn finish(world: &World, away: &Away, answer: UpstreamAnswer) -> Result<SignInStep, SignInFailure> {
    let flow = world.service.open_flow(away.sent("state"), Some(&away.browser))?;
    world
        .service
        .finish_federated_sign_in(&flow, &world.info(), answer)
        .await
}

fn opened(step: Result<SignInStep, SignInFailure>) -> Box<OpenedSession> {
    match step.unwrap() {
        SignInStep::Opened(opened) => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

async fn first_page(world: &World, name: &str) -> FirstPage {
    let flow = flow(world, name).1.1;
    world
        .service
        .first_page(&flow, &world.info(), None)
        .await
        .unwrap()
}

async fn events(world: &World, activity: &str) -> usize {
    let filter = AuditFilter {
        activity: Some(activity.to_owned()),
        ..AuditFilter::default()
    };
    let mut reader = world.service.store().read().await.unwrap();
    reader.audits_page(&filter, None, 100).await.unwrap().len()
}

async fn people_of_the_domain_sign_in_at_its_provider(world: World) {
    world.user(ADA).await;
    assert_eq!(first_page(&world, ADA).await, FirstPage::Password);
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    for name in [ADA, "nobody@example.com"] {
        assert_eq!(first_page(&world, name).await, FirstPage::Federated, "{name}");
    }
    assert_eq!(first_page(&world, "ada@example.org").await, FirstPage::Password);
    assert_eq!(events(&world, "Set federation settings on domain").await, 1);

    let away = leave(&world, &flow(&world, ADA).1).await;
    for (name, value) in [
        ("client_id", "latchkey"),
        ("response_type", "code"),
        ("redirect_uri", "https://localhost:8443/sign-in/federated"),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
        ("login_hint", ADA),
        ("max_age", "31536000"),
        ("prompt", ""),
    ] {
        assert_eq!(away.sent(name), value, "{name}");
    }
    let session = opened(idp.back(&world, &away, json!({})).await);
    assert_eq!(session.user.upn.as_str(), ADA);
    assert_eq!(
        session.session.method,
        SessionMethod::Federated { multifactor: true }
    );
    assert!(world.signed_in(&session).await.is_some());
    assert_eq!(events(&world, "Link user to federated identity").await, 1);
    let asked = world.outbound.taken();
    let (_, form) = asked.iter().find(|(url, _)| url == TOKENS).unwrap();
    assert!(
        form.starts_with("grant_type=authorization%5Fcode&code=c%2D1&"),
        "{form}"
    );
    assert!(
        form.contains("&code_verifier=") && !form.contains("s3cret"),
        "{form}"
    );

    let mut reader = world.service.store().read().await.unwrap();
    let log = reader
        .sign_ins_page(&SignInFilter::default(), None, 1)
        .await
        .unwrap();
    assert_eq!(log[0].record.steps[0].method, "Federated");
    assert_eq!(log[0].record.session_id, Some(session.session.id));
    drop(reader);

    let single = opened(idp.sign_in(&world, json!({"amr": ["pwd"]})).await);
    assert_eq!(
        single.session.method,
        SessionMethod::Federated { multifactor: false }
    );
    assert!(!single.session.method.is_multifactor());

    let info = world.info();
    world
        .service
        .unfederate_domain(&Caller::Console, &info, "example.com")
        .await
        .unwrap();
    assert_eq!(first_page(&world, ADA).await, FirstPage::Password);
    let twice = world
        .service
        .unfederate_domain(&Caller::Console, &info, "example.com")
        .await;
    assert!(matches!(twice, Err(FederationError::NotFederated)));
    let late = idp.back(&world, &leave_again(&away), json!({})).await;
    assert_eq!(number(&late), 50_089);
}

fn leave_again(away: &Away) -> Away {
    Away {
        browser: BrowserKey::parse(away.browser.expose()).unwrap(),
        sent: away.sent.clone(),
    }
}

async fn a_pass_that_works_comes_before_the_provider(world: World) {
    world.policy(PassPolicyChange::default()).await;
    let ada = world.user(ADA).await;
    world.one_time(&ada).await;
    Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    assert_eq!(first_page(&world, ADA).await, FirstPage::Pass);
    let enforced = wish(FederatedMfa::EnforceMfaByFederatedIdp);
    world
        .service
        .federate_domain(&Caller::Console, &world.info(), enforced)
        .await
        .unwrap();
    assert_eq!(first_page(&world, ADA).await, FirstPage::Federated);
}

async fn what_is_not_believed_lets_nobody_in(world: World) {
    let ada = world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    Idp::publish(&world, PROFILE, &json!({"sub": "s-ada"}));
    let now = world.service.now().as_seconds();
    for (changes, refusal) in [
        (json!({"iss": "https://evil.example.net"}), 40_015),
        (json!({"aud": "other"}), 40_015),
        (json!({"nonce": "n-2"}), 40_015),
        (json!({"nonce": null}), 40_015),
        (json!({"exp": now - 61}), 40_015),
        (json!({"exp": null}), 40_015),
        (json!({"iat": now + 3600}), 40_015),
        (json!({"sub": ""}), 40_015),
        (json!({"preferred_username": "nobody@example.com"}), 51_004),
        (json!({"preferred_username": "ada@example.org"}), 51_004),
        (json!({"preferred_username": null}), 51_004),
    ] {
        let outcome = idp.sign_in(&world, changes.clone()).await;
        assert_eq!(number(&outcome), refusal, "{changes}");
        let mut reader = world.service.store().read().await.unwrap();
        let log = reader
            .sign_ins_page(&SignInFilter::default(), None, 1)
            .await
            .unwrap();
        assert_eq!(log[0].record.error.map(SignInError::number), Some(refusal));
    }
    let other = Idp {
        key: Arc::new(SigningKey::generate(JwsAlgorithm::Es256).unwrap()),
    };
    assert_eq!(
        number(&other.sign_in(&world, json!({})).await),
        40_015,
        "signed by somebody else"
    );

    let answer = |code: Option<&str>, error: Option<&str>, issuer: Option<&str>| UpstreamAnswer {
        code: code.map(str::to_owned),
        error: error.map(str::to_owned),
        issuer: issuer.map(str::to_owned),
    };
    for refused in [
        answer(None, Some("access_denied"), None),
        answer(Some("c-1"), Some("access_denied"), None),
        answer(Some("c-1"), None, Some("https://evil.example.net")),
        answer(None, None, None),
    ] {
        let away = leave(&world, &flow(&world, ADA).1).await;
        assert_eq!(number(&finish(&world, &away, refused).await), 40_015);
    }
    world.outbound.documents.lock().unwrap().remove(TOKENS);
    for (status, refusal) in [(400, 40_015), (503, 40_010), (302, 40_015), (200, 40_015)] {
        world.outbound.statuses.lock().unwrap().push_back(status);
        let away = leave(&world, &flow(&world, ADA).1).await;
        assert_eq!(number(&finish(&world, &away, code()).await), refusal, "{status}");
    }
    assert_eq!(
        events(&world, "Link user to federated identity").await,
        0,
        "nothing was changed"
    );

    let off = UserWish {
        account_enabled: Some(false),
        ..UserWish::default()
    };
    world
        .service
        .update_user(&Caller::Console, &world.info(), &ada, off)
        .await
        .unwrap();
    assert_eq!(number(&idp.sign_in(&world, json!({})).await), 50_057);
}

async fn an_answer_counts_once_and_for_its_own_browser(world: World) {
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let away = leave(&world, &flow(&world, ADA).1).await;
    let elsewhere = Away {
        browser: world.service.new_browser_key(),
        sent: away.sent.clone(),
    };
    assert_eq!(number(&idp.back(&world, &elsewhere, json!({})).await), 50_089);
    opened(idp.back(&world, &away, json!({})).await);
    assert_eq!(
        number(&idp.back(&world, &away, json!({})).await),
        50_089,
        "a second time"
    );
    let slow = leave(&world, &flow(&world, ADA).1).await;
    world.later(15 * 60);
    assert_eq!(
        number(&idp.back(&world, &slow, json!({})).await),
        50_089,
        "too late"
    );
    // A flow that nobody left with.
    let (_, (_, flow)) = flow(&world, ADA);
    let outcome = world
        .service
        .finish_federated_sign_in(&flow, &world.info(), code())
        .await;
    assert_eq!(number(&outcome), 50_089);
}

async fn a_subject_keeps_its_person_and_a_person_their_subject(world: World) {
    let ada = world.user(ADA).await;
    world.user("bob@example.com").await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    opened(idp.sign_in(&world, json!({})).await);
    let renamed = opened(
        idp.sign_in(&world, json!({"preferred_username": "bob@example.com"}))
            .await,
    );
    assert_eq!(renamed.user.upn.as_str(), ADA, "the subject says who it is");
    let heir = json!({"sub": "s-2"});
    assert_eq!(
        number(&idp.sign_in(&world, heir.clone()).await),
        51_004,
        "the name went to somebody else there"
    );
    let (service, info) = (&world.service, world.info());
    assert!(
        service
            .unlink_person(&Caller::Console, &info, &ada)
            .await
            .unwrap()
    );
    assert_eq!(opened(idp.sign_in(&world, heir).await).user.upn.as_str(), ADA);
    assert_eq!(events(&world, "Unlink user from federated identity").await, 1);

    world
        .service
        .delete_user(&Caller::Console, &world.info(), &ada)
        .await
        .unwrap();
    assert_eq!(number(&idp.sign_in(&world, json!({"sub": "s-2"})).await), 51_004);
}

async fn a_name_can_come_from_the_userinfo_endpoint(world: World) {
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let nameless = json!({"preferred_username": null});
    for (profile, refusal) in [
        (json!({"sub": "s-other", "preferred_username": ADA}), 51_004),
        (
            json!({"sub": "s-ada", "preferred_username": "root@example.org"}),
            51_004,
        ),
        (json!({"sub": "s-ada", "preferred_username": ADA}), 0),
        (json!({}), 0),
    ] {
        Idp::publish(&world, PROFILE, &profile);
        assert_eq!(
            number(&idp.sign_in(&world, nameless.clone()).await),
            refusal,
            "{profile}"
        );
    }
    let asked = world
        .outbound
        .taken()
        .iter()
        .filter(|(url, _)| url == PROFILE)
        .count();
    assert_eq!(asked, 3, "who is known already is not asked about");
}

async fn unknown_keys_are_asked_for_once_a_minute(world: World) {
    world.user(ADA).await;
    let mut idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let asked = |world: &World| {
        world
            .outbound
            .taken()
            .iter()
            .filter(|(url, _)| url == KEYS)
            .count()
    };
    opened(idp.sign_in(&world, json!({})).await);
    assert_eq!(asked(&world), 0, "known since the domain was handed over");
    idp.key = Arc::new(SigningKey::generate(JwsAlgorithm::Rs256).unwrap());
    idp.publish_keys(&world);
    assert_eq!(number(&idp.sign_in(&world, json!({})).await), 40_015);
    assert_eq!(asked(&world), 0, "asked less than a minute ago");
    world.later(60);
    opened(idp.sign_in(&world, json!({})).await);
    assert_eq!(asked(&world), 1);
    world.later(3600);
    opened(idp.sign_in(&world, json!({})).await);
    assert_eq!(
        asked(&world),
        1,
        "keys that were withdrawn are not believed for long"
    );
}

async fn passwords_do_not_count_in_a_domain_that_was_handed_over(world: World) {
    const PASSWORD: &str = "correct horse battery staple 1!";
    world.user_with(ADA, Some(PASSWORD)).await;
    let try_it = async || {
        let flow = flow(&world, ADA).1.1;
        let outcome = world
            .service
            .sign_in_with_password(&flow, &world.info(), None, PASSWORD)
            .await;
        number(&outcome)
    };
    assert_eq!(try_it().await, 0);
    Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    assert_eq!(try_it().await, 50_126);
}

async fn whoever_proves_themselves_anew_does_so_at_the_provider(world: World) {
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let before = world.service.now();
    world.later(600);
    let session = opened(
        idp.sign_in(&world, json!({"auth_time": before.as_seconds()}))
            .await,
    );
    assert_eq!(
        session.session.authenticated_at, before,
        "the provider's check counts, not ours"
    );

    let browser = world.service.new_browser_key();
    let again = world
        .service
        .begin_flow(&browser, &world.info(), "/", Some(session.session.id))
        .with_name(ADA)
        .unwrap();
    let away = leave(&world, &(browser, again)).await;
    assert_eq!(away.sent("prompt"), "login");
    let stale = idp
        .back(&world, &away, json!({"auth_time": before.as_seconds()}))
        .await;
    assert_eq!(number(&stale), 40_015);
    let fresh = world.service.now();
    let session = opened(
        idp.back(&world, &away, json!({"auth_time": fresh.as_seconds()}))
            .await,
    );
    assert!(Seconds::between(session.session.authenticated_at, fresh).0 == 0);
}

/// `prompt=login` and `max_age` of an application go on to the provider, and its word on them counts.
async fn a_check_that_an_application_asks_for_is_the_providers(world: World) {
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let app = App::public(&world).await;
    let start = world.service.now();
    world.later(3600);
    for (wish, sent) in [
        ([("prompt", "login")], ("login", "0")),
        ([("max_age", "600")], ("", "600")),
    ] {
        let (request, browser) = app.begin_in(&world, &wish).await;
        let again = BrowserKey::parse(browser.expose()).unwrap();
        let flow = world.service.begin_flow(&browser, &world.info(), "/", None);
        let flow = flow.for_authorization(request.clone()).with_name(ADA).unwrap();
        let away = leave(&world, &(again, flow)).await;
        assert_eq!((away.sent("prompt"), away.sent("max_age")), sent);
        // The time of the token is no check of the person.
        let silent = idp.back(&world, &away, json!({})).await;
        assert_eq!(number(&silent), 40_015, "{wish:?}");
        let earlier = json!({"auth_time": start.as_seconds()});
        assert_eq!(
            number(&idp.back(&world, &away, earlier).await),
            40_015,
            "{wish:?}"
        );
        let checked = json!({"auth_time": world.service.now().as_seconds()});
        let opened = opened(idp.back(&world, &away, checked).await);
        let member = world.signed_in(&opened).await.unwrap();
        let request = opened.authorization.unwrap();
        let step = app.go_on(&world, &request, &[member]).await;
        assert!(matches!(step, AuthorizeStep::Consent(_)), "{wish:?}: {step:?}");
    }
}

async fn an_application_is_told_who_let_its_person_in(world: World) {
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let app = App::public(&world).await;
    let said = async |changes: Value| {
        let opened = opened(idp.sign_in(&world, changes).await);
        let member = world.signed_in(&opened).await.unwrap();
        let code = app.code(&world, &member, &[]).await;
        let granted = app.redeem(&world, &code).await.unwrap();
        claims(granted.id_token.unwrap().expose())
    };
    let told = said(json!({})).await;
    assert_eq!(told["idp"], ISSUER);
    assert_ne!(told["iss"], told["idp"], "ours says it");
    // A token too long to be kept.
    let told = said(json!({"picture": "x".repeat(5000)})).await;
    assert_eq!(told["idp"], ISSUER);

    // Whoever signs in here is ours, as `iss` says.
    let eve = app.passkey_person(&world, "eve@example.com").await;
    let code = app.code(&world, &eve, &[]).await;
    let granted = app.redeem(&world, &code).await.unwrap();
    assert!(claims(granted.id_token.unwrap().expose()).get("idp").is_none());
}

/// The provider's session is Ada's, from before, and it asks her nothing: that must not go round in circles.
async fn whoever_the_provider_knows_already_is_taken_as_they_come(world: World) {
    const BOB: &str = "bob@example.com";
    world.user(ADA).await;
    let idp = Idp::of(&world, FederatedMfa::AcceptIfMfaDoneByFederatedIdp).await;
    let app = App::public(&world).await;
    let bob = app.passkey_person(&world, BOB).await;
    let code = app.code(&world, &bob, &[]).await;
    let hint = app.redeem(&world, &code).await.unwrap().id_token.unwrap();
    let first = opened(idp.sign_in(&world, json!({})).await);
    app.has_consent(&world, first.user.id).await;
    let known = json!({"auth_time": world.service.now().as_seconds()});
    world.later(60);
    for (wish, number) in [
        (("login_hint", BOB), 0),
        (("id_token_hint", hint.expose().as_str()), 50_058),
        (("prompt", "select_account"), 0),
        (("max_age", "600"), 0),
    ] {
        let (request, browser) = app.begin_in(&world, &[wish]).await;
        let step = app.go_on(&world, &request, &[]).await;
        let AuthorizeStep::SignIn { name, replaces, .. } = step else {
            panic!("{wish:?}: {step:?}")
        };
        let again = BrowserKey::parse(browser.expose()).unwrap();
        let flow = world.service.begin_flow(&browser, &world.info(), "/", replaces);
        let flow = flow.for_authorization(request);
        let flow = flow.with_name(name.as_deref().unwrap_or(ADA)).unwrap();
        let away = leave(&world, &(again, flow)).await;
        let before = signed_in_times(&world).await;
        let opened = opened(idp.back(&world, &away, known.clone()).await);
        let member = world.signed_in(&opened).await.unwrap();
        assert!(member.session.authenticated_at < world.service.now());
        let step = app.go_on(&world, &opened.authorization.unwrap(), &[member]).await;
        let AuthorizeStep::Answer(answer) = step else {
            panic!("{wish:?}: {step:?}")
        };
        assert_eq!(crate::applications::number(&answer), number, "{wish:?}");
        assert_eq!(
            signed_in_times(&world).await,
            before + 1,
            "{wish:?}: recorded once"
        );
    }
}

async fn signed_in_times(world: &World) -> usize {
    let mut reader = world.service.store().read().await.unwrap();
    let filter = SignInFilter::default();
    reader.sign_ins_page(&filter, None, 100).await.unwrap().len()
}
