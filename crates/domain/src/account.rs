//! People's accounts: properties, bounds, what creating and changing one asks for.
//!
//! Property names and bounds: Graph contract 7.2 and 7.3.

use crate::{Timestamp, Upn, UserId};

macro_rules! text_properties {
    ($($(#[$doc:meta])* $variant:ident $name:literal $column:literal $max:literal;)+) => {
        /// An optional text property of a user.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TextProperty { $($(#[$doc])* $variant,)+ }

        impl TextProperty {
            /// All of them, in the order of their columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The property's name in Graph.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The column that holds it.
            pub const fn column(self) -> &'static str {
                match self { $(Self::$variant => $column,)+ }
            }

            /// The longest value, or line of one, in characters.
            pub const fn max_len(self) -> usize {
                match self { $(Self::$variant => $max,)+ }
            }
        }
    };
}

text_properties! {
    /// First name.
    GivenName "givenName" "given_name" 64;
    /// Last name.
    Surname "surname" "surname" 64;
    /// E-mail address.
    Mail "mail" "mail" 254;
    /// What the person does.
    JobTitle "jobTitle" "job_title" 128;
    /// Where in the organisation.
    Department "department" "department" 64;
    /// For which company.
    CompanyName "companyName" "company_name" 64;
    /// The office's place.
    OfficeLocation "officeLocation" "office_location" 128;
    /// Telephone.
    MobilePhone "mobilePhone" "mobile_phone" 64;
    /// One telephone at work; `businessPhones` in Graph holds at most one.
    BusinessPhone "businessPhones" "business_phone" 64;
    /// Language tag.
    PreferredLanguage "preferredLanguage" "preferred_language" 32;
    /// Two-letter country.
    UsageLocation "usageLocation" "usage_location" 2;
    /// The organisation's own number for the person.
    EmployeeId "employeeId" "employee_id" 16;
    /// Employee, contractor …
    EmployeeType "employeeType" "employee_type" 64;
    /// Town.
    City "city" "city" 128;
    /// Country or region.
    Country "country" "country" 128;
    /// State or province.
    State "state" "state" 128;
    /// Street and number.
    StreetAddress "streetAddress" "street_address" 1024;
    /// Postal code.
    PostalCode "postalCode" "postal_code" 40;
    /// What Graph calls the rules for the person's password. Passwords don't expire here, so that it can only say so.
    PasswordPolicies "passwordPolicies" "password_policies" 32;
    /// Further e-mail addresses, a line each.
    OtherMails "otherMails" "other_mails" 254;
    /// Whether the person is in address lists: `true` or `false`.
    ShowInAddressList "showInAddressList" "show_in_address_list" 5;
}

impl TextProperty {
    /// What Graph calls sensitive (Graph contract 10.3).
    pub const fn is_sensitive(self) -> bool {
        self.is_phone() || matches!(self, Self::OtherMails)
    }

    /// A telephone number.
    pub const fn is_phone(self) -> bool {
        matches!(self, Self::MobilePhone | Self::BusinessPhone)
    }
}

/// The most further e-mail addresses of a person.
const MAX_MAILS: usize = 250;

/// The only word of `passwordPolicies` that is true here: the rules of passwords are the same for all.
pub const NO_EXPIRATION: &str = "DisablePasswordExpiration";

/// The optional text properties of one user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextProperties([Option<String>; TextProperty::ALL.len()]);

impl TextProperties {
    /// The value, if there is one.
    #[expect(clippy::indexing_slicing, reason = "the array has one place per variant")]
    pub fn get(&self, property: TextProperty) -> Option<&str> {
        self.0[property as usize].as_deref()
    }

    /// Sets or clears the value.
    #[expect(clippy::indexing_slicing, reason = "the array has one place per variant")]
    pub fn set(&mut self, property: TextProperty, value: Option<String>) {
        self.0[property as usize] = value;
    }
}

/// Whether someone belongs to the organisation or is a guest in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserType {
    /// Belongs to it.
    #[default]
    Member,
    /// A guest; may have a pass if the account's home is here.
    Guest,
}

impl UserType {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Guest => "Guest",
        }
    }

    /// Reads the word on the wire, without regard to case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Member, Self::Guest]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

