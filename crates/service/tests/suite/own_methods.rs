//! Taking one's own sign-in methods away through an application: what security info asks for holds there, too
//! (sign-in contract 5.1).

use latchkey_crypto::token_hash;
use latchkey_domain::{
    Activity, AuditEvent, AuditId, AuditOutcome, AuthorizationId, Caller, ClientId, CorrelationId,
    Delegation, Denied, Grant, GraphPermission, Initiator, Passkey, PasskeyId, Session, SessionId,
    SessionMethod, TotpApp, TotpId, User, UserRef,
};
use latchkey_service::{AccessError, Clock, MethodError, PassError};
use latchkey_store::testing::{TestDatabase, TestEngine};

use crate::common::World;

/// What a person has left: passkeys, authenticator apps, passes.
type Left = (usize, usize, usize);

struct Person {
    world: World,
    user: User,
}

impl Person {
    /// Somebody with a passkey, an authenticator app and a pass.
    async fn new(database: &TestDatabase) -> Self {
        let world = World::on(&database.url).await;
        let ada = world.user("ada@example.com").await;
        world.issue(&ada, latchkey_domain::PassRequest::default()).await;
        let user = world.service.show_user(&Caller::Console, &ada).await.unwrap();
        let now = world.clock.now();
        let passkey = Passkey {
            id: PasskeyId::new(vec![7; 16]).unwrap(),
            user_id: user.id,
            name: "Key".to_owned(),
            static_state: vec![1],
            dynamic_state: vec![1],
            aaguid: [5; 16],
            attested_by: None,
            synced: false,
            transports: String::new(),
            created_at: now,
            last_used_at: None,
        };
        let app = TotpApp {
            id: TotpId::from_bytes([8; 16]),
            user_id: user.id,
            name: "Phone".to_owned(),
            sealed_key: vec![1],
            last_step: 0,
            created_at: now,
            last_used_at: None,
        };
        let event = |n| AuditEvent {
            id: AuditId::from_bytes([n; 16]),
            at: now,
            activity: Activity::UserRegisteredSecurityInfo,
            outcome: AuditOutcome::Success,
            reason: String::new(),
            initiator: Initiator::Console,
            ip_address: String::new(),
            targets: Vec::new(),
            details: Vec::new(),
            correlation_id: CorrelationId::from_bytes([9; 16]),
        };
        let input = (passkey, app, event(1), event(2));
        let stored: Result<(), latchkey_store::StoreError> = world
            .service
            .store()
            .write_with(input, |w, (passkey, app, first, second)| {
                Box::pin(async move {
                    w.insert_passkey(passkey, first).await?;
                    w.insert_totp(app, second).await
                })
            })
            .await;
        stored.unwrap();
        Self { world, user }
    }

    /// The person through an application, in a session that was opened a moment ago.
    async fn through_app(&self, method: SessionMethod) -> Caller {
        let id = SessionId::from_bytes(self.world.service.random_id());
        let session = Session::open(id, self.user.id, method, None, self.world.clock.now());
        let hash = token_hash(&id.to_string());
        self.world
            .service
            .store()
            .write_with((session, hash), |w, (session, hash)| {
                Box::pin(async move { w.insert_session(session, hash).await })
            })
            .await
            .unwrap();
        self.caller(Some(id))
    }

    fn caller(&self, session: Option<SessionId>) -> Caller {
        Caller::Person {
            id: self.user.id,
            upn: self.user.upn.to_string(),
            display_name: self.user.display_name.clone(),
            user_type: self.user.user_type,
            roles: Vec::new().into(),
            grant: Grant::Delegated(Delegation {
                client: ClientId::from_bytes([1; 16]),
                authorization: AuthorizationId::from_bytes([2; 16]),
                scopes: [GraphPermission::UserAuthenticationMethodReadWrite]
                    .into_iter()
                    .collect(),
            }),
            session,
        }
    }

    async fn left(&self) -> Left {
        let name = UserRef::Id(self.user.id);
        let methods = self
            .world
            .service
            .list_methods(&Caller::Console, &name)
            .await
            .unwrap();
        (
            methods.passkeys.len(),
            methods.totp_apps.len(),
            usize::from(methods.pass.is_some()),
        )
    }

    async fn delete_passkey(&self, caller: &Caller) -> Result<(), Denied> {
        let (name, id) = (UserRef::Id(self.user.id), PasskeyId::new(vec![7; 16]).unwrap());
        let info = self.world.info();
        denied(
            self.world
                .service
                .delete_passkey_of(caller, &info, &name, id)
                .await,
        )
    }

    async fn delete_app(&self, caller: &Caller) -> Result<(), Denied> {
        let (name, id) = (UserRef::Id(self.user.id), TotpId::from_bytes([8; 16]));
        let info = self.world.info();
        denied(self.world.service.delete_totp_of(caller, &info, &name, id).await)
    }

    async fn delete_pass(&self, caller: &Caller) -> Result<(), Denied> {
        let name = UserRef::Id(self.user.id);
        let shown = self
            .world
            .service
            .show_pass(&Caller::Console, &name)
            .await
            .unwrap();
        let info = self.world.info();
        let deleted = self
            .world
            .service
            .delete_pass(caller, &info, &name, shown.unwrap().pass.id);
        match deleted.await {
            Ok(()) => Ok(()),
            Err(PassError::Access(AccessError::Denied(denied))) => Err(denied),
            Err(other) => panic!("{other}"),
        }
    }
}

fn denied(outcome: Result<(), MethodError>) -> Result<(), Denied> {
    match outcome {
        Ok(()) => Ok(()),
        Err(MethodError::Access(AccessError::Denied(denied))) => Err(denied),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_session_takes_methods_away_and_a_stale_one_does_not() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let ada = Person::new(&database).await;
    let caller = ada.through_app(SessionMethod::Passkey).await;
    ada.world.later(301);
    assert_eq!(ada.delete_passkey(&caller).await, Err(Denied::NotFresh));
    ada.world.later(299);
    assert_eq!(
        ada.delete_app(&caller).await,
        Ok(()),
        "ten minutes for everything else"
    );
    ada.world.later(1);
    assert_eq!(ada.delete_pass(&caller).await, Err(Denied::NotFresh));
    assert_eq!(ada.left().await, (1, 0, 1));

    let again = ada.through_app(SessionMethod::PasswordAndTotp).await;
    assert_eq!(ada.delete_pass(&again).await, Ok(()));
    ada.world.later(300);
    assert_eq!(ada.delete_passkey(&again).await, Ok(()));
    assert_eq!(ada.left().await, (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_alone_or_no_session_takes_nothing_away() {
    let database = TestDatabase::new(TestEngine::Sqlite).await;
    let ada = Person::new(&database).await;
    let weak = ada.through_app(SessionMethod::Password).await;
    let signed_out = ada.caller(Some(SessionId::from_bytes([3; 16])));
    for caller in [weak, ada.caller(None), signed_out] {
        assert_eq!(ada.delete_passkey(&caller).await, Err(Denied::NotFresh));
        assert_eq!(ada.delete_app(&caller).await, Err(Denied::NotFresh));
        assert_eq!(ada.delete_pass(&caller).await, Err(Denied::NotFresh));
    }
    assert_eq!(ada.left().await, (1, 1, 1));
}
