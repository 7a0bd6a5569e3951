//! An administrator's consent for the whole tenant, asked for at an endpoint of its own.

use latchkey_domain::{
    Activity, AppRoleId, AuditEvent, AuditOutcome, ClientId, GraphPermission, Platform, RequiredResource,
    ScopeId, SessionMethod,
};
use latchkey_service::{
    AuthorizationRequest, AuthorizeFailure, AuthorizeStep, ClientAnswer, ConsentQuestion, ConsentTo, SignedIn,
};
use latchkey_store::AuditFilter;

use crate::applications::{App, number, value};
use crate::common::World;

on_each_engine! {
    all_that_was_registered_is_granted_for_everyone
    what_the_scopes_name_is_granted_and_no_role
    nobody_else_can_give_it
    what_was_not_shown_is_not_granted
    mistakes_are_told
}

const ADA: &str = "ada@example.com";
const ROOT: &str = "root@example.com";

/// An application that wants to read people's own profiles in their names, and everybody's in its own.
async fn reader(world: &World) -> App {
    let read = GraphPermission::UserRead.delegated_id().unwrap();
    let read_all = GraphPermission::UserReadAll.application_id().unwrap();
    App::registered(world, Platform::Web, |registration| {
        registration.required_resources = vec![RequiredResource {
            resource: ClientId::GRAPH,
            scopes: vec![ScopeId::from_uuid(read)],
            roles: vec![AppRoleId::from_uuid(read_all)],
        }];
        // Those who consent need no role of the application for that.
        registration.assignment_required = true;
    })
    .await
}

async fn asked(
    world: &World,
    app: &App,
    to: ConsentTo,
    more: &[(&str, &str)],
) -> Result<AuthorizationRequest, AuthorizeFailure> {
    let client_id = app.client_id.to_string();
    let fixed = [
        ("client_id", client_id.as_str()),
        ("redirect_uri", app.redirect),
        ("state", "s 1"),
    ];
    let pairs: Vec<(String, String)> = fixed
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let browser = world.service.new_browser_key();
    world
        .service
        .read_consent_request(&pairs, to, &browser, &world.info())
        .await
}

async fn question(
    world: &World,
    app: &App,
    request: &AuthorizationRequest,
    member: &SignedIn,
) -> ConsentQuestion {
    let chosen = request.with_chosen(member.session.id);
    match app.go_on(world, &chosen, std::slice::from_ref(member)).await {
        AuthorizeStep::Consent(question) => *question,
        other => panic!("no question: {other:?}"),
    }
}

async fn accept(world: &World, app: &App, request: &AuthorizationRequest, member: &SignedIn) -> ClientAnswer {
    let accepted = app.accept(world, request, member, false).await;
    match app
        .go_on(world, &accepted.unwrap(), std::slice::from_ref(member))
        .await
    {
        AuthorizeStep::Answer(answer) => *answer,
        other => panic!("no answer: {other:?}"),
    }
}

async fn held(world: &World, app: &App) -> Vec<GraphPermission> {
    let mut reader = world.service.store().read().await.unwrap();
    let standing = reader.application(app.client_id).await.unwrap().unwrap();
    standing.application.permissions.iter().collect()
}

async fn audits_of(world: &World) -> Vec<AuditEvent> {
    let mut reader = world.service.store().read().await.unwrap();
    let page = reader.audits_page(&AuditFilter::default(), None, 100).await;
    page.unwrap().into_iter().map(|stored| stored.event).collect()
}

