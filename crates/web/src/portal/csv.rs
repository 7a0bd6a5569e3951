//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.

/// Adds a row.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets show as text.
pub(super) fn write_row<T: AsRef<str>>(text: &mut String, cells: &[T]) {
    for (place, cell) in cells.iter().enumerate() {
        let cell = cell.as_ref();
        if place > 0 {
            text.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if !formula && !cell.contains(['"', ',', '\n', '\r']) {
            text.push_str(cell);
            continue;
        }
        text.push('"');
        if formula {
            text.push('\'');
        }
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed_and_formulas_are_text() {
        let mut text = String::new();
        write_row(&mut text, &["plain", "a,b", "say \"hi\"", "two\nlines", ""]);
        write_row(&mut text, &["=1+1", "@x", "-5"]);
        assert_eq!(
            text,
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n\"'=1+1\",\"'@x\",\"'-5\"\r\n"
        );
    }
}
