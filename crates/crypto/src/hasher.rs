//! Checking and making verifiers for a server that does many things at once: the hashing threads with the peppers
//! and the random source that they need.

use std::sync::Arc;

use latchkey_domain::PassLength;

use crate::{
    Arena, CodeClass, HashPool, HashPoolError, PassVerifier, PasswordVerifier, Peppers, Rng, Secret,
    check_code, check_password, generate_code,
};

/// The one way in which a server hashes. What is slow goes to the [`HashPool`], what is quick (an HMAC, about a
/// microsecond) is done in place.
#[derive(Clone)]
pub struct Hasher {
    pool: Arc<HashPool>,
    peppers: Arc<Peppers>,
    random: Rng,
}

impl Hasher {
    /// From its parts.
    pub fn new(pool: Arc<HashPool>, peppers: Arc<Peppers>, random: Rng) -> Self {
        Self {
            pool,
            peppers,
            random,
        }
    }

    /// The threads, for their figures and their shutdown.
    pub fn pool(&self) -> &HashPool {
        &self.pool
    }

    /// The peppers in use.
    pub fn peppers(&self) -> &Arc<Peppers> {
        &self.peppers
    }

    /// [`check_code`] where it belongs: a short code in the pool, a long one in place.
    pub async fn check_code(
        &self,
        typed: Secret<String>,
        stored: Option<PassVerifier>,
    ) -> Result<bool, HashPoolError> {
        match CodeClass::of(&typed) {
            CodeClass::Low => {
                let peppers = Arc::clone(&self.peppers);
                self.pool
                    .run(move |arena| check_code(&peppers, &typed, stored.as_ref(), arena))
                    .await
            }
            CodeClass::High => Ok(check_code(
                &self.peppers,
                &typed,
                stored.as_ref(),
                &mut Arena::new(),
            )),
        }
    }

    /// [`check_password`] in the pool.
    pub async fn check_password(
        &self,
        typed: Secret<String>,
        stored: Option<PasswordVerifier>,
    ) -> Result<bool, HashPoolError> {
        let peppers = Arc::clone(&self.peppers);
        self.pool
            .run(move |arena| check_password(&peppers, &typed, stored.as_ref(), arena))
            .await
    }

    /// A new code and what is stored of it.
    pub async fn new_code(
        &self,
        length: PassLength,
    ) -> Result<(Secret<String>, PassVerifier), HashPoolError> {
        let code = generate_code(&*self.random, length);
        match CodeClass::of(&code) {
            CodeClass::Low => {
                let (peppers, random) = (Arc::clone(&self.peppers), Arc::clone(&self.random));
                let work = move |arena: &mut Arena| {
                    let verifier = PassVerifier::create(&peppers, &*random, &code, arena);
                    (code, verifier)
                };
                self.pool.run(work).await
            }
            CodeClass::High => {
                let verifier = PassVerifier::create(&self.peppers, &*self.random, &code, &mut Arena::new());
                Ok((code, verifier))
            }
        }
    }

    /// What is stored of a new password.
    pub async fn new_password(&self, password: Secret<String>) -> Result<PasswordVerifier, HashPoolError> {
        let (peppers, random) = (Arc::clone(&self.peppers), Arc::clone(&self.random));
        self.pool
            .run(move |arena| PasswordVerifier::create(&peppers, &*random, &password, arena))
            .await
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}
