//! A code that was made a moment ago, as it is shown, read out and printed (sign-in contract 7.3).

use latchkey_domain::{Timestamp, spell};
use latchkey_service::IssuedPass;

use crate::moment::Moment;

/// One sign of a code, as it is read out on the telephone.
pub(super) struct Spelled {
    pub(super) sign: char,
    pub(super) words: String,
}

/// A pass with its code: what the screen and the printed sheet show.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) upn: String,
    pub(super) code: String,
    /// The code in groups of four.
    pub(super) groups: Vec<String>,
    pub(super) created: Moment,
    pub(super) from: Moment,
    pub(super) until: Moment,
    pub(super) once: bool,
    /// It starts later.
    pub(super) early: bool,
    /// Whole seconds until it ends, or starts when it is early.
    pub(super) seconds: i64,
}

impl Sheet {
    pub(super) fn new(issued: &IssuedPass, now: Timestamp) -> Self {
        let pass = &issued.view.pass;
        let code = issued.code.expose();
        let signs: Vec<char> = code.chars().collect();
        let early = pass.start_at > now;
        let next = if early { pass.start_at } else { pass.end() };
        Self {
            name: issued.user.display_name.clone(),
            upn: issued.user.upn.to_string(),
            groups: signs.chunks(4).map(|group| group.iter().collect()).collect(),
            code: code.clone(),
            created: pass.created_at.into(),
            from: pass.start_at.into(),
            until: pass.end().into(),
            once: pass.one_time,
            early,
            seconds: next.as_seconds().saturating_sub(now.as_seconds()),
        }
    }

    /// Each sign with the words for it.
    pub(super) fn spelled(&self) -> Vec<Spelled> {
        self.code
            .chars()
            .map(|sign| Spelled {
                sign,
                words: spell(sign),
            })
            .collect()
    }

    /// `1:02:03` or `9:05`, what the clock shows before the script takes over.
    pub(super) fn clock(&self) -> String {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        if hours > 0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes}:{seconds:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_code_can_be_read_out() {
        for sign in latchkey_crypto::ALPHABET {
            let words = spell(char::from(*sign));
            assert!(
                words.starts_with("capital ") || words.starts_with("small ") || words.starts_with("number ")
            );
        }
    }
}
