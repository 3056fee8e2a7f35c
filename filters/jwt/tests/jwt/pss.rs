//! RSASSA-PSS against a second implementation, for moduli of every length modulo
//! 8: one bit less than the modulus can be a byte less (RFC 8017 §9.1.1).

use crate::filter::cases;
use crate::keys::{Signer, decode, encode};
use jsonwebtoken::{Algorithm, DecodingKey};
use proptest::prelude::*;
use proptest::sample::Index;
use tollgate_jwt::pss;
use tollgate_jwt::rsa::RsaKey;
use tollgate_kit::host::Digest;

const KEYS: [&str; 12] = [
    "rsa2048e3",
    "rsa2048e65537",
    "rsa2049e65537",
    "rsa2050e3",
    "rsa2051e65537",
    "rsa2052e3",
    "rsa2053e65537",
    "rsa2054e3",
    "rsa2055e65537",
    "rsa2056e3",
    "rsa3072e3",
    "rsa4096e65537",
];

const ALGORITHMS: [(Algorithm, Digest); 3] = [
    (Algorithm::PS256, Digest::Sha256),
    (Algorithm::PS384, Digest::Sha384),
    (Algorithm::PS512, Digest::Sha512),
];

/// A key in both implementations.
struct Pair {
    signer: Signer,
    ours: RsaKey,
    theirs: DecodingKey,
}

// === impl Pair ===

impl Pair {
    fn named(name: &str) -> Self {
        let signer = Signer::named(name);
        let number = |member: &str| decode(signer.jwk[member].as_str().unwrap());
        let (modulus, exponent) = (number("n"), number("e"));
        Self {
            ours: RsaKey::new(&modulus, &exponent).unwrap(),
            theirs: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            signer,
        }
    }

    /// What both say about a signature.
    fn verdicts(&self, which: usize, message: &[u8], signature: &[u8]) -> (bool, bool) {
        let (algorithm, digest) = ALGORITHMS[which];
        let ours = pss::holds(&self.ours, digest, message, signature);
        let text = encode(signature);
        let theirs = jsonwebtoken::crypto::verify(&text, message, &self.theirs, algorithm);
        (ours, theirs.unwrap_or(false))
    }
}

#[test]
fn signatures_of_every_key_and_digest_hold() {
    for name in KEYS {
        let pair = Pair::named(name);
        let bits: u32 = name.get(3..7).unwrap().parse().unwrap();
        assert_eq!(pair.ours.bits(), bits, "{name}");
        for (which, (algorithm, _)) in ALGORITHMS.iter().enumerate() {
            let signature = pair.signer.sign(*algorithm, b"message");
            for digest in 0..ALGORITHMS.len() {
                let holds = digest == which;
                let found = pair.verdicts(digest, b"message", &signature);
                assert_eq!(found, (holds, holds), "{name} {algorithm:?} {digest}");
            }
        }
    }
}

#[test]
fn no_bit_of_a_signature_or_its_length_is_spare() {
    for name in ["rsa2049e65537", "rsa2056e3"] {
        let pair = Pair::named(name);
        let signature = pair.signer.sign(Algorithm::PS256, b"message");
        for at in 0..signature.len() {
            for bit in 0..8 {
                let mut other = signature.clone();
                other[at] ^= 1 << bit;
                let holds = pss::holds(&pair.ours, Digest::Sha256, b"message", &other);
                assert!(!holds, "{name}: bit {bit} of byte {at}");
            }
        }
        for other in [
            Vec::new(),
            signature[1..].to_vec(),
            signature[..signature.len() - 1].to_vec(),
            [&[0], signature.as_slice()].concat(),
            [signature.as_slice(), &[0]].concat(),
        ] {
            let found = pair.verdicts(0, b"message", &other);
            assert_eq!(found, (false, false), "{name}: {} bytes", other.len());
        }
    }
}

/// The modulus on top makes no difference to the power, and RFC 8017 §5.2.2 wants
/// less than it; the second implementation takes it.
#[test]
fn a_signature_that_is_not_below_the_modulus_is_refused() {
    let mut tried = 0;
    for name in KEYS {
        let pair = Pair::named(name);
        let modulus = decode(pair.signer.jwk["n"].as_str().unwrap());
        let signature = pair.signer.sign(Algorithm::PS256, b"message");
        let holds =
            |signature: &[u8]| pss::holds(&pair.ours, Digest::Sha256, b"message", signature);
        assert!(holds(&signature), "{name}");
        if let Some(sum) = sum(&modulus, &signature) {
            assert!(!holds(&sum), "{name}");
            tried += 1;
        }
        assert!(!holds(&modulus), "{name}");
    }
    assert!(tried >= 5, "{tried} sums are as long as their modulus");
}

/// Of two numbers of one length, where it has that length too.
pub fn sum(left: &[u8], right: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut digits = Vec::new();
    for (left, right) in left.iter().zip(right).rev() {
        let sum = u16::from(*left) + u16::from(*right) + carry;
        digits.push(sum.to_le_bytes()[0]);
        carry = sum >> 8;
    }
    digits.reverse();
    (carry == 0).then_some(digits)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(128)) })]

    #[test]
    fn both_implementations_agree(
        key in 0..KEYS.len(),
        which in 0..ALGORITHMS.len(),
        message in proptest::collection::vec(any::<u8>(), 0..200),
        change in proptest::option::of((any::<Index>(), 1..=255_u8)),
    ) {
        let pair = Pair::named(KEYS[key]);
        let mut signature = pair.signer.sign(ALGORITHMS[which].0, &message);
        if let Some((at, difference)) = change {
            let at = at.index(signature.len());
            signature[at] ^= difference;
        }
        let holds = change.is_none();
        prop_assert_eq!(pair.verdicts(which, &message, &signature), (holds, holds));
    }
}
