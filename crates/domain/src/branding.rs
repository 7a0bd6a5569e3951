//! How a tenant presents itself: its own colour, checked for contrast, and its logo.
//!
//! Contrast as WCAG 2.2 defines it (1.4.3: 4.5 to 1 for text); PNG as in its specification, 5.2 and 11.2.2.

use std::fmt;

/// The least contrast of text.
const READABLE: f64 = 4.5;
/// What text stands on in the light scheme: panels and the page behind them.
const LIGHT: [Rgb; 2] = [Rgb([255, 255, 255]), Rgb([0xf3, 0xf5, 0xf4])];
/// The same in the dark scheme.
const DARK: [Rgb; 2] = [Rgb([0x18, 0x20, 0x1e]), Rgb([0x0f, 0x14, 0x13])];
const WHITE: Rgb = Rgb([255, 255, 255]);
const BLACK: Rgb = Rgb([0, 0, 0]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rgb([u8; 3]);

impl Rgb {
    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast, 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many percent of the other one in it.
    fn mixed(self, other: Self, percent: u16) -> Self {
        let [r, g, b] = self.0;
        let [or, og, ob] = other.0;
        let mix = |own: u8, other: u8| {
            let sum = u16::from(own) * (100 - percent) + u16::from(other) * percent;
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self([mix(r, or), mix(g, og), mix(b, ob)])
    }

    fn readable_on(self, grounds: &[Self]) -> bool {
        grounds.iter().all(|ground| self.contrast(*ground) >= READABLE)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A tenant's own colour, dark enough to be read on white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent(Rgb);

/// Why a colour can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccentError {
    /// Not `#rrggbb`.
    #[error("a colour is written like #0d6b5e")]
    Malformed,
    /// Text in it, or on it, could not be read.
    #[error("the colour has too little contrast to white")]
    TooLight,
}

/// What pages make of a colour in one scheme, each as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Links and main buttons.
    pub accent: String,
    /// The same under the pointer.
    pub strong: String,
    /// Text on main buttons.
    pub on_accent: String,
    /// The ground of quiet notices.
    pub calm: String,
}

impl Accent {
    /// Reads a colour.
    ///
    /// # Errors
    /// [`AccentError`]
    pub fn parse(text: &str) -> Result<Self, AccentError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(AccentError::Malformed)?;
        let [_, red, green, blue] = number.to_be_bytes();
        let colour = Rgb([red, green, blue]);
        let calm = colour.mixed(WHITE, 90);
        if colour.readable_on(&LIGHT) && colour.readable_on(&[calm]) {
            Ok(Self(colour))
        } else {
            Err(AccentError::TooLight)
        }
    }

    /// In the light scheme.
    pub fn light(self) -> Palette {
        Palette {
            accent: self.0.to_string(),
            strong: self.0.mixed(BLACK, 20).to_string(),
            on_accent: WHITE.to_string(),
            calm: self.0.mixed(WHITE, 90).to_string(),
        }
    }

    /// In the dark scheme: as much lighter as it must be.
    pub fn dark(self) -> Palette {
        let [surface, _] = DARK;
        let calm = self.0.mixed(surface, 80);
        let grounds = [DARK.as_slice(), &[calm]].concat();
        let lighter = (0..=100).step_by(5).map(|percent| self.0.mixed(WHITE, percent));
        let accent = lighter
            .into_iter()
            .find(|colour| colour.readable_on(&grounds))
            .unwrap_or(WHITE);
        Palette {
            accent: accent.to_string(),
            strong: accent.mixed(WHITE, 30).to_string(),
            on_accent: accent.mixed(BLACK, 88).to_string(),
            calm: calm.to_string(),
        }
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A logo: a small PNG picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo(Vec<u8>);

/// Why a picture can't be the logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// More than [`Logo::MAX_BYTES`].
    #[error("a logo has at most 64 KiB")]
    TooLarge,
    /// Something else than PNG.
    #[error("a logo is a PNG picture")]
    NotPng,
    /// Wider or higher than [`Logo::MAX_SIDE`].
    #[error("a logo is at most 1024 pixels wide and high")]
    Dimensions,
}

impl Logo {
    /// The most bytes.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// The most pixels of a side.
    pub const MAX_SIDE: u32 = 1024;

    /// Checks a picture by its head. Browsers read the rest of it as PNG or not at all, since it is sent as that.
    ///
    /// # Errors
    /// [`LogoError`]
    pub fn read(bytes: Vec<u8>) -> Result<Self, LogoError> {
        const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR";
        if bytes.len() > Self::MAX_BYTES {
            return Err(LogoError::TooLarge);
        }
        let rest = bytes.strip_prefix(HEAD).ok_or(LogoError::NotPng)?;
        let (width, rest) = rest.split_first_chunk::<4>().ok_or(LogoError::NotPng)?;
        let (height, _) = rest.split_first_chunk::<4>().ok_or(LogoError::NotPng)?;
        for side in [width, height] {
            if !(1..=Self::MAX_SIDE).contains(&u32::from_be_bytes(*side)) {
                return Err(LogoError::Dimensions);
            }
        }
        Ok(Self(bytes))
    }

    /// The picture.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(text: &str) -> Rgb {
        let number = u32::from_str_radix(text.strip_prefix('#').unwrap(), 16).unwrap();
        let [_, red, green, blue] = number.to_be_bytes();
        Rgb([red, green, blue])
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 1e-9);
        assert!((rgb("#777777").contrast(WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn whatever_is_accepted_can_be_read_in_both_schemes() {
        let mut accepted = 0;
        for number in (0..0x0100_0000_u32).step_by(9973) {
            let Ok(accent) = Accent::parse(&format!("#{number:06x}")) else {
                continue;
            };
            accepted += 1;
            for (palette, grounds) in [(accent.light(), LIGHT), (accent.dark(), DARK)] {
                let (own, calm) = (rgb(&palette.accent), rgb(&palette.calm));
                assert!(
                    own.readable_on(&grounds) && own.readable_on(&[calm]),
                    "{accent}: {palette:?}"
                );
                assert!(
                    rgb(&palette.on_accent).contrast(own) >= READABLE,
                    "{accent}: {palette:?}"
                );
                assert!(
                    rgb(&palette.on_accent).contrast(rgb(&palette.strong)) >= READABLE,
                    "{accent}"
                );
            }
        }
        assert!(accepted > 300, "{accepted}");
        assert!(Accent::parse("#0d6b5e").is_ok(), "our own");
    }

    #[test]
    fn other_colours_are_refused() {
        for wrong in ["", "0d6b5e", "#0d6b5", "#0d6b5e7", "#gggggg", "#+12345", "red"] {
            assert_eq!(Accent::parse(wrong), Err(AccentError::Malformed), "{wrong}");
        }
        for light in ["#ffffff", "#ffcc00", "#6cd5c0"] {
            assert_eq!(Accent::parse(light), Err(AccentError::TooLight), "{light}");
        }
    }

    #[test]
    fn a_logo_is_a_small_png() {
        let png = |width: u32, height: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
            bytes.extend(width.to_be_bytes());
            bytes.extend(height.to_be_bytes());
            bytes
        };
        assert!(Logo::read(png(1, 1024)).is_ok());
        for (width, height) in [(0, 1), (1, 0), (1025, 1), (1, 1025)] {
            assert_eq!(Logo::read(png(width, height)), Err(LogoError::Dimensions));
        }
        assert_eq!(Logo::read(b"<svg xmlns=".to_vec()), Err(LogoError::NotPng));
        assert_eq!(
            Logo::read(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\0\0".to_vec()),
            Err(LogoError::NotPng)
        );
        let mut large = png(9, 9);
        large.resize(Logo::MAX_BYTES + 1, 0);
        assert_eq!(Logo::read(large), Err(LogoError::TooLarge));
    }
}
