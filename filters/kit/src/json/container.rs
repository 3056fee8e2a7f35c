//! Arrays and objects of a document, and how they are walked.

use std::fmt;
use std::iter::FusedIterator;

use super::members;
use super::node::Node;
use super::slots::Tag;

/// An array of a document.
#[derive(Clone, Copy)]
pub struct Array<'a> {
    node: Node<'a>,
}

/// An object of a document. Each name is there once: where duplicates were
/// let through, only the last member of a name is seen.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    node: Node<'a>,
}

/// The elements of an [`Array`] in order.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    next: Node<'a>,
    left: u32,
}

/// The members of an [`Object`] in the order of the document.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    next: Node<'a>,
    left: u32,
}

// === impl Array ===

impl<'a> Array<'a> {
    #[inline]
    pub(super) fn new(node: Node<'a>) -> Self {
        Self { node }
    }

    /// How many elements there are.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.node.slot().len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The elements in order.
    #[must_use]
    #[inline]
    pub fn iter(self) -> Elements<'a> {
        Elements {
            next: inner(self.node),
            left: self.node.slot().len,
        }
    }

    /// The element with `index` others before it.
    #[must_use]
    pub fn get(self, index: usize) -> Option<Node<'a>> {
        let slot = self.node.slot();
        // Two slots are the array's own; with one per element nothing is nested.
        let inside = slot.link.wrapping_sub(self.node.index).wrapping_sub(2);
        if inside != slot.len {
            return self.iter().nth(index);
        }
        let index = u32::try_from(index)
            .ok()
            .filter(|index| *index < slot.len)?;
        let first = self.node.index.wrapping_add(1);
        Some(Node::new(self.node.tape, first.wrapping_add(index)))
    }

    /// The array as a value.
    #[must_use]
    pub fn node(self) -> Node<'a> {
        self.node
    }
}

impl<'a> IntoIterator for Array<'a> {
    type Item = Node<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Array").field("len", &self.len()).finish()
    }
}

// === impl Object ===

impl<'a> Object<'a> {
    #[inline]
    pub(super) fn new(node: Node<'a>) -> Self {
        Self { node }
    }

    /// How many members there are.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.node.slot().len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Names and values in the order of the document.
    #[must_use]
    #[inline]
    pub fn iter(self) -> Members<'a> {
        Members {
            next: inner(self.node),
            left: self.node.slot().len,
        }
    }

    /// The names as values, in the order of the document.
    pub fn names(self) -> impl Iterator<Item = Node<'a>> {
        let mut next = inner(self.node);
        let mut left = self.len();
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            loop {
                let name = next;
                next = Node::new(name.tape, inner(name).after());
                let tag = name.slot().tag;
                if tag.is_string() {
                    return Some(name);
                }
                if tag != Tag::Shadowed {
                    return None;
                }
            }
        })
    }

    /// The member of that name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Node<'a>> {
        members::find(self.node, name)
    }

    /// The object as a value.
    #[must_use]
    pub fn node(self) -> Node<'a> {
        self.node
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (&'a str, Node<'a>);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("len", &self.len()).finish()
    }
}

// === impl Elements ===

impl<'a> Iterator for Elements<'a> {
    type Item = Node<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Node<'a>> {
        self.left = self.left.checked_sub(1)?;
        let node = self.next;
        self.next = Node::new(node.tape, node.after());
        Some(node)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Elements<'_> {}
impl FusedIterator for Elements<'_> {}

// === impl Members ===

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Node<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<(&'a str, Node<'a>)> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let name = self.next.slot();
            let value = inner(self.next);
            self.next = Node::new(value.tape, value.after());
            if name.tag.is_string() {
                return Some((value.tape.string(name), value));
            }
            if name.tag != Tag::Shadowed {
                return None;
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Members<'_> {}
impl FusedIterator for Members<'_> {}

/// What stands in the slot after `node`'s: a container's first, a name's value.
#[inline(always)]
pub(super) fn inner(node: Node<'_>) -> Node<'_> {
    Node::new(node.tape, node.index.wrapping_add(1))
}
