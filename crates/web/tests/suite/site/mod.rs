//! The door on a small organisation with a clock that is moved by hand, and browsers that walk through it.

pub(crate) mod desk;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use latchkey_crypto::{HashPool, HashPoolConfig, MasterKeys, Rng, Secret, SeededRng, TotpKey};
use latchkey_domain::{
    Caller, CorrelationId, PassPolicyChange, PassRequest, Seconds, Timestamp, Upn, UserId, UserRef,
};
use latchkey_service::{
    Clock, IssuedPass, ManualClock, NewTenant, Parts, Replaces, RequestInfo, Service, Settings, UserWish,
    create_tenant,
};
use latchkey_store::testing::{TestDatabase, TestEngine};
use tower::ServiceExt as _;

pub(crate) const ORIGIN_OF_SITE: &str = "https://localhost:8443";
pub(crate) const PASSWORD: &str = "nobody knows this one";

pub(crate) struct Site {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<ManualClock>,
    app: Router,
    sources: AtomicU8,
    _database: TestDatabase,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with_settings(|_| ()).await
    }

    pub(crate) async fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::new(TestEngine::Sqlite).await;
        let store = database.open().await;
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_800_000_000)));
        let random: Rng = Arc::new(SeededRng::new(11));
        let master_keys = Arc::new(MasterKeys::generate(&*random));
        let hash_pool = Arc::new(HashPool::start(HashPoolConfig::with_threads(2)).unwrap());
        create_tenant(NewTenant {
            store: &store,
            master_keys: &master_keys,
            hash_pool: &hash_pool,
            random: &random,
            clock: &*clock,
            display_name: "Example".into(),
            domain: "example.com".into(),
            administrator: Upn::parse("root@example.com").unwrap(),
        })
        .await
        .unwrap();
        let mut settings = Settings::new(ORIGIN_OF_SITE.into(), "localhost".into());
        change(&mut settings);
        let parts = Parts {
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random,
            master_keys,
            hash_pool,
            outbound: Arc::new(latchkey_service::NoOutbound),
            settings,
        };
        let service = Arc::new(Service::open(parts).await.unwrap());
        let app = latchkey_web::router(Arc::clone(&service));
        Self {
            service,
            clock,
            app,
            sources: AtomicU8::new(1),
            _database: database,
        }
    }

    fn info(&self) -> RequestInfo {
        RequestInfo::console(CorrelationId::from_bytes(self.service.random_id()))
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.advance(Seconds(seconds));
    }

    /// Somebody with a password and nothing else.
    pub(crate) async fn user(&self, name: &str) -> UserId {
        let wish = UserWish {
            upn: Some(format!("{name}@example.com")),
            display_name: Some(name.to_owned()),
            mail_nickname: Some(name.to_owned()),
            account_enabled: Some(true),
            password: Some(Secret::new(PASSWORD.to_owned())),
            ..Default::default()
        };
        self.service
            .create_user(&Caller::Console, &self.info(), wish)
            .await
            .unwrap()
            .id
    }

    pub(crate) async fn disable(&self, user: UserId) {
        let wish = UserWish {
            account_enabled: Some(false),
            ..Default::default()
        };
        self.service
            .update_user(&Caller::Console, &self.info(), &UserRef::Id(user), wish)
            .await
            .unwrap();
    }

    pub(crate) async fn pass(&self, user: UserId, request: PassRequest) -> String {
        let issued: IssuedPass = self
            .service
            .issue_pass(
                &Caller::Console,
                &self.info(),
                &UserRef::Id(user),
                request,
                Replaces::Whatever,
            )
            .await
            .unwrap();
        issued.code.expose().clone()
    }

    pub(crate) async fn one_time(&self, user: UserId) -> String {
        self.pass(
            user,
            PassRequest {
                one_time: Some(true),
                ..Default::default()
            },
        )
        .await
    }

    pub(crate) async fn policy(&self, change: PassPolicyChange) {
        self.service
            .change_pass_policy(&Caller::Console, &self.info(), change)
            .await
            .unwrap();
    }

    /// A browser from an address of its own.
    pub(crate) fn browser(&self) -> Browser<'_> {
        let source = self.sources.fetch_add(1, Ordering::SeqCst);
        Browser {
            site: self,
            cookies: BTreeMap::new(),
            source,
        }
    }
}

pub(crate) struct Browser<'a> {
    site: &'a Site,
    pub(crate) cookies: BTreeMap<String, String>,
    source: u8,
}

pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

pub(crate) type Fields = Vec<(String, String)>;