/// A person's account. Credentials are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Object id.
    pub id: UserId,
    /// What the person signs in with.
    pub upn: Upn,
    /// Name to show.
    pub display_name: String,
    /// Mail alias.
    pub mail_nickname: String,
    /// Whether the person may sign in.
    pub account_enabled: bool,
    /// Member or guest.
    pub user_type: UserType,
    /// The optional text properties.
    pub text: TextProperties,
    /// First day at work.
    pub employee_hire_date: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the password was last set, if there is one.
    pub password_changed_at: Option<Timestamp>,
    /// The password must be changed at the next sign-in with it.
    pub must_change_password: bool,
    /// Sessions and tokens from before are refused.
    pub sessions_valid_from: Timestamp,
}

impl User {
    /// Whether the person has a password that they chose themselves. One that came with the account, or
    /// that an administrator set, is a formality that its owner need not even know: Graph demands one.
    pub fn has_own_password(&self) -> bool {
        !self.must_change_password && self.password_changed_at.is_some_and(|at| at > self.created_at)
    }

    /// Whether the person's home is another tenant (sign-in contract 5.4).
    pub fn is_external_guest(&self) -> bool {
        self.upn.is_external_guest()
    }
}

/// What creating an account asks for, checked by [`NewUser::validate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What the person will sign in with.
    pub upn: Upn,
    /// Name to show.
    pub display_name: String,
    /// Mail alias.
    pub mail_nickname: String,
    /// Whether the person may sign in.
    pub account_enabled: bool,
    /// Member or guest.
    pub user_type: UserType,
    /// The optional text properties.
    pub text: TextProperties,
    /// First day at work.
    pub employee_hire_date: Option<Timestamp>,
    /// The password must be changed at the next sign-in with it.
    pub must_change_password: bool,
}

/// A wish to change an account; what is `None` stays. The password is a matter of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// New name to sign in with.
    pub upn: Option<Upn>,
    /// New name to show.
    pub display_name: Option<String>,
    /// New mail alias.
    pub mail_nickname: Option<String>,
    /// Switch the account on or off.
    pub account_enabled: Option<bool>,
    /// Member or guest.
    pub user_type: Option<UserType>,
    /// Optional text properties to set or (`None`) clear.
    pub text: Vec<(TextProperty, Option<String>)>,
    /// First day at work, set or cleared.
    pub employee_hire_date: Option<Option<Timestamp>>,
    /// The password must be changed at the next sign-in with it.
    pub must_change_password: Option<bool>,
}

/// A property whose value breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid value specified for property '{property}' of resource 'User'.")]
pub struct UserFieldError {
    /// The property's name in Graph.
    pub property: &'static str,
}

fn check_display_name(name: &str) -> Result<(), UserFieldError> {
    let ok = !name.trim().is_empty() && name.chars().count() <= 256 && !name.chars().any(char::is_control);
    if ok {
        Ok(())
    } else {
        Err(UserFieldError {
            property: "displayName",
        })
    }
}

/// Checks a mail alias: 1–64 ASCII characters without `@ ( ) \ [ ] " ; : < > ,` and blank.
pub(crate) fn is_mail_nickname(nickname: &str) -> bool {
    (1..=64).contains(&nickname.len())
        && nickname
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"@()\\[]\";:<>,".contains(&b))
}

fn check_mail_nickname(nickname: &str) -> Result<(), UserFieldError> {
    if is_mail_nickname(nickname) {
        Ok(())
    } else {
        Err(UserFieldError {
            property: "mailNickname",
        })
    }
}

fn check_text(property: TextProperty, value: Option<&str>) -> Result<(), UserFieldError> {
    let Some(value) = value else { return Ok(()) };
    let fits = |value: &str| {
        !value.is_empty()
            && value.chars().count() <= property.max_len()
            && !value.chars().any(char::is_control)
    };
    let is_mail = |value: &str| {
        let parts = value.split_once('@');
        fits(value) && parts.is_some_and(|(a, d)| !a.is_empty() && d.contains('.'))
    };
    let ok = match property {
        TextProperty::UsageLocation => value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()),
        TextProperty::Mail => is_mail(value),
        TextProperty::OtherMails => value.split('\n').count() <= MAX_MAILS && value.split('\n').all(is_mail),
        TextProperty::PasswordPolicies => value == NO_EXPIRATION,
        TextProperty::ShowInAddressList => matches!(value, "true" | "false"),
        _ => fits(value),
    };
    if ok {
        Ok(())
    } else {
        Err(UserFieldError {
            property: property.name(),
        })
    }
}

