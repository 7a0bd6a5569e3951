//! Counting guesses: per name (and per known device of its owner) and per source, in the store, so that
//! another node can't be asked for ten more (sign-in contract 11.1 and 11.2).

use latchkey_crypto::{MasterKeys, SealPurpose, random_id_bytes};
use latchkey_domain::{
    Lockout, LockoutRule, Reservation, Seconds, SignInError, Timestamp, Upn, WrongPasswordTag,
};
use latchkey_store::{Reader, StoreError, Writer};

use crate::{RequestInfo, Service};

/// What is guessed; each has counters of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guessed {
    Pass,
    Password,
    Totp,
}

impl Guessed {
    const fn kind(self) -> &'static str {
        match self {
            Self::Pass => "name-pass",
            Self::Password => "name-password",
            Self::Totp => "name-totp",
        }
    }
}

/// The counters that an attempt belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counters {
    name: [u8; 32],
    source: [u8; 32],
    /// Counts nothing, see [`Counters::count_nothing`].
    nothing: [u8; 32],
    /// When the name is locked.
    rule: LockoutRule,
}

/// A guess that was counted beforehand at both counters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountedGuess {
    name: Reservation,
    source: Reservation,
}

/// Guesses are refused, for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    /// Until when.
    pub(crate) until: Timestamp,
    /// [`SignInError::Locked`] or [`SignInError::SourceLocked`].
    pub(crate) error: SignInError,
}

/// How long a device is known without being seen: 90 days.
const DEVICE_LIFETIME: Seconds = Seconds(90 * 24 * 3600);

#[derive(serde::Serialize, serde::Deserialize)]
struct DeviceMark {
    id: [u8; 16],
    name_key: String,
    issued_at: Timestamp,
}

/// The counters of wrong guesses of each kind at a name, from wherever they come but its owner's known devices.
pub(crate) fn guess_counters(keys: &MasterKeys, name: &Upn) -> [[u8; 32]; 3] {
    [Guessed::Pass, Guessed::Password, Guessed::Totp]
        .map(|guessed| keys.throttle_key(guessed.kind(), name.key().as_bytes()))
}

/// The counter of wrong passwords at a name, from wherever they come but its owner's known devices.
pub(crate) fn password_counter(keys: &MasterKeys, name: &Upn) -> [u8; 32] {
    keys.throttle_key(Guessed::Password.kind(), name.key().as_bytes())
}

impl Counters {
    pub(super) fn new(
        keys: &MasterKeys,
        guessed: Guessed,
        name_key: &str,
        device: Option<[u8; 16]>,
        info: &RequestInfo,
        rule: LockoutRule,
    ) -> Self {
        let mut name = name_key.as_bytes().to_vec();
        if let Some(device) = device {
            name.push(0);
            name.extend_from_slice(&device);
        }
        Self {
            name: keys.throttle_key(guessed.kind(), &name),
            source: keys.throttle_key("source", &info.source_bytes()),
            nothing: keys.throttle_key("nothing", name_key.as_bytes()),
            rule,
        }
    }

    /// Whether guesses are refused. A source that is locked is told so whatever the name, and as long as both last.
    pub(super) async fn locked(
        &self,
        reader: &mut Reader,
        now: Timestamp,
    ) -> Result<Option<Lock>, StoreError> {
        let name = reader.lockout(&self.name).await?;
        let source = reader.lockout(&self.source).await?;
        let until = |lockout: Option<Lockout>| lockout.and_then(|lockout| lockout.locked(now));
        Ok(match (until(name), until(source)) {
            (name, Some(source)) => Some(Lock {
                until: name.map_or(source, |name| name.max(source)),
                error: SignInError::SourceLocked,
            }),
            (Some(until), None) => Some(Lock {
                until,
                error: SignInError::Locked,
            }),
            (None, None) => None,
        })
    }

    /// Counts a guess at both counters, unless guesses are refused.
    pub(crate) async fn count(
        &self,
        writer: &mut Writer,
        now: Timestamp,
    ) -> Result<Result<CountedGuess, Lock>, StoreError> {
        if let Some(lock) = self.locked(writer, now).await? {
            return Ok(Err(lock));
        }
        let mut name = writer.lockout(&self.name).await?.unwrap_or_default();
        let mut source = writer.lockout(&self.source).await?.unwrap_or_default();
        let counted = match (
            name.reserve(self.rule, now),
            source.reserve(LockoutRule::SOURCE, now),
        ) {
            (Ok(name), Ok(source)) => CountedGuess { name, source },
            (_, Err(until)) => {
                let error = SignInError::SourceLocked;
                return Ok(Err(Lock { until, error }));
            }
            (Err(until), _) => {
                let error = SignInError::Locked;
                return Ok(Err(Lock { until, error }));
            }
        };
        writer.save_lockout(&self.name, &name).await?;
        writer.save_lockout(&self.source, &source).await?;
        Ok(Ok(counted))
    }

