//! What the operator has chosen about signing in: in force since the server started, and by which name it is changed.

use latchkey_domain::{AfterPassSignIn, PassSessionUse};
use latchkey_service::Settings;

/// One choice.
pub(super) struct Choice {
    /// What it is about.
    pub(super) about: &'static str,
    /// What is in force.
    pub(super) value: String,
    /// Its key in the configuration.
    pub(super) key: &'static str,
    /// Otherwise than by itself.
    pub(super) changed: bool,
}

impl Choice {
    /// The key, where it may be broken: after its dots and underscores.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.key.split_inclusive(['.', '_'])
    }
}

fn yes(value: bool) -> String {
    if value { "Yes" } else { "No" }.to_owned()
}

fn after_pass(settings: &Settings) -> String {
    match settings.after_pass_sign_in {
        AfterPassSignIn::Application => "What the person came for",
        AfterPassSignIn::RegistrationFirst => "Setting up the account, as long as nothing lasting is there",
    }
    .to_owned()
}

fn pass_session(settings: &Settings) -> String {
    match settings.pass_session {
        PassSessionUse::Full => "Everything",
        PassSessionUse::RegistrationOnly => "Adding ways to sign in, and nothing else",
    }
    .to_owned()
}

fn keys(settings: &Settings) -> String {
    match settings.keys_in_use {
        Some(span) => format!("After {} days", span.0 / (24 * 3600)),
        None => "Only by hand".to_owned(),
    }
}

fn skew(settings: &Settings) -> String {
    match settings.totp_skew_steps {
        0 => "Nothing".to_owned(),
        steps => format!("{} seconds each way", u32::from(steps) * 30),
    }
}

fn banned_words(settings: &Settings) -> String {
    match settings.password_rules.banned.as_slice() {
        [] => "None of your own".to_owned(),
        [word] => word.clone(),
        words => format!("{} words", words.len()),
    }
}

/// A choice: what it is about, its key, what is in force in words.
type Row = (&'static str, &'static str, fn(&Settings) -> String);

const ROWS: [Row; 15] = [
    (
        "After a sign-in with a pass comes",
        "passes.after_sign_in",
        after_pass,
    ),
    (
        "What a session that stands on a pass is good for",
        "passes.session",
        pass_session,
    ),
    (
        "Setting up asks for a password beside a passkey",
        "passes.set_up_password",
        |settings| yes(settings.set_up_password),
    ),
    (
        "A pass is deleted once something lasting is registered",
        "passes.delete_after_registration",
        |settings| yes(settings.delete_pass_after_registration),
    ),
    (
        "A fresh sign-in with a pass may set a new password",
        "passes.may_reset_password",
        |settings| yes(settings.pass_may_reset_password),
    ),
    (
        "Passes may be issued to people whom the policy leaves out",
        "passes.allow_outside_policy",
        |settings| yes(settings.allow_pass_outside_policy),
    ),
    (
        "After the name, the same page for everyone",
        "sign_in.uniform_prompt",
        |settings| yes(settings.uniform_prompt),
    ),
    (
        "Whoever signs in to an application is asked whether to stay signed in",
        "sign_in.offer_to_stay",
        |settings| yes(settings.offer_to_stay),
    ),
    (
        "Wrong guesses that lock a name",
        "sign_in.lockout_threshold",
        |settings| settings.lockout.threshold.to_string(),
    ),
    (
        "A name is locked at first for",
        "sign_in.lockout_seconds",
        |settings| format!("{} seconds", settings.lockout.first_lock.0),
    ),
    (
        "Passwords have three of four kinds of characters",
        "passwords.three_kinds",
        |settings| yes(settings.password_rules.three_kinds),
    ),
    (
        "Words that passwords must not stand on",
        "passwords.banned_words",
        banned_words,
    ),
    (
        "The clock of an authenticator app may be off by",
        "totp.skew_steps",
        skew,
    ),
    (
        "Applications reach administrators by their permission alone",
        "applications.may_act_on_admins",
        |settings| yes(settings.apps_may_act_on_admins),
    ),
    ("Signing keys get successors", "keys.rotate_days", keys),
];

/// All choices, as they are in force.
pub(super) fn choices(settings: &Settings) -> Vec<Choice> {
    let default = Settings::new(settings.origin.clone(), settings.host.clone());
    let row = |(about, key, value): Row| Choice {
        about,
        value: value(settings),
        key,
        changed: value(settings) != value(&default),
    };
    ROWS.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_the_default_is_marked() {
        let mut settings = Settings::new("https://localhost".to_owned(), "localhost".to_owned());
        assert!(choices(&settings).iter().all(|choice| !choice.changed));
        settings.uniform_prompt = true;
        settings.keys_in_use = None;
        settings.totp_skew_steps = 2;
        let changed: Vec<_> = choices(&settings)
            .into_iter()
            .filter(|choice| choice.changed)
            .map(|choice| (choice.key, choice.value))
            .collect();
        let expected = [
            ("sign_in.uniform_prompt", "Yes"),
            ("totp.skew_steps", "60 seconds each way"),
            ("keys.rotate_days", "Only by hand"),
        ];
        assert_eq!(changed, expected.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn each_key_is_one_of_the_configuration() {
        let known = include_str!("../../../../../docs/configuration.md");
        for (_, key, _) in ROWS {
            let variable = format!("LATCHKEY_{}", key.replace('.', "_").to_uppercase());
            assert!(known.contains(&variable), "{variable}");
        }
    }
}
