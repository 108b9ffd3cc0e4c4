//! Passwords that Waybill makes for vaults: long enough never to be guessed, short enough to be
//! typed from paper.

use secrecy::SecretString;
use zeroize::Zeroizing;

/// No letter or digit that is taken for another on paper: i, l, o and 0 are left out.
const SYMBOLS: &[u8; 32] = b"123456789abcdefghjkmnpqrstuvwxyz";
/// 160 bits.
const BYTES: usize = 20;
const GROUP: usize = 4;

/// A new password: eight groups of four.
pub(super) fn generate() -> SecretString {
    let bytes = Zeroizing::new(rand::random::<[u8; BYTES]>());
    SecretString::from(spell(&bytes).as_str())
}

fn spell(bytes: &[u8; BYTES]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(BYTES * 2));
    let (mut held, mut bits, mut count) = (0_u32, 0_u32, 0_usize);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if count > 0 && count.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(char::from(SYMBOLS[(held >> bits) as usize & 31]));
            held &= (1 << bits) - 1;
            count += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_password_has_eight_groups_of_four_and_never_comes_twice() {
        let many: BTreeSet<String> = (0..200)
            .map(|_| generate().expose_secret().to_owned())
            .collect();
        assert_eq!(many.len(), 200);
        for password in many {
            let groups: Vec<&str> = password.split('-').collect();
            assert_eq!(groups.len(), 8);
            assert!(groups.iter().all(|group| group.len() == 4), "{password}");
        }
    }

    #[test]
    fn every_bit_counts() {
        assert_eq!(SYMBOLS.iter().collect::<BTreeSet<_>>().len(), 32);
        let mut seen = BTreeSet::new();
        seen.insert(spell(&[0; BYTES]).to_string());
        for bit in 0..BYTES * 8 {
            let mut bytes = [0; BYTES];
            bytes[bit / 8] = 1 << (bit % 8);
            assert!(seen.insert(spell(&bytes).to_string()), "bit {bit}");
        }
    }
}
