//! What the policy says of passkeys and authenticator apps takes effect: at registration, in security info, at sign-in.

use latchkey_crypto::testing::{Maker, SoftwareAuthenticator};
use latchkey_domain::{
    Aaguid, AppPolicyChange, Caller, GroupId, IncludeTarget, KeyRule, MethodPolicyChange,
    PasskeyPolicyChange, PolicyError, SignInError, UserRef,
};
use latchkey_service::{GroupWish, OwnMethodError, PolicyChangeError, SignInFailure, SignInStep, SignedIn};
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::World;

const ADA: &str = "ada@example.com";
const OTHER_MAKE: Aaguid = Aaguid::from_bytes([9; 16]);

struct Site {
    _database: TestDatabase,
    world: World,
    ada: UserRef,
    signed_in: SignedIn,
}

impl Site {
    /// Ada is signed in by a one-time pass.
    async fn new() -> Self {
        let database = TestDatabase::new(TestEngine::Sqlite).await;
        let world = World::on(&database.url).await;
        let ada = world.user(ADA).await;
        let code = world.one_time(&ada).await.code;
        let opened = world.sign_in(ADA, code.expose()).await;
        let signed_in = world.signed_in(&opened).await.unwrap();
        Self {
            _database: database,
            world,
            ada,
            signed_in,
        }
    }

    async fn change(&self, change: MethodPolicyChange) -> Result<(), PolicyChangeError> {
        let (service, info) = (&self.world.service, self.world.info());
        let changed = service.change_method_policies(&Caller::Console, &info, change);
        changed.await.map(drop)
    }

    async fn passkeys(&self, change: PasskeyPolicyChange) {
        self.change(MethodPolicyChange::Passkeys(change)).await.unwrap();
    }

    async fn makes(&self, rule: KeyRule, aaguid: Aaguid) {
        self.passkeys(PasskeyPolicyChange {
            enforced: Some(true),
            rule: Some(rule),
            aaguids: Some(vec![aaguid]),
            ..PasskeyPolicyChange::default()
        })
        .await;
    }

    /// A group that Ada is in, or not.
    async fn group(&self, with_ada: bool) -> GroupId {
        let UserRef::Id(ada) = &self.ada else { panic!() };
        let wish = GroupWish {
            display_name: Some("Staff".to_owned()),
            mail_nickname: Some("staff".to_owned()),
            members: if with_ada { vec![*ada] } else { Vec::new() },
            ..GroupWish::default()
        };
        let (service, info) = (&self.world.service, self.world.info());
        service
            .create_group(&Caller::Console, &info, wish)
            .await
            .unwrap()
            .id
    }

    async fn demand_attestation(&self) -> Result<(), PolicyChangeError> {
        let change = PasskeyPolicyChange {
            attestation: Some(true),
            ..PasskeyPolicyChange::default()
        };
        self.change(MethodPolicyChange::Passkeys(change)).await
    }

    async fn register(&self, device: &mut SoftwareAuthenticator) -> Result<(), OwnMethodError> {
        let (service, signed_in) = (&self.world.service, &self.signed_in);
        let begun = service.begin_passkey(signed_in).await?;
        let answer = device.create(&begun.options);
        let draft = service
            .check_made_passkey(signed_in, &begun.form, &answer)
            .await?;
        let info = self.world.info();
        let done = service.register_passkey(signed_in, &info, &draft.form, "Key");
        done.await.map(drop)
    }

    async fn sign_in(&self, device: &mut SoftwareAuthenticator) -> Result<SignInStep, SignInFailure> {
        let service = &self.world.service;
        let browser = service.new_browser_key();
        let flow = service.begin_flow(&browser, &self.world.info(), "/", None);
        let (options, flow) = service.begin_passkey_sign_in(&flow).await.unwrap();
        let info = self.world.info();
        service
            .sign_in_with_passkey(&flow, &info, &device.get(&options))
            .await
    }

    /// What security info offers: passkey, app.
    async fn offered(&self) -> (bool, bool) {
        let overview = self
            .world
            .service
            .methods_overview(&self.signed_in)
            .await
            .unwrap();
        (overview.may_add_passkey, overview.may_add_app)
    }
}

#[tokio::test]
async fn passkeys_of_a_make_that_is_not_allowed_are_neither_registered_nor_used() {
    let site = Site::new().await;
    let mut device = SoftwareAuthenticator::new("laptop");
    site.makes(KeyRule::Allow, OTHER_MAKE).await;
    let refused = site.register(&mut device).await.unwrap_err();
    assert!(matches!(refused, OwnMethodError::MakeNotAllowed), "{refused}");
    assert_eq!(site.offered().await, (true, true), "other makes can be added");

    let own = Aaguid::from_bytes(SoftwareAuthenticator::AAGUID);
    site.makes(KeyRule::Allow, own).await;
    site.register(&mut device).await.unwrap();
    assert!(matches!(
        site.sign_in(&mut device).await,
        Ok(SignInStep::Opened(_))
    ));

    site.makes(KeyRule::Block, own).await;
    let refused = site.sign_in(&mut device).await.unwrap_err();
    assert!(
        matches!(
            refused,
            SignInFailure::Refused {
                error: SignInError::PasskeyNotAllowed,
                ..
            }
        ),
        "{refused:?}"
    );
    site.change(MethodPolicyChange::RevertPasskeys).await.unwrap();
    assert!(matches!(
        site.sign_in(&mut device).await,
        Ok(SignInStep::Opened(_))
    ));
}

#[tokio::test]
async fn nobody_demands_attestations_who_knows_no_makers() {
    let site = Site::new().await;
    let refused = site.demand_attestation().await.unwrap_err();
    assert!(
        matches!(refused, PolicyChangeError::Invalid(PolicyError::NoMetadata)),
        "{refused}"
    );
    // Nothing has changed.
    site.register(&mut SoftwareAuthenticator::new("laptop"))
        .await
        .unwrap();
    site.world.knows_makes(&[]);
    site.demand_attestation().await.unwrap();
}

