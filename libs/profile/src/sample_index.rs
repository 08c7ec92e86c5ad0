//! Finds the sample of a stack and labels among those of a profile, without keeping keys.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;

use crate::handle::LocationId;
use crate::model::Label;
use crate::samples::Samples;

/// Positions of samples by the hash of their stack and labels; the samples themselves are the keys.
#[derive(Debug, Default)]
pub(crate) struct SampleIndex {
    hasher: RandomState,
    /// The last sample of each hash.
    last: HashMap<u64, u32>,
    /// For each sample the one before it of the same hash.
    before: Vec<Option<u32>>,
}

impl SampleIndex {
    /// The position of the sample with this stack and these labels, or where it will be when it is
    /// pushed next, which the caller must do: then `Err`.
    pub(crate) fn find(
        &mut self,
        samples: &Samples,
        stack: &[LocationId],
        labels: &[Label],
    ) -> Result<usize, usize> {
        let hash = self.hasher.hash_one((stack, labels));
        let newest = self.last.get(&hash).copied();
        let mut candidate = newest;
        while let Some(position) = candidate {
            let index = position as usize;
            if samples.stack(index) == stack && samples.labels(index) == labels {
                return Ok(index);
            }
            candidate = self.before[index];
        }
        let position = self.before.len();
        self.before.push(newest);
        self.last.insert(hash, position as u32);
        Err(position)
    }
}
