//! Sets of characters, as ECMA-262 §22.2.2 defines the escapes for them.

/// A set of code points: sorted ranges, both ends in, that don't touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    ranges: Vec<(u32, u32)>,
}

impl Class {
    pub(super) fn one(point: u32) -> Self {
        Self::range(point, point)
    }

    pub(super) fn range(from: u32, to: u32) -> Self {
        Self {
            ranges: vec![(from, to)],
        }
    }

    pub(super) fn digit() -> Self {
        Self::range(0x30, 0x39)
    }

    /// ASCII only, as without the flags `i` and `u` together.
    pub(super) fn word() -> Self {
        Self::of(&[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
    }

    /// WhiteSpace and LineTerminator.
    pub(super) fn space() -> Self {
        Self::of(&[
            (0x09, 0x0D),
            (0x20, 0x20),
            (0xA0, 0xA0),
            (0x1680, 0x1680),
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000),
            (0xFEFF, 0xFEFF),
        ])
    }

    /// What `.` stands for.
    pub(super) fn dot() -> Self {
        Self::of(&[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)]).negated()
    }

    fn of(ranges: &[(u32, u32)]) -> Self {
        Self {
            ranges: ranges.to_vec(),
        }
    }

    /// All that is in some of the ranges.
    pub(super) fn union(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable_by_key(|(from, _)| *from);
        ranges.dedup_by(|next, last| {
            let touch = next.0 <= last.1.saturating_add(1);
            last.1 = if touch { last.1.max(next.1) } else { last.1 };
            touch
        });
        Self { ranges }
    }

    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len().saturating_add(1));
        let mut next = 0;
        for (from, to) in &self.ranges {
            if *from > next {
                ranges.push((next, from.saturating_sub(1)));
            }
            next = to.saturating_add(1);
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self { ranges }
    }

    pub(super) fn contains(&self, point: u32) -> bool {
        let after = self.ranges.partition_point(|(from, _)| *from <= point);
        let range = after.checked_sub(1).and_then(|at| self.ranges.get(at));
        range.is_some_and(|(_, to)| point <= *to)
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }
}

const LAST: u32 = char::MAX as u32;
