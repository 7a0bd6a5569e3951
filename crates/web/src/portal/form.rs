//! Fields of the portal's forms, as its components take them.

/// One line of text.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    /// The most characters.
    pub(super) longest: usize,
    pub(super) required: bool,
    pub(super) wrong: bool,
}

/// Several lines, each a value of its own.
pub(super) struct Area {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    pub(super) wrong: bool,
}

impl Area {
    /// The lines that say something.
    pub(super) fn lines(text: &str) -> Vec<String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }
}

/// A box to tick.
pub(super) struct Tick {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) ticked: bool,
}
