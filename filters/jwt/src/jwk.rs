//! Key sets (RFC 7517): which keys there are, and which one a token is for.
//!
//! A key serves only the algorithm and the use that it allows. Members that
//! name keys elsewhere (`x5u`, `x5c`) are never looked at.

use crate::algorithm::{self, Algorithm};
use crate::der;
use crate::rsa::RsaKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use std::rc::Rc;
use tollgate_kit::json::{Limits, Node, Object, OwnedDocument};

/// The usable keys of a set.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<Rc<Key>>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    kid: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

/// What a signature is checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// An RSA key.
    Rsa(Box<RsaKey>),
    /// SPKI DER of a P-256 key.
    P256(Vec<u8>),
    /// SPKI DER of a P-384 key.
    P384(Vec<u8>),
    /// An Ed25519 key.
    Ed25519(Box<VerifyingKey>),
}

/// Why a token has no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// None has its `kid`, or none fits its `alg`.
    Unknown,
    /// The one that its `kid` names is for something else.
    Unfit,
}

// === impl KeySet ===

impl KeySet {
    /// The usable keys of a set that came from elsewhere, and how many others were
    /// skipped. `None` where it is no set, or has more than 100 keys.
    #[must_use]
    pub fn from_remote(document: &[u8]) -> Option<(Self, usize)> {
        let document = OwnedDocument::parse(document.to_vec(), &Limits::DEFAULT).ok()?;
        let keys = document.root().get("keys")?.as_array()?;
        if keys.len() > MAX_KEYS {
            return None;
        }
        let usable: Vec<Key> = keys.iter().filter_map(|key| Key::read(key).ok()).collect();
        let skipped = keys.len().saturating_sub(usable.len());
        Some((Self::new(usable), skipped))
    }

    /// A set of these keys.
    #[must_use]
    pub fn new(keys: Vec<Key>) -> Self {
        Self {
            keys: keys.into_iter().map(Rc::new).collect(),
        }
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether it has this key, for the same use.
    #[must_use]
    pub fn has(&self, key: &Key) -> bool {
        self.keys.iter().any(|known| **known == *key)
    }

    /// For people: the keys by name, those without at the end.
    #[must_use]
    pub fn words(&self) -> String {
        let kids = self.keys.iter().filter_map(|key| key.kid.as_ref());
        let kids: Vec<String> = kids.map(|kid| format!("{kid:?}")).collect();
        match self.keys.len().saturating_sub(kids.len()) {
            0 if kids.is_empty() => "no keys".to_owned(),
            nameless if kids.is_empty() => format!("keys without kid: {nameless}"),
            0 => format!("the keys: {}", kids.join(", ")),
            nameless => format!("the keys: {}, {nameless} without kid", kids.join(", ")),
        }
    }

    /// The keys to try for a token, at most 8: the one that `kid` names, or all
    /// that fit `alg`.
    pub fn candidates(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<&Rc<Key>>, NoKey> {
        let named = |key: &&Rc<Key>| kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
        let known: Vec<&Rc<Key>> = self.keys.iter().filter(named).collect();
        let fit: Vec<&Rc<Key>> = known
            .iter()
            .copied()
            .filter(|key| key.fits(algorithm))
            .take(MAX_TRIED)
            .collect();
        match (fit.is_empty(), known.is_empty(), kid) {
            (false, _, _) => Ok(fit),
            (true, false, Some(_)) => Err(NoKey::Unfit),
            (true, _, _) => Err(NoKey::Unknown),
        }
    }
}

// === impl Key ===

impl Key {
    /// Reads a JWK; the error says what is wrong with it.
    pub fn read(node: Node<'_>) -> Result<Self, &'static str> {
        let key = node.as_object().ok_or("expected an object")?;
        if PRIVATE.iter().any(|name| key.get(name).is_some()) {
            return Err(
                "a private key does not belong into a policy: leave out all but the public members",
            );
        }
        if key.get("k").is_some() {
            return Err("a symmetric key cannot tell who signed (RFC 8725 §2.1)");
        }
        if text(key, "use")?.is_some_and(|usage| usage != "sig") {
            return Err("`use` is not `sig`");
        }
        operations(key)?;
        let material = match text(key, "kty")?.ok_or("`kty` is missing")? {
            "RSA" => rsa(key)?,
            "EC" => ec(key)?,
            "OKP" => okp(key)?,
            _ => return Err("`kty` is none of `RSA`, `EC`, `OKP`"),
        };
        let algorithm = match text(key, "alg")? {
            None => None,
            Some(name) => {
                Some(algorithm::named(name).ok_or("`alg` is not an algorithm that can be used")?)
            }
        };
        let key = Self {
            kid: text(key, "kid")?.map(str::to_owned),
            algorithm,
            material,
        };
        match key.algorithm {
            Some(algorithm) if !key.material.fits(algorithm) => Err("`alg` does not fit the key"),
            _ => Ok(key),
        }
    }

    /// What a signature is checked with.
    #[must_use]
    pub fn material(&self) -> &Material {
        &self.material
    }

    /// For people: `kid` where there is one, else what it is.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.kid {
            Some(kid) => format!("the key {kid:?}"),
            None => "a key without kid".to_owned(),
        }
    }

    /// Whether it may check signatures of this algorithm.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.material.fits(algorithm) && self.algorithm.is_none_or(|own| own == algorithm)
    }
}

