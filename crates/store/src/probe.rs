//! Whether the database takes changes.

use std::hash::{BuildHasher, RandomState};

use crate::value::params;
use crate::{Result, Writer};

/// Numbers of 8 bytes each, 64 KiB in all: more than most changes, and what no engine makes smaller.
const NUMBERS: usize = 8192;

impl Writer {
    /// Writes what means nothing, and something else each time: engines skip what is there already.
    pub(crate) async fn probe(&mut self) -> Result<()> {
        // Chance that needs no quality: the standard library's seed for hash tables.
        let chance = RandomState::new();
        let data: Vec<u8> = (0..NUMBERS)
            .flat_map(|number| chance.hash_one(number).to_le_bytes())
            .collect();
        let sql = "INSERT INTO write_probe (single, data) VALUES (1, ?1) \
            ON CONFLICT (single) DO UPDATE SET data = excluded.data";
        self.execute(sql, params![data]).await.map(drop)
    }
}
