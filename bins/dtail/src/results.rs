//! Shows the result of a query over what is followed, interval by interval.
//!
//! A table shows the lines of its interval. A file that is replaced each time has all lines since
//! the start, and one that is appended to gets those of each interval, so that no row comes twice.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use cli::{Failure, Messages, Program, Status};
use follow::{Consumer, Origin};
use frontend::{Display, Look};
use logread::{Counters, Error, Observer, observe};
use mapreduce::{Aggregation, Plan, Source};

use crate::troubles::Troubles;
use crate::work::Task;

/// The lines since the last result, or since the start.
pub(crate) struct Results<'p> {
    plan: &'p Plan,
    aggregation: Aggregation<'p>,
    sources: HashMap<usize, Source<'p>>,
    /// Blocks so far, which stamp the next.
    blocks: u64,
    on_stage: fn(&'static str),
    /// Blocks at the last result.
    shown: u64,
    due: Instant,
    display: Display<'p>,
    messages: &'p Messages,
    counters: &'p Counters,
    troubles: Troubles<'p>,
}

impl<'p> Results<'p> {
    pub(crate) fn new(
        plan: &'p Plan,
        look: Look,
        program: &'p Program,
        counters: &'p Counters,
    ) -> Self {
        let messages = &program.messages;
        for warning in plan.warnings() {
            messages.warn(format_args!("warning: {warning}"));
        }
        Results {
            plan,
            aggregation: Aggregation::new(plan).telling(program.stage_labeller()),
            sources: HashMap::new(),
            blocks: 0,
            on_stage: program.stage_labeller(),
            shown: 0,
            due: Instant::now() + plan.query().interval(),
            display: Display::new(plan, look, program),
            messages,
            counters,
            troubles: Troubles::new(messages),
        }
    }

    fn is_cumulative(&self) -> bool {
        self.plan
            .query()
            .outfile()
            .is_some_and(|outfile| !outfile.append)
    }

    fn add(&mut self, content: usize, lines: &[u8]) {
        let source = self
            .sources
            .entry(content)
            .or_insert_with(|| Source::new(self.plan));
        if let Some(records) = source.push(lines) {
            self.blocks += 1;
            self.aggregation.add(&records, self.blocks);
        }
    }

    /// Shows what has come since the last result, if anything has.
    fn show(&mut self) -> Result<(), Failure> {
        if self.blocks == self.shown {
            return Ok(());
        }
        self.shown = self.blocks;
        for warning in self.aggregation.warnings() {
            self.messages.warn(format_args!("warning: {warning}"));
        }
        let shown = self.display.show_part(&self.aggregation.report())?;
        self.troubles.failed_if(shown != Status::Success);
        if !self.is_cumulative() {
            self.aggregation = Aggregation::new(self.plan).telling(self.on_stage);
        }
        Ok(())
    }
}

impl Consumer for Results<'_> {
    fn lines(&mut self, origin: Origin<'_>, lines: &[u8]) -> io::Result<ControlFlow<()>> {
        self.counters.file_entered(origin.source.path());
        observe(self.counters, lines);
        self.add(origin.content, lines);
        self.counters.stage_entered("read");
        Ok(ControlFlow::Continue(()))
    }

    fn wants_first_lines(&self) -> bool {
        self.plan.has_header()
    }

    fn first_line(&mut self, origin: Origin<'_>, line: &[u8]) {
        self.add(origin.content, line);
    }

    fn ended(&mut self, content: usize) {
        let rest = self
            .sources
            .remove(&content)
            .and_then(|mut source| source.finish());
        if let Some(records) = rest {
            self.blocks += 1;
            self.aggregation.add(&records, self.blocks);
        }
    }

    fn long_line(&mut self, source: &logread::Source) {
        if !self.plan.joins_lines() {
            self.troubles.long_line(source);
        }
    }

    fn unreadable(&mut self, error: Error) {
        self.troubles.unreadable(error);
    }
}

impl Task for Results<'_> {
    fn next_turn(&self) -> Option<Instant> {
        Some(self.due)
    }

    fn turn(&mut self) -> Result<(), Failure> {
        let now = Instant::now();
        if now >= self.due {
            self.due = now + self.plan.query().interval();
            self.show()?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        if self.blocks > 0 {
            return self.show();
        }
        let shown = self.display.show_final(&self.aggregation.report())?;
        self.troubles.failed_if(shown != Status::Success);
        Ok(())
    }

    fn failed(&self) -> bool {
        self.troubles.failed()
    }
}
