//! Results as text.

mod csv;
mod json;
mod table;

pub use table::TABLE_ROWS_DEFAULT;
