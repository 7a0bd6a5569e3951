//! The sign-in log (sign-in contract 12.1).

use axum::extract::Path;
use http::Uri;
use latchkey_domain::{Action, SignInError, SignInId};
use latchkey_service::SignInJson;
use latchkey_store::{SignInFilter, StoredSignIn};

use super::super::admin::Admin;
use super::super::person::sign_in_line;
use super::super::{names, paths};
use super::export::{Format, Source, download};
use super::failed;
use super::list::{self, Log, Row, Shown};
use super::query::{self, Fields, Kind, Parameters};
use super::record::{self, Fact, Part};
use crate::answer::{Answer, Stop};

fn filter(admin: &Admin, parameters: &Parameters) -> (SignInFilter, Fields) {
    let mut fields = Fields::new();
    let domain = &admin.service().tenant().default_domain;
    let name = |text: &str| names::account_name(text, domain);
    let upn = fields.add(parameters, ("name", "Account name"), Kind::Text, name);
    let error_number = fields.add(
        parameters,
        ("result", "Result"),
        Kind::Choice(results()),
        |text| text.parse().map_err(|_| "Choose one of the results."),
    );
    let from = fields.add(parameters, ("from", "From"), Kind::Date, query::from);
    let to = fields.add(parameters, ("to", "To"), Kind::Date, query::to);
    let ip = fields.add(parameters, ("address", "IP address"), Kind::Text, |text| {
        let address: Result<std::net::IpAddr, _> = text.parse();
        address
            .map(|address| address.to_string())
            .map_err(|_| "Write an address like 203.0.113.7.")
    });
    let correlation = fields.add(
        parameters,
        ("correlation", "Correlation ID"),
        Kind::Text,
        query::correlation,
    );
    let filter = SignInFilter {
        from,
        to,
        upn: upn.map(|name| name.key().to_owned()),
        error_number,
        ip,
        correlation,
        ..SignInFilter::default()
    };
    (filter, fields)
}

/// Success, then each number that a sign-in can end with.
fn results() -> Vec<(String, String)> {
    let mut errors: Vec<_> = SignInError::ALL
        .iter()
        .map(|error| (error.number(), error.reason()))
        .collect();
    errors.sort_unstable();
    errors.dedup_by_key(|(number, _)| *number);
    let label = |(number, reason): (u32, &str)| (number.to_string(), format!("{number}: {reason}"));
    std::iter::once(("0".to_owned(), "Signed in".to_owned()))
        .chain(errors.into_iter().map(label))
        .collect()
}

/// `GET /portal/logs/sign-ins`
pub(super) async fn list(admin: Admin, uri: Uri) -> Answer {
    let parameters = Parameters::of(&uri);
    let (filter, fields) = filter(&admin, &parameters);
    let before = parameters.get("before").parse().ok();
    admin.needs(Action::ReadSignIns)?;
    let mut found = Vec::new();
    if fields.are_right() {
        let listed = admin
            .service()
            .list_sign_ins(&admin.caller, &filter, before, list::PAGE + 1)
            .await;
        found = listed.map_err(|error| failed(&admin, &error))?;
    }
    let next = list::cut(&mut found, |last| last.seq);
    let rows = found.iter().map(|stored| Row {
        path: format!("{}/{}", paths::SIGN_INS, stored.record.id),
        who: who(stored),
        line: sign_in_line(stored),
    });
    let shown = Shown {
        log: Log::SignIns,
        rows: rows.collect(),
        fields,
        next,
        further: before.is_some(),
    };
    Ok(list::answer(&admin, &shown))
}

fn who(stored: &StoredSignIn) -> String {
    let record = &stored.record;
    record
        .user_display_name
        .clone()
        .or_else(|| record.user_principal_name.clone())
        .unwrap_or_else(|| "Unknown name".to_owned())
}

