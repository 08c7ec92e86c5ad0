//! The string table: every string once, its text in one buffer.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::handle::StringId;

/// Interned strings. String 0 is always the empty string, and equal strings have equal ids.
#[derive(Clone, Debug)]
pub struct Strings {
    text: String,
    /// Where each string ends in `text`; it begins where the one before ends.
    ends: Vec<u32>,
    /// Open addressing over the strings: 0 is free, otherwise the string's number plus one.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Default for Strings {
    fn default() -> Strings {
        Strings::with_capacity(0)
    }
}

impl Strings {
    /// A table that holds only the empty string and has room for `strings` more.
    pub fn with_capacity(strings: usize) -> Strings {
        let slots = (strings + 1).saturating_mul(2).next_power_of_two().max(16);
        let mut table = Strings {
            text: String::new(),
            ends: Vec::with_capacity(strings + 1),
            slots: vec![0; slots],
            hasher: RandomState::default(),
        };
        table.intern("");
        table
    }

    /// How many strings the table holds, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: string 0 is always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of `id`.
    ///
    /// # Panics
    ///
    /// When `id` belongs to another table and is beyond the end of this one.
    pub fn get(&self, id: StringId) -> &str {
        let index = id.index();
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        &self.text[start..self.ends[index] as usize]
    }

    /// The id of `text`, if the table holds it.
    pub fn find(&self, text: &str) -> Option<StringId> {
        match self.slots[self.slot(text)] {
            0 => None,
            number => Some(StringId::new(number - 1)),
        }
    }

    /// The id of `text`, which is added when missing.
    ///
    /// # Panics
    ///
    /// When all strings together exceed 4 GiB.
    pub fn intern(&mut self, text: &str) -> StringId {
        let slot = self.slot(text);
        if self.slots[slot] != 0 {
            return StringId::new(self.slots[slot] - 1);
        }
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).expect("strings of a profile stay below 4 GiB");
        self.ends.push(end);
        self.slots[slot] = self.ends.len() as u32;
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        StringId::new(self.ends.len() as u32 - 1)
    }

    /// All strings in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.get(StringId::new(index as u32)))
    }

    /// The slot that holds `text`, or the free one where it belongs.
    fn slot(&self, text: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(text) as usize & mask;
        while self.slots[slot] != 0 && self.get(StringId::new(self.slots[slot] - 1)) != text {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for index in 0..self.ends.len() as u32 {
            let slot = self.slot(self.get(StringId::new(index)));
            self.slots[slot] = index + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_has_one_id_across_growth() {
        let mut strings = Strings::default();
        let ids: Vec<StringId> = (0..500).map(|n| strings.intern(&format!("s{n}"))).collect();
        for (n, id) in ids.iter().enumerate() {
            let text = format!("s{n}");
            assert_eq!(strings.get(*id), text);
            assert_eq!(strings.intern(&text), *id);
            assert_eq!(strings.find(&text), Some(*id));
        }
        assert_eq!(strings.find("absent"), None);
        assert_eq!(strings.get(StringId::EMPTY), "");
        assert_eq!(strings.len(), 501);
    }
}