async fn all_that_was_registered_is_granted_for_everyone(world: World) {
    let app = reader(&world).await;
    let root = app.signed_in(&world, ROOT, 0).await;
    world.clock.advance(latchkey_domain::Seconds(5));
    let request = asked(&world, &app, ConsentTo::Registered, &[]).await.unwrap();
    let first = app.go_on(&world, &request, std::slice::from_ref(&root)).await;
    assert!(
        matches!(first, AuthorizeStep::PickAccount),
        "whoever came by a link says with which account: {first:?}"
    );
    let question = question(&world, &app, &request, &root).await;
    assert!(question.allowed && question.for_everyone && question.everyone_only);
    let lines: Vec<_> = question
        .items
        .iter()
        .map(|item| (item.scope.as_str(), item.itself))
        .collect();
    assert_eq!(lines, [("User.Read", false), ("User.Read.All", true)]);
    assert_eq!(held(&world, &app).await, [], "asking alone gives nothing");

    let answer = accept(&world, &app, &request, &root).await;
    assert_eq!(answer.target, app.redirect);
    assert_eq!(value(&answer, "admin_consent"), "True");
    assert_eq!(value(&answer, "tenant"), world.service.tenant().id.to_string());
    assert_eq!(value(&answer, "state"), "s 1");
    assert_eq!(value(&answer, "scope"), "User.Read");
    assert_eq!(value(&answer, "code"), "", "nobody signs in by this");
    assert_eq!(held(&world, &app).await, [GraphPermission::UserReadAll]);

    let audits = audits_of(&world).await;
    let done = |activity: Activity| {
        audits
            .iter()
            .filter(|event| event.activity == activity && event.outcome == AuditOutcome::Success)
            .count()
    };
    assert_eq!(done(Activity::ConsentToApplication), 1);
    assert_eq!(done(Activity::AddAppRoleAssignment), 1);

    // The same once more is asked and answered alike, and changes nothing.
    let again = asked(&world, &app, ConsentTo::Registered, &[]).await.unwrap();
    let answer = accept(&world, &app, &again, &root).await;
    assert_eq!(value(&answer, "admin_consent"), "True");
    assert_eq!(audits_of(&world).await.len(), audits.len());
}

async fn what_the_scopes_name_is_granted_and_no_role(world: World) {
    let app = reader(&world).await;
    let root = app.signed_in(&world, ROOT, 0).await;
    let scope = [("scope", "openid https://graph.microsoft.com/User.Read.All")];
    let request = asked(&world, &app, ConsentTo::Scopes, &scope).await.unwrap();
    let answer = accept(&world, &app, &request, &root).await;
    assert_eq!(value(&answer, "scope"), "User.Read.All openid");
    assert_eq!(held(&world, &app).await, []);

    let all = [("scope", "https://graph.microsoft.com/.default")];
    let request = asked(&world, &app, ConsentTo::Scopes, &all).await.unwrap();
    let answer = accept(&world, &app, &request, &root).await;
    assert_eq!(number(&answer), 0);
    assert_eq!(held(&world, &app).await, [GraphPermission::UserReadAll]);
}

async fn nobody_else_can_give_it(world: World) {
    let app = reader(&world).await;
    let ada = app.signed_in(&world, ADA, 0).await;
    let request = asked(&world, &app, ConsentTo::Registered, &[]).await.unwrap();
    let question = question(&world, &app, &request, &ada).await;
    assert!(!question.for_everyone && question.everyone_only);
    let accepted = app.accept(&world, &request, &ada, false).await;
    assert!(accepted.is_err());
    assert_eq!(held(&world, &app).await, []);
    let refused = audits_of(&world).await.into_iter().any(|event| {
        event.activity == Activity::ConsentToApplication && event.outcome == AuditOutcome::Failure
    });
    assert!(refused, "the refusal is recorded");

    let declined = world.service.decline_authorization(&request).await.unwrap();
    let AuthorizeStep::Answer(answer) = declined else {
        panic!("{declined:?}")
    };
    assert_eq!(
        (number(&answer), value(&answer, "state").as_str()),
        (65_004, "s 1")
    );

    // A password alone opens no consent for everyone.
    let mut root = app.signed_in(&world, ROOT, 0).await;
    root.session.method = SessionMethod::Password;
    let signed_in = request.with_signed_in(root.session.id);
    let step = app.go_on(&world, &signed_in, std::slice::from_ref(&root)).await;
    let AuthorizeStep::Answer(answer) = step else {
        panic!("{step:?}")
    };
    assert_eq!(number(&answer), 50_079);
}

