//! Why a request is refused: the filter's rows in the table of reasons.

tollgate_kit::reasons! {
    /// The method is not one that the policy lists; TRACE and CONNECT never are.
    METHOD = [405] "headers_method", "Method Not Allowed", None, "RFC 9110 §15.5.6";
    /// A field that may come only once came twice, or joined by a comma.
    DUPLICATE = [400] "headers_duplicate", "Duplicate Header Field", None, "RFC 9110 §5.3";
    /// `Content-Type` is not a media type, so two readers can take the body for different things.
    MALFORMED = [400] "headers_malformed", "Malformed Header Field", None, "RFC 9110 §8.3.1";
}
