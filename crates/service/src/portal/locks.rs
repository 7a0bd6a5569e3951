//! Until when wrong guesses lock somebody out.

use std::collections::HashMap;

use latchkey_domain::{Timestamp, User};
use latchkey_store::{Reader, StoreError};

use crate::Service;
use crate::sign_in::guess_counters;

/// Until when wrong guesses lock a name, each way to sign in by itself (sign-in contract 11.1 and 11.2). Devices on which
/// its owner has signed in are not locked with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Locks {
    /// Passes.
    pub pass: Option<Timestamp>,
    /// The password.
    pub password: Option<Timestamp>,
    /// Codes of authenticator apps.
    pub app: Option<Timestamp>,
}

impl Locks {
    /// When the last of them ends.
    pub fn until(&self) -> Option<Timestamp> {
        self.pass.max(self.password).max(self.app)
    }
}

impl Service {
    pub(super) async fn locks(
        &self,
        reader: &mut Reader,
        user: &User,
        now: Timestamp,
    ) -> Result<Locks, StoreError> {
        let mut ends = [None; 3];
        for (end, counter) in ends.iter_mut().zip(guess_counters(&self.master_keys, &user.upn)) {
            let lock = reader.lockout(&counter).await?;
            *end = lock.and_then(|lock| lock.locked(now));
        }
        let [pass, password, app] = ends;
        Ok(Locks { pass, password, app })
    }

    /// When the last lock of each of these ends, by one read for all of them.
    pub(super) async fn locks_end<'a>(
        &self,
        reader: &mut Reader,
        users: impl Iterator<Item = &'a User>,
        now: Timestamp,
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let of_each: Vec<_> = users
            .map(|user| guess_counters(&self.master_keys, &user.upn))
            .collect();
        let known: HashMap<_, _> = reader
            .lockouts(of_each.as_flattened())
            .await?
            .into_iter()
            .collect();
        let ends = |counters: &[[u8; 32]; 3]| {
            let locks = counters.iter().filter_map(|counter| known.get(counter));
            locks.filter_map(|lock| lock.locked(now)).max()
        };
        Ok(of_each.iter().map(ends).collect())
    }
}