impl Browser<'_> {
    pub(crate) async fn send(&mut self, request: http::request::Builder, body: Body) -> Response {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let id = CorrelationId::from_bytes(self.site.service.random_id());
        let info = RequestInfo::new(id, [10, 0, 0, self.source].into(), "a test");
        let request = request
            .header(COOKIE, cookies.join("; "))
            .extension(info)
            .body(body)
            .unwrap();
        let response = self.site.app.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    async fn follow(&mut self, path: &str, mut response: Response) -> Page {
        let mut path = path.to_owned();
        while response.status() == StatusCode::SEE_OTHER {
            path = response.headers()[LOCATION].to_str().unwrap().to_owned();
            response = self.send(Request::get(&path), Body::empty()).await;
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        Page {
            path,
            status: parts.status,
            headers: parts.headers,
            html,
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let response = self.send(Request::get(path), Body::empty()).await;
        self.follow(path, response).await
    }

    pub(crate) async fn post(&mut self, action: &str, fields: &Fields) -> Page {
        let body: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", percent(value.as_bytes())))
            .collect();
        let request = Request::post(action)
            .header(ORIGIN, ORIGIN_OF_SITE)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.send(request, Body::from(body.join("&"))).await;
        self.follow(action, response).await
    }

    /// Sends the form that has the last of these fields, filled in.
    pub(crate) async fn submit(&mut self, page: &Page, filled: &[(&str, &str)]) -> Page {
        let (action, mut fields) = page.form(filled.last().unwrap().0);
        for (name, value) in filled {
            match fields.iter_mut().find(|(field, _)| field == name) {
                Some(field) => (*value).clone_into(&mut field.1),
                None => panic!("no field {name} on {}", page.html),
            }
        }
        self.post(&action, &fields).await
    }

    /// The page after the name.
    pub(crate) async fn name(&mut self, name: &str) -> Page {
        let first = self.get("/security-info").await;
        assert_eq!(first.heading(), "Sign in");
        self.submit(&first, &[("loginfmt", name)]).await
    }

    /// The page after a pass.
    pub(crate) async fn with_pass(&mut self, name: &str, code: &str) -> Page {
        let page = self.name(name).await;
        assert_eq!(page.heading(), "Enter Temporary Access Pass", "{}", page.html);
        self.submit(&page, &[("accesspass", code)]).await
    }
}

impl Page {
    pub(crate) fn heading(&self) -> String {
        between(&self.html, "<h1>", "</h1>").unwrap_or_else(|| panic!("no heading: {}", self.html))
    }

    pub(crate) fn number(&self) -> Option<u32> {
        between(&self.html, "Number: ", "<").map(|number| number.parse().unwrap())
    }

    /// Action and fields of the form that has this field.
    pub(crate) fn form(&self, field: &str) -> (String, Fields) {
        let wanted = format!(" name=\"{field}\"");
        let mut forms = self
            .html
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split("</form>").next());
        let form = forms.find(|form| form.contains(&wanted));
        let form = form.unwrap_or_else(|| panic!("no form with {field} on {}", self.html));
        let action = between(form, "action=\"", "\"").unwrap();
        let inputs = form
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next());
        let fields = inputs.filter_map(|input| {
            let name = between(input, " name=\"", "\"")?;
            // Of radio buttons one is sent, a box only when it is ticked.
            let chosen = input.contains(" checked");
            match between(input, "type=\"", "\"").as_deref() {
                Some("radio") if !chosen => return None,
                Some("checkbox") if !chosen => return Some((name, String::new())),
                _ => {}
            }
            Some((name, between(input, " value=\"", "\"").unwrap_or_default()))
        });
        (action, fields.collect())
    }

    /// Where the link with this text leads.
    pub(crate) fn link(&self, text: &str) -> String {
        let before = self.html.split(&format!(">{text}</a>")).next().unwrap();
        assert!(before.len() < self.html.len(), "no link {text} on {}", self.html);
        between(&before[before.rfind("<a").unwrap()..], "href=\"", "\"").unwrap()
    }

    /// The code that an app with the key on this page shows, some steps from now.
    pub(crate) fn app_code(&self, site: &Site, steps: i64) -> String {
        let key = between(&self.html, "data-plain=\"", "\"").unwrap();
        let key = TotpKey::from_slice(&base32(&key)).unwrap();
        let then = site.service.now() + Seconds(30 * steps);
        let mut codes = (0..1_000_000).map(|number| format!("{number:06}"));
        codes
            .find(|code| key.matching_step(code, then, 0).is_some())
            .unwrap()
    }

    /// The page without what differs from answer to answer.
    pub(crate) fn neutral(&self, name: &str) -> String {
        let mut text = self.html.replace(name, "NAME");
        for (start, end) in [
            ("name=\"flow\" value=\"", "\""),
            ("?flow=", "\""),
            ("Correlation ID: ", "<"),
            ("csrf\" value=\"", "\""),
        ] {
            while let Some(found) = between(&text, start, end).filter(|found| found != "-") {
                text = text.replace(&format!("{start}{found}{end}"), &format!("{start}-{end}"));
            }
        }
        text
    }
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let found = text.split_once(start)?.1.split_once(end)?.0;
    let entities = [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ];
    Some(entities.iter().fold(found.to_owned(), |text, (entity, sign)| {
        text.replace(entity, sign)
    }))
}

fn percent(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

/// Base32 without padding (RFC 4648), of a length that fills whole bytes.
fn base32(text: &str) -> Vec<u8> {
    let values: Vec<u64> = text
        .bytes()
        .map(|sign| {
            u64::from(if sign.is_ascii_digit() {
                sign - b'2' + 26
            } else {
                sign - b'A'
            })
        })
        .collect();
    let groups = values
        .chunks(8)
        .map(|group| group.iter().fold(0, |bits, value| (bits << 5) | value));
    groups
        .flat_map(|bits: u64| bits.to_be_bytes().into_iter().skip(3))
        .collect()
}