// === impl Material ===

impl Material {
    const fn fits(&self, algorithm: Algorithm) -> bool {
        matches!(
            (self, algorithm),
            (Self::Rsa(_), Algorithm::Rs(_) | Algorithm::Ps(_))
                | (Self::P256(_), Algorithm::Es256)
                | (Self::P384(_), Algorithm::Es384)
                | (Self::Ed25519(_), Algorithm::EdDsa)
        )
    }
}

fn rsa(key: Object<'_>) -> Result<Material, &'static str> {
    let (modulus, exponent) = (bytes(key, "n")?, bytes(key, "e")?);
    RsaKey::new(&modulus, &exponent).map(|key| Material::Rsa(Box::new(key)))
}

fn ec(key: Object<'_>) -> Result<Material, &'static str> {
    let (x, y) = (bytes(key, "x")?, bytes(key, "y")?);
    match text(key, "crv")?.ok_or("`crv` is missing")? {
        "P-256" if x.len() == 32 && y.len() == 32 => {
            Ok(Material::P256(der::ec_spki(der::PRIME256V1, &x, &y)))
        }
        "P-384" if x.len() == 48 && y.len() == 48 => {
            Ok(Material::P384(der::ec_spki(der::SECP384R1, &x, &y)))
        }
        "P-256" | "P-384" => Err("a coordinate has the wrong length (RFC 7518 §6.2.1.2)"),
        _ => Err("`crv` is none of `P-256`, `P-384`"),
    }
}

fn okp(key: Object<'_>) -> Result<Material, &'static str> {
    if text(key, "crv")? != Some("Ed25519") {
        return Err("`crv` is not `Ed25519`");
    }
    let point: [u8; 32] = bytes(key, "x")?
        .try_into()
        .map_err(|_| "`x` has the wrong length")?;
    let key = VerifyingKey::from_bytes(&point).map_err(|_| "`x` is not a point of the curve")?;
    Ok(Material::Ed25519(Box::new(key)))
}

fn operations(key: Object<'_>) -> Result<(), &'static str> {
    let Some(operations) = key.get("key_ops") else {
        return Ok(());
    };
    let operations = operations.as_array().ok_or("`key_ops` is not a list")?;
    if operations
        .iter()
        .any(|operation| operation.as_str() == Some("verify"))
    {
        return Ok(());
    }
    Err("`key_ops` does not allow `verify`")
}

fn text<'a>(key: Object<'a>, name: &str) -> Result<Option<&'a str>, &'static str> {
    match key.get(name) {
        None => Ok(None),
        Some(node) => node
            .as_str()
            .map(Some)
            .ok_or("a member that should be a text is none"),
    }
}

fn bytes(key: Object<'_>, name: &'static str) -> Result<Vec<u8>, &'static str> {
    let text = text(key, name)?.ok_or("a member of the key is missing")?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| "a member of the key is not base64url")
}

/// More keys than this are no set that anyone means.
pub const MAX_KEYS: usize = 100;
/// RFC 7518 §6.2.2, §6.3.2.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];
/// Without `kid` no more keys than this are tried.
const MAX_TRIED: usize = 8;
