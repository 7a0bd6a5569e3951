//! What the pass policy means for somebody, in words. The reasons are the rules' own.

use latchkey_domain::{PassPolicy, PassRefusal, PolicyScope, Usability};
use latchkey_service::WhatIf;

use super::issue::refusal_words;
use super::paths;
use super::person::PassLine;
use crate::moment::Moment;

/// How it stands with a person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Usable,
    NotUsable,
    NotIssuable,
}

impl Verdict {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Usable => "Can get and use a pass",
            Self::NotUsable => "Can get a pass, but not use it",
            Self::NotIssuable => "Can't get a pass",
        }
    }

    pub(super) const fn is_good(self) -> bool {
        matches!(self, Self::Usable)
    }
}

/// One reason; the moment is what the words end with.
pub(super) struct Reason {
    pub(super) words: String,
    pub(super) when: Option<Moment>,
}

/// A person and what the policy says of them.
pub(super) struct Answer {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) upn: String,
    pub(super) verdict: Verdict,
    pub(super) reasons: Vec<Reason>,
}

impl Answer {
    pub(super) fn new(found: &WhatIf, policy: &PassPolicy) -> Self {
        let works = found.promptable && found.locked_until.is_none();
        let verdict = match found.new_pass {
            None => Verdict::NotIssuable,
            Some(Usability::EnabledByPolicy) if works => Verdict::Usable,
            Some(_) => Verdict::NotUsable,
        };
        Self {
            path: paths::person(&found.user.id),
            name: found.user.display_name.clone(),
            upn: found.user.upn.to_string(),
            verdict,
            reasons: reasons(found, policy),
        }
    }
}

fn reasons(found: &WhatIf, policy: &PassPolicy) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |words: String, when: Option<Moment>| reasons.push(Reason { words, when });
    if found.refusal == Some(PassRefusal::ExternalGuest) {
        say(refusal_words(&PassRefusal::ExternalGuest), None);
    }
    if !policy.is_enabled() {
        say("Passes are switched off.".to_owned(), None);
    }
    let group = found
        .through
        .as_ref()
        .map_or("a group", |group| group.properties.display_name.as_str());
    say(
        match found.scope {
            PolicyScope::Everyone => "The policy is for everyone.".to_owned(),
            PolicyScope::Through(_) => format!("The policy is for members of “{group}”."),
            PolicyScope::Excluded(_) => format!("Members of “{group}” are left out."),
            PolicyScope::Outside => "In none of the groups that the policy is for.".to_owned(),
        },
        None,
    );
    if !found.user.account_enabled {
        say("The account is turned off.".to_owned(), None);
    }
    if let Some(until) = found.locked_until {
        say(
            "Locked after wrong guesses until".to_owned(),
            Some(Moment::rounded_up(until)),
        );
    }
    if let Some(held) = &found.held {
        let line = PassLine::new(held);
        say(format!("The present pass: {}", line.words), line.when);
    }
    reasons
}
