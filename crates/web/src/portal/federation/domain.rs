//! One domain: handing it over, changing how, taking it back.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_crypto::Secret;
use latchkey_domain::{Action, FederatedMfa, NameClaim};
use latchkey_service::{FederatedDomain, FederationError, FederationWish, SecretWish};

use super::{failed, open};
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::portal::question::Question;
use crate::view::Site;
use crate::visit::Fields;

const ISSUER: &str = "issuer";
const CLIENT: &str = "clientId";
const SECRET: &str = "clientSecret";
const PUBLIC: &str = "publicClient";
const CLAIM: &str = "nameClaim";
const MFA: &str = "mfa";

/// Something to choose.
struct Choice {
    value: &'static str,
    words: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "portal/federated_domain.html")]
struct DomainPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    domain: &'a str,
    path: String,
    handed: Option<&'a FederatedDomain>,
    redirect_uri: String,
    may_write: bool,
    issuer: Entry,
    client: Entry,
    secret_wrong: bool,
    public: bool,
    claims: Vec<Choice>,
    mfas: Vec<Choice>,
    /// What is chosen of both, for those who only look.
    chosen: [&'static str; 2],
    /// Of how the domain is handed over, if it is.
    version: String,
    problem: String,
}

impl DomainPage<'_> {
    fn has_secret(&self) -> bool {
        self.handed.is_some_and(|known| known.has_secret)
    }
}

/// What is chosen of a list, in words.
fn chosen(choices: &[Choice]) -> &'static str {
    let chosen = choices.iter().find(|choice| choice.chosen);
    chosen.map_or("", |choice| choice.words)
}

/// What the form shows.
#[derive(Debug, Default)]
struct Shown {
    issuer: String,
    client: String,
    claim: NameClaim,
    mfa: FederatedMfa,
    /// The secret that is stored shall be forgotten.
    public: bool,
}

impl Shown {
    fn stored(known: &FederatedDomain) -> Self {
        let federation = &known.federation;
        Self {
            issuer: federation.issuer.clone(),
            client: federation.client_id.clone(),
            claim: federation.name_claim,
            mfa: federation.mfa,
            public: false,
        }
    }

    /// What was sent; None: no page of ours sends that.
    fn sent(fields: &Fields) -> Option<Self> {
        let (claim, mfa) = (fields.get(CLAIM), fields.get(MFA));
        Some(Self {
            issuer: fields.get(ISSUER).trim().to_owned(),
            client: fields.get(CLIENT).trim().to_owned(),
            claim: NameClaim::ALL.into_iter().find(|known| known.name() == claim)?,
            mfa: FederatedMfa::ALL.into_iter().find(|known| known.name() == mfa)?,
            public: fields.get(PUBLIC) == "yes",
        })
    }
}

fn claims(chosen: NameClaim) -> Vec<Choice> {
    let choice = |claim: NameClaim| Choice {
        value: claim.name(),
        words: match claim {
            NameClaim::PreferredUsername => "The account name there (preferred_username)",
            NameClaim::Email => "The mail address, where the provider has verified it (email)",
            NameClaim::Upn => "The user principal name (upn)",
        },
        chosen: claim == chosen,
    };
    NameClaim::ALL.into_iter().map(choice).collect()
}

fn mfas(chosen: FederatedMfa) -> Vec<Choice> {
    let choice = |mfa: FederatedMfa| Choice {
        value: mfa.name(),
        words: match mfa {
            FederatedMfa::AcceptIfMfaDoneByFederatedIdp => "Believe it where the provider says so",
            FederatedMfa::EnforceMfaByFederatedIdp => {
                "Demand it: nobody gets in by the provider without, and no pass is asked for first"
            }
            FederatedMfa::RejectMfaByFederatedIdp => "Never count it",
        },
        chosen: mfa == chosen,
    };
    FederatedMfa::ALL.into_iter().map(choice).collect()
}

/// What is wrong with the form, and with which of its fields; None: nothing that it could mend.
fn problem(error: &FederationError) -> Option<(String, &'static str)> {
    Some(match error {
        FederationError::Provider(reason) => (format!("The provider can't be used. {reason}."), ISSUER),
        FederationError::ClientId => ("A client id has 1 to 255 characters.".to_owned(), CLIENT),
        FederationError::SecretOfAnother => (
            "The secret that is stored was given for another issuer. Give the one for this issuer."
                .to_owned(),
            SECRET,
        ),
        _ => return None,
    })
}