#[tokio::test]
async fn where_attestation_is_demanded_a_maker_must_vouch() {
    let site = Site::new().await;
    let make = Aaguid::from_bytes(SoftwareAuthenticator::AAGUID).to_string();
    let mut early = SoftwareAuthenticator::new("registered before");
    site.register(&mut early).await.unwrap();
    let maker = Maker::new(SoftwareAuthenticator::AAGUID);
    site.world.knows_makes(&[maker.entry(&make, "FIDO_CERTIFIED_L1")]);
    site.demand_attestation().await.unwrap();

    let mut nobodys = SoftwareAuthenticator::new("nobody's");
    let mut impostors = SoftwareAuthenticator::new("an impostor's");
    impostors.vouched_for_by(Maker::new(SoftwareAuthenticator::AAGUID));
    for device in [&mut nobodys, &mut impostors] {
        let refused = site.register(device).await.unwrap_err();
        assert!(matches!(refused, OwnMethodError::NotAttested), "{refused}");
    }
    let compromised = maker.entry(&make, "ATTESTATION_KEY_COMPROMISE");
    let mut genuine = SoftwareAuthenticator::new("genuine");
    genuine.vouched_for_by(maker);
    site.register(&mut genuine).await.unwrap();
    let methods = site.world.service.list_methods(&Caller::Console, &site.ada);
    let attested: Vec<bool> = methods
        .await
        .unwrap()
        .passkeys
        .iter()
        .map(|one| one.attested_by.is_some())
        .collect();
    assert_eq!(attested, [false, true]);

    // What is registered is used on, whatever comes out about its make.
    site.world.knows_makes(&[compromised]);
    for device in [&mut early, &mut genuine] {
        assert!(matches!(site.sign_in(device).await, Ok(SignInStep::Opened(_))));
    }
}

#[tokio::test]
async fn a_policy_that_changes_during_the_ceremony_counts() {
    let site = Site::new().await;
    let (service, signed_in) = (&site.world.service, &site.signed_in);
    let mut device = SoftwareAuthenticator::new("laptop");
    let begun = service.begin_passkey(signed_in).await.unwrap();
    let answer = device.create(&begun.options);
    let draft = service
        .check_made_passkey(signed_in, &begun.form, &answer)
        .await
        .unwrap();
    site.makes(KeyRule::Allow, OTHER_MAKE).await;
    let info = site.world.info();
    let done = service
        .register_passkey(signed_in, &info, &draft.form, "Key")
        .await;
    assert!(matches!(done, Err(OwnMethodError::MakeNotAllowed)), "{done:?}");
}

#[tokio::test]
async fn people_outside_the_targets_add_neither_passkey_nor_app() {
    let site = Site::new().await;
    let (inside, outside) = (site.group(true).await, site.group(false).await);
    let apps = |include, exclude| {
        MethodPolicyChange::Apps(AppPolicyChange {
            include: Some(vec![include]),
            exclude: Some(exclude),
            ..AppPolicyChange::default()
        })
    };
    let passkeys = |include, exclude| PasskeyPolicyChange {
        include: Some(vec![include]),
        exclude: Some(exclude),
        ..PasskeyPolicyChange::default()
    };
    for (include, exclude, may) in [
        (IncludeTarget::AllUsers, vec![], true),
        (IncludeTarget::Group(outside), vec![], false),
        (IncludeTarget::Group(inside), vec![outside], true),
        (IncludeTarget::AllUsers, vec![inside], false),
    ] {
        site.passkeys(passkeys(include, exclude.clone())).await;
        site.change(apps(include, exclude.clone())).await.unwrap();
        assert_eq!(site.offered().await, (may, may), "{include:?} {exclude:?}");
        let (service, signed_in) = (&site.world.service, &site.signed_in);
        let begun = service.begin_passkey(signed_in).await.map(drop);
        assert_eq!(begun.is_ok(), may, "{begun:?}");
        let begun = service.begin_totp(signed_in).await.map(drop);
        assert_eq!(begun.is_ok(), may, "{begun:?}");
        assert!(
            may || matches!(begun, Err(OwnMethodError::NotOffered)),
            "{begun:?}"
        );
    }
}

#[tokio::test]
async fn self_service_and_the_switch_stop_registration() {
    let site = Site::new().await;
    let mut device = SoftwareAuthenticator::new("laptop");
    for change in [
        PasskeyPolicyChange {
            self_service: Some(false),
            ..PasskeyPolicyChange::default()
        },
        PasskeyPolicyChange {
            self_service: Some(true),
            enabled: Some(false),
            ..PasskeyPolicyChange::default()
        },
    ] {
        site.passkeys(change).await;
        assert_eq!(site.offered().await, (false, true));
        let refused = site.register(&mut device).await.unwrap_err();
        assert!(matches!(refused, OwnMethodError::NotOffered), "{refused}");
    }
}

#[tokio::test]
async fn an_unknown_group_changes_nothing() {
    let site = Site::new().await;
    let unknown = GroupId::from_bytes([5; 16]);
    let change = PasskeyPolicyChange {
        enabled: Some(false),
        exclude: Some(vec![unknown]),
        ..PasskeyPolicyChange::default()
    };
    let refused = site.change(MethodPolicyChange::Passkeys(change)).await;
    let unknown_group = matches!(
        refused,
        Err(PolicyChangeError::Invalid(PolicyError::UnknownGroup { group, .. })) if group == unknown
    );
    assert!(unknown_group, "{refused:?}");
    assert_eq!(site.offered().await, (true, true));
}
