//! Results as text.

mod csv;
mod json;
mod palette;
mod table;

pub use palette::{Palette, TableStyle};
pub use table::TABLE_ROWS_DEFAULT;
