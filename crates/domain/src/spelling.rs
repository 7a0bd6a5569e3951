//! How a code is read out on the telephone.

/// The ICAO spelling alphabet.
const LETTERS: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo",
    "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor",
    "Whiskey", "X-ray", "Yankee", "Zulu",
];
const DIGITS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// The words for one sign of a code, such as `capital Alfa`, `small zulu`, `number seven`. A sign that no code has
/// stands for itself.
pub fn spell(sign: char) -> String {
    let letter = |sign: char| {
        let place = u32::from(sign.to_ascii_uppercase()).checked_sub(u32::from('A'));
        place
            .and_then(|place| LETTERS.get(usize::try_from(place).ok()?))
            .copied()
    };
    match sign
        .to_digit(10)
        .and_then(|digit| DIGITS.get(usize::try_from(digit).ok()?))
    {
        Some(digit) => format!("number {digit}"),
        None => match letter(sign) {
            Some(word) if sign.is_ascii_uppercase() => format!("capital {word}"),
            Some(word) => format!("small {}", word.to_lowercase()),
            None => sign.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_named_with_their_kind() {
        assert_eq!(spell('A'), "capital Alfa");
        assert_eq!(spell('z'), "small zulu");
        assert_eq!(spell('7'), "number seven");
        assert_eq!(spell('-'), "-");
    }
}
