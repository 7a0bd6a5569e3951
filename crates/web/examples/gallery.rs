//! Writes every page in its states, and the files they need, into a folder, for looking at:
//!
//! ```sh
//! cargo run -p latchkey-web --example gallery -- /tmp/gallery
//! ```

#[path = "../tests/suite/samples/mod.rs"]
mod samples;

use std::path::PathBuf;
use std::{env, fs, io};

use latchkey_web::language::Language;
use samples::{ORDINARY, Texts, pages};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("say which folder to write into"));
    };
    fs::create_dir_all(folder.join("assets"))?;
    for (path, bytes) in latchkey_web::assets::files() {
        fs::write(folder.join(path.trim_start_matches('/')), bytes)?;
    }
    let long = "Bartholomäus-Maximilian".repeat(9);
    let long = Texts {
        tenant: &long,
        person: &long,
        upn: &long,
        device: &long,
    };
    let right_to_left = Texts {
        tenant: "شركة كونتوسو",
        person: "سارة الأحمد",
        upn: "sara@مثال.com",
        device: "حاسوب العمل",
    };
    for (prefix, texts) in [("", ORDINARY), ("long-", long), ("rtl-", right_to_left)] {
        for (name, html) in pages(&texts, Language::English).map_err(io::Error::other)? {
            fs::write(folder.join(format!("{prefix}{name}.html")), html)?;
        }
    }
    for language in Language::ALL {
        for (name, html) in pages(&ORDINARY, language).map_err(io::Error::other)? {
            fs::write(folder.join(format!("{}-{name}.html", language.tag())), html)?;
        }
    }
    Ok(())
}
