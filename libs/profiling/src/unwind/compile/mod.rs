//! From a module's `.eh_frame` to the flat rows that a handler can search.
//!
//! Every frame description is a small program; running it gives the rows of one function. Rows of a
//! known shape become a [`Rule`], the others [`Rule::UNKNOWN`]; equal neighbours are one row; where no
//! function is described, a row says so.

//!
//! Which shapes are known is the processor's: [`CallFrames`], with an implementation for each. All of them are
//! compiled everywhere, so that they can be tested there.

mod aarch64;
mod x86_64;

use std::borrow::Cow;
use std::ops::Range;

use dtail_sampler::unwind::{INDEX_SHIFT, Module, Row, Rule};
use gimli::{
    BaseAddresses, CieOrFde, EhFrame, FrameDescriptionEntry, NativeEndian, UnwindContext,
    UnwindSection, UnwindTableRow, Vendor,
};

use crate::sys::modules::LoadedModule;

type Section<'m> = EhFrame<gimli::EndianSlice<'m, NativeEndian>>;
type Description<'m> = FrameDescriptionEntry<gimli::EndianSlice<'m, NativeEndian>>;
type UnwindRow = UnwindTableRow<usize>;

/// How the rows of one processor become rules. Its implementors are the registers that walks over them begin
/// with.
pub(crate) trait CallFrames {
    /// Whose instructions of call frame information there may be.
    const VENDOR: Vendor;

    /// The rule of code that no description covers, in a module that has some.
    const BETWEEN_DESCRIPTIONS: Rule;

    /// The rule of code in a module without descriptions.
    const WITHOUT_DESCRIPTIONS: Rule;

    /// The rule of a signal handler's return trampoline.
    const SIGNAL_TRAMPOLINE: Rule;

    /// The section as gimli can read it.
    fn readable(section: &[u8]) -> Cow<'_, [u8]>;

    /// Whether a function is described as the trampoline.
    fn is_described_as_trampoline(description: &Description<'_>) -> bool;

    /// Where in the kernel's own module the trampoline lies, if its description does not say it: from
    /// before its first byte, since a return address is looked up inside the call.
    fn undescribed_trampoline(code: &[u8]) -> Option<Range<usize>>;

    /// The rule of a row; [`Rule::UNKNOWN`] when it has no known shape.
    fn rule(section: &Section<'_>, row: &UnwindRow) -> Rule;
}

/// The rows of one module; see [`Module`] for the fields.
#[derive(Debug)]
pub(crate) struct Rows {
    text: Range<u64>,
    index: Vec<u32>,
    rows: Vec<Row>,
}

impl Rows {
    /// The rows as the handler searches them.
    pub(crate) fn module(&self) -> Module<'_> {
        Module {
            start: self.text.start,
            end: self.text.end,
            index: &self.index,
            rows: &self.rows,
        }
    }
}

/// Compiles the call frame information of `module`. Functions whose description cannot be read have no rule.
pub(crate) fn compile<A: CallFrames>(module: &LoadedModule<'_>) -> Rows {
    let mut functions = functions::<A>(module);
    if let Some(trampoline) = trampoline::<A>(module.code) {
        functions.retain(|f| f.end <= trampoline.start || f.start >= trampoline.end);
        functions.push(trampoline);
    }
    functions.sort_by_key(|function| function.start);
    let elsewhere = if module.eh_frame.is_empty() {
        A::WITHOUT_DESCRIPTIONS
    } else {
        A::BETWEEN_DESCRIPTIONS
    };
    let mut rows = Rows {
        text: module.text.clone(),
        index: Vec::new(),
        rows: Vec::new(),
    };
    rows.append(0, elsewhere);
    for function in &functions {
        for (start, rule) in &function.rows {
            rows.append(*start, *rule);
        }
        rows.append(function.end, elsewhere);
    }
    rows.index = index(&rows.rows, &module.text);
    rows
}

fn trampoline<A: CallFrames>(code: &[u8]) -> Option<Function> {
    let bytes = A::undescribed_trampoline(code)?;
    let (start, end) = (bytes.start as u32, bytes.end as u32);
    let rows = vec![(start, A::SIGNAL_TRAMPOLINE)];
    Some(Function { start, end, rows })
}

impl Rows {
    /// Rows come in ascending order; one at the same place replaces the one before.
    fn append(&mut self, start: u32, rule: Rule) {
        if self.rows.last().is_some_and(|last| last.start == start) {
            self.rows.pop();
        }
        let follows = |last: &Row| last.start < start && last.rule != rule;
        if self.rows.last().is_none_or(follows) {
            self.rows.push(Row { start, rule });
        }
    }
}

fn index(rows: &[Row], text: &Range<u64>) -> Vec<u32> {
    let pages = (text.end.saturating_sub(text.start) >> INDEX_SHIFT) as u32;
    let mut row = 0;
    (0..=pages)
        .map(|page| {
            let begin = page << INDEX_SHIFT;
            while rows.get(row + 1).is_some_and(|next| next.start <= begin) {
                row += 1;
            }
            row as u32
        })
        .collect()
}

/// One described function; addresses relative to the module's text.
struct Function {
    start: u32,
    end: u32,
    rows: Vec<(u32, Rule)>,
}

fn functions<A: CallFrames>(module: &LoadedModule<'_>) -> Vec<Function> {
    let bytes = A::readable(module.eh_frame);
    let mut section = EhFrame::new(&bytes, NativeEndian);
    section.set_vendor(A::VENDOR);
    let bases = BaseAddresses::default().set_eh_frame(module.eh_frame_address);
    let mut context = UnwindContext::new();
    let mut functions = Vec::new();
    let mut entries = section.entries(&bases);
    while let Ok(Some(entry)) = entries.next() {
        let CieOrFde::Fde(partial) = entry else {
            continue;
        };
        let Ok(description) = partial.parse(Section::cie_from_offset) else {
            continue;
        };
        functions.extend(function::<A>(
            &section,
            &bases,
            &mut context,
            &description,
            &module.text,
        ));
    }
    functions
}

fn function<A: CallFrames>(
    section: &Section<'_>,
    bases: &BaseAddresses,
    context: &mut UnwindContext<usize>,
    description: &Description<'_>,
    text: &Range<u64>,
) -> Option<Function> {
    let relative = |address: u64| u32::try_from(address.checked_sub(text.start)?).ok();
    let start = relative(description.initial_address())?;
    let end = relative(description.end_address()).filter(|end| *end > start)?;
    let rows = if A::is_described_as_trampoline(description) {
        Some(vec![(start, A::SIGNAL_TRAMPOLINE)])
    } else {
        rules::<A>(section, bases, context, description, relative)
    };
    let rows = rows.unwrap_or_else(|| vec![(start, Rule::UNKNOWN)]);
    Some(Function { start, end, rows })
}

/// The rules of a function, and where they begin; `None` when its description cannot be read to its end, since
/// the last row before the mistake would hold for all that follows.
fn rules<A: CallFrames>(
    section: &Section<'_>,
    bases: &BaseAddresses,
    context: &mut UnwindContext<usize>,
    description: &Description<'_>,
    relative: impl Fn(u64) -> Option<u32>,
) -> Option<Vec<(u32, Rule)>> {
    let mut rules = Vec::new();
    let mut table = description.rows(section, bases, context).ok()?;
    while let Some(row) = table.next_row().ok()? {
        rules.push((relative(row.start_address())?, A::rule(section, row)));
    }
    Some(rules)
}
