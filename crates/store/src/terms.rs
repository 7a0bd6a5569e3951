//! `directory_terms`: what users and groups are found by besides their own columns. One row per value; kinds are
//! numbers, so that rows are small.

use std::collections::BTreeSet;

use latchkey_domain::{Group, TextProperty, User};

use crate::query::reversed;
use crate::value::{Param, Value, params};
use crate::{Result, Writer};

/// Words of a user's display name.
pub(crate) const NAME_WORD: i64 = 1;
/// A user's sign-in name from its end.
pub(crate) const UPN_REVERSED: i64 = 2;
/// A user's mail address from its end.
pub(crate) const MAIL_REVERSED: i64 = 3;
/// A user's mail alias.
pub(crate) const MAIL_NICKNAME: i64 = 4;
/// One of a user's further mail addresses from its end.
pub(crate) const OTHER_MAIL_REVERSED: i64 = 5;
/// One of a user's further mail addresses.
pub(crate) const OTHER_MAIL: i64 = 28;
/// Words of a group's name.
pub(crate) const GROUP_NAME_WORD: i64 = 101;
/// Words of a group's description.
pub(crate) const GROUP_DESCRIPTION_WORD: i64 = 102;
/// A group's mail alias.
pub(crate) const GROUP_MAIL_NICKNAME: i64 = 103;

/// Longer words are cut, in characters.
const LONGEST_WORD: usize = 64;

/// The kind of a user's text property; the mail address has a column of its own, there may be several others, and a
/// street is too long for an index.
pub(crate) const fn kind(property: TextProperty) -> Option<i64> {
    Some(match property {
        TextProperty::Mail | TextProperty::OtherMails | TextProperty::StreetAddress => return None,
        TextProperty::GivenName => 11,
        TextProperty::Surname => 12,
        TextProperty::JobTitle => 13,
        TextProperty::Department => 14,
        TextProperty::CompanyName => 15,
        TextProperty::OfficeLocation => 16,
        TextProperty::MobilePhone => 17,
        TextProperty::BusinessPhone => 18,
        TextProperty::PreferredLanguage => 19,
        TextProperty::UsageLocation => 20,
        TextProperty::EmployeeId => 21,
        TextProperty::EmployeeType => 22,
        TextProperty::City => 23,
        TextProperty::Country => 24,
        TextProperty::State => 25,
        TextProperty::PostalCode => 26,
        TextProperty::PasswordPolicies => 27,
        TextProperty::ShowInAddressList => 29,
    })
}

/// The words of a text, lower case: it is cut at blanks, signs, digits, and where capitals begin
/// (Graph contract 3.4).
pub fn words(text: &str) -> BTreeSet<String> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Lower,
        Upper,
        Digit,
        Between,
    }
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut last = Kind::Between;
    for sign in text.chars() {
        let kind = if sign.is_numeric() {
            Kind::Digit
        } else if sign.is_uppercase() {
            Kind::Upper
        } else if sign.is_alphabetic() {
            Kind::Lower
        } else {
            Kind::Between
        };
        let goes_on = kind == last || (last == Kind::Upper && kind == Kind::Lower);
        if !goes_on && !word.is_empty() {
            words.insert(std::mem::take(&mut word));
        }
        if kind != Kind::Between && word.chars().count() < LONGEST_WORD {
            word.extend(sign.to_lowercase());
        }
        last = kind;
    }
    if !word.is_empty() {
        words.insert(word);
    }
    words
}

/// A kind and a term.
pub(crate) type Term = (i64, String);

pub(crate) fn of_user(user: &User) -> BTreeSet<Term> {
    let mut terms: BTreeSet<Term> = words(&user.display_name)
        .into_iter()
        .map(|word| (NAME_WORD, word))
        .collect();
    terms.insert((UPN_REVERSED, reversed(user.upn.key())));
    terms.insert((MAIL_NICKNAME, user.mail_nickname.to_lowercase()));
    if let Some(mail) = user.text.get(TextProperty::Mail) {
        terms.insert((MAIL_REVERSED, reversed(mail)));
    }
    for mail in user
        .text
        .get(TextProperty::OtherMails)
        .into_iter()
        .flat_map(str::lines)
    {
        terms.insert((OTHER_MAIL, mail.to_lowercase()));
        terms.insert((OTHER_MAIL_REVERSED, reversed(mail)));
    }
    for property in TextProperty::ALL {
        if let (Some(kind), Some(text)) = (kind(*property), user.text.get(*property)) {
            terms.insert((kind, text.to_lowercase()));
        }
    }
    terms
}

pub(crate) fn of_group(group: &Group) -> BTreeSet<Term> {
    let of = &group.properties;
    let name = words(&of.display_name)
        .into_iter()
        .map(|word| (GROUP_NAME_WORD, word));
    let description = of.description.as_deref().map(words).unwrap_or_default();
    let description = description.into_iter().map(|word| (GROUP_DESCRIPTION_WORD, word));
    let mut terms: BTreeSet<Term> = name.chain(description).collect();
    terms.insert((GROUP_MAIL_NICKNAME, of.mail_nickname.to_lowercase()));
    terms
}

impl Writer {
    /// Puts an object's terms from what they were to what they are.
    pub(crate) async fn change_terms(
        &mut self,
        object: &[u8; 16],
        old: &BTreeSet<Term>,
        new: &BTreeSet<Term>,
    ) -> Result<()> {
        for (kind, term) in old.difference(new) {
            let sql = "DELETE FROM directory_terms WHERE kind = ?1 AND term = ?2 AND object_id = ?3";
            self.execute(sql, params![kind, term, object]).await?;
        }
        let added: Vec<&Term> = new.difference(old).collect();
        // A few rows at a time: there are as many statements as sizes.
        for rows in added.chunks(16) {
            let mut values: Vec<Value<'_>> = vec![object.value()];
            let mut places = Vec::with_capacity(rows.len());
            for (kind, term) in rows {
                places.push(format!("(?{}, ?{}, ?1)", values.len() + 1, values.len() + 2));
                values.extend([kind.value(), term.value()]);
            }
            let sql = format!(
                "INSERT INTO directory_terms (kind, term, object_id) VALUES {} ON CONFLICT DO NOTHING",
                places.join(", ")
            );
            self.execute(&sql, &values).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        let cut = |text: &str| words(text).into_iter().collect::<Vec<_>>();
        assert_eq!(cut("Ada Lovelace"), ["ada", "lovelace"]);
        assert_eq!(cut("ada.lovelace-KING_2"), ["2", "ada", "king", "lovelace"]);
        assert_eq!(cut("HelloWorld42x"), ["42", "hello", "world", "x"]);
        assert_eq!(cut("Ёлка Ößterreich"), ["ößterreich", "ёлка"]);
        assert_eq!(cut(" --- "), Vec::<String>::new());
    }
}
