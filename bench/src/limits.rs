//! What the machine can do at best: a computation alone, on all cores; the disk alone.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::Result;
use crate::compare::blocking;
use crate::drive::{Rate, Worker};

/// Argon2id with the parameters and the crate that Latchkey uses: 19 MiB, two passes, one lane, a secret input;
/// one memory arena per core.
pub(crate) fn argon2id(measured: Duration) -> Result<Rate> {
    on_all_cores(measured, || {
        let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
        let mut arena = vec![Block::new(); params.block_count()];
        let argon = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|error| error.to_string())?;
        Ok(move || {
            let mut hash = [0; 32];
            argon
                .hash_password_into_with_memory(b"ABCDEFGH", &[9; 16], &mut hash, &mut arena)
                .map_err(|error| error.to_string().into())
        })
    })
}

/// RS256 signatures with a key of 2048 bits over as many bytes as an access token has.
pub(crate) fn rs256(measured: Duration) -> Result<Rate> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
    on_all_cores(measured, || {
        let random = SystemRandom::new();
        let mut signature = vec![0; pair.public_modulus_len()];
        let pair = &pair;
        Ok(move || Ok(pair.sign(&RSA_PKCS1_SHA256, &random, &[b'x'; 2000], &mut signature)?))
    })
}

/// Runs what `make` makes on each core until the time is over.
fn on_all_cores<W: FnMut() -> Result<()>>(
    measured: Duration,
    make: impl Fn() -> Result<W> + Sync,
) -> Result<Rate> {
    let cores = thread::available_parallelism()?.get();
    let run = || -> Result<(u64, Duration)> {
        let mut work = make()?;
        work()?;
        let start = Instant::now();
        let mut count = 0;
        loop {
            work()?;
            count += 1;
            let elapsed = start.elapsed();
            if elapsed >= measured {
                return Ok((count, elapsed));
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        let mut rate = Rate::default();
        for thread in threads {
            let (count, elapsed) = thread.join().map_err(|_| "a thread panicked")??;
            rate.count += count;
            rate.elapsed = rate.elapsed.max(elapsed);
        }
        Ok(rate)
    })
}

/// The disk alone: writes what a small commit writes to a file, and waits until the disk has it.
pub(crate) struct Flush(Arc<File>);

impl Flush {
    const BYTES: [u8; 8192] = [0x5a; 8192];

    /// To a new file in this folder.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        Ok(Self(Arc::new(File::create(folder.join("flush"))?)))
    }
}

impl Worker for Flush {
    async fn step(&mut self) -> Result<()> {
        let file = Arc::clone(&self.0);
        blocking(move || {
            (&*file).write_all(&Self::BYTES)?;
            Ok(file.sync_data()?)
        })
        .await
    }
}
