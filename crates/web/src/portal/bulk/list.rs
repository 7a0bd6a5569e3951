//! Whom a run is for.

use std::collections::HashSet;

use latchkey_domain::{GroupId, Member, PassId};

use super::super::admin::Admin;
use super::MOST;
use crate::answer::Stop;

/// People of one page of a group's members.
const PIECE: u32 = 500;

/// Entries, each once, in their order.
pub(super) struct Entries {
    pub(super) entries: Vec<String>,
    /// There were more than a run can take.
    pub(super) cut: bool,
}

/// An entry as the preview hands it to the run: whom it means, and the pass that was shown there.
pub(super) struct Entry {
    pub(super) whom: String,
    pub(super) held: Option<PassId>,
}

impl Entry {
    /// One line; no entry has a tab in it.
    pub(super) fn write(whom: &str, held: Option<PassId>) -> String {
        held.map_or_else(|| whom.to_owned(), |held| format!("{whom}\t{held}"))
    }

    pub(super) fn read(line: &str) -> Self {
        let (whom, held) = line.split_once('\t').unwrap_or((line, ""));
        Self {
            whom: whom.to_owned(),
            held: held.parse().ok(),
        }
    }
}

impl Entries {
    fn new(all: impl IntoIterator<Item = String>) -> Self {
        let (mut seen, mut entries, mut cut) = (HashSet::new(), Vec::new(), false);
        for entry in all {
            if !seen.insert(entry.to_lowercase()) {
                continue;
            }
            if entries.len() == MOST {
                cut = true;
                break;
            }
            entries.push(entry);
        }
        Self { entries, cut }
    }

    /// The first cell of each line of a pasted list, without its head.
    pub(super) fn pasted(text: &str) -> Self {
        let cells = text.lines().enumerate().filter_map(|(line, text)| {
            let cell = text
                .split([',', ';', '\t'])
                .next()?
                .trim()
                .trim_matches('"')
                .trim();
            let is_head = line == 0 && !cell.contains('@') && cell.to_lowercase().contains("name");
            (!cell.is_empty() && !is_head).then(|| cell.to_owned())
        });
        Self::new(cells)
    }

    /// The people who are in a group directly, by their ids.
    pub(super) async fn of_group(admin: &Admin, group: GroupId) -> Result<Self, Stop> {
        let (mut ids, mut after) = (Vec::new(), None);
        // One more than a run can take tells that there are more.
        while ids.len() <= MOST {
            let members = admin
                .service()
                .list_members(&admin.caller, group, after, PIECE)
                .await;
            let members = members.map_err(|error| admin.group_failed(&error))?;
            let mut last = None;
            for view in members {
                let member = view.member();
                if let Member::User(id) = member {
                    ids.push(id.to_string());
                }
                last = Some(member);
            }
            if last.is_none() {
                break;
            }
            after = last;
        }
        Ok(Self::new(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_people_paste_it() {
        let read = |text| Entries::pasted(text).entries;
        assert_eq!(
            read(
                "Account name;Job\nada@example.com;Engineer\n\n \"bruno@example.com\", x\nADA@example.com\n"
            ),
            ["ada@example.com", "bruno@example.com"]
        );
        assert_eq!(read("surname@example.com"), ["surname@example.com"]);
        assert_eq!(read(" ,,\n\t\n"), Vec::<String>::new());
    }

    #[test]
    fn a_run_has_its_bounds() {
        let many: Vec<String> = (0..=MOST).map(|n| format!("p{n}")).collect();
        let read = |count: usize| Entries::pasted(&many.get(..count).unwrap().join("\n"));
        assert_eq!((read(MOST + 1).entries.len(), read(MOST + 1).cut), (MOST, true));
        assert!(!read(MOST).cut);
    }
}
