//! The reasons of this filter.

tollgate_kit::reasons! {
    /// There is no token where one is required.
    MISSING = [401] "jwt_missing", "Token Missing", Bare, "RFC 6750 §3.1";
    /// There is more than one token.
    MULTIPLE = [400] "jwt_multiple", "Several Tokens", InvalidRequest, "RFC 6750 §2";
    /// The token is not a compact JWS of three canonical base64url parts with JSON objects, or has more than 16 KiB.
    MALFORMED = [401] "jwt_malformed", "Malformed Token", InvalidToken, "RFC 7515 §7.1";
    /// `alg` is not in the provider's list, or not the key's.
    ALGORITHM = [401] "jwt_algorithm", "Algorithm Not Allowed", InvalidToken, "RFC 8725 §3.1";
    /// `typ` is not allowed.
    TYPE = [401] "jwt_type", "Token Type Not Allowed", InvalidToken, "RFC 8725 §3.11";
    /// `crit` names a parameter that is not known, or none.
    CRITICAL = [401] "jwt_critical", "Critical Parameter Unknown", InvalidToken, "RFC 7515 §4.1.11";
    /// `iss` is absent, or is no provider that the rule takes.
    ISSUER = [401] "jwt_issuer", "Issuer Not Accepted", InvalidToken, "RFC 7519 §4.1.1";
    /// `aud` is absent or names no accepted audience.
    AUDIENCE = [401] "jwt_audience", "Audience Not Accepted", InvalidToken, "RFC 7519 §4.1.3";
    /// There is no key for the token, also after the refetch that is allowed.
    KEY_UNKNOWN = [401] "jwt_key_unknown", "Key Unknown", InvalidToken, "RFC 7515 §4.1.4";
    /// The signature does not verify.
    SIGNATURE = [401] "jwt_signature", "Signature Invalid", InvalidToken, "RFC 7515 §5.2";
    /// `exp` has passed, skew included: on or after it the token is not accepted.
    EXPIRED = [401] "jwt_expired", "JWT Expired", InvalidToken, "RFC 7519 §4.1.4";
    /// `nbf` is ahead, skew included.
    NOT_YET_VALID = [401] "jwt_not_yet_valid", "JWT Not Yet Valid", InvalidToken, "RFC 7519 §4.1.5";
    /// `iat` is ahead, skew included.
    ISSUED_IN_FUTURE = [401] "jwt_issued_in_future", "JWT Issued In The Future", InvalidToken, "RFC 7519 §4.1.6";
    /// `iat` is longer ago than `max_age`.
    TOO_OLD = [401] "jwt_too_old", "JWT Too Old", InvalidToken, "RFC 7519 §4.1.6";
    /// `exp` is longer after `iat` than `max_lifetime`.
    LIFETIME = [401] "jwt_lifetime", "JWT Lifetime Too Long", InvalidToken, "RFC 7519 §4.1.4";
    /// A claim that the provider requires is absent.
    CLAIM_MISSING = [401] "jwt_claim_missing", "Claim Missing", InvalidToken, "RFC 7519 §4";
    /// A registered claim has the wrong JSON type, or a time is out of range.
    CLAIM_TYPE = [401] "jwt_claim_type", "Claim Of Wrong Type", InvalidToken, "RFC 7519 §4.1";
    /// The certificate of the connection, or the proof, is not the one that the token is bound to by `cnf`.
    SENDER = [401] "jwt_sender", "Sender Not The Holder", InvalidToken, "RFC 8705 §3, RFC 9449 §4.3";
    /// The token lacks a scope that the rule requires.
    SCOPE = [403] "jwt_scope", "Scope Missing", InsufficientScope, "RFC 6750 §3.1";
    /// A claim is not what the rule requires, or cannot be forwarded.
    CLAIM = [403] "jwt_claim", "Claim Not Accepted", None, "RFC 9110 §15.5.4";
    /// A claim is not what the request is about: another's path parameter, query parameter, header or host.
    BINDING = [403] "jwt_binding", "Token For Another Resource", None, "OWASP API1:2023";
    /// No rule allows this request.
    RULE = [403] "jwt_rule", "No Rule Allows", None, "RFC 9110 §15.5.4";
    /// There is no usable key set: refused until there is.
    KEYS_UNAVAILABLE = [503] "jwt_keys_unavailable", "Keys Unavailable", None, "RFC 9110 §15.6.4";
}
