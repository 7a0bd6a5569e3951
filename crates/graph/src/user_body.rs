//! Users as they come in (Graph contract 7.3).

use latchkey_crypto::Secret;
use latchkey_domain::{NO_EXPIRATION, TextProperty, UserType};
use latchkey_service::UserWish;

use crate::claims::Claims;
use crate::error::{GraphError, Vocabulary};
use crate::json::Object;
use crate::members::reference_id;
use crate::user_view::USER;

const MANAGER: &str = "manager@odata.bind";

/// Reads a POST: a wish for a new account.
///
/// # Errors
/// What has another form; bounds and what is required are the use case's matter.
pub(crate) fn parse_new(mut body: Object, words: Vocabulary) -> Result<UserWish, GraphError> {
    let mut wish = parse(&mut body, true, words)?;
    wish.user_type = user_type(body.text("userType")?, words)?;
    wish.account_enabled = body.boolean("accountEnabled")?;
    body.finish_new(&USER.names())?;
    Ok(wish)
}

/// Reads a PATCH, and what it says of properties that can't be written.
///
/// # Errors
/// What has another form.
pub(crate) fn parse_change(mut body: Object, words: Vocabulary) -> Result<(UserWish, Claims), GraphError> {
    let mut wish = parse(&mut body, false, words)?;
    wish.user_type = user_type(body.text_not_null("userType", "User")?, words)?;
    wish.account_enabled = body.boolean_not_null("accountEnabled", "User")?;
    let claims = body.finish_with_claims(&USER.names())?;
    Ok((wish, claims))
}

fn user_type(text: Option<String>, words: Vocabulary) -> Result<Option<UserType>, GraphError> {
    text.map(|text| UserType::parse(&text).ok_or_else(|| invalid(words, "userType")))
        .transpose()
}

fn parse(body: &mut Object, new: bool, words: Vocabulary) -> Result<UserWish, GraphError> {
    body.check_type("user")?;
    let manager = match body.text(MANAGER)? {
        None => None,
        // A manager of an account that there is has an address of its own.
        Some(_) if !new => return Err(invalid(words, MANAGER)),
        Some(address) => Some(reference_id(&address).ok_or_else(|| invalid(words, MANAGER))?),
    };
    let mut wish = UserWish {
        upn: body.text_not_null("userPrincipalName", "User")?,
        display_name: body.text_not_null("displayName", "User")?,
        mail_nickname: body.text_not_null("mailNickname", "User")?,
        text: texts(body, words)?,
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
    Ok(wish)
}

fn texts(body: &mut Object, words: Vocabulary) -> Result<Vec<(TextProperty, Option<String>)>, GraphError> {
    let mut texts = Vec::new();
    body.null_empties(&[
        TextProperty::BusinessPhone.name(),
        TextProperty::OtherMails.name(),
    ]);
    for property in TextProperty::ALL {
        if *property == TextProperty::OtherMails {
            let Some(mails) = body.texts(property.name())? else {
                continue;
            };
            if mails.iter().any(|mail| mail.contains('\n')) {
                return Err(invalid(words, property.name()));
            }
            texts.push((*property, (!mails.is_empty()).then(|| mails.join("\n"))));
        } else if *property == TextProperty::ShowInAddressList {
            let said = body.has(property.name());
            let value = body.boolean(property.name())?;
            texts.extend(said.then(|| (*property, value.map(|value| value.to_string()))));
        } else if *property == TextProperty::BusinessPhone {
            let Some(phones) = body.texts(property.name())? else {
                continue;
            };
            if phones.len() > 1 {
                return Err(invalid(words, property.name()));
            }
            texts.push((*property, phones.into_iter().next()));
        } else if *property == TextProperty::PasswordPolicies {
            texts.extend(password_policies(body, words)?.map(|value| (*property, value)));
        } else if let Some(value) = body.nullable_text(property.name())? {
            texts.push((*property, value));
        }
    }
    Ok(texts)
}

/// `None` and null are the same; a list says what its only word says.
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things on the wire"
)]
fn password_policies(body: &mut Object, words: Vocabulary) -> Result<Option<Option<String>>, GraphError> {
    let property = TextProperty::PasswordPolicies.name();
    let Some(value) = body.nullable_text(property)? else {
        return Ok(None);
    };
    let mut found = None;
    for word in value.as_deref().unwrap_or_default().split(',') {
        match word.trim() {
            "" | "None" => {}
            NO_EXPIRATION => found = Some(NO_EXPIRATION.to_owned()),
            // Weak passwords are let nobody have.
            _ => return Err(invalid(words, property)),
        }
    }
    Ok(Some(found))
}

fn invalid(words: Vocabulary, property: &'static str) -> GraphError {
    words
        .bad_request(format!(
            "Invalid value specified for property '{property}' of resource 'User'."
        ))
        .with_detail("InvalidValue", property)
}