    /// Takes a counted guess back: it was not a wrong one.
    pub(crate) async fn take_back(&self, writer: &mut Writer, guess: CountedGuess) -> Result<(), StoreError> {
        let counted = [
            (&self.name, self.rule, guess.name),
            (&self.source, LockoutRule::SOURCE, guess.source),
        ];
        for (key, rule, reservation) in counted {
            if let Some(mut lockout) = writer.lockout(key).await? {
                lockout.take_back(rule, reservation);
                writer.save_lockout(key, &lockout).await?;
            }
        }
        Ok(())
    }

    /// Keeps a counted guess that was wrong, unless it repeats one of the last three wrong passwords at this name:
    /// then it is taken back.
    pub(crate) async fn keep_wrong_password(
        &self,
        writer: &mut Writer,
        guess: CountedGuess,
        tag: WrongPasswordTag,
    ) -> Result<(), StoreError> {
        let mut lockout = writer.lockout(&self.name).await?.unwrap_or_default();
        if lockout.wrong_passwords.contains(tag) {
            return self.take_back(writer, guess).await;
        }
        lockout.wrong_passwords.remember(tag);
        writer.save_lockout(&self.name, &lockout).await
    }

    /// The tag of a password that may be wrong; another for each name.
    pub(crate) fn password_tag(&self, keys: &MasterKeys, password: &str) -> WrongPasswordTag {
        let value = [self.name.as_slice(), password.as_bytes()].concat();
        WrongPasswordTag::of_hash(&keys.throttle_key("wrong-password", &value))
    }

    /// Writes as much as counting a wrong guess against a pass does, for a name that has none: otherwise the time of
    /// the answer would tell who has one (sign-in contract 11.4).
    pub(super) async fn count_nothing(&self, writer: &mut Writer, now: Timestamp) -> Result<(), StoreError> {
        let touched = Lockout {
            last_failure: Some(now),
            ..Lockout::default()
        };
        writer.save_lockout(&self.nothing, &touched).await
    }

    /// Forgets the wrong guesses at the name: its owner was right. Those of the source stay, or one own
    /// account would buy a guesser a clean slate.
    pub(crate) async fn forgive_name(&self, writer: &mut Writer) -> Result<(), StoreError> {
        if writer.lockout(&self.name).await?.is_some() {
            writer.clear_lockout(&self.name).await?;
        }
        Ok(())
    }
}

impl Service {
    /// The mark of a device on which the owner of this name has signed in: guesses from there have a
    /// counter of their own, so that a stranger's guesses don't lock the owner out.
    pub(super) fn device_mark(&self, name: &Upn) -> String {
        let mark = DeviceMark {
            id: random_id_bytes(&*self.random),
            name_key: name.key().to_owned(),
            issued_at: self.now(),
        };
        let plain = serde_json::to_vec(&mark).unwrap_or_default();
        self.master_keys
            .seal_token(&*self.random, SealPurpose::DeviceCookie, &plain)
    }

    /// The device's id, if the mark is ours, not too old and of the owner of this name.
    pub(super) fn known_device(&self, mark: Option<&str>, name: &Upn) -> Option<[u8; 16]> {
        let plain = self
            .master_keys
            .open_token(SealPurpose::DeviceCookie, mark?)
            .ok()?;
        let mark: DeviceMark = serde_json::from_slice(plain.expose()).ok()?;
        let fresh = self.now() < mark.issued_at + DEVICE_LIFETIME;
        (fresh && mark.name_key == name.key()).then_some(mark.id)
    }

    pub(crate) fn counters(
        &self,
        guessed: Guessed,
        name: &Upn,
        device: Option<&str>,
        info: &RequestInfo,
    ) -> Counters {
        Counters::new(
            &self.master_keys,
            guessed,
            name.key(),
            self.known_device(device, name),
            info,
            self.settings.lockout,
        )
    }
}
