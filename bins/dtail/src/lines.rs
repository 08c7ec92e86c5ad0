//! Prints the selected lines of what is followed.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use cli::{Failure, Output, Program};
use follow::{Consumer, Origin};
use frontend::Selected;
use logread::{Counters, Error, Observer, Source, observe};
use search::{Printer, Selection};

use crate::troubles::Troubles;
use crate::work::Task;

/// The lines of each stream go through a selection of its own, which lasts when a file is rotated:
/// numbers, windows and limits go on.
pub(crate) struct Lines<'a> {
    selected: &'a Selected,
    selections: HashMap<usize, Selection<'a>>,
    printer: Printer<Output>,
    /// The stream that was printed last.
    current: Option<usize>,
    counters: &'a Counters,
    troubles: Troubles<'a>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(
        selected: &'a Selected,
        printer: Printer<Output>,
        program: &'a Program,
        counters: &'a Counters,
    ) -> Self {
        Lines {
            selected,
            selections: HashMap::new(),
            printer,
            current: None,
            counters,
            troubles: Troubles::new(&program.messages),
        }
    }
}

impl Consumer for Lines<'_> {
    fn lines(&mut self, origin: Origin<'_>, lines: &[u8]) -> io::Result<ControlFlow<()>> {
        let Selected {
            matcher,
            invert,
            window,
        } = self.selected;
        if self.current != Some(origin.stream) {
            self.current = Some(origin.stream);
            self.printer.begin_source(origin.source.id());
            self.counters.file_entered(origin.source.path());
        }
        let selection = self.selections.entry(origin.stream).or_insert_with(|| {
            self.counters.file_opened(origin.source.path());
            Selection::new(matcher, *invert, *window)
        });
        observe(self.counters, lines);
        if !matcher.is_everything() {
            self.counters.stage_entered("search");
            selection.search(lines);
        }
        self.counters.stage_entered("write");
        let outcome = selection.show(lines, &mut self.printer);
        self.counters.stage_entered("read");
        outcome
    }

    fn long_line(&mut self, source: &Source) {
        self.troubles.long_line(source);
    }

    fn unreadable(&mut self, error: Error) {
        self.troubles.unreadable(error);
    }
}

impl Task for Lines<'_> {
    fn next_turn(&self) -> Option<Instant> {
        None
    }

    fn turn(&mut self) -> Result<(), Failure> {
        self.counters.stage_entered("write");
        Ok(self.printer.flush()?)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.turn()
    }

    fn failed(&self) -> bool {
        self.troubles.failed()
    }
}
