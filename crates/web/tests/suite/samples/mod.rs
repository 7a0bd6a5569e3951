//! Every page in its states, for the tests and the gallery.

mod set_up;

use askama::Template;
use latchkey_domain::PasswordRefusal;
use latchkey_web::language::{Id, Language};
use latchkey_web::moment::Moment;
use latchkey_web::pages::app::{AppCode, AppDone, AppIntro, AppScan};
use latchkey_web::pages::message::{Message, MessagePage};
use latchkey_web::pages::passkey::{PasskeyAdd, PasskeyName};
use latchkey_web::pages::password::{Field, SetPassword};
use latchkey_web::pages::security_info::{
    Add, DefaultMethod, Delete, Done, PassSession, SecurityInfo, SignOut, SignOutEverywhere,
};
use latchkey_web::pages::sign_in::{
    Code, Help, OwedPassword, Pass, Passkey, PasskeyRequest, Password, Username, Way, Ways,
};
use latchkey_web::view::{
    Account, Countdown, Flow, Kind, Method, PassDetail, PassState, Problem, Reference, Site,
};
use latchkey_web::{qr, words};

/// 2026-11-22 14:05 UTC.
const NOW: i64 = 1_795_356_300_000_000;
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Options such as the service sends, with invented bytes.
const OPTIONS: &str = r#"{"publicKey":{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","timeout":300000,"rpId":"localhost","allowCredentials":[],"userVerification":"required"}}"#;

/// The texts that people and administrators choose.
pub(crate) struct Texts<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) person: &'a str,
    pub(crate) upn: &'a str,
    pub(crate) device: &'a str,
}

/// Ordinary people and devices.
pub(crate) const ORDINARY: Texts<'static> = Texts {
    tenant: "Contoso",
    person: "Ada Lovelace",
    upn: "ada@example.com",
    device: "Work laptop",
};

fn at(micros: i64) -> Moment {
    Moment::from_micros(micros)
}

fn numbered(number: u32) -> Problem {
    Problem::numbered(words::for_number(number), reference(Some(number)))
}

fn reference(number: Option<u32>) -> Reference {
    Reference {
        number,
        correlation: "5f0c2a9e-8d1b-4a77-9c55-0f6d2b9e1a34".to_owned(),
        time: at(NOW),
    }
}

