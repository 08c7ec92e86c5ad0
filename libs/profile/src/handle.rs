//! Handles of 32 bits into the tables of a profile.
//!
//! A handle is an index, not the id the file used: ids of a file may have gaps, handles never do.
//! `Option<MappingId>` and the like take no more room than the handle itself.

use std::num::NonZeroU32;

/// A string of [`Strings`](crate::Strings). The default is the empty string, number 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringId(u32);

impl StringId {
    /// The empty string.
    pub const EMPTY: StringId = StringId(0);

    pub(crate) fn new(index: u32) -> StringId {
        StringId(index)
    }

    /// Position in the string table; 0 is the empty string.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether this is the empty string.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The largest table a handle can address.
pub(crate) const ROWS_MAX: usize = u32::MAX as usize - 1;

macro_rules! handle {
    ($name:ident, $table:literal) => {
        #[doc = concat!("A row of the profile's ", $table, ".")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The handle of row `index`, counted from 0.
            ///
            /// # Panics
            ///
            /// When `index` is beyond what 32 bits address; no table holds so many rows.
            pub fn new(index: usize) -> $name {
                assert!(
                    index < ROWS_MAX,
                    "row {index} does not fit a handle of 32 bits"
                );
                $name(NonZeroU32::MIN.saturating_add(index as u32))
            }

            /// Position in the table, counted from 0.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    };
}

handle!(MappingId, "mappings");
handle!(FunctionId, "functions");
handle!(LocationId, "locations");
