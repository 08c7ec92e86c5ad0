//! The flags of a query.

use clap::Args;

use crate::choice::Form;
use crate::number::count;

/// What to ask, and how to print the answer.
#[derive(Args, Clone, Debug)]
pub struct QueryArgs {
    /// The query; without it, the first argument that contains `select` and a blank
    #[arg(
        long,
        value_name = "QUERY",
        default_value = "",
        hide_default_value = true
    )]
    pub query: String,

    /// How to print the result: as table, csv or json; csv and json have all rows
    #[arg(
        long,
        value_name = "FORM",
        default_value = "table",
        value_enum,
        ignore_case = true,
        hide_possible_values = true
    )]
    pub output: Form,

    /// Seconds after which reading ends and the result is shown; 0 for no end
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = count)]
    pub timeout: u64,
}
