//! From a module's `.eh_frame` to the flat rows that a handler can search.
//!
//! Every frame description is a small program; running it gives the rows of one function. Rows of a
//! known shape become a [`Rule`], the others [`Rule::UNKNOWN`]; equal neighbours are one row; where no
//! function is described, a row says so.

use std::ops::Range;

use dtail_sampler::unwind::{FrameBase, INDEX_SHIFT, Module, Row, Rule, SavedRbp};
use gimli::{
    BaseAddresses, CfaRule, CieOrFde, EhFrame, FrameDescriptionEntry, NativeEndian, Register,
    RegisterRule, UnwindContext, UnwindExpression, UnwindSection, UnwindTableRow, X86_64,
};

use crate::sys::modules::LoadedModule;

type Section<'m> = EhFrame<gimli::EndianSlice<'m, NativeEndian>>;
type Description<'m> = FrameDescriptionEntry<gimli::EndianSlice<'m, NativeEndian>>;
type UnwindRow = UnwindTableRow<usize>;

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

/// Compiles the call frame information of `module`. Descriptions that cannot be read are left out: their
/// functions have no rules.
pub(crate) fn compile(module: &LoadedModule<'_>) -> Rows {
    let mut functions = functions(module);
    functions.sort_by_key(|function| function.start);
    let mut rows = Rows {
        text: module.text.clone(),
        index: Vec::new(),
        rows: Vec::new(),
    };
    rows.append(0, Rule::UNKNOWN);
    for function in &functions {
        for (start, rule) in &function.rows {
            rows.append(*start, *rule);
        }
        rows.append(function.end, Rule::UNKNOWN);
    }
    rows.index = index(&rows.rows, &module.text);
    rows
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

fn functions(module: &LoadedModule<'_>) -> Vec<Function> {
    let section = EhFrame::new(module.eh_frame, NativeEndian);
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
        functions.extend(function(
            &section,
            &bases,
            &mut context,
            &description,
            &module.text,
        ));
    }
    functions
}

fn function(
    section: &Section<'_>,
    bases: &BaseAddresses,
    context: &mut UnwindContext<usize>,
    description: &Description<'_>,
    text: &Range<u64>,
) -> Option<Function> {
    let relative = |address: u64| u32::try_from(address.checked_sub(text.start)?).ok();
    let start = relative(description.initial_address())?;
    let end = relative(description.end_address()).filter(|end| *end > start)?;
    let trampoline = description.is_signal_trampoline();
    let mut rows = Vec::new();
    let mut table = description.rows(section, bases, context).ok()?;
    while let Ok(Some(row)) = table.next_row() {
        let rule = if trampoline {
            signal_frame()
        } else {
            rule(section, row)
        };
        rows.push((relative(row.start_address())?, rule));
    }
    Some(Function { start, end, rows })
}

fn signal_frame() -> Rule {
    Rule::pack(FrameBase::SignalFrame, SavedRbp::Unchanged).unwrap_or(Rule::UNKNOWN)
}

fn rule(section: &Section<'_>, row: &UnwindRow) -> Rule {
    if row.register(X86_64::RA) == Some(RegisterRule::Undefined) {
        return Rule::OUTERMOST;
    }
    let returns_from_below_cfa = row.register(X86_64::RA) == Some(RegisterRule::Offset(-8));
    let base = frame_base(section, row.cfa()).filter(|_| returns_from_below_cfa);
    base.and_then(|base| Rule::pack(base, saved_rbp(section, row, base)?))
        .unwrap_or(Rule::UNKNOWN)
}

fn frame_base(section: &Section<'_>, cfa: &CfaRule<usize>) -> Option<FrameBase> {
    match cfa {
        CfaRule::RegisterAndOffset { register, offset } => {
            register_base(*register, i32::try_from(*offset).ok()?)
        }
        CfaRule::Expression(expression) => expression_base(bytes(section, expression)?),
    }
}

fn register_base(register: Register, offset: i32) -> Option<FrameBase> {
    match register {
        X86_64::RSP => Some(FrameBase::Rsp(offset)),
        X86_64::RBP => Some(FrameBase::Rbp(offset)),
        _ => None,
    }
}

fn bytes<'m>(section: &Section<'m>, expression: &UnwindExpression<usize>) -> Option<&'m [u8]> {
    Some(expression.get(section).ok()?.0.slice())
}

/// What linkers write for the procedure linkage table:
/// `rsp + 8 + (((rip + 0) & 15) >= 11) << 3`.
const LINKAGE_TABLE: [u8; 11] = [
    0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22,
];

/// `DW_OP_breg6 n, DW_OP_deref`: the value at `rbp + n`, with n in one byte of signed LEB128.
fn expression_base(bytes: &[u8]) -> Option<FrameBase> {
    match bytes {
        bytes if bytes == LINKAGE_TABLE => Some(FrameBase::Plt),
        [0x76, offset @ 0..0x80, 0x06] => Some(FrameBase::DerefRbp(small_leb128(*offset))),
        _ => None,
    }
}

/// Seven bits, the highest of which is the sign.
fn small_leb128(byte: u8) -> i32 {
    i32::from((byte << 1).cast_signed() >> 1)
}

/// What has become of `rbp`; `None` when the row cannot be expressed.
fn saved_rbp(section: &Section<'_>, row: &UnwindRow, base: FrameBase) -> Option<SavedRbp> {
    match row.register(X86_64::RBP) {
        None | Some(RegisterRule::SameValue | RegisterRule::Undefined) => Some(SavedRbp::Unchanged),
        Some(RegisterRule::Offset(offset)) => Some(SavedRbp::BelowCfa(
            u32::try_from(offset.checked_neg()?).ok()?,
        )),
        Some(RegisterRule::Expression(expression)) => {
            let at_rbp = bytes(section, &expression)? == [0x76, 0x00];
            (at_rbp && matches!(base, FrameBase::DerefRbp(_))).then_some(SavedRbp::Unchanged)
        }
        Some(_) => None,
    }
}
