//! The kinds of reports, and what each changes in the options.

use crate::options::{Granularity, Options};

/// A kind of report; the texts are regular expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A table of nodes.
    Top,
    /// The table with callers and callees of each node.
    Tree,
    /// As `Tree`, untrimmed, for matching nodes.
    Peek(String),
    /// The source code of matching functions.
    List(String),
    /// The machine code of matching functions, or of the one at an address.
    Disasm(String),
    /// Source code and machine code of matching functions, as a page.
    WebList(String),
    /// Every sample with its stack.
    Traces,
    /// The values by label.
    Tags,
    /// The profile itself as text.
    Raw,
    /// The comments.
    Comments,
    /// The call graph for Graphviz.
    Dot,
    /// The call graph as a picture.
    Svg,
    /// The call graph for KCachegrind.
    Callgrind,
    /// The stacks as lines of text, for flame graph tools.
    Folded,
    /// The stacks in the format of speedscope.
    Speedscope,
    /// The stacks in the format of the Firefox Profiler.
    Firefox,
    /// The filtered profile.
    Proto,
    /// The table as a profile.
    TopProto,
}

/// Nodes shown when neither the user nor the kind says how many.
const GRAPH_NODES: i64 = 80;

impl Kind {
    /// The options as they apply to this kind of report.
    pub(crate) fn adjust(&self, options: &Options) -> Options {
        let mut adjusted = options.clone();
        let mut trim = options.trim;
        match self {
            Kind::Peek(_) => trim = false,
            Kind::Speedscope | Kind::Firefox if options.granularity == Granularity::Functions => {
                adjusted.granularity = Granularity::FileFunctions;
            }
            Kind::List(_) => {
                trim = false;
                adjusted.granularity = Granularity::Lines;
            }
            Kind::WebList(_) => {
                trim = false;
                adjusted.granularity = Granularity::Addresses;
            }
            Kind::Disasm(_) => {
                trim = false;
                adjusted.granularity = Granularity::Addresses;
                // Inlined calls at one address would be counted once each.
                adjusted.no_inlines = true;
            }
            Kind::Top | Kind::TopProto if options.node_count == -1 => {
                adjusted.node_count = 0;
            }
            _ if options.node_count == -1 => adjusted.node_count = GRAPH_NODES,
            _ => {}
        }
        if matches!(self, Kind::Proto | Kind::Raw | Kind::Callgrind) {
            trim = false;
            adjusted.granularity = Granularity::Addresses;
        }
        if !trim {
            adjusted.node_count = 0;
            adjusted.node_fraction = 0.0;
            adjusted.edge_fraction = 0.0;
        }
        adjusted
    }

    /// Whether the report is a picture, which is trimmed for the eye and shows labels.
    pub(crate) fn is_picture(&self) -> bool {
        matches!(self, Kind::Dot | Kind::Svg)
    }

    /// Whether the report can only hold whole numbers.
    pub(crate) fn has_integers(&self) -> bool {
        matches!(self, Kind::Callgrind)
    }

    /// Whether the report keeps the binaries apart that a function comes from.
    pub(crate) fn keeps_objects(&self) -> bool {
        matches!(
            self,
            Kind::Raw | Kind::Callgrind | Kind::List(_) | Kind::Disasm(_) | Kind::WebList(_)
        )
    }
}
