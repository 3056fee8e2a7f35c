//! RSA public keys: as the host takes them, and the public operation itself
//! (RFC 8017 §5.2.2), which no host function has and RSASSA-PSS needs.

use crate::der;
use crypto_bigint::modular::{MontyForm, MontyParams};
use crypto_bigint::{Odd, U2048, U3072, U4096, Uint};
use std::cell::OnceCell;
use std::fmt;

/// A key of 2048 to 4096 bits: the range that every verifier takes.
#[derive(Clone)]
pub struct RsaKey {
    spki: Vec<u8>,
    modulus: Vec<u8>,
    exponent: u32,
    /// Made when it is first needed: it takes as long as a signature.
    ring: OnceCell<Option<Ring>>,
}

/// Numbers modulo the key's, in the smallest width that holds them.
#[derive(Clone)]
enum Ring {
    Of2048(Box<Montgomery<{ U2048::LIMBS }>>),
    Of3072(Box<Montgomery<{ U3072::LIMBS }>>),
    Of4096(Box<Montgomery<{ U4096::LIMBS }>>),
}

type Montgomery<const LIMBS: usize> = MontyParams<LIMBS>;

// === impl RsaKey ===

impl RsaKey {
    /// A key of big-endian numbers; the error says what is wrong with them.
    ///
    /// # Errors
    /// A modulus that is even or has not 2048 to 4096 bits; an exponent that is
    /// even, 1, or has more than 32 bits (RFC 7518 §3.3).
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, &'static str> {
        let (modulus, exponent) = (digits(modulus), digits(exponent));
        if !(2048..=4096).contains(&bits(modulus)) {
            return Err("an RSA key has 2048 to 4096 bits");
        }
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
        if !odd(modulus) || !odd(exponent) || exponent == [1] || exponent.len() > 4 {
            return Err("the modulus is odd, the exponent odd, at least 3 and below 2^32");
        }
        let value = |value: u32, byte: &u8| value.wrapping_shl(8) | u32::from(*byte);
        Ok(Self {
            spki: der::rsa_spki(modulus, exponent),
            exponent: exponent.iter().fold(0, value),
            modulus: modulus.to_vec(),
            ring: OnceCell::new(),
        })
    }

    /// `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// How many bits the modulus has.
    #[must_use]
    pub fn bits(&self) -> u32 {
        bits(&self.modulus)
    }

    /// RSAVP1: `signature` to the public exponent, as long as the modulus. `None`
    /// for a signature that is not of that length, or not below the modulus.
    #[must_use]
    pub fn message(&self, signature: &[u8]) -> Option<Vec<u8>> {
        if signature.len() != self.modulus.len() || signature >= self.modulus.as_slice() {
            return None;
        }
        let ring = self.ring.get_or_init(|| Ring::of(&self.modulus)).as_ref()?;
        let mut message = match ring {
            Ring::Of2048(ring) => power(ring, signature, self.exponent),
            Ring::Of3072(ring) => power(ring, signature, self.exponent),
            Ring::Of4096(ring) => power(ring, signature, self.exponent),
        };
        Some(message.split_off(message.len().checked_sub(signature.len())?))
    }
}

impl PartialEq for RsaKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for RsaKey {}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaKey({} bits)", self.bits())
    }
}

// === impl Ring ===

impl Ring {
    fn of(modulus: &[u8]) -> Option<Self> {
        match modulus.len() {
            0..=256 => montgomery(modulus).map(Self::Of2048),
            257..=384 => montgomery(modulus).map(Self::Of3072),
            _ => montgomery(modulus).map(Self::Of4096),
        }
    }
}

/// All of it is public, so that time may tell.
fn montgomery<const LIMBS: usize>(modulus: &[u8]) -> Option<Box<Montgomery<LIMBS>>> {
    let modulus = Odd::new(number::<LIMBS>(modulus)).into_option()?;
    Some(Box::new(Montgomery::new_vartime(modulus)))
}

/// Squares and multiplies; for 65537 that is 16 squarings and one multiplication.
fn power<const LIMBS: usize>(ring: &Montgomery<LIMBS>, base: &[u8], exponent: u32) -> Vec<u8> {
    let base = MontyForm::new(&number::<LIMBS>(base), *ring);
    let below = exponent.checked_ilog2().unwrap_or(0);
    let mut power = base;
    for bit in (0..below).rev() {
        power = power.square();
        if exponent.wrapping_shr(bit) & 1 == 1 {
            power = power.mul(&base);
        }
    }
    let words = power.retrieve().to_words();
    words
        .iter()
        .rev()
        .flat_map(|word| word.to_be_bytes())
        .collect()
}

/// A big-endian number of at most `LIMBS` limbs.
fn number<const LIMBS: usize>(digits: &[u8]) -> Uint<LIMBS> {
    let mut words = [0; LIMBS];
    let width = size_of::<crypto_bigint::Word>();
    for (word, digits) in words.iter_mut().zip(digits.rchunks(width)) {
        let join = |value, byte: &u8| {
            crypto_bigint::Word::wrapping_shl(value, 8) | crypto_bigint::Word::from(*byte)
        };
        *word = digits.iter().fold(0, join);
    }
    Uint::from_words(words)
}

/// Some issuers write numbers with leading zeros, against RFC 7518 §6.3.1.
fn digits(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn bits(digits: &[u8]) -> u32 {
    let lead = digits.first().map_or(8, |byte| byte.leading_zeros());
    let bytes = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    bytes.saturating_mul(8).saturating_sub(lead)
}
