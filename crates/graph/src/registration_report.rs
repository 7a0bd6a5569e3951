//! `/reports/authenticationMethods/userRegistrationDetails` (Graph contract 11.4).

use latchkey_domain::{UserId, UserType};
use latchkey_service::RegistrationDetails;
use latchkey_store::UserFilter;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::filter::{self, Filter, Literal, Operator};
use crate::reply::{ListFacts, Reply, next_link};
use crate::routes::Outcome;

const SET: &str = "reports/authenticationMethods/userRegistrationDetails";

fn methods(of: &RegistrationDetails) -> Vec<&'static str> {
    let all = [
        (of.device_bound_passkey, "passKeyDeviceBound"),
        (of.synced_passkey, "passKeySynced"),
        (of.totp, "softwareOneTimePasscode"),
        (of.pass, "temporaryAccessPass"),
    ];
    all.into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, name)| name)
        .collect()
}

/// A boolean property of the report. None: there is no such property.
///
/// People reset their own password with a pass, for which nothing is registered: nobody is registered for it.
fn flag(of: &RegistrationDetails, name: &str) -> Option<bool> {
    Some(match &*name.to_ascii_lowercase() {
        "isadmin" => of.is_admin,
        "ismfacapable" | "ismfaregistered" => of.is_mfa(),
        "ispasswordlesscapable" => of.is_passwordless(),
        "issystempreferredauthenticationmethodenabled" => of.system_preferred,
        "isssprcapable" | "isssprenabled" | "isssprregistered" => false,
        _ => return None,
    })
}

const FLAGS: [&str; 8] = [
    "isAdmin",
    "isMfaCapable",
    "isMfaRegistered",
    "isPasswordlessCapable",
    "isSsprCapable",
    "isSsprEnabled",
    "isSsprRegistered",
    "isSystemPreferredAuthenticationMethodEnabled",
];

/// The second factor that is asked for first, without regard to a pass.
fn preferred(of: &RegistrationDetails) -> &'static [&'static str] {
    match (of.system_preferred, of.is_passwordless(), of.totp) {
        (true, true, _) => &["fido2"],
        (true, false, true) => &["oath"],
        _ => &[],
    }
}

fn render(of: &RegistrationDetails) -> Value {
    let mut body = json!({
        "id": of.user.id.to_string(),
        "lastUpdatedDateTime": of.updated_at.to_rfc3339(),
        "methodsRegistered": methods(of),
        "systemPreferredAuthenticationMethods": preferred(of),
        "userDisplayName": of.user.display_name,
        "userPreferredMethodForSecondaryAuthentication": if of.totp { "oath" } else { "none" },
        "userPrincipalName": of.user.upn.as_str(),
        "userType": match of.user.user_type { UserType::Member => "member", UserType::Guest => "guest" },
    });
    if let Some(members) = body.as_object_mut() {
        members.extend(FLAGS.map(|name| (name.to_owned(), flag(of, name).unwrap_or(false).into())));
    }
    body
}

/// What one item must be.
enum Wish {
    Flag(String, bool),
    Method(String),
}

impl Wish {
    fn fits(&self, of: &RegistrationDetails) -> bool {
        match self {
            Self::Flag(name, value) => flag(of, name) == Some(*value),
            Self::Method(name) => methods(of).iter().any(|known| known.eq_ignore_ascii_case(name)),
        }
    }
}

/// What an index serves, and what is looked at item by item.
fn read_filter(call: &Call) -> Result<(Option<UserFilter>, Vec<Wish>), GraphError> {
    let (mut users, mut wishes) = (None, Vec::new());
    let parsed = call.query.get("filter").map(Filter::parse).transpose()?;
    for condition in parsed.map(Filter::conjuncts).unwrap_or_default() {
        let unsupported = || filter::unsupported(&condition, "UserRegistrationDetails");
        let by_name = match &condition {
            Filter::Compare(name, Operator::Eq, Literal::Bool(value))
                if FLAGS.iter().any(|known| known.eq_ignore_ascii_case(name)) =>
            {
                wishes.push(Wish::Flag(name.clone(), *value));
                continue;
            }
            Filter::Any(name, inner) if name.eq_ignore_ascii_case("methodsRegistered") => match &**inner {
                Filter::Compare(item, Operator::Eq, Literal::Text(value)) if item.is_empty() => {
                    wishes.push(Wish::Method(value.clone()));
                    continue;
                }
                _ => return Err(unsupported()),
            },
            Filter::Compare(name, Operator::Eq, Literal::Text(value)) => (name, value, true),
            Filter::Function(function, name, value) if function == "startswith" => (name, value, false),
            _ => return Err(unsupported()),
        };
        let (name, value, whole) = by_name;
        let found = match (&*name.to_ascii_lowercase(), whole) {
            ("userprincipalname", true) => UserFilter::UpnEquals(value.clone()),
            ("userprincipalname", false) => UserFilter::UpnStartsWith(value.clone()),
            ("userdisplayname", true) => UserFilter::DisplayNameEquals(value.clone()),
            ("userdisplayname", false) => UserFilter::DisplayNameStartsWith(value.clone()),
            _ => return Err(unsupported()),
        };
        if users.replace(found).is_some() {
            return Err(unsupported());
        }
    }
    Ok((users, wishes))
}

pub(crate) async fn list(call: &Call) -> Outcome {
    call.query.only(&["filter", "orderby", "skiptoken", "top"])?;
    let by_name = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        matches!(text.as_str(), "userprincipalname" | "userprincipalname asc")
    };
    if let Some(text) = call.query.get("orderby").filter(|text| !by_name(text)) {
        return Err(GraphError::unsupported_query(format!(
            "Unsupported sort property '{}' for 'UserRegistrationDetails'.",
            text.split_whitespace().next().unwrap_or_default()
        )));
    }
    let (users, wishes) = read_filter(call)?;
    let page = call.query.page("registrations", &call.preferred_page, 100, 999)?;
    let fits = |of: &RegistrationDetails| wishes.iter().all(|wish| wish.fits(of));
    let found = call
        .service
        .registration_report(&call.caller, users.as_ref(), fits, page.after, page.limit)
        .await
        .map_err(|refused| call.words.access(&refused, ""))?;
    let facts = ListFacts {
        next: next_link(call, SET, "registrations", found.next.as_deref()),
        ..ListFacts::default()
    };
    let bodies: Vec<Value> = found.items.iter().map(render).collect();
    Reply::list(call, SET, &bodies, &facts)
}

pub(crate) async fn show(call: &Call) -> Outcome {
    call.query.only(&[])?;
    // What is no id is nobody's; to know that takes permission first.
    let id = call.key(0).parse().unwrap_or(UserId::from_bytes([0; 16]));
    let found = call
        .service
        .registration_details(&call.caller, id)
        .await
        .map_err(|refused| call.words.access(&refused, call.key(0)))?;
    Reply::entity(call, &format!("{SET}/$entity"), &render(&found))
}
