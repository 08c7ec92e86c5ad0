//! Where the selected lines go.

use std::io;

/// Consecutive lines that belong to the result.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// One or more lines, each with its `\n`; the last may lack it.
    pub bytes: &'a [u8],
    /// The number of the first line, from 1; means nothing when the sink asks for no numbers.
    pub number: u64,
}

/// Receives the selected lines in order.
///
/// The driver pushes rather than the sink pulls, so that a run can be handed over as it lies in
/// the read buffer, without a copy and without a call for each line.
pub trait Sink {
    /// Takes a run.
    ///
    /// # Errors
    /// Whatever hinders the sink ends the search.
    fn run(&mut self, run: Run<'_>) -> io::Result<()>;

    /// Whether lines are to be numbered. Counting them is work.
    fn wants_numbers(&self) -> bool;
}
