//! One row of call frame information in four bytes.
//!
//! ```text
//!  31      29 28              9 8            0
//! +----------+-----------------+--------------+
//! |   base   | offset / 8 (i20)| rbp slot (u9)|
//! +----------+-----------------+--------------+
//! ```
//!
//! `offset` is added to the base register to get the canonical frame address (CFA), the value that
//! `rsp` has in the caller after the return. `rbp slot` k > 0 says that the caller's `rbp` is saved at
//! CFA - 8 k; 0 says that the function has not changed it.

/// Where the canonical frame address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBase {
    /// The row has no shape that a [`Rule`] can hold; only the frame pointer is left to try.
    Unknown,
    /// The return address is undefined: this is the thread's outermost frame.
    Outermost,
    /// `rsp + offset`, in bytes.
    Rsp(i32),
    /// `rbp + offset`, in bytes.
    Rbp(i32),
    /// The 64-bit value stored at `rbp + offset`: functions that realign their stack.
    DerefRbp(i32),
    /// An entry of the procedure linkage table: `rsp + 8`, and 8 more from byte 11 of each 16 on.
    Plt,
    /// The return trampoline of a signal handler: the interrupted registers lie at `rsp`.
    SignalFrame,
}

/// What has become of the caller's `rbp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedRbp {
    /// Still in the register.
    Unchanged,
    /// Saved this many bytes below the canonical frame address (a positive multiple of 8).
    BelowCfa(u32),
}

/// One row of a [`Table`](super::Table): how to get from a frame to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Rule(u32);

const _: () = assert!(size_of::<Rule>() == 4);

const BASE_SHIFT: u32 = 29;
const OFFSET_SHIFT: u32 = 9;
const OFFSET_UNITS: u32 = 0xf_ffff;
const OFFSET_UNITS_MAX: i32 = 0x7_ffff;
const SLOT_MASK: u32 = 0x1ff;

impl Rule {
    /// The row that says nothing.
    pub const UNKNOWN: Self = Self(0);
    /// The row of a thread's outermost frame.
    pub const OUTERMOST: Self = Self(1 << BASE_SHIFT);

    /// Packs a row. `None` when an offset is not a multiple of 8 or does not fit: beyond ±4 MiB for
    /// the base, beyond 4,088 bytes for the saved `rbp`.
    #[must_use]
    pub fn pack(base: FrameBase, rbp: SavedRbp) -> Option<Self> {
        let (code, offset) = match base {
            FrameBase::Unknown => (0, 0),
            FrameBase::Outermost => (1, 0),
            FrameBase::Rsp(offset) => (2, offset),
            FrameBase::Rbp(offset) => (3, offset),
            FrameBase::DerefRbp(offset) => (4, offset),
            FrameBase::Plt => (5, 0),
            FrameBase::SignalFrame => (6, 0),
        };
        let units = units_of(offset)?;
        let slot = slot_of(rbp)?;
        Some(Self(
            (code << BASE_SHIFT) | ((units & OFFSET_UNITS) << OFFSET_SHIFT) | slot,
        ))
    }

    pub(super) const fn to_bits(self) -> u32 {
        self.0
    }

    /// The rule that [`Rule::to_bits`] gave the bits of.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Where the canonical frame address comes from.
    #[must_use]
    #[inline]
    pub fn base(self) -> FrameBase {
        match self.0 >> BASE_SHIFT {
            1 => FrameBase::Outermost,
            2 => FrameBase::Rsp(self.offset()),
            3 => FrameBase::Rbp(self.offset()),
            4 => FrameBase::DerefRbp(self.offset()),
            5 => FrameBase::Plt,
            6 => FrameBase::SignalFrame,
            _ => FrameBase::Unknown,
        }
    }

    /// What has become of the caller's `rbp`.
    #[must_use]
    #[inline]
    pub fn saved_rbp(self) -> SavedRbp {
        match self.0 & SLOT_MASK {
            0 => SavedRbp::Unchanged,
            slot => SavedRbp::BelowCfa(slot << 3),
        }
    }

    /// The signed 20 bits of the offset, moved to the top and back to extend the sign, in bytes.
    #[inline]
    fn offset(self) -> i32 {
        ((self.0 << 3).cast_signed() >> 12) << 3
    }
}

fn units_of(offset: i32) -> Option<u32> {
    let units = offset >> 3;
    let fits = (-OFFSET_UNITS_MAX..=OFFSET_UNITS_MAX).contains(&units);
    (offset & 7 == 0 && fits).then_some(units.cast_unsigned())
}

fn slot_of(rbp: SavedRbp) -> Option<u32> {
    match rbp {
        SavedRbp::Unchanged => Some(0),
        SavedRbp::BelowCfa(bytes) => {
            let slot = bytes >> 3;
            (bytes & 7 == 0 && (1..=SLOT_MASK).contains(&slot)).then_some(slot)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: FrameBase, rbp: SavedRbp, fits: bool) {
        let rule = Rule::pack(base, rbp);
        assert_eq!(rule.is_some(), fits, "{base:?} {rbp:?}");
        if let Some(rule) = rule {
            assert_eq!((rule.base(), rule.saved_rbp()), (base, rbp));
        }
    }

    #[test]
    fn packs_what_fits_and_gives_it_back() {
        check(FrameBase::Unknown, SavedRbp::Unchanged, true);
        check(FrameBase::Outermost, SavedRbp::Unchanged, true);
        check(FrameBase::Rsp(8), SavedRbp::Unchanged, true);
        check(FrameBase::Rsp(1 << 20), SavedRbp::BelowCfa(16), true);
        check(FrameBase::Rbp(16), SavedRbp::BelowCfa(16), true);
        check(FrameBase::Rbp(-48), SavedRbp::BelowCfa(4088), true);
        check(FrameBase::DerefRbp(-8), SavedRbp::Unchanged, true);
        check(FrameBase::Rsp(4_194_296), SavedRbp::Unchanged, true);
        check(FrameBase::Plt, SavedRbp::Unchanged, true);
        check(FrameBase::SignalFrame, SavedRbp::Unchanged, true);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        check(FrameBase::Rsp(12), SavedRbp::Unchanged, false);
        check(FrameBase::Rsp(4_194_304), SavedRbp::Unchanged, false);
        check(FrameBase::Rsp(8), SavedRbp::BelowCfa(4096), false);
        check(FrameBase::Rsp(8), SavedRbp::BelowCfa(12), false);
        check(FrameBase::Rsp(8), SavedRbp::BelowCfa(0), false);
    }

    #[test]
    fn constants_are_what_their_names_say() {
        assert_eq!(Rule::UNKNOWN.base(), FrameBase::Unknown);
        assert_eq!(Rule::OUTERMOST.base(), FrameBase::Outermost);
    }
}
