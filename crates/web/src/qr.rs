//! QR codes as inline SVG, so that no secret leaves the page for a picture service.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code; the standard (ISO/IEC 18004) asks for four.
const QUIET: usize = 4;

/// `text` as an SVG element, black on white in every colour scheme, so that cameras read it in dark mode too.
/// `None` when the text is too long for a QR code (about 2.3 kB).
///
/// `label` is the picture's name for screen readers; it is written as it is, so it must be our own words.
pub fn svg(text: &str, label: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += run.len();
        }
    }
    Some(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn draws_the_code_with_its_quiet_zone() {
        let drawn = svg("otpauth://totp/Contoso:ada@example.com?secret=AAAA", "QR code").unwrap();
        // Version 4 has 33 modules; the finder pattern's first row is seven dark modules long.
        assert!(drawn.contains("viewBox=\"0 0 41 41\""), "{drawn}");
        assert!(drawn.contains("M4 4h7v1h-7z"));
        assert!(!drawn.contains("style="));
    }

    #[test]
    fn nothing_when_too_long() {
        assert_eq!(svg(&"x".repeat(3000), "QR code"), None);
    }
}
