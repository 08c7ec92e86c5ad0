//! What a profile says: its heaviest functions and path, and what to look at
//! next. Values only; `analyze` writes them.

use std::path::Path;

use anyhow::{Context, Result};
use dtail_profile::Profile;
use report::{LoadOptions, Options, Sort, TopReport, TopRow};
use serde::Serialize;

use super::{
    advice,
    contents::{self, Contents},
    entry::{Entry, Summary},
    heaviest, trust,
};

/// Functions that this share of the largest value by cum goes through, and that
/// use none of it themselves, say nothing in that table: `main` and what stands
/// above it.
const EVERYWHERE: f64 = 0.99;

/// Where the largest value by cum is below this share of the total, there is no
/// such function: stacks have no common root.
const COMMON_ROOT: f64 = 0.5;

/// So many functions above all others are looked for.
const MOST_EVERYWHERE: usize = 40;

/// Frames of the standard library, which allocate on behalf of their callers.
const LIBRARY: &str = r"^(<|<&?(mut )?(\w+|\[.*) as <?)?(alloc|core|std|hashbrown)::";

/// What was found in one profile.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// The file.
    pub(crate) entry: Entry,
    /// The summary of what stands in it.
    pub(crate) contents: Contents,
    /// The functions that use most themselves.
    pub(crate) by_flat: Vec<TopRow>,
    /// The functions that use most with what they call.
    pub(crate) by_cum: Vec<TopRow>,
    /// How many functions were left out of `by_cum`, as every sample goes
    /// through them.
    pub(crate) everywhere: usize,
    /// The functions outside the standard library that memory was allocated in;
    /// empty for a profile of something else.
    pub(crate) allocating: Vec<TopRow>,
    /// What percentages refer to.
    pub(crate) total: i64,
    /// The heaviest path, root first.
    pub(crate) path: Vec<PathStep>,
    /// What to do next, one sentence or command a line.
    pub(crate) next: Vec<String>,
}

/// One step of the heaviest path.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PathStep {
    /// The name of the function in full.
    pub(crate) function: String,
    /// The value that passes through here.
    pub(crate) value: i64,
}

/// An analysis as JSON shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    trust: Vec<String>,
    top_flat: Vec<Row<'a>>,
    top_cum: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allocating: Vec<Row<'a>>,
    heaviest_path: &'a [PathStep],
    next: &'a [String],
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    function: &'a str,
    flat: i64,
    cum: i64,
}

impl Analysis {
    /// Reads and analyses the profile at `path`, with at most `rows` rows in
    /// each table.
    ///
    /// # Errors
    /// What is wrong with the file, which is named.
    pub(crate) fn of(path: &Path, rows: usize) -> Result<Analysis> {
        let profile = contents::load(path)?;
        let named = || path.display().to_string();
        let options = LoadOptions {
            demangle: Some(report::Demangle::default()),
            ..LoadOptions::default()
        };
        let (profile, _) = report::load(vec![profile], Vec::new(), &options).with_context(named)?;
        let flat = top(&profile, Sort::Flat, rows, "").with_context(named)?;
        let cum = top(&profile, Sort::Cum, rows + MOST_EVERYWHERE, "").with_context(named)?;
        let total = flat.total;
        let largest = cum.rows.first().map_or(0, |row| row.cum);
        let has_root = largest as f64 >= COMMON_ROOT * total as f64;
        let (everywhere, telling): (Vec<TopRow>, Vec<TopRow>) = cum
            .rows
            .into_iter()
            .partition(|row| has_root && is_everywhere(row, largest));
        let entry = Entry::of_profile(path, &profile);
        let contents = Contents::of(&profile);
        let allocating = match contents.unit.as_str() {
            "bytes" => {
                top(&profile, Sort::Flat, rows, LIBRARY)
                    .with_context(named)?
                    .rows
            }
            _ => Vec::new(),
        };
        let next = advice::lines(&entry, &contents, &flat.rows, total);
        Ok(Analysis {
            entry,
            contents,
            by_flat: flat.rows.into_iter().filter(|row| row.flat != 0).collect(),
            by_cum: telling.into_iter().take(rows).collect(),
            everywhere: everywhere.len(),
            allocating: allocating.into_iter().filter(|row| row.flat != 0).collect(),
            total,
            path: path_of(&profile),
            next,
        })
    }

    /// The analysis as JSON shows it.
    pub(crate) fn document(&self) -> Document<'_> {
        Document {
            summary: self.entry.summary(),
            trust: trust::statements(&self.contents),
            top_flat: self.by_flat.iter().map(Row::of).collect(),
            top_cum: self.by_cum.iter().map(Row::of).collect(),
            allocating: self.allocating.iter().map(Row::of).collect(),
            heaviest_path: &self.path,
            next: &self.next,
        }
    }
}

impl<'a> Row<'a> {
    fn of(row: &'a TopRow) -> Row<'a> {
        Row {
            function: &row.name,
            flat: row.flat,
            cum: row.cum,
        }
    }
}

/// The table of `profile`, the frames that match `hide` counted for their callers.
fn top(profile: &Profile, sort: Sort, rows: usize, hide: &str) -> Result<TopReport, report::Error> {
    let node_count = i64::try_from(rows).unwrap_or(i64::MAX);
    let hide = hide.to_owned();
    report::top(
        profile,
        &Options {
            sort,
            node_count,
            hide,
            ..Options::default()
        },
    )
}

fn is_everywhere(row: &TopRow, largest: i64) -> bool {
    row.flat == 0 && row.cum as f64 >= EVERYWHERE * largest as f64
}

fn path_of(profile: &Profile) -> Vec<PathStep> {
    let name = |function| profile.text(profile.function(function).name).to_owned();
    let steps = heaviest::path(profile, contents::shown_value(profile));
    let named = steps.into_iter().map(|step| PathStep {
        function: name(step.function),
        value: step.value,
    });
    named.collect()
}
