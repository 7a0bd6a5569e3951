//! Users as they come in (Graph contract 7.3).

use latchkey_crypto::Secret;
use latchkey_domain::{TextProperty, UserType};
use latchkey_service::UserWish;

use crate::error::{GraphError, Vocabulary};
use crate::json::Object;
use crate::members::reference_id;
use crate::user_view::USER;

const MANAGER: &str = "manager@odata.bind";

/// Reads a POST or PATCH. `id` is the user's own, where the path tells it.
///
/// # Errors
/// What has another form; bounds and what is required are the use case's matter.
pub(crate) fn parse(
    mut body: Object,
    id: Option<&str>,
    new: bool,
    words: Vocabulary,
) -> Result<UserWish, GraphError> {
    body.check_type("user")?;
    if let Some(id) = id
        && body
            .text("id")?
            .is_some_and(|given| !given.eq_ignore_ascii_case(id))
    {
        return Err(words
            .bad_request("Property 'id' is read-only and cannot be set.")
            .with_target("id"));
    }
    let manager = match body.text(MANAGER)? {
        None => None,
        // A manager of an account that there is has an address of its own.
        Some(_) if !new => return Err(invalid(words, MANAGER)),
        Some(address) => Some(reference_id(&address).ok_or_else(|| invalid(words, MANAGER))?),
    };
    let user_type = match body.text("userType")? {
        None => None,
        Some(text) => Some(UserType::parse(&text).ok_or_else(|| invalid(words, "userType"))?),
    };
    let mut wish = UserWish {
        upn: name(&mut body, "userPrincipalName", words)?,
        display_name: name(&mut body, "displayName", words)?,
        mail_nickname: name(&mut body, "mailNickname", words)?,
        account_enabled: body.boolean("accountEnabled")?,
        user_type,
        text: texts(&mut body, words)?,
        employee_hire_date: body.nullable_date("employeeHireDate")?,
        manager,
        ..UserWish::default()
    };
    if let Some(mut profile) = body.object("passwordProfile")? {
        profile.check_type("passwordProfile")?;
        wish.password = profile.text("password")?.map(Secret::new);
        let with_mfa = profile.boolean("forceChangePasswordNextSignInWithMfa")?;
        wish.must_change_password = profile.boolean("forceChangePasswordNextSignIn")?;
        if with_mfa == Some(true) {
            wish.must_change_password = Some(true);
        }
        profile.finish()?;
    }
    // Our own: Graph asks for a password, which somebody who comes in with a pass never gets to know.
    if new && let Some(mut own) = body.object("latchkey")? {
        wish.without_password = own.boolean("withoutPassword")? == Some(true);
        own.finish()?;
        if wish.without_password && wish.password.is_some() {
            return Err(invalid(words, "latchkey"));
        }
    }
    // Passwords don't expire here and have one rule for all; what these would switch off is off.
    if let Some(policies) = body.text("passwordPolicies")?
        && !policies
            .split(',')
            .all(|one| ["DisablePasswordExpiration", "None", ""].contains(&one.trim()))
    {
        return Err(invalid(words, "passwordPolicies"));
    }
    let read_only: Vec<&'static str> = USER
        .properties
        .iter()
        .map(|name| name.trim_end_matches("[]"))
        .collect();
    body.finish_read_only(&read_only)?;
    Ok(wish)
}

/// A name, which can be given or left alone, but not cleared.
fn name(body: &mut Object, property: &'static str, words: Vocabulary) -> Result<Option<String>, GraphError> {
    match body.nullable_text(property)? {
        Some(None) => Err(invalid(words, property)),
        other => Ok(other.flatten()),
    }
}

fn texts(body: &mut Object, words: Vocabulary) -> Result<Vec<(TextProperty, Option<String>)>, GraphError> {
    let mut texts = Vec::new();
    for property in TextProperty::ALL {
        if *property == TextProperty::BusinessPhone {
            let Some(phones) = body.texts(property.name())? else {
                continue;
            };
            if phones.len() > 1 {
                return Err(invalid(words, property.name()));
            }
            texts.push((*property, phones.into_iter().next()));
        } else if let Some(value) = body.nullable_text(property.name())? {
            texts.push((*property, value));
        }
    }
    Ok(texts)
}

fn invalid(words: Vocabulary, property: &'static str) -> GraphError {
    words
        .bad_request(format!(
            "Invalid value specified for property '{property}' of resource 'User'."
        ))
        .with_detail("InvalidValue", property)
}
