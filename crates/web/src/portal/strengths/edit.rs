//! Making, changing and deleting the tenant's own strengths.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use latchkey_domain::{Action, Combination, Strength, StrengthError, StrengthId};
use latchkey_service::{StrengthFailure, StrengthWish};

use super::ways::{in_words, is_offered};
use super::{failed, open_own};
use crate::answer::{Answer, page, redirect};
use crate::portal::admin::{Admin, AdminPosted};
use crate::portal::form::{Entry, STALE, changed, conflict, is_stale, version};
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::portal::question::Question;
use crate::view::Site;
use crate::visit::Fields;

const NAME: &str = "displayName";
const DESCRIPTION: &str = "description";
/// Begins the names of the boxes; a combination follows.
const WAY: &str = "way ";

/// A combination to tick.
struct Way {
    name: String,
    words: String,
    /// Nobody can sign in so here.
    elsewhere: bool,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "portal/strength_edit.html")]
struct Edit<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    title: &'a str,
    action: String,
    cancel: String,
    button: &'a str,
    entries: [Entry; 2],
    ways: Vec<Way>,
    /// Of a strength that there is.
    version: String,
    problem: &'a str,
    ways_wrong: bool,
}

/// What the form shows.
#[derive(Debug, Default)]
struct Shown {
    name: String,
    description: String,
    /// Ticked.
    combinations: Vec<Combination>,
}

impl Shown {
    fn stored(strength: &Strength) -> Self {
        Self {
            name: strength.display_name.clone(),
            description: strength.description.clone(),
            combinations: strength.combinations.clone(),
        }
    }

    /// What was sent; no page of ours sends a combination that there isn't.
    fn sent(fields: &Fields) -> Option<Self> {
        let combinations = fields.names_after(WAY).map(Combination::parse);
        Some(Self {
            name: fields.get(NAME).trim().to_owned(),
            description: fields.get(DESCRIPTION).trim().to_owned(),
            combinations: combinations.collect::<Option<_>>()?,
        })
    }

    fn wish(&self) -> StrengthWish {
        StrengthWish {
            display_name: Some(self.name.clone()),
            description: Some(self.description.clone()),
            combinations: Some(self.combinations.clone()),
        }
    }
}

/// The form of a new strength, or of this one. What it has is offered besides what can be proved here.
fn form(
    admin: &Admin,
    of: Option<&Strength>,
    shown: &Shown,
    (problem, wrong): (&str, Option<StrengthError>),
) -> Response {
    let offered = of.map_or(&[][..], |strength| &strength.combinations);
    let entry = |name, label, value: &str, longest, broken| Entry {
        name,
        label,
        hint: "",
        value: value.to_owned(),
        longest,
        required: name == NAME,
        wrong: wrong == Some(broken),
    };
    let elsewhere = offered.iter().filter(|combination| !is_offered(**combination));
    let all = Combination::OFFERED.iter().chain(elsewhere);
    let path = of.map(|strength| paths::strength(strength.id));
    let action = path.as_ref().map(|path| format!("{path}/edit"));
    page(
        if problem.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        },
        &Edit {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Strengths),
            title: if of.is_some() {
                "Edit strength"
            } else {
                "New strength"
            },
            action: action.unwrap_or_else(|| paths::NEW_STRENGTH.to_owned()),
            cancel: path.unwrap_or_else(|| paths::STRENGTHS.to_owned()),
            button: if of.is_some() { "Save" } else { "Create" },
            entries: [
                entry(NAME, "Name", &shown.name, 256, StrengthError::Name),
                entry(
                    DESCRIPTION,
                    "What it is for",
                    &shown.description,
                    1024,
                    StrengthError::Description,
                ),
            ],
            ways: all
                .map(|combination| Way {
                    name: format!("{WAY}{combination}"),
                    words: in_words(*combination),
                    elsewhere: !is_offered(*combination),
                    ticked: shown.combinations.contains(combination),
                })
                .collect(),
            version: of.map_or_else(String::new, |strength| version(&Shown::stored(strength))),
            problem,
            ways_wrong: wrong == Some(StrengthError::Combinations),
        },
    )
}

/// Nothing is wrong.
const RIGHT: (&str, Option<StrengthError>) = ("", None);

/// What is wrong, and with which field.
const fn words(wrong: StrengthError) -> (&'static str, Option<StrengthError>) {
    let words = match wrong {
        StrengthError::Name => "A name has 1 to 256 characters.",
        StrengthError::Combinations => "A strength that nothing meets would let nobody in.",
        StrengthError::Description => "Check the marked field: it's too long.",
    };
    (words, Some(wrong))
}

