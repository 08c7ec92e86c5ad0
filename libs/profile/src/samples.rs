//! The samples of a profile, as columns.

use crate::handle::LocationId;
use crate::model::Label;

/// All samples: stacks, values and labels, each in one flat array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Values in each sample: the number of sample types.
    width: usize,
    count: usize,
    values: Vec<i64>,
    stacks: Vec<LocationId>,
    stack_ends: Vec<u32>,
    labels: Vec<Label>,
    /// Empty as long as no sample has a label; otherwise one entry a sample.
    label_ends: Vec<u32>,
}

/// One sample, borrowed from the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The stack, leaf first.
    pub stack: &'a [LocationId],
    /// One value for each sample type.
    pub values: &'a [i64],
    /// Labels in the order of the file.
    pub labels: &'a [Label],
}

impl Samples {
    /// No samples yet, each to have `width` values.
    pub fn with_width(width: usize) -> Samples {
        Samples {
            width,
            ..Samples::default()
        }
    }

    /// Values in each sample.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Makes room for `samples` more.
    pub fn reserve(&mut self, samples: usize) {
        self.values.reserve(samples.saturating_mul(self.width));
        self.stack_ends.reserve(samples);
    }

    /// Adds a sample: the stack leaf first, one value for each sample type.
    ///
    /// # Panics
    ///
    /// When the number of values is not the width, or the columns exceed 2^32 entries.
    pub fn push(&mut self, stack: &[LocationId], values: &[i64], labels: &[Label]) {
        assert_eq!(
            values.len(),
            self.width,
            "a sample has one value for each sample type"
        );
        self.stacks.extend_from_slice(stack);
        self.values.extend_from_slice(values);
        self.stack_ends.push(end_of(&self.stacks));
        if !labels.is_empty() || !self.label_ends.is_empty() {
            self.label_ends.resize(self.count, 0);
            self.labels.extend_from_slice(labels);
            self.label_ends.push(end_of(&self.labels));
        }
        self.count += 1;
    }

    /// The stack of sample `index`, leaf first.
    ///
    /// # Panics
    ///
    /// When there is no such sample; so do `values` and `labels`.
    pub fn stack(&self, index: usize) -> &[LocationId] {
        &self.stacks[bounds(&self.stack_ends, index)]
    }

    /// The values of sample `index`, one for each sample type.
    pub fn values(&self, index: usize) -> &[i64] {
        &self.values[index * self.width..(index + 1) * self.width]
    }

    /// The values of sample `index`, to be changed.
    pub fn values_mut(&mut self, index: usize) -> &mut [i64] {
        &mut self.values[index * self.width..(index + 1) * self.width]
    }

    /// The labels of sample `index`, in the order of the file.
    pub fn labels(&self, index: usize) -> &[Label] {
        if self.label_ends.is_empty() {
            return &[];
        }
        &self.labels[bounds(&self.label_ends, index)]
    }

    /// Sample `index` as a whole.
    pub fn get(&self, index: usize) -> Sample<'_> {
        Sample {
            stack: self.stack(index),
            values: self.values(index),
            labels: self.labels(index),
        }
    }

    /// The samples in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sample<'_>> + Clone {
        (0..self.count).map(|index| self.get(index))
    }
}

/// The end of a column as the 32 bits that the columns of ends hold.
fn end_of<T>(column: &[T]) -> u32 {
    u32::try_from(column.len()).expect("a column of a profile has fewer than 2^32 entries")
}

/// The part of a column that belongs to row `index`.
fn bounds(ends: &[u32], index: usize) -> std::ops::Range<usize> {
    let start = if index == 0 { 0 } else { ends[index - 1] };
    start as usize..ends[index] as usize
}
