//! Finds the row of a table that equals another, without keeping keys: the rows are the keys.

/// Rows of one table by a hash of what makes them equal.
///
/// For tables that are filled row by row, here and beside a profile: eight to twelve bytes a row, whatever
/// makes rows equal.
#[derive(Clone, Debug, Default)]
pub struct RowIndex {
    /// Open addressing over the rows: 0 is free, otherwise the row's number plus one.
    slots: Vec<u32>,
    /// The lower half of the hash of each row.
    hashes: Vec<u32>,
}

/// Slots to begin with; a power of two, as their number always is.
const SLOTS_MIN: usize = 64;

impl RowIndex {
    /// The row of this hash that `is_equal` accepts, which is asked for rows that are in the index.
    /// Where there is none, the caller must push the row to its table next: it is found from now on.
    /// Rows are fewer than 2^32.
    #[inline]
    pub fn find(&mut self, hash: u64, is_equal: impl Fn(usize) -> bool) -> Option<usize> {
        if self.hashes.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash as u32;
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(row) = self.slots[slot].checked_sub(1) {
            let row = row as usize;
            if self.hashes[row] == hash && is_equal(row) {
                return Some(row);
            }
            slot = (slot + 1) & mask;
        }
        self.hashes.push(hash);
        self.slots[slot] = self.hashes.len() as u32;
        None
    }

    #[cold]
    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(SLOTS_MIN);
        self.slots = vec![0; slots];
        for (row, hash) in (1..).zip(&self.hashes) {
            let mut slot = *hash as usize & (slots - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.slots[slot] = row;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_across_growth_though_hashes_are_equal() {
        let mut index = RowIndex::default();
        let rows: Vec<u64> = (0..500).collect();
        let hash = |row: u64| row % 100 * 0x1_0000_0001;
        for row in &rows {
            assert_eq!(index.find(hash(*row), |other| rows[other] == *row), None);
        }
        for row in &rows {
            let found = index.find(hash(*row), |other| rows[other] == *row);
            assert_eq!(found, Some(*row as usize));
        }
    }
}