/// `GET /portal/logs/sign-ins/{id}`
pub(super) async fn show(admin: Admin, Path(id): Path<String>) -> Answer {
    let id = id.parse().unwrap_or(SignInId::from_bytes([0; 16]));
    let found = admin.service().show_sign_in(&admin.caller, id).await;
    let stored = found.map_err(|error| failed(&admin, &error))?;
    let line = sign_in_line(&stored);
    let record = &stored.record;
    let all = |name: &str, value: &str| Some(paths::with(paths::SIGN_INS, name, value));
    let mut facts = Vec::new();
    if let Some(upn) = &record.user_principal_name {
        facts.push(Fact::linked("Account name", upn.clone(), all("name", upn)));
    }
    if let Some(name) = &record.user_display_name {
        let path = record.user_id.map(|id| paths::person(&id));
        facts.push(Fact::linked("Person", name.clone(), path));
    }
    let number = record.error.map_or(0, SignInError::number).to_string();
    facts.extend([
        Fact::linked("Number", number.clone(), all("result", &number)),
        Fact::new("Had to prove", record.requirement.as_str()),
        Fact::new("Application", &record.app_name),
        Fact::new("Application id", &record.app_id),
        Fact::linked(
            "IP address",
            record.ip_address.clone(),
            all("address", &record.ip_address),
        ),
        Fact::new("Browser", &record.user_agent),
        Fact::linked(
            "Correlation ID",
            record.correlation_id.to_string(),
            all("correlation", &record.correlation_id.to_string()),
        ),
        Fact::new("Record id", &record.id.to_string()),
    ]);
    if let Some(more) = record.error.and_then(SignInError::additional_details) {
        facts.push(Fact::new("More", more));
    }
    if let Some(session) = record.session_id {
        facts.push(Fact::new("Session", &session.to_string()));
    }
    let steps = record.steps.iter().map(|step| Part {
        title: step.method.clone(),
        facts: [
            Some(Fact::at("When", step.at)),
            step.detail.as_deref().map(|detail| Fact::new("Detail", detail)),
            Some(Fact::new("Succeeded", if step.succeeded { "Yes" } else { "No" })),
            Some(Fact::new("What came of it", &step.result)),
            Some(Fact::new("Served as", &step.requirement)),
        ]
        .into_iter()
        .flatten()
        .filter(|fact| !fact.value.is_empty())
        .collect(),
    });
    Ok(record::answer(
        &admin,
        Log::SignIns,
        &line,
        facts,
        steps.collect(),
    ))
}

/// `GET /portal/logs/sign-ins/export`
pub(super) async fn export(admin: Admin, uri: Uri) -> Answer {
    admin.needs(Action::ReadSignIns)?;
    let parameters = Parameters::of(&uri);
    let (filter, fields) = filter(&admin, &parameters);
    if !fields.are_right() {
        return list(admin, uri).await;
    }
    download(admin, Format::of(&parameters), Records(filter)).await
}

struct Records(SignInFilter);

impl Source for Records {
    type Item = StoredSignIn;
    const NAME: &'static str = "sign-ins";
    const COLUMNS: &'static [&'static str] = &[
        "time",
        "id",
        "accountName",
        "displayName",
        "userId",
        "number",
        "result",
        "methods",
        "requirement",
        "application",
        "applicationId",
        "ipAddress",
        "userAgent",
        "correlationId",
        "sessionId",
    ];

    async fn page(&self, admin: &Admin, before: Option<i64>, limit: u32) -> Result<Vec<StoredSignIn>, Stop> {
        let found = admin
            .service()
            .list_sign_ins(&admin.caller, &self.0, before, limit)
            .await;
        found.map_err(|error| failed(admin, &error))
    }

    fn place(item: &StoredSignIn) -> i64 {
        item.seq
    }

    fn json(&self, admin: &Admin, item: &StoredSignIn) -> String {
        SignInJson::new(admin.service().tenant().id, &item.record).to_line()
    }

    fn cells(&self, item: &StoredSignIn) -> Vec<String> {
        let record = &item.record;
        let methods: Vec<_> = record.steps.iter().map(|step| step.method.as_str()).collect();
        vec![
            record.at.to_rfc3339(),
            record.id.to_string(),
            record.user_principal_name.clone().unwrap_or_default(),
            record.user_display_name.clone().unwrap_or_default(),
            record.user_id.map(|id| id.to_string()).unwrap_or_default(),
            record.error.map_or(0, SignInError::number).to_string(),
            record.error.map_or("Signed in", SignInError::reason).to_owned(),
            methods.join(", "),
            record.requirement.as_str().to_owned(),
            record.app_name.clone(),
            record.app_id.clone(),
            record.ip_address.clone(),
            record.user_agent.clone(),
            record.correlation_id.to_string(),
            record.session_id.map(|id| id.to_string()).unwrap_or_default(),
        ]
    }
}