fn answer(
    admin: &Admin,
    domain: &str,
    handed: Option<&FederatedDomain>,
    shown: &Shown,
    wrong: Option<(String, &str)>,
) -> Response {
    let (problem, field) = wrong.unwrap_or_default();
    let (claims, mfas) = (claims(shown.claim), mfas(shown.mfa));
    page(
        if problem.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        },
        &DomainPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Federation),
            domain,
            path: paths::federated_domain(domain),
            handed,
            redirect_uri: admin.service().federation_redirect_uri(),
            may_write: admin.offers.has(Action::WriteFederation),
            issuer: Entry {
                name: ISSUER,
                label: "Issuer",
                hint: "The provider's address, such as https://login.example.org. It is asked for its keys before \
                       anything is saved.",
                value: shown.issuer.clone(),
                longest: 255,
                required: true,
                wrong: field == ISSUER,
            },
            client: Entry {
                name: CLIENT,
                label: "Client id",
                hint: "What Latchkey is called there.",
                value: shown.client.clone(),
                longest: 255,
                required: true,
                wrong: field == CLIENT,
            },
            secret_wrong: field == SECRET,
            public: shown.public,
            chosen: [chosen(&claims), chosen(&mfas)],
            claims,
            mfas,
            version: version(&state(handed)),
            problem,
        },
    )
}

/// What the form shows of how a domain is handed over.
fn state(handed: Option<&FederatedDomain>) -> Option<(Shown, bool)> {
    handed.map(|known| (Shown::stored(known), known.has_secret))
}

/// `GET /portal/federation/{domain}`
pub(super) async fn show(admin: Admin, Path(domain): Path<String>) -> Answer {
    let handed = open(&admin, &domain).await?;
    let shown = handed.as_ref().map(Shown::stored).unwrap_or_default();
    Ok(answer(&admin, &domain, handed.as_ref(), &shown, None))
}

/// `POST /portal/federation/{domain}`
pub(super) async fn save(Path(domain): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let Some(sent) = Shown::sent(&fields) else {
        return Err(admin.member.visit.bad_request());
    };
    // Whoever may not is refused, and recorded, where the domain would be handed over.
    if admin.offers.has(Action::WriteFederation) {
        let handed = open(&admin, &domain).await?;
        if is_stale(&fields, &state(handed.as_ref())) {
            let shown = handed.as_ref().map(Shown::stored).unwrap_or_default();
            let wrong = Some((STALE.to_owned(), ""));
            return Ok(conflict(answer(&admin, &domain, handed.as_ref(), &shown, wrong)));
        }
    }
    let secret = fields.get(SECRET).trim();
    let wish = FederationWish {
        domain: domain.clone(),
        issuer: sent.issuer.clone(),
        client_id: sent.client.clone(),
        client_secret: if !secret.is_empty() {
            SecretWish::New(Secret::new(secret.to_owned()))
        } else if sent.public {
            SecretWish::None
        } else {
            SecretWish::Keep
        },
        name_claim: sent.claim,
        mfa: sent.mfa,
    };
    let (service, info) = (admin.service(), &admin.member.visit.info);
    let Err(error) = service.federate_domain(&admin.caller, info, wish).await else {
        let was = fields.get("was") == "handed";
        let done = if was { "saved" } else { "handed" };
        return Ok(redirect(&paths::with(paths::FEDERATION, "done", done)));
    };
    match problem(&error) {
        Some(wrong) => {
            let handed = open(&admin, &domain).await?;
            Ok(answer(&admin, &domain, handed.as_ref(), &sent, Some(wrong)))
        }
        None => Err(failed(&admin, &error)),
    }
}

/// `GET /portal/federation/{domain}/take-back`
pub(super) async fn ask(admin: Admin, Path(domain): Path<String>) -> Answer {
    admin.needs(Action::WriteFederation)?;
    let Some(handed) = open(&admin, &domain).await? else {
        return Ok(admin.not_found());
    };
    let path = paths::federated_domain(&domain);
    Ok(page(
        StatusCode::OK,
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Federation),
            action: format!("{path}/take-back"),
            path,
            name: &domain,
            upn: "",
            title: "Take the domain back?",
            text: "Its people sign in here again, with what they have here: a passkey, an app, a password, or a pass. \
                   Who somebody is at the provider stays known.",
            object: &handed.federation.issuer,
            when: None,
            mark: String::new(),
            button: "Take back",
            harmless: false,
            problem: None,
        },
    ))
}

/// `POST /portal/federation/{domain}/take-back`
pub(super) async fn take_back(Path(domain): Path<String>, AdminPosted { admin, .. }: AdminPosted) -> Answer {
    let info = &admin.member.visit.info;
    let taken = admin
        .service()
        .unfederate_domain(&admin.caller, info, &domain)
        .await;
    match taken {
        // Taken back already is as good.
        Ok(()) | Err(FederationError::NotFederated) => {
            Ok(redirect(&paths::with(paths::FEDERATION, "done", "taken")))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}