/// `GET /portal/strengths/new`
pub(super) async fn ask_new(admin: Admin) -> Answer {
    admin.needs(Action::WritePolicy)?;
    Ok(form(&admin, None, &Shown::default(), RIGHT))
}

/// `POST /portal/strengths/new`
pub(super) async fn create(AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let Some(sent) = Shown::sent(&fields) else {
        return Err(admin.member.visit.bad_request());
    };
    let info = &admin.member.visit.info;
    let made = admin
        .service()
        .create_strength(&admin.caller, info, sent.wish())
        .await;
    match made {
        Ok(made) => Ok(redirect(&paths::with(
            &paths::strength(made.id),
            "done",
            "created",
        ))),
        Err(StrengthFailure::Invalid(wrong)) => Ok(form(&admin, None, &sent, words(wrong))),
        Err(StrengthFailure::TooMany) => {
            let words = "There are 100 already, as many as there may be. Delete one first.";
            Ok(form(&admin, None, &sent, (words, None)))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}

/// `GET /portal/strengths/{id}/edit`
pub(super) async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    let strength = open_own(&admin, &id).await?.strength;
    let shown = Shown::stored(&strength);
    Ok(form(&admin, Some(&strength), &shown, RIGHT))
}

/// `POST /portal/strengths/{id}/edit`
pub(super) async fn save(Path(id): Path<String>, AdminPosted { admin, fields }: AdminPosted) -> Answer {
    let (Some(sent), Ok(id)) = (Shown::sent(&fields), id.parse::<StrengthId>()) else {
        return Err(admin.member.visit.bad_request());
    };
    let mut wish = sent.wish();
    // Whoever may not is refused, and recorded, where the strength would be changed; so is a built-in one.
    if admin.offers.has(Action::WritePolicy)
        && let Ok(file) = open_own(&admin, &id.to_string()).await
    {
        let stored = Shown::stored(&file.strength);
        if is_stale(&fields, &stored) {
            let again = form(&admin, Some(&file.strength), &stored, (STALE, None));
            return Ok(conflict(again));
        }
        let shown = stored.wish();
        wish = StrengthWish {
            display_name: changed(wish.display_name, shown.display_name.as_ref()),
            description: changed(wish.description, shown.description.as_ref()),
            combinations: changed(wish.combinations, shown.combinations.as_ref()),
        };
    }
    let info = &admin.member.visit.info;
    let saved = admin
        .service()
        .update_strength(&admin.caller, info, id, wish)
        .await;
    match saved {
        Ok(_) => Ok(redirect(&paths::with(&paths::strength(id), "done", "saved"))),
        Err(StrengthFailure::Invalid(wrong)) => {
            let stored = open_own(&admin, &id.to_string()).await?.strength;
            Ok(form(&admin, Some(&stored), &sent, words(wrong)))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}

/// The question before one is deleted, and why it can't be, if so.
fn question(admin: &Admin, strength: &Strength, problem: Option<&str>) -> Response {
    let path = paths::strength(strength.id);
    page(
        if problem.is_some() {
            StatusCode::CONFLICT
        } else {
            StatusCode::OK
        },
        &Question {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Strengths),
            action: format!("{path}/delete"),
            path,
            name: &strength.display_name,
            upn: "",
            title: "Delete the strength?",
            text: "No application demands it, so nobody's sign-in changes. This can't be undone.",
            object: "",
            when: None,
            mark: String::new(),
            button: "Delete strength",
            harmless: false,
            problem,
        },
    )
}

/// `GET /portal/strengths/{id}/delete`
pub(super) async fn ask_delete(admin: Admin, Path(id): Path<String>) -> Answer {
    let file = open_own(&admin, &id).await?;
    Ok(question(&admin, &file.strength, None))
}

/// `POST /portal/strengths/{id}/delete`
pub(super) async fn delete(Path(id): Path<String>, AdminPosted { admin, .. }: AdminPosted) -> Answer {
    let Ok(id) = id.parse::<StrengthId>() else {
        return Err(admin.member.visit.bad_request());
    };
    let info = &admin.member.visit.info;
    let deleted = admin.service().delete_strength(&admin.caller, info, id).await;
    match deleted {
        // Gone already is as good as deleted.
        Ok(()) | Err(StrengthFailure::NoSuchStrength) => {
            Ok(redirect(&paths::with(paths::STRENGTHS, "done", "deleted")))
        }
        Err(StrengthFailure::InUse) => {
            let file = open_own(&admin, &id.to_string()).await?;
            let problem = "An application demands it. Take it from there first.";
            Ok(question(&admin, &file.strength, Some(problem)))
        }
        Err(error) => Err(failed(&admin, &error)),
    }
}
