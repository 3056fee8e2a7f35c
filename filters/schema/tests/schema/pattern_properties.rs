//! Unicode properties in patterns against the `regex` crate, over all characters that
//! its version of Unicode knows.

use tollgate_schema::budget::Budget;
use tollgate_schema::pattern::Pattern;

/// All names of general categories (ECMA-262 table 70); `Cs` has no characters.
const CATEGORIES: &str = "\
    C Other Cc Control cntrl Cf Format Cn Unassigned Co Private_Use L Letter LC Cased_Letter Ll \
    Lowercase_Letter Lm Modifier_Letter Lo Other_Letter Lt Titlecase_Letter Lu Uppercase_Letter \
    M Mark Combining_Mark Mc Spacing_Mark Me Enclosing_Mark Mn Nonspacing_Mark N Number Nd \
    Decimal_Number digit Nl Letter_Number No Other_Number P Punctuation punct Pc \
    Connector_Punctuation Pd Dash_Punctuation Pe Close_Punctuation Pf Final_Punctuation Pi \
    Initial_Punctuation Po Other_Punctuation Ps Open_Punctuation S Symbol Sc Currency_Symbol Sk \
    Modifier_Symbol Sm Math_Symbol So Other_Symbol Z Separator Zl Line_Separator Zp \
    Paragraph_Separator Zs Space_Separator";

/// The long names of all scripts that the crate knows.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak \
    Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian \
    Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot \
    Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs \
    Elbasan Elymaic Ethiopic Garay Georgian Glagolitic Gothic Grantha Greek Gujarati \
    Gunjala_Gondi Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew \
    Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese \
    Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi \
    Kirat_Rai Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar \
    Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui \
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean \
    Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki \
    Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian \
    Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene \
    Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada \
    Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar \
    Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut \
    Telugu Thaana Thai Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi \
    Wancho Warang_Citi Yezidi Yi Zanabazar_Square";

/// All names of binary properties (ECMA-262 table 69), but for three: the crate has no
/// `Changes_When_NFKC_Casefolded`, and hundreds of characters have got or lost `Diacritic`
/// and `Extended_Pictographic` since its version of Unicode.
const BINARY: &str = "\
    ASCII_Hex_Digit Alphabetic Bidi_Control Bidi_Mirrored Case_Ignorable Cased \
    Changes_When_Casefolded Changes_When_Casemapped Changes_When_Lowercased \
    Changes_When_Titlecased Changes_When_Uppercased Dash \
    Default_Ignorable_Code_Point Deprecated Emoji Emoji_Component Emoji_Modifier \
    Emoji_Modifier_Base Emoji_Presentation Extender Grapheme_Base \
    Grapheme_Extend Hex_Digit IDS_Binary_Operator IDS_Trinary_Operator ID_Continue ID_Start \
    Ideographic Join_Control Logical_Order_Exception Lowercase Math Noncharacter_Code_Point \
    Pattern_Syntax Pattern_White_Space Quotation_Mark Radical Regional_Indicator \
    Sentence_Terminal Soft_Dotted Terminal_Punctuation Unified_Ideograph Uppercase \
    Variation_Selector White_Space XID_Continue XID_Start AHex Alpha Bidi_C Bidi_M CI CWCF CWCM \
    CWL CWT CWU DI Dep EBase EComp EMod EPres Ext Gr_Base Gr_Ext Hex IDC IDS \
    IDSB IDST Ideo Join_C LOE Lower NChar Pat_Syn Pat_WS QMark RI SD STerm Term UIdeo Upper VS \
    space XIDC XIDS";

/// Characters of whose properties some changed after the crate's version of Unicode.
const CHANGED: &[char] = &[
    '\u{277}', '\u{27C}', '\u{295}', '\u{306}', '\u{308}', '\u{320}', '\u{323}', '\u{331}',
    '\u{951}', '\u{952}', '\u{B83}', '\u{1CD5}', '\u{1CD6}', '\u{1CD7}', '\u{1CD8}', '\u{1CE2}',
    '\u{1CE9}', '\u{1CEA}', '\u{1CEB}', '\u{1CED}', '\u{1CF5}', '\u{1CF6}', '\u{A7D3}', '\u{A7D5}',
    '\u{AB4B}', '\u{AB4C}',
];

#[test]
fn categories_have_the_characters_that_another_engine_gives_them() {
    let names = CATEGORIES.split_whitespace();
    let keys = ["", "gc=", "General_Category="].into_iter().cycle();
    compare(
        names
            .zip(keys)
            .map(|(name, key)| (format!("{key}{name}"), format!("gc={name}"))),
    );
}

#[test]
fn scripts_have_the_characters_that_another_engine_gives_them() {
    let names = SCRIPTS.split_whitespace();
    compare(names.flat_map(|name| {
        ["sc", "scx"].map(|key| {
            let spelled = format!("{key}={name}");
            (spelled.clone(), spelled)
        })
    }));
}

#[test]
fn binary_properties_have_the_characters_that_another_engine_gives_them() {
    let both = |name: &str| (name.to_owned(), name.to_owned());
    compare(BINARY.split_whitespace().map(both));
    compare([both("Any"), both("ASCII"), both("Assigned")]);
}

/// Properties as a pattern spells them, and as the crate does.
fn compare(spelled: impl IntoIterator<Item = (String, String)>) {
    let known = regex::Regex::new(r"\p{Age=16.0}").unwrap();
    let all: String = ('\0'..=char::MAX).collect();
    let known = known.find_iter(&all).map(|char| char.as_str());
    let known = known.collect::<String>().replace(CHANGED, "");
    let mut different = Vec::new();
    for (ecma, rust) in spelled {
        let opinion = regex::Regex::new(&format!("\\p{{{rust}}}+")).unwrap();
        let members: String = opinion.find_iter(&known).map(|run| run.as_str()).collect();
        let others = opinion.replace_all(&known, "");
        for (pattern, text) in [
            (format!("\\P{{{ecma}}}"), &*members),
            (format!("\\p{{{ecma}}}"), &*others),
        ] {
            let pattern = Pattern::compile(&pattern).unwrap();
            let matches = |text: &str| pattern.matches(text, &mut Budget::new(u32::MAX)).unwrap();
            if matches(text) {
                let chars = text.chars().filter(|char| matches(&char.to_string()));
                let chars: String = chars.collect();
                different.push((pattern.text().to_owned(), chars));
            }
        }
    }
    assert_eq!(different, Vec::new());
}
