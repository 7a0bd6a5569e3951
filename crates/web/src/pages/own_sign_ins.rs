//! One's own sign-ins, and the question whether one was somebody else's.

use askama::Template;

use crate::language::Id;
use crate::moment::Moment;
use crate::view::{Account, Site};

/// A sign-in as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnSignIn {
    /// When.
    pub when: Moment,
    /// What was used, such as `Password`, in the page's language.
    pub method: String,
    /// For which application.
    pub application: String,
    /// Browser and address, as far as known.
    pub place: String,
    /// Why it was refused; `None` when it went through.
    pub refused: Option<Id>,
    /// The session that shows the page came of it.
    pub this_session: bool,
    /// Where to say that it was somebody else's.
    pub disown: Option<String>,
}

/// "Recent sign-ins".
#[derive(Template)]
#[template(path = "own_sign_ins.html")]
pub struct OwnSignIns<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// The newest first.
    pub sign_ins: Vec<OwnSignIn>,
    /// Where there are older ones.
    pub older: Option<String>,
}

/// "This wasn't you?" POST without further fields.
#[derive(Template)]
#[template(path = "disown.html")]
pub struct Disown<'a> {
    /// Whose sign-in.
    pub site: Site<'a>,
    /// Who is signed in.
    pub account: Account<'a>,
    /// Where the form goes.
    pub action: String,
    /// Which one.
    pub sign_in: OwnSignIn,
    /// The session stands on a one-time pass, which can't open another one: warned about.
    pub one_time_pass: bool,
}