impl NewUser {
    /// Checks every property against its bounds.
    ///
    /// # Errors
    /// The first property that breaks its rule.
    pub fn validate(&self) -> Result<(), UserFieldError> {
        check_display_name(&self.display_name)?;
        check_mail_nickname(&self.mail_nickname)?;
        TextProperty::ALL
            .iter()
            .try_for_each(|property| check_text(*property, self.text.get(*property)))
    }
}

impl UserChange {
    /// Checks every given property against its bounds.
    ///
    /// # Errors
    /// The first property that breaks its rule.
    pub fn validate(&self) -> Result<(), UserFieldError> {
        self.display_name.as_deref().map_or(Ok(()), check_display_name)?;
        self.mail_nickname
            .as_deref()
            .map_or(Ok(()), check_mail_nickname)?;
        self.text
            .iter()
            .try_for_each(|(property, value)| check_text(*property, value.as_deref()))
    }

    /// Whether it touches what Graph calls sensitive: sign-in name, telephone numbers, the switch that
    /// lets the person in (Graph contract 10.3). Passwords are sensitive too, and handled apart.
    pub fn is_sensitive(&self) -> bool {
        self.upn.is_some()
            || self.account_enabled.is_some()
            || self.must_change_password.is_some()
            || self.text.iter().any(|(property, _)| property.is_sensitive())
    }

    /// Applies the wish to an account.
    pub fn apply(&self, user: &mut User) {
        fn set<T: Clone>(place: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        set(&mut user.upn, self.upn.as_ref());
        set(&mut user.display_name, self.display_name.as_ref());
        set(&mut user.mail_nickname, self.mail_nickname.as_ref());
        set(&mut user.account_enabled, self.account_enabled.as_ref());
        set(&mut user.user_type, self.user_type.as_ref());
        set(&mut user.employee_hire_date, self.employee_hire_date.as_ref());
        set(&mut user.must_change_password, self.must_change_password.as_ref());
        for (property, value) in &self.text {
            user.text.set(*property, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_user() -> NewUser {
        NewUser {
            upn: Upn::parse("ada@example.com").unwrap(),
            display_name: "Ada".into(),
            mail_nickname: "ada".into(),
            account_enabled: true,
            user_type: UserType::Member,
            text: TextProperties::default(),
            employee_hire_date: None,
            must_change_password: false,
        }
    }

    #[test]
    fn bounds_name_the_property() {
        assert_eq!(new_user().validate(), Ok(()));
        let wrong = |change: fn(&mut NewUser)| {
            let mut user = new_user();
            change(&mut user);
            user.validate().unwrap_err().property
        };
        assert_eq!(wrong(|u| u.display_name = " ".into()), "displayName");
        assert_eq!(wrong(|u| u.display_name = "x".repeat(257)), "displayName");
        assert_eq!(wrong(|u| u.mail_nickname = "a b".into()), "mailNickname");
        assert_eq!(wrong(|u| u.mail_nickname = "é".into()), "mailNickname");
        assert_eq!(
            wrong(|u| u.text.set(TextProperty::UsageLocation, Some("DEU".into()))),
            "usageLocation"
        );
        assert_eq!(
            wrong(|u| u.text.set(TextProperty::EmployeeId, Some("1".repeat(17)))),
            "employeeId"
        );
        for mails in ["", "ada", "ada@example.org\n", "ada@example.org\nada@x"] {
            let mut user = new_user();
            user.text.set(TextProperty::OtherMails, Some(mails.into()));
            assert_eq!(user.validate().unwrap_err().property, "otherMails", "{mails:?}");
        }
        let mut user = new_user();
        let two = "ada@example.org\nada@example.net";
        user.text.set(TextProperty::OtherMails, Some(two.into()));
        assert_eq!(user.validate(), Ok(()));
        let many = vec!["a@b.c"; MAX_MAILS + 1].join("\n");
        user.text.set(TextProperty::OtherMails, Some(many));
        assert!(user.validate().is_err());
        assert_eq!(
            wrong(|u| u.text.set(TextProperty::City, Some("a\u{0}".into()))),
            "city"
        );
    }

    #[test]
    fn sensitive_changes_are_known() {
        assert!(
            UserChange {
                account_enabled: Some(false),
                ..Default::default()
            }
            .is_sensitive()
        );
        assert!(
            UserChange {
                text: vec![(TextProperty::MobilePhone, None)],
                ..Default::default()
            }
            .is_sensitive()
        );
        assert!(
            !UserChange {
                display_name: Some("A".into()),
                ..Default::default()
            }
            .is_sensitive()
        );
    }
}
