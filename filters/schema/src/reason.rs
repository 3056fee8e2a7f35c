//! Why a request or a response is refused: the filter's rows in the table of
//! reasons.

tollgate_kit::reasons! {
    /// No path of the document is the request's path.
    PATH = [404] "schema_path", "Path Not Documented", None, "OpenAPI 3.1 §4.8.8";
    /// The path is documented, but not with this method.
    METHOD = [405] "schema_method", "Method Not Documented", None, "RFC 9110 §15.5.6";
    /// The body's media type isn't one that the operation takes, or there is a body where it takes none.
    CONTENT_TYPE = [415] "schema_content_type", "Unsupported Media Type", None, "RFC 9110 §15.5.16";
    /// The body is compressed or otherwise encoded, so that it can't be judged.
    CONTENT_ENCODING = [415] "schema_content_encoding", "Unsupported Content Encoding", None, "RFC 9110 §8.4";
    /// A parameter is missing or unknown, comes twice, or doesn't match its schema.
    PARAMETER = [400] "schema_parameter", "Parameter Validation Failed", None, "OpenAPI 3.1 §4.8.12";
    /// The operation needs a body, and there is none.
    BODY_MISSING = [400] "schema_body_missing", "Schema Validation Failed", None, "OpenAPI 3.1 §4.8.13";
    /// The body isn't what its media type says: JSON as RFC 8259 has it, no member twice; a form; text in UTF-8.
    BODY_SYNTAX = [400] "schema_body_syntax", "Schema Validation Failed", None, "RFC 8259 §2";
    /// The body is JSON, but doesn't match its schema.
    BODY = [400] "schema_body", "Schema Validation Failed", None, "OpenAPI 3.1 §4.8.14";
    /// A size, a depth, a count or the work of validating is over its limit.
    LIMIT = [413, 400] "schema_limit", "Limit Exceeded", None, "RFC 9110 §15.5.14";
    /// A text in the query, the path or the body looks like an attack; `category` says of which kind.
    INJECTION = [403] "schema_injection", "Rule Match", None, "RFC 9110 §15.5.4";
    /// What the upstream answered breaks the contract: its media type, its fields or its body.
    RESPONSE = [502] "schema_response", "Response Breaks Contract", None, "OpenAPI 3.1 §4.8.17";
    /// The upstream answered with a status that the operation doesn't document.
    RESPONSE_STATUS = [502] "schema_response_status", "Response Status Not Documented", None, "OpenAPI 3.1 §4.8.16";
}
