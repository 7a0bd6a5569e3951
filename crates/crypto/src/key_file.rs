//! The file that holds the master keys: one line per key, `keyid:base64`, newest first.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::master_keys::MasterKey;
use crate::new_file::{replace_file, write_new_file};
use crate::{KeyId, MasterKeys, Random, Secret};

/// No key file is longer; a longer one is something else.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Why a key file can't be used. No message quotes the file's text.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can't be read or written.
    #[error("the master key file: {0}")]
    Io(#[from] io::Error),
    /// A line is not `keyid:base64` with eight hexadecimal digits and 32 bytes.
    #[error("line {line} of the master key file is not KEYID:BASE64 (8 hexadecimal digits, 32 bytes)")]
    BadLine {
        /// Counted from 1.
        line: usize,
    },
    /// Two lines have the same key id.
    #[error("line {line} of the master key file repeats a key id")]
    RepeatedId {
        /// Counted from 1.
        line: usize,
    },
    /// There is no key in it.
    #[error("the master key file holds no key")]
    Empty,
    /// It is larger than 64 KiB.
    #[error("the master key file is larger than 64 KiB")]
    TooLarge,
}

impl MasterKeys {
    /// Reads a key file, or the credential that a service manager hands over as one.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let mut text = Zeroizing::new(String::with_capacity(4096));
        File::open(path)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_string(&mut text)?;
        if text.len() as u64 > MAX_FILE_BYTES {
            return Err(KeyFileError::TooLarge);
        }
        Self::parse(&text)
    }

    /// Makes a ring with one new key and writes it to `path`, readable by its owner only (0600).
    ///
    /// An existing file is never overwritten: that is an error of kind `AlreadyExists`.
    pub fn create(path: &Path, random: &dyn Random) -> Result<Self, KeyFileError> {
        let keys = Self::generate(random);
        write_new_file(path, keys.to_text().as_bytes(), 0o600)?;
        Ok(keys)
    }

    /// Replaces the file at `path` by these keys, in one step: after a power loss there is the old file or the new.
    pub fn save(&self, path: &Path) -> Result<(), KeyFileError> {
        replace_file(path, self.to_text().as_bytes(), 0o600)?;
        Ok(())
    }

    /// Reads the text of a key file. Empty lines and lines that begin with `#` are skipped.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = parse_line(line).ok_or(KeyFileError::BadLine { line: number })?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(KeyFileError::RepeatedId { line: number });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(KeyFileError::Empty)?;
        Ok(Self::from_keys(newest, keys.collect()))
    }

    fn to_text(&self) -> Zeroizing<String> {
        let keys: Vec<&MasterKey> = self.iter().collect();
        // 8 + 1 + 44 + 1 signs per line: large enough from the beginning, so that no copy is left behind.
        let mut text = Zeroizing::new(String::with_capacity(keys.len() * 54));
        for key in keys {
            text.push_str(&key.id.to_string());
            text.push(':');
            STANDARD.encode_string(key.bytes.expose(), &mut text);
            text.push('\n');
        }
        text
    }
}

fn parse_line(line: &str) -> Option<MasterKey> {
    let (id, base64) = line.split_once(':')?;
    let bytes = Zeroizing::new(STANDARD.decode(base64).ok()?);
    Some(MasterKey::new(
        KeyId::parse(id)?,
        Secret::new(bytes.as_slice().try_into().ok()?),
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::{SeededRng, SystemRng, random_id_bytes};

    struct TempFolder(PathBuf);

    impl TempFolder {
        fn new() -> Self {
            let name = format!(
                "latchkey-keys-{:032x}",
                u128::from_be_bytes(random_id_bytes(&SystemRng::new()))
            );
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for TempFolder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn created_file_is_private_loads_and_is_never_overwritten() {
        let folder = TempFolder::new();
        let path = folder.0.join("master.key");
        let rng = SystemRng::new();
        let keys = MasterKeys::create(&path, &rng).unwrap();
        let sealed = keys.seal(&rng, "test", b"hello");
        assert_eq!(
            MasterKeys::load(&path)
                .unwrap()
                .open("test", &sealed)
                .unwrap()
                .expose(),
            b"hello"
        );
        let text = fs::read(&path).unwrap();
        assert!(matches!(
            MasterKeys::create(&path, &rng),
            Err(KeyFileError::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists
        ));
        assert_eq!(fs::read(&path).unwrap(), text);
        assert_eq!(
            fs::read_dir(&folder.0).unwrap().count(),
            1,
            "nothing stays beside it"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    /// Until its last byte is on the disk, a file has another name: what a crash leaves is no key file.
    #[test]
    fn a_first_file_that_a_crash_cut_off_is_not_taken_for_one() {
        let folder = TempFolder::new();
        let path = folder.0.join("master.key");
        fs::write(folder.0.join("master.key.new"), "0011aa").unwrap();
        assert!(
            matches!(MasterKeys::load(&path), Err(KeyFileError::Io(error)) if error.kind() == io::ErrorKind::NotFound)
        );
        let keys = MasterKeys::create(&path, &SystemRng::new()).unwrap();
        assert_eq!(MasterKeys::load(&path).unwrap().key_ids(), keys.key_ids());
    }

    #[test]
    fn saved_rotation_replaces_the_file_and_stays_private() {
        let folder = TempFolder::new();
        let path = folder.0.join("master.key");
        let rng = SystemRng::new();
        let keys = MasterKeys::create(&path, &rng).unwrap();
        fs::write(folder.0.join("master.key.new"), "left behind by a crash").unwrap();
        let keys = keys.rotated(&rng);
        keys.save(&path).unwrap();
        assert_eq!(MasterKeys::load(&path).unwrap().key_ids(), keys.key_ids());
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn refuses_what_is_no_key_file_and_names_the_line() {
        let rng = SeededRng::new(1);
        let good = MasterKeys::generate(&rng).to_text();
        assert!(MasterKeys::parse(&format!("# comment\n\n{}", good.as_str())).is_ok());
        assert!(matches!(
            MasterKeys::parse("\n# nothing\n"),
            Err(KeyFileError::Empty)
        ));
        assert!(matches!(
            MasterKeys::parse(&format!("{0}{0}", good.as_str())),
            Err(KeyFileError::RepeatedId { line: 2 })
        ));
        for bad in ["0011aabb", "0011aabb:AAAA", "0011aabb:!", "11aabb:AAAA", ":"] {
            let text = format!("{}{bad}\n", good.as_str());
            assert!(
                matches!(MasterKeys::parse(&text), Err(KeyFileError::BadLine { line: 2 })),
                "{bad}"
            );
        }
    }

    #[test]
    fn refuses_a_file_that_is_too_large() {
        let folder = TempFolder::new();
        let path = folder.0.join("large");
        fs::write(&path, "#".repeat(64 * 1024 + 1)).unwrap();
        assert!(matches!(MasterKeys::load(&path), Err(KeyFileError::TooLarge)));
    }
}
