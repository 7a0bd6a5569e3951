//! Setting or changing one's own password (sign-in contract 5.3, 6.7).

use askama::Template;

use crate::view::{Account, Countdown, Problem, Site};

/// A field of the form, to which a problem is tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `oldpassword`
    Current,
    /// `newpassword`
    New,
    /// `confirmpassword`
    Again,
}

/// "Set a password" or "Change your password". POST fields `oldpassword`, `newpassword`, `confirmpassword`.
#[derive(Template)]
#[template(path = "set_password.html")]
pub struct SetPassword<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Time left for changes, in a pass session.
    pub left: Option<Countdown>,
    /// There is a password already.
    pub change: bool,
    /// Whether the present password must be given.
    pub ask_current: bool,
    /// Fewest characters.
    pub shortest: usize,
    /// Most characters.
    pub longest: usize,
    /// Three of four kinds of characters are asked for.
    pub three_kinds: bool,
    /// Shown above the form, and tied to that field.
    pub problem: Option<(Field, Problem)>,
}

impl SetPassword<'_> {
    fn wrong(&self, field: Field) -> bool {
        self.problem.as_ref().is_some_and(|(wrong, _)| *wrong == field)
    }

    /// The field that the cursor starts in.
    fn first(&self, field: Field) -> bool {
        match &self.problem {
            Some((wrong, _)) => *wrong == field,
            None => {
                field
                    == if self.ask_current {
                        Field::Current
                    } else {
                        Field::New
                    }
            }
        }
    }
}
