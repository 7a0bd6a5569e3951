//! Setting up an account after a pass: which lasting ways to sign in somebody still owes.
//!
//! Sign-in contract 2.9, 5.2 and 6.3. Nothing is remembered: what is owed follows from the methods that are there, so
//! that whoever leaves goes on where they were at the next sign-in.

/// What follows a sign-in with a pass (`after_pass_sign_in`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterPassSignIn {
    /// What the person came for.
    #[default]
    Application,
    /// Setting up a lasting way to sign in, as long as there is none.
    RegistrationFirst,
}

/// What a session that stands on a pass is good for (`pass_session`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PassSessionUse {
    /// All that another session is good for.
    #[default]
    Full,
    /// Registering sign-in methods, and nothing else.
    RegistrationOnly,
}

/// The lasting ways to sign in that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastingMethods {
    /// A passkey.
    pub passkey: bool,
    /// An authenticator app.
    pub app: bool,
    /// A password of their own choice.
    pub password: bool,
}

/// Something to set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUpStep {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    App,
    /// A password.
    Password,
}

/// What somebody is to have in the end. Made by [`SetUpGoal::new`] only: one that nothing reaches can't exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SetUpGoal {
    passkey: bool,
    app: bool,
    password: bool,
}

impl LastingMethods {
    /// Whether there is more than a password.
    pub const fn has_second_factor(self) -> bool {
        self.passkey || self.app
    }

    const fn has(self, step: SetUpStep) -> bool {
        match step {
            SetUpStep::Passkey => self.passkey,
            SetUpStep::App => self.app,
            SetUpStep::Password => self.password,
        }
    }
}

impl SetUpGoal {
    /// A goal that a passkey reaches, or an authenticator app with a password, or either; `password`: a passkey alone
    /// is not enough. `None` when nothing would reach it.
    pub const fn new(passkey: bool, app: bool, password: bool) -> Option<Self> {
        if passkey || app {
            Some(Self {
                passkey,
                app,
                password,
            })
        } else {
            None
        }
    }

    /// Any lasting way to sign in.
    pub const fn any(password: bool) -> Self {
        Self {
            passkey: true,
            app: true,
            password,
        }
    }

    /// The goal as far as this person may go: where the policy takes passkeys or apps from them, and they have none.
    pub const fn restricted(self, passkey: bool, app: bool) -> Option<Self> {
        Self::new(self.passkey && passkey, self.app && app, self.password)
    }

    /// What reaches both.
    pub const fn and(self, other: Self) -> Option<Self> {
        Self::new(
            self.passkey && other.passkey,
            self.app && other.app,
            self.password || other.password,
        )
    }

    /// The steps of the way that this person is on, in their order, from most to least secure: with a passkey, unless
    /// an app was chosen before.
    pub fn steps(self, methods: LastingMethods) -> Vec<SetUpStep> {
        if self.is_by_passkey(methods) {
            let password = self.password.then_some(SetUpStep::Password);
            [SetUpStep::Passkey].into_iter().chain(password).collect()
        } else {
            vec![SetUpStep::App, SetUpStep::Password]
        }
    }

    /// Whether this person's way there is a passkey; otherwise an app.
    pub const fn is_by_passkey(self, methods: LastingMethods) -> bool {
        self.passkey && (methods.passkey || !(self.app && methods.app))
    }

    /// The first step that is still to be done.
    pub fn next(self, methods: LastingMethods) -> Option<SetUpStep> {
        self.steps(methods).into_iter().find(|step| !methods.has(*step))
    }

    /// Whether a step is done.
    pub const fn is_done(step: SetUpStep, methods: LastingMethods) -> bool {
        methods.has(step)
    }

    /// Whether nothing is left to do.
    pub fn is_reached(self, methods: LastingMethods) -> bool {
        self.next(methods).is_none()
    }

    /// Where the other way begins, for whoever can't or doesn't want to go this one.
    pub const fn other_way(self, methods: LastingMethods) -> Option<SetUpStep> {
        if self.is_by_passkey(methods) {
            if self.app && !methods.passkey {
                Some(SetUpStep::App)
            } else {
                None
            }
        } else if self.passkey {
            Some(SetUpStep::Passkey)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTHING: LastingMethods = LastingMethods {
        passkey: false,
        app: false,
        password: false,
    };

    #[test]
    fn a_passkey_comes_first_and_is_enough() {
        let goal = SetUpGoal::any(false);
        assert_eq!(goal.steps(NOTHING), [SetUpStep::Passkey]);
        assert_eq!(goal.other_way(NOTHING), Some(SetUpStep::App));
        let with_passkey = LastingMethods {
            passkey: true,
            ..NOTHING
        };
        assert!(goal.is_reached(with_passkey));
        assert_eq!(goal.other_way(with_passkey), None);
    }

    #[test]
    fn an_app_needs_a_password() {
        let goal = SetUpGoal::any(false);
        let app = LastingMethods { app: true, ..NOTHING };
        assert_eq!(goal.steps(app), [SetUpStep::App, SetUpStep::Password]);
        assert_eq!(goal.next(app), Some(SetUpStep::Password));
        assert_eq!(goal.other_way(app), Some(SetUpStep::Passkey));
        assert!(goal.is_reached(LastingMethods {
            password: true,
            ..app
        }));
        // A password alone is no way to security info.
        let password = LastingMethods {
            password: true,
            ..NOTHING
        };
        assert_eq!(goal.next(password), Some(SetUpStep::Passkey));
    }

    #[test]
    fn a_password_may_be_wanted_too() {
        let goal = SetUpGoal::any(true);
        assert_eq!(goal.steps(NOTHING), [SetUpStep::Passkey, SetUpStep::Password]);
        let passkey = LastingMethods {
            passkey: true,
            ..NOTHING
        };
        assert_eq!(goal.next(passkey), Some(SetUpStep::Password));
    }

    #[test]
    fn where_only_a_passkey_counts_no_other_way_is_offered() {
        let goal = SetUpGoal::new(true, false, false).unwrap();
        let app = LastingMethods {
            app: true,
            password: true,
            passkey: false,
        };
        assert_eq!(goal.next(app), Some(SetUpStep::Passkey));
        assert_eq!(goal.other_way(app), None);
        assert_eq!(SetUpGoal::new(false, false, true), None);
        assert_eq!(SetUpGoal::any(false).restricted(true, false), Some(goal));
        assert_eq!(goal.restricted(false, true), None);
    }

    proptest! {
        #[test]
        fn whoever_does_each_step_in_turn_arrives(passkey: bool, app: bool, password: bool, mut methods in methods()) {
            if let Some(goal) = SetUpGoal::new(passkey, app, password) {
                for _ in 0..3 {
                    match goal.next(methods) {
                        Some(SetUpStep::Passkey) => methods.passkey = true,
                        Some(SetUpStep::App) => methods.app = true,
                        Some(SetUpStep::Password) => methods.password = true,
                        None => {}
                    }
                }
                prop_assert!(goal.is_reached(methods));
            }
        }
    }

    fn methods() -> impl Strategy<Value = LastingMethods> {
        any::<(bool, bool, bool)>().prop_map(|(passkey, app, password)| LastingMethods {
            passkey,
            app,
            password,
        })
    }
}