/// The application's owner asks for more while the administrator reads the page.
async fn what_was_not_shown_is_not_granted(world: World) {
    let app = reader(&world).await;
    let root = app.signed_in(&world, ROOT, 0).await;
    let request = asked(&world, &app, ConsentTo::Registered, &[]).await.unwrap();
    let read = app.asked(&world, &request, &root).await.unwrap();
    let more = |permission: GraphPermission| RequiredResource {
        resource: ClientId::GRAPH,
        scopes: vec![ScopeId::from_uuid(
            GraphPermission::UserRead.delegated_id().unwrap(),
        )],
        roles: vec![
            AppRoleId::from_uuid(GraphPermission::UserReadAll.application_id().unwrap()),
            AppRoleId::from_uuid(permission.application_id().unwrap()),
        ],
    };
    app.change(&world, |registration| {
        registration.required_resources = vec![more(GraphPermission::RoleManagementReadWriteDirectory)];
    })
    .await;
    let (service, info) = (&world.service, world.info());
    let accepted = service.accept_authorization(&read, &root, true, &info).await;
    let again = accepted.unwrap();
    assert_eq!(held(&world, &app).await, []);
    let AuthorizeStep::Consent(question) = app.go_on(&world, &again, std::slice::from_ref(&root)).await
    else {
        panic!("not asked again")
    };
    assert!(
        question
            .items
            .iter()
            .any(|item| item.scope.starts_with("RoleManagement"))
    );

    // Nor is anything granted to a yes without a page.
    let blind = service.accept_authorization(&request, &root, true, &info).await;
    let step = app
        .go_on(&world, &blind.unwrap(), std::slice::from_ref(&root))
        .await;
    assert!(matches!(step, AuthorizeStep::Consent(_)), "{step:?}");
    assert_eq!(held(&world, &app).await, []);

    // The same of scopes that a person consents to.
    let ada = app.signed_in(&world, ADA, 0).await;
    let open = App::registered(&world, Platform::Web, |registration| {
        registration.required_resources = vec![RequiredResource {
            resource: ClientId::GRAPH,
            scopes: vec![ScopeId::from_uuid(
                GraphPermission::UserRead.delegated_id().unwrap(),
            )],
            roles: Vec::new(),
        }];
    })
    .await;
    let all = [("scope", "https://graph.microsoft.com/.default")];
    let request = open.begin(&world, &all).await;
    let read = open.asked(&world, &request, &ada).await.unwrap();
    open.change(&world, |registration| {
        registration.required_resources = vec![RequiredResource {
            resource: ClientId::GRAPH,
            scopes: vec![ScopeId::from_uuid(
                GraphPermission::UserReadWrite.delegated_id().unwrap(),
            )],
            roles: Vec::new(),
        }];
    })
    .await;
    let again = service
        .accept_authorization(&read, &ada, false, &info)
        .await
        .unwrap();
    let step = open.go_on(&world, &again, std::slice::from_ref(&ada)).await;
    assert!(matches!(step, AuthorizeStep::Consent(_)), "{step:?}");
}

async fn mistakes_are_told(world: World) {
    let app = reader(&world).await;
    let nothing = App::web(&world).await;
    let refusal = |asked: Result<AuthorizationRequest, AuthorizeFailure>| match asked {
        Err(AuthorizeFailure::Answer(answer, error)) => {
            assert_eq!(value(&answer, "state"), "s 1");
            error.number
        }
        other => panic!("{other:?}"),
    };
    let missing = asked(&world, &app, ConsentTo::Scopes, &[]).await;
    assert_eq!(refusal(missing), 900_144);
    let twice = [("scope", "openid"), ("scope", "email")];
    assert_eq!(
        refusal(asked(&world, &app, ConsentTo::Scopes, &twice).await),
        9_000_411
    );
    let unregistered = asked(&world, &nothing, ConsentTo::Registered, &[]).await;
    assert_eq!(refusal(unregistered), 650_056);
    let elsewhere = [("redirect_uri", "https://evil.example/")];
    let elsewhere = asked(&world, &app, ConsentTo::Registered, &elsewhere).await;
    assert!(matches!(elsewhere, Err(AuthorizeFailure::Page(_))));

    let root = nothing.signed_in(&world, ROOT, 0).await;
    let empty = [("scope", "https://graph.microsoft.com/.default")];
    let request = asked(&world, &nothing, ConsentTo::Scopes, &empty).await.unwrap();
    let chosen = request.with_chosen(root.session.id);
    let step = nothing.go_on(&world, &chosen, std::slice::from_ref(&root)).await;
    let AuthorizeStep::Answer(answer) = step else {
        panic!("{step:?}")
    };
    assert_eq!(number(&answer), 650_056, "there is nothing to consent to");
}
