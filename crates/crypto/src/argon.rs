//! Argon2id with a pepper: the slow verifier, for passwords and short codes.

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::master_keys::Pepper;
use crate::{KeyId, Peppers, Random, constant_time_eq, random_array};

/// The memory of Argon2id computations, kept from one to the next: getting 19 MiB from the system and faulting them
/// in costs up to 41 % of a computation. It is empty until first used and holds the remains of the last computation,
/// which are of no more use than the hash itself.
#[derive(Default)]
pub struct Arena {
    blocks: Vec<Block>,
}

impl Arena {
    /// An arena that holds no memory yet.
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.len() < count {
            self.blocks.resize(count, Block::new());
        }
        &mut self.blocks
    }
}

impl std::fmt::Debug for Arena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arena({} KiB)", self.blocks.len())
    }
}

/// What a computation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
    pub(crate) const CURRENT: Self = Self {
        memory_kib: 19_456,
        passes: 2,
        lanes: 1,
    };
    /// The most that a stored verifier may demand, so that a forged row can't stop the service.
    const MOST: Self = Self {
        memory_kib: 256 * 1024,
        passes: 16,
        lanes: 4,
    };

    fn checked(self) -> Option<Self> {
        let affordable = self.memory_kib <= Self::MOST.memory_kib
            && self.passes <= Self::MOST.passes
            && self.lanes <= Self::MOST.lanes;
        (affordable && Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).is_ok())
            .then_some(self)
    }

    /// Reads `m=…,t=…,p=…`.
    pub(crate) fn parse(memory: &str, passes: &str, lanes: &str) -> Option<Self> {
        let number = |text: &str, name: &str| text.strip_prefix(name)?.parse().ok();
        let cost = Self {
            memory_kib: number(memory, "m=")?,
            passes: number(passes, "t=")?,
            lanes: number(lanes, "p=")?,
        };
        cost.checked()
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "m={},t={},p={}", self.memory_kib, self.passes, self.lanes)
    }
}

/// A stored Argon2id hash with everything needed to compute it again.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ArgonHash {
    pub(crate) cost: Cost,
    pub(crate) key_id: KeyId,
    pub(crate) salt: [u8; 16],
    pub(crate) hash: [u8; 32],
}

impl ArgonHash {
    /// Hashes `text` under a new salt with the newest pepper and the current cost.
    pub(crate) fn create(peppers: &Peppers, random: &dyn Random, text: &str, arena: &mut Arena) -> Self {
        let pepper = peppers.newest();
        let salt = random_array(random);
        let hash = compute(pepper, Cost::CURRENT, &salt, text, arena);
        Self {
            cost: Cost::CURRENT,
            key_id: pepper.id,
            salt,
            hash,
        }
    }

    /// Whether newer parameters or a newer pepper are in use by now.
    pub(crate) fn is_outdated(&self, peppers: &Peppers) -> bool {
        self.cost != Cost::CURRENT || self.key_id != peppers.newest().id
    }
}

/// Exactly one computation, whether there is a hash to compare with or not.
pub(crate) fn check(peppers: &Peppers, text: &str, stored: Option<&ArgonHash>, arena: &mut Arena) -> bool {
    let found = stored.and_then(|stored| Some((stored, peppers.find(stored.key_id)?)));
    let (pepper, cost, salt, hash) = found.map_or(
        (peppers.newest(), Cost::CURRENT, &[0; 16], &[0; 32]),
        |(stored, pepper)| (pepper, stored.cost, &stored.salt, &stored.hash),
    );
    constant_time_eq(&compute(pepper, cost, salt, text, arena), hash) & found.is_some()
}

#[expect(
    clippy::expect_used,
    reason = "costs are checked when read, salt and output have fixed lengths"
)]
fn compute(pepper: &Pepper, cost: Cost, salt: &[u8; 16], text: &str, arena: &mut Arena) -> [u8; 32] {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).expect("a checked cost");
    let blocks = arena.blocks(params.block_count());
    let mut hash = [0; 32];
    Argon2::new_with_secret(
        pepper.argon2.expose(),
        Algorithm::Argon2id,
        Version::V0x13,
        params,
    )
    .and_then(|argon| argon.hash_password_into_with_memory(text.as_bytes(), salt, &mut hash, blocks))
    .expect("inputs within the bounds of Argon2");
    hash
}
