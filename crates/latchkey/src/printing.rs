//! What is printed to standard output. It may be full or closed: that is an error like another, never a panic.

use std::error::Error;
use std::io::{self, ErrorKind, Write};

use latchkey_cli::Failure;

/// Prints a line, or several.
pub(crate) fn print(text: &str) -> Result<(), Box<dyn Error>> {
    match write(text) {
        Ok(()) => Ok(()),
        // Who reads no further, such as `head`, has what they wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::NobodyReads.into()),
        Err(error) => Err(format!("standard output: {error}").into()),
    }
}

/// Prints what is shown only once; if nobody can have seen it, `hint` says what to do.
pub(crate) fn print_once(text: &str, hint: &str) -> Result<(), Box<dyn Error>> {
    write(text).map_err(|error| {
        format!("what is shown only once could not be written to standard output: {error}\n{hint}").into()
    })
}

fn write(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}")?;
    output.flush()
}
