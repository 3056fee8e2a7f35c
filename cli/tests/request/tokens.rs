//! The keys, tokens and proofs of the described requests, for one moment.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Who sends the requests.
pub struct Client {
    /// Its certificate.
    pub pem: String,
    digest: [u8; 32],
}

/// 2026-11-25T04:00:00Z.
const AT: i64 = 1_795_579_200;

impl Client {
    /// One with a certificate of its own.
    pub fn new() -> Self {
        let names = vec!["client.example".to_owned()];
        let certified = rcgen::generate_simple_self_signed(names).unwrap();
        Self {
            pem: certified.cert.pem(),
            digest: Sha256::digest(certified.cert.der()).into(),
        }
    }

    /// The text with each `${jwk NAME}`, `${token NAME}` and `${proof NAME}` replaced.
    pub fn fill(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (mark, rest) = part.split_once('}').unwrap();
            let value = match mark.split_once(' ').unwrap() {
                ("jwk", name) => jwk(name).to_string(),
                ("token", name) => self.token(name),
                ("proof", name) => self.proof(name),
                _ => panic!("{mark}"),
            };
            filled.push_str(&value);
            filled.push_str(rest);
        }
        filled
    }

    fn token(&self, name: &str) -> String {
        let mut header = json!({ "alg": "ES256", "kid": "k1" });
        let mut claims = json!({
            "iss": "https://idp.example.com/", "aud": "orders-api", "sub": "7",
            "scope": "orders:read openid", "dept": "sales", "exp": AT + 300, "iat": AT - 60,
        });
        let mut key = "k1";
        match name {
            "good" => {}
            "expired" => claims["exp"] = json!(AT - 37),
            "expired_within_skew" => claims["exp"] = json!(AT - 3),
            "stranger" => key = "k2",
            "unknown_kid" => header["kid"] = json!("k9"),
            "foreign" => claims["iss"] = json!("https://evil.example/"),
            "audience" => claims["aud"] = json!(["payments-api"]),
            "no_scope" => claims["scope"] = json!("openid"),
            "no_dept" => claims["dept"] = json!("warehouse-secret"),
            "another" => claims["sub"] = json!("8"),
            "early" => claims["nbf"] = json!(AT + 90),
            "future" => claims["iat"] = json!(AT + 1),
            "writer" => claims["scope"] = json!("orders:write"),
            "wallet" => {
                claims["iss"] = json!("https://wallet.example.com/");
                claims["cnf"] = json!({ "jkt": thumbprint("client") });
            }
            "partner" => {
                claims["iss"] = json!("https://partner.example.com/");
                claims["cnf"] = json!({ "x5t#S256": URL_SAFE_NO_PAD.encode(self.digest) });
            }
            "pages" => claims["iss"] = json!("https://pages.example.com/"),
            "cloud" => claims["iss"] = json!("https://cloud.example.com/"),
            "cloud_k9" => {
                claims["iss"] = json!("https://cloud.example.com/");
                header["kid"] = json!("k9");
            }
            _ => panic!("{name}"),
        }
        signed(key, &header, &claims)
    }

    fn proof(&self, name: &str) -> String {
        let (mut key, mut method, mut issued) = ("client", "GET", AT - 1);
        match name {
            "good" => {}
            "another_key" => key = "k2",
            "another_method" => method = "POST",
            "long_ago" => issued = AT - 3600,
            _ => panic!("{name}"),
        }
        let mut public = jwk(key);
        public.as_object_mut().unwrap().remove("kid");
        let header = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": public });
        let token = Sha256::digest(self.token("wallet"));
        let claims = json!({
            "htm": method, "htu": "https://api.example.com/api/v1/keys", "iat": issued,
            "jti": "1", "ath": URL_SAFE_NO_PAD.encode(token),
        });
        signed(key, &header, &claims)
    }
}

fn key(name: &str) -> SigningKey {
    SigningKey::from_slice(&Sha256::digest(name)).unwrap()
}

fn jwk(name: &str) -> Value {
    let point = key(name).verifying_key().to_sec1_point(false);
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "EC", "crv": "P-256", "kid": name,
        "x": text(point.x().unwrap()), "y": text(point.y().unwrap()),
    })
}

/// RFC 7638.
fn thumbprint(name: &str) -> String {
    let jwk = jwk(name);
    let members = ["crv", "kty", "x", "y"].map(|name| format!("\"{name}\":{}", jwk[name]));
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}

fn signed(by: &str, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let signature: Signature = key(by).sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}
