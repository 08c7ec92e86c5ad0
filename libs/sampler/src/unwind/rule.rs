//! One row of call frame information in four bytes.
//!
//! The upper three bits are the shape of the row, the others are what that shape needs. Both belong to the
//! processor (see [`x86_64`](super::x86_64) and [`aarch64`](super::aarch64)), but for the two shapes that
//! say the same everywhere. Tables, caches and trails carry rules without knowing which they are.

/// One row of a [`Table`](super::Table): how to get from a frame to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Rule(u32);

const _: () = assert!(size_of::<Rule>() == 4);

const SHAPE_SHIFT: u32 = 29;

/// The shape of [`Rule::UNKNOWN`].
pub(super) const UNKNOWN: u32 = 0;
/// The shape of [`Rule::OUTERMOST`].
pub(super) const OUTERMOST: u32 = 1;

impl Rule {
    /// The row that says nothing: only the frame pointer is left to try.
    pub const UNKNOWN: Self = Self::of(UNKNOWN, 0);
    /// The row of a thread's outermost frame: the return address is undefined.
    pub const OUTERMOST: Self = Self::of(OUTERMOST, 0);

    /// The rule of a `shape` below 8 with `fields` of 29 bits.
    pub(super) const fn of(shape: u32, fields: u32) -> Self {
        Self(shape << SHAPE_SHIFT | fields)
    }

    #[inline]
    pub(super) const fn shape(self) -> u32 {
        self.0 >> SHAPE_SHIFT
    }

    pub(super) const fn to_bits(self) -> u32 {
        self.0
    }

    /// The rule that [`Rule::to_bits`] gave the bits of.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}
