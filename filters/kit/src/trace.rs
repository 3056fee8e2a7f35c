//! What a decision says about its steps, for people who ask why. In the proxy
//! nobody does, and nothing of it is compiled.

#[cfg(not(target_arch = "wasm32"))]
use std::cell::RefCell;

/// Takes the steps of a decision, or nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trace<'t> {
    #[cfg(not(target_arch = "wasm32"))]
    steps: Option<&'t RefCell<Vec<String>>>,
    #[cfg(target_arch = "wasm32")]
    nobody: std::marker::PhantomData<&'t ()>,
}

// === impl Trace ===

impl<'t> Trace<'t> {
    /// One that nobody reads.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One that keeps the steps.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn into(steps: &'t RefCell<Vec<String>>) -> Self {
        Self { steps: Some(steps) }
    }

    /// Tells a step, in words that are put together only where somebody reads them.
    #[inline(always)]
    pub fn step(self, words: impl FnOnce() -> String) {
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(steps) = self.steps
            && let Ok(mut steps) = steps.try_borrow_mut()
        {
            steps.push(words());
        }
        #[cfg(target_arch = "wasm32")]
        drop(words);
    }
}
