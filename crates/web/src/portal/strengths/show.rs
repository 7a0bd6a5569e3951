//! Strengths, and the applications that demand them.

use askama::Template;
use axum::extract::{Path, Query};
use http::{StatusCode, Uri};
use latchkey_domain::{Action, Combination};
use latchkey_service::StrengthFile;

use super::ways::{in_words, is_offered};
use super::{all, open};
use crate::answer::{Answer, page};
use crate::portal::admin::Admin;
use crate::portal::frame::{Frame, Section};
use crate::portal::paths;
use crate::view::Site;

/// A strength in the list.
struct Row {
    path: String,
    name: String,
    description: String,
    built_in: bool,
    /// How many applications demand it, in words.
    demanded: String,
}

impl Row {
    fn new(file: &StrengthFile) -> Self {
        let strength = &file.strength;
        Self {
            path: paths::strength(strength.id),
            name: strength.display_name.clone(),
            description: strength.description.clone(),
            built_in: strength.is_built_in(),
            demanded: match file.demanded_by.len() {
                0 => String::new(),
                1 => "1 application demands it".to_owned(),
                count => format!("{count} applications demand it"),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "portal/strengths.html")]
struct Strengths<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    rows: Vec<Row>,
    may_write: bool,
    done: Option<&'static str>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Wanted {
    done: String,
}

fn done(uri: &Uri) -> String {
    let wanted = Query::<Wanted>::try_from_uri(uri).map(|Query(wanted)| wanted);
    wanted.unwrap_or_default().done
}

/// `GET /portal/strengths`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let files = all(&admin).await?;
    Ok(page(
        StatusCode::OK,
        &Strengths {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Strengths),
            rows: files.iter().map(Row::new).collect(),
            may_write: admin.offers.has(Action::WritePolicy),
            done: (done(&uri) == "deleted").then_some("The strength is deleted."),
        },
    ))
}

#[derive(Template)]
#[template(path = "portal/strength.html")]
struct StrengthPage<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    path: String,
    file: &'a StrengthFile,
    /// What is enough, as far as somebody can sign in so here.
    ways: Vec<String>,
    /// What would be enough elsewhere.
    others: Vec<String>,
    /// Names of applications with their pages.
    applications: Vec<(String, String)>,
    may_write: bool,
    done: Option<&'static str>,
}

/// `GET /portal/strengths/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>, uri: Uri) -> Answer {
    let file = open(&admin, &id).await?;
    let said = |offered: bool| {
        let all = file.strength.combinations.iter();
        let fitting = all.filter(|combination: &&Combination| is_offered(**combination) == offered);
        fitting.map(|combination| in_words(*combination)).collect()
    };
    let applications = file.demanded_by.iter();
    Ok(page(
        StatusCode::OK,
        &StrengthPage {
            site: admin.member.visit.site(),
            frame: admin.frame(Section::Strengths),
            path: paths::strength(file.strength.id),
            ways: said(true),
            others: said(false),
            applications: applications
                .map(|known| (known.display_name.clone(), paths::application(&known.id)))
                .collect(),
            may_write: admin.offers.has(Action::WritePolicy) && !file.strength.is_built_in(),
            done: match done(&uri).as_str() {
                "created" => Some("The strength is made. Demand it on the pages of applications."),
                "saved" => Some("Saved. Applications that demand it follow at once."),
                _ => None,
            },
            file: &file,
        },
    ))
}
