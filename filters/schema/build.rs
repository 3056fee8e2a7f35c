//! Writes the Unicode properties that patterns can name (ECMA-262 §22.2.1, tables 69
//! to 71) for `src/pattern/property.rs`. The sets are those of `icu_properties`: as the
//! crate has them they would add 150 KB to the module, and in this form 45 KB.

use icu_properties::props::*;
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{
    CodePointMapData, CodePointSetData, PropertyNamesLong, PropertyNamesShort, PropertyParser,
};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ops::RangeInclusive;
use std::{env, fs, path::Path};

type Written<T> = Result<T, Box<dyn Error>>;

/// Names that stand for several categories, or beside the long and the short one.
const MORE_CATEGORIES: &str = "C Other LC Cased_Letter L Letter M Mark Combining_Mark N Number \
    P Punctuation punct S Symbol Z Separator cntrl digit";
/// Names of scripts beside the long and the short one.
const MORE_SCRIPTS: &str = "Qaac Qaai";

macro_rules! binary {
    ($($property:ident)*) => {
        [$((
            [$property::NAME, $property::SHORT_NAME],
            CodePointSetData::new::<$property>(),
        )),*]
    };
}

fn main() -> Written<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut sets = Sets::default();
    let categories = categories(&mut sets)?;
    let scripts = scripts(&mut sets)?;
    let binary = binary(&mut sets)?;
    let table = |name: &str, of: &str, rows: String| format!("const {name}: &[{of}] = &{rows};\n");
    let text = [
        table("CATEGORIES", "(&str, u32)", format!("{categories:?}")),
        table("CATEGORY_SETS", "u16", format!("{:?}", sets.categories)),
        table("SCRIPTS", "(&str, (u16, u16))", format!("{scripts:?}")),
        table("BINARY", "(&str, u16)", format!("{binary:?}")),
        table("SETS", "u8", format!("{:?}", sets.bytes)),
    ];
    let folder = env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("properties.rs"), text.concat())?;
    Ok(())
}

/// Names and the categories that each stands for, a bit a category.
fn categories(sets: &mut Sets) -> Written<Vec<(&'static str, u32)>> {
    let map = CodePointMapData::<GeneralCategory>::new();
    let (long, short) = (
        PropertyNamesLong::<GeneralCategory>::new(),
        PropertyNamesShort::<GeneralCategory>::new(),
    );
    let mut names: BTreeSet<&str> = MORE_CATEGORIES.split_whitespace().collect();
    let categories: BTreeSet<_> = map.iter_ranges().map(|range| range.value).collect();
    for category in &categories {
        names.extend(long.get(*category).into_iter().chain(short.get(*category)));
        let set = sets.add(map.iter_ranges_for_value(*category))?;
        sets.categories.push(set);
    }
    let mut rows = Vec::new();
    for name in names {
        let group = PropertyParser::<GeneralCategoryGroup>::new().get_strict(name);
        let group = group.ok_or(name)?;
        let categories = (0_u32..).zip(&categories);
        let bits = categories.filter(|(_, category)| group.contains(**category));
        rows.push((name, bits.fold(0, |bits, (at, _)| bits | 1 << at)));
    }
    Ok(rows)
}

/// Names of the scripts that characters have, each with its own set and the one of
/// its extensions. Names of ISO 15924 alone, such as `Hans`, are none of Unicode.
fn scripts(sets: &mut Sets) -> Written<Vec<(&'static str, (u16, u16))>> {
    let map = CodePointMapData::<Script>::new();
    let extensions = ScriptWithExtensions::new();
    let used: BTreeSet<Script> = map.iter_ranges().map(|range| range.value).collect();
    let mut rows = BTreeMap::new();
    for script in used {
        let own = sets.add(map.iter_ranges_for_value(script))?;
        let extended = sets.add(extensions.get_script_extensions_ranges(script))?;
        let long = PropertyNamesLong::<Script>::new().get(script);
        let short = PropertyNamesShort::<Script>::new().get(script);
        let more = MORE_SCRIPTS.split_whitespace();
        let more = more.filter(|name| PropertyParser::new().get_strict(name) == Some(script));
        rows.extend(
            long.into_iter()
                .chain(short)
                .chain(more)
                .map(|name| (name, (own, extended))),
        );
    }
    Ok(rows.into_iter().collect())
}

/// Names of the properties that a character has or has not.
fn binary(sets: &mut Sets) -> Written<Vec<(&'static str, u16)>> {
    let all = binary! {
        Alphabetic AsciiHexDigit BidiControl BidiMirrored CaseIgnorable Cased
        ChangesWhenCasefolded ChangesWhenCasemapped ChangesWhenLowercased
        ChangesWhenNfkcCasefolded ChangesWhenTitlecased ChangesWhenUppercased Dash
        DefaultIgnorableCodePoint Deprecated Diacritic Emoji EmojiComponent EmojiModifier
        EmojiModifierBase EmojiPresentation ExtendedPictographic Extender GraphemeBase
        GraphemeExtend HexDigit IdContinue IdStart Ideographic IdsBinaryOperator
        IdsTrinaryOperator JoinControl LogicalOrderException Lowercase Math
        NoncharacterCodePoint PatternSyntax PatternWhiteSpace QuotationMark Radical
        RegionalIndicator SentenceTerminal SoftDotted TerminalPunctuation UnifiedIdeograph
        Uppercase VariationSelector WhiteSpace XidContinue XidStart
    };
    let mut rows = BTreeMap::new();
    for (names, set) in all {
        let set = sets.add(set.iter_ranges())?;
        for name in names {
            let name = std::str::from_utf8(name)?;
            // Of two short names, ECMA-262 takes the other.
            rows.insert(if name == "WSpace" { "space" } else { name }, set);
        }
    }
    Ok(rows.into_iter().collect())
}

/// The sets one after another: how many ranges, then for each how far it is from the
/// one before and how long.
#[derive(Default)]
struct Sets {
    bytes: Vec<u8>,
    /// Where each begins.
    known: BTreeMap<Vec<u8>, u16>,
    categories: Vec<u16>,
}

impl Sets {
    fn add(&mut self, ranges: impl Iterator<Item = RangeInclusive<u32>>) -> Written<u16> {
        let ranges: Vec<_> = ranges.collect();
        let mut set = Vec::new();
        number(u32::try_from(ranges.len())?, &mut set)?;
        let mut next = 0;
        for range in ranges {
            let gap = range.start().saturating_sub(next);
            let length = range.end().saturating_sub(*range.start());
            set.push(u8::try_from(gap.min(15) << 4 | length.min(15))?);
            for long in [gap, length].into_iter().filter(|part| *part >= 15) {
                number(long, &mut set)?;
            }
            next = range.end().saturating_add(1);
        }
        if let Some(known) = self.known.get(&set) {
            return Ok(*known);
        }
        let at = u16::try_from(self.bytes.len())?;
        self.bytes.extend_from_slice(&set);
        self.known.insert(set, at);
        Ok(at)
    }
}

/// Seven bits a byte, the lowest first; all but the last byte have the eighth.
fn number(mut value: u32, bytes: &mut Vec<u8>) -> Written<()> {
    while value > 0x7F {
        bytes.push(u8::try_from(value & 0x7F | 0x80)?);
        value >>= 7;
    }
    bytes.push(u8::try_from(value)?);
    Ok(())
}
