//! A value that must not be seen: it prints as `***` and is zeroed when dropped.

use std::fmt;

use zeroize::Zeroize;

/// A secret value: a pass code, a password, a key, a token before it is hashed.
///
/// `Debug` and `Display` print `***`, the memory is zeroed on drop, and there is no `Serialize` and no `Clone`, so a
/// secret reaches a log, an answer or the database only where someone wrote [`Secret::expose`].
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes `value` into custody. Copies made before are not zeroed.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each call is a place where the secret may leave; keep them few and easy to find.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn prints_stars_only() {
        let secret = Secret::new(String::from("hunter2"));
        assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "*** *** ***");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn is_zeroed_when_dropped() {
        static ZEROED: AtomicBool = AtomicBool::new(false);
        struct Probe;
        impl Zeroize for Probe {
            fn zeroize(&mut self) {
                ZEROED.store(true, Ordering::SeqCst);
            }
        }
        drop(Secret::new(Probe));
        assert!(ZEROED.load(Ordering::SeqCst));
    }
}