/// File name and HTML of every page in each of its states.
pub(crate) fn pages(
    texts: &Texts<'_>,
    language: Language,
) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let site = Site {
        colours: None,
        own_logo: None,
        tenant: texts.tenant,
        language,
    };
    let account = Account {
        name: texts.person,
        upn: texts.upn,
        csrf: "Zm9yZ2VkPw",
        trip: "",
    };
    let flow = Flow {
        id: "c2FtcGxlLWZsb3c",
        csrf: "Zm9yZ2VkPw",
        name: texts.upn,
        ways: "",
    };
    let unnamed = Flow { name: "", ..flow };
    let request = PasskeyRequest {
        options: OPTIONS,
        flow: "c2FtcGxlLWZsb3c",
    };
    let left = Some(Countdown {
        seconds: 545,
        until: at(NOW + 545_000_000),
    });
    let pass = |state, once| Method {
        kind: Kind::Pass,
        name: "",
        model: None,
        path: "/security-info/pass".to_owned(),
        created: Some(at(NOW - DAY)),
        last_used: None,
        pass: Some(PassDetail { once, state }),
    };
    let passkey = Method {
        kind: Kind::Passkey,
        name: texts.device,
        model: Some(Id("passkey-synced")),
        path: "/security-info/passkeys/1".to_owned(),
        created: Some(at(NOW - 90 * DAY)),
        last_used: Some(at(NOW - DAY)),
        pass: None,
    };
    let app = Method {
        kind: Kind::App,
        name: texts.device,
        model: None,
        path: "/security-info/apps/1".to_owned(),
        created: Some(at(NOW - 400 * DAY)),
        last_used: None,
        pass: None,
    };
    let password = Method {
        kind: Kind::Password,
        name: "",
        path: "/security-info/password".to_owned(),
        model: None,
        created: Some(at(NOW - 20 * DAY)),
        last_used: None,
        pass: None,
    };
    let used = pass(PassState::Used(Some(at(NOW + 60 * MINUTE))), true);
    let several = pass(PassState::Until(at(NOW + 60 * MINUTE)), false);
    let session = |renewable, alone, left: &Option<Countdown>| PassSession {
        ends: at(NOW + 60 * MINUTE),
        left: left.clone(),
        renewable,
        alone,
    };

    let mut all: Vec<(&'static str, String)> = Vec::new();
    macro_rules! show {
        ($name:literal, $page:expr) => {
            all.push(($name, $page.render()?))
        };
    }

    show!(
        "username",
        Username {
            site,
            flow: unnamed,
            problem: None,
            passkey: Some(request)
        }
    );
    show!(
        "username-malformed",
        Username {
            site,
            flow,
            problem: Some(Problem::plain(words::NAME_MALFORMED)),
            passkey: None
        }
    );
    show!(
        "pass",
        Pass {
            site,
            flow,
            problem: None
        }
    );
    show!(
        "pass-wrong",
        Pass {
            site,
            flow,
            problem: Some(numbered(130_503))
        }
    );
    let early = words::pass_not_yet_valid(at(NOW + 3 * DAY), reference(Some(130_503)));
    show!(
        "pass-early",
        Pass {
            site,
            flow,
            problem: Some(early)
        }
    );
    show!(
        "password",
        Password {
            site,
            flow,
            problem: None,
            pass_offered: true
        }
    );
    show!(
        "password-wrong",
        Password {
            site,
            flow,
            problem: Some(numbered(50_126)),
            pass_offered: false
        }
    );
    show!(
        "code",
        Code {
            site,
            flow,
            problem: None
        }
    );
    show!(
        "code-wrong",
        Code {
            site,
            flow,
            problem: Some(numbered(500_121))
        }
    );
    show!(
        "passkey",
        Passkey {
            site,
            flow,
            problem: None,
            demanded_by: None,
            request
        }
    );
    show!(
        "passkey-wrong",
        Passkey {
            site,
            flow: unnamed,
            problem: Some(numbered(135_000)),
            demanded_by: Some(texts.tenant),
            request
        }
    );
    show!(
        "owed-password",
        OwedPassword {
            site,
            flow,
            shortest: 8,
            longest: 256,
            three_kinds: false,
            problem: None
        }
    );
    show!(
        "ways",
        Ways {
            site,
            flow,
            problem: None,
            ways: &[Way::Pass, Way::Passkey, Way::Password],
            first: false,
        }
    );
    show!(
        "ways-second",
        Ways {
            site,
            flow,
            problem: None,
            ways: &Way::from_letters("kc"),
            first: false,
        }
    );
    show!(
        "ways-unnamed",
        Ways {
            site,
            flow: unnamed,
            problem: None,
            ways: &[Way::Passkey],
            first: false,
        }
    );
    show!("help", Help { site, flow });
    for (name, message, number) in [
        ("message-restart", Message::Restart, Some(50_089)),
        ("message-stronger", Message::StrongerNeeded, Some(50_079)),
        ("message-form-expired", Message::FormExpired, None),
        ("message-busy", Message::Busy, None),
        ("message-signed-out", Message::SignedOut, None),
        (
            "message-signed-out-everywhere",
            Message::SignedOutEverywhere,
            None,
        ),
        ("message-disowned", Message::SignInDisowned, None),
        ("message-pass-deleted", Message::PassDeleted, None),
        ("message-session-ended", Message::SessionEnded, Some(50_173)),
        ("message-registration-over", Message::RegistrationOver, None),
        ("message-confirm-again", Message::ConfirmAgain, None),
        ("message-limit", Message::LimitReached, None),
        ("message-not-found", Message::NotFound, None),
        ("message-bad-request", Message::BadRequest, None),
        ("message-broken", Message::Broken, None),
    ] {
        let quiet = matches!(
            message,
            Message::SignedOut | Message::SignedOutEverywhere | Message::SignInDisowned | Message::NotFound
        );
        let small = (!quiet).then(|| reference(number));
        let page = MessagePage {
            site,
            message,
            next: None,
            reference: small,
        };
        all.push((name, page.render()?));
    }

    let info = |done, pass, methods, older| SecurityInfo {
        site,
        account,
        done,
        pass,
        portal: true,
        app_first: Some(true),
        methods,
        older,
    };
    show!(
        "info-first-day",
        info(
            None,
            Some(session(false, true, &left)),
            std::slice::from_ref(&used),
            &[]
        )
    );
    show!(
        "info-first-day-over",
        info(
            None,
            Some(session(false, true, &None)),
            std::slice::from_ref(&used),
            &[]
        )
    );
    let recovered = [several.clone(), passkey.clone(), app.clone(), password.clone()];
    let older = recovered.get(1..3).unwrap_or_default();
    show!(
        "info-recovery",
        info(None, Some(session(true, false, &left)), &recovered, older)
    );
    show!(
        "info-recovery-later",
        info(None, Some(session(true, false, &None)), &recovered, &[])
    );
    let usual = [passkey.clone(), app.clone(), password.clone()];
    show!("info", info(Some(Done::Deleted), None, &usual, &[]));
    let states = [
        pass(PassState::From(at(NOW + DAY)), true),
        pass(PassState::Expired(at(NOW - DAY)), false),
        pass(PassState::Blocked, false),
    ];
    show!(
        "info-pass-states",
        info(Some(Done::PasswordSet), None, &states, &[])
    );
    show!(
        "info-password-set-freely",
        info(Some(Done::PasswordSetFreely), None, &usual, &[])
    );

    let kinds = [Kind::Passkey, Kind::App, Kind::Password];
    show!(
        "add",
        Add {
            site,
            account,
            left: left.clone(),
            kinds: &kinds
        }
    );
    show!(
        "default-method",
        DefaultMethod {
            site,
            account,
            left: left.clone(),
            app_first: false
        }
    );
    show!(
        "add-nothing",
        Add {
            site,
            account,
            left: None,
            kinds: &[]
        }
    );
    show!(
        "passkey-add",
        PasskeyAdd {
            site,
            account,
            left: left.clone(),
            problem: None,
            options: OPTIONS,
            form: "Zm9ybQ"
        }
    );
    let failed = Problem::plain(words::for_number(135_000));
    show!(
        "passkey-add-failed",
        PasskeyAdd {
            site,
            account,
            left: None,
            problem: Some(failed),
            options: OPTIONS,
            form: "Zm9ybQ"
        }
    );
    let (action, name) = ("/security-info/passkeys/1/name", texts.device);
    show!(
        "passkey-created",
        PasskeyName {
            site,
            account,
            form: Some("Zm9ybQ"),
            action,
            name,
            problem: None
        }
    );
    let empty = Some(Problem::plain(words::DEVICE_NAME_REFUSED));
    show!(
        "passkey-rename",
        PasskeyName {
            site,
            account,
            form: None,
            action,
            name: "",
            problem: empty
        }
    );
    show!(
        "app-intro",
        AppIntro {
            site,
            account,
            left: left.clone()
        }
    );
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let uri = format!("otpauth://totp/Contoso:ada%40example.com?secret={key}&issuer=Contoso&algorithm=SHA1");
    let label = format!("{}:{}", texts.tenant, texts.upn);
    show!(
        "app-scan",
        AppScan {
            site,
            account,
            left: left.clone(),
            problem: None,
            qr: qr::svg(&uri, "QR code"),
            label: &label,
            key
        }
    );
    show!(
        "app-scan-by-hand",
        AppScan {
            site,
            account,
            left: None,
            problem: Some(Problem::plain(words::NEW_KEY)),
            qr: None,
            label: &label,
            key
        }
    );
    let problem = Some(Problem::plain(words::CODE_MALFORMED));
    show!(
        "app-code",
        AppCode {
            site,
            account,
            left: left.clone(),
            problem: None
        }
    );
    show!(
        "app-code-wrong",
        AppCode {
            site,
            account,
            left: None,
            problem
        }
    );
    show!(
        "app-done",
        AppDone {
            site,
            account,
            needs_first_factor: false
        }
    );
    show!(
        "app-done-no-password",
        AppDone {
            site,
            account,
            needs_first_factor: true
        }
    );
    let set = |change, ask_current, problem| SetPassword {
        site,
        account,
        left: left.clone(),
        change,
        ask_current,
        shortest: 8,
        longest: 256,
        three_kinds: false,
        problem,
    };
    show!("password-set", set(false, false, None));
    show!("password-change", set(true, true, None));
    let weak = words::for_refusal(PasswordRefusal::TooCommon);
    let weak = Problem::numbered(weak, reference(Some(120_002)));
    show!("password-weak", set(true, true, Some((Field::New, weak))));
    let delete = |method: &Method<'_>, last, signs_out| {
        let method = method.clone();
        Delete {
            site,
            account,
            method,
            last,
            signs_out,
        }
        .render()
    };
    all.push(("delete-passkey", delete(&passkey, false, false)?));
    all.push(("delete-last", delete(&passkey, true, false)?));
    all.push(("delete-pass", delete(&used, true, true)?));
    all.push(("delete-app", delete(&app, false, false)?));
    show!("sign-out", SignOut { site, account });
    show!(
        "sign-out-everywhere",
        SignOutEverywhere {
            site,
            account,
            one_time_pass: true
        }
    );
    all.extend(set_up::pages(site, account, left.as_ref())?);
    Ok(all)
}
