//! Writing strings (RFC 8259 §7).

/// Appends `text` to `out` as it stands between the quotes of a JSON string.
pub fn escape_into(text: &str, out: &mut String) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let Some(escape) = Escape::of(byte) else {
            continue;
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        escape.write(out);
        plain = at.wrapping_add(1);
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

/// How a byte that can't stand for itself is written.
enum Escape {
    Short(char),
    Control(u8),
}

impl Escape {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b'"' => Self::Short('"'),
            b'\\' => Self::Short('\\'),
            b'\n' => Self::Short('n'),
            b'\r' => Self::Short('r'),
            b'\t' => Self::Short('t'),
            0x08 => Self::Short('b'),
            0x0C => Self::Short('f'),
            0..0x20 => Self::Control(byte),
            _ => return None,
        })
    }

    fn write(self, out: &mut String) {
        out.push('\\');
        match self {
            Self::Short(letter) => out.push(letter),
            Self::Control(byte) => {
                out.push_str(if byte < 0x10 { "u000" } else { "u001" });
                out.extend(char::from_digit(u32::from(byte & 0xF), 16));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_be_escaped_is() {
        let mut out = String::from("> ");
        escape_into(
            "a\"b\\c/d\n\r\t\u{8}\u{c}\0\u{1f}\u{7f} \u{e9}\u{1f600}",
            &mut out,
        );
        let expected = "> a\\\"b\\\\c/d\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f} \u{e9}\u{1f600}";
        assert_eq!(out, expected);
    }
}
