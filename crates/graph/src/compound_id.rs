//! Ids of things that are named by three others: on the wire they are opaque text, in base64url.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// The text of three ids.
pub(crate) fn write(parts: [&[u8; 16]; 3]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(parts.map(<[u8; 16]>::as_slice).concat())
}

/// The three ids of a text. None: it is no such text.
pub(crate) fn read(text: &str) -> Option<[[u8; 16]; 3]> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (parts, rest) = bytes.as_chunks::<16>();
    let parts: [[u8; 16]; 3] = parts.try_into().ok()?;
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        let parts = [[1; 16], [2; 16], [3; 16]];
        let text = write(parts.each_ref());
        assert_eq!(read(&text), Some(parts));
        for wrong in [
            "",
            "AQEB",
            "!",
            &text[..60],
            &format!("{text}AAAA"),
            &format!("{text}{text}"),
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
