//! Labels: what the samples of a thread belong to, such as a query or a file.
//!
//! A set of labels is interned once and known by its number; the thread holds the number of the set in
//! force, which the signal handler reads. Sets are never forgotten, so there is a cap on them: what
//! comes after is sampled without labels.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::heap::reentry;

/// How many distinct sets there may be.
const SETS_MAX: usize = 1 << 16;

thread_local! {
    /// No destructor and a constant initial value, so that a signal handler may read it.
    static IN_FORCE: Cell<u32> = const { Cell::new(0) };
}

static SETS: LazyLock<Mutex<Sets>> = LazyLock::new(|| Mutex::new(Sets::default()));

#[derive(Debug, Default)]
struct Sets {
    numbers: HashMap<LabelSet, u32>,
    /// The set of number n at n - 1.
    sets: Vec<LabelSet>,
}

/// Keys and values, sorted by key, each key once.
pub(crate) type LabelSet = Vec<(String, String)>;

/// A set of labels that can be put in force on a thread; cheap to copy.
///
/// ```
/// use dtail_profiling::Labels;
///
/// let stage = Labels::none().with(&[("stage", "parse")]);
/// let before = stage.set();
/// // What this thread does here has the label.
/// before.set();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Labels(u32);

impl Labels {
    /// No labels.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// The labels in force on the calling thread.
    #[must_use]
    pub fn current() -> Self {
        Self(in_force())
    }

    /// These labels and `more`; of two with the same key the one in `more` holds.
    ///
    /// Looks the set up under a lock, so keep the result where the same set is needed often.
    #[must_use]
    pub fn with(self, more: &[(&str, &str)]) -> Self {
        let _quiet = reentry::enter();
        let mut sets = SETS.lock().unwrap_or_else(PoisonError::into_inner);
        let mut set = sets.get(self.0).cloned().unwrap_or_default();
        for (key, value) in more {
            set.retain(|(known, _)| known != key);
            set.push(((*key).to_owned(), (*value).to_owned()));
        }
        set.sort();
        Self(sets.number(set))
    }

    /// Puts these labels in force on the calling thread and gives those that were.
    #[allow(
        clippy::must_use_candidate,
        reason = "the labels before are not always needed"
    )]
    pub fn set(self) -> Self {
        Self(IN_FORCE.with(|in_force| in_force.replace(self.0)))
    }
}

/// Does `work` with these labels in force on the calling thread, besides those that are already; a label
/// of the same key is replaced meanwhile. The samples taken in `work`, and not those of threads that it
/// starts, carry the labels in the CPU profile.
///
/// ```
/// let sum = dtail_profiling::with_labels(&[("query", "sum")], || (1..=10).sum::<u32>());
/// assert_eq!(sum, 55);
/// ```
pub fn with_labels<R>(labels: &[(&str, &str)], work: impl FnOnce() -> R) -> R {
    struct Restore(Labels);
    impl Drop for Restore {
        fn drop(&mut self) {
            self.0.set();
        }
    }
    let _restore = Restore(Labels::current().with(labels).set());
    work()
}

/// The number of the set in force on the calling thread; 0 is the empty one. Async-signal-safe in an
/// executable, where thread-local storage of this kind is at a fixed distance from the thread pointer.
pub(crate) fn in_force() -> u32 {
    IN_FORCE.with(Cell::get)
}

/// The set of a number that [`in_force`] gave.
pub(crate) fn set_of(number: u32) -> Option<LabelSet> {
    SETS.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(number)
        .cloned()
}

impl Sets {
    fn get(&self, number: u32) -> Option<&LabelSet> {
        self.sets.get((number as usize).checked_sub(1)?)
    }

    fn number(&mut self, set: LabelSet) -> u32 {
        if set.is_empty() || (!self.numbers.contains_key(&set) && self.sets.len() >= SETS_MAX) {
            return 0;
        }
        let sets = &mut self.sets;
        *self.numbers.entry(set).or_insert_with_key(|set| {
            sets.push(set.clone());
            sets.len() as u32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: Labels, expected: &[(&str, &str)]) {
        let set = set_of(labels.0).unwrap_or_default();
        let set: Vec<(&str, &str)> = set.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(set, expected);
    }

    #[test]
    fn labels_nest_and_come_back() {
        with_labels(&[("b", "1"), ("a", "2")], || {
            check(Labels::current(), &[("a", "2"), ("b", "1")]);
            with_labels(&[("a", "3")], || {
                check(Labels::current(), &[("a", "3"), ("b", "1")]);
            });
            check(Labels::current(), &[("a", "2"), ("b", "1")]);
        });
        check(Labels::current(), &[]);
    }

    #[test]
    fn a_panic_restores_them() {
        let result = std::panic::catch_unwind(|| with_labels(&[("a", "1")], || panic!("expected")));
        assert!(result.is_err());
        check(Labels::current(), &[]);
    }

    #[test]
    fn equal_sets_are_one() {
        let one = Labels::none().with(&[("x", "1"), ("y", "2")]);
        let other = Labels::none().with(&[("y", "2")]).with(&[("x", "1")]);
        assert_eq!(one, other);
    }
}
