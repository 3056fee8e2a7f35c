//! What a parse writes: one slot per value and member name, and the decoded form
//! of the strings that have escapes.

/// What a parse writes.
#[derive(Default)]
pub(super) struct Store {
    /// In document order: a member's name, then its value; an array's or
    /// object's slot, then what is in it, then [`Tag::End`].
    pub(super) slots: Vec<Slot>,
    /// Decoded strings, one after the other.
    pub(super) side: String,
    /// Slots of names, sorted within each object that has many members.
    pub(super) order: Vec<u32>,
}

/// What `start`, `len` and `link` hold depends on the tag.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) tag: Tag,
    /// Bytes of the text before the value, or for [`Tag::End`] up to its end.
    pub(super) start: u32,
    /// Bytes of a number or (decoded) string, what is in a container, or for
    /// [`Tag::End`] the entries in the order.
    pub(super) len: u32,
    /// The mix of a plain name, the place of an escaped one in the side
    /// buffer, the slot after a container, or for [`Tag::End`] where its order starts.
    pub(super) link: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    False,
    True,
    Number,
    /// A string without escapes.
    Plain,
    /// A string with escapes.
    Escaped,
    Array,
    Object,
    /// Closes an array or object.
    End,
    /// The name of a member that a later one of that name replaces.
    Shadowed,
}

// === impl Tag ===

impl Tag {
    /// Whether the slot is a string or a name that counts.
    #[inline(always)]
    pub(super) fn is_string(self) -> bool {
        matches!(self, Self::Plain | Self::Escaped)
    }

    /// Whether further slots belong to the value.
    #[inline(always)]
    pub(super) fn nests(self) -> bool {
        matches!(self, Self::Array | Self::Object)
    }
}

// === impl Slot ===

impl Slot {
    /// What stands where no slot is.
    const NONE: Self = Self {
        tag: Tag::Null,
        start: 0,
        len: 0,
        link: 0,
    };
}

// === impl Store ===

impl Store {
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.side.clear();
        self.order.clear();
    }

    #[inline(always)]
    pub(super) fn slot(&self, index: u32) -> Slot {
        self.slots
            .get(index as usize)
            .copied()
            .unwrap_or(Slot::NONE)
    }

    /// The index that the next slot gets.
    #[inline]
    pub(super) fn next(&self) -> u32 {
        // No more slots than bytes of text, and those fit 32 bits.
        self.slots.len() as u32
    }

    /// The decoded string of a slot that is one, in the document `text`.
    #[inline(always)]
    pub(super) fn string<'t>(&'t self, text: &'t str, slot: Slot) -> &'t str {
        let (buffer, start) = if slot.tag == Tag::Escaped {
            (self.side.as_str(), slot.link as usize)
        } else {
            (text, (slot.start as usize).wrapping_add(1))
        };
        let end = start.wrapping_add(slot.len as usize);
        buffer.get(start..end).unwrap_or_default()
    }
}
