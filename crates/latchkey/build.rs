//! How the program is linked: the addresses that the loader fills in are packed, which makes it 0.9 MB smaller.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if loader_unpacks() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether it is built for this machine, and glibc is 2.36 or newer here: an older one would refuse the program.
fn loader_unpacks() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    if variable("HOST") != variable("TARGET") || !variable("TARGET").ends_with("linux-gnu") {
        return false;
    }
    let Ok(answer) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else {
        return false;
    };
    let answer = String::from_utf8_lossy(&answer.stdout);
    let version = answer
        .trim()
        .strip_prefix("glibc ")
        .and_then(|version| version.split_once('.'));
    version.is_some_and(
        |(major, minor)| match (major.parse::<u32>(), minor.parse::<u32>()) {
            (Ok(major), Ok(minor)) => (major, minor) >= (2, 36),
            _ => false,
        },
    )
}
