//! Which shares differ by more than chance: the pooled counts of all rows of a comparison, with a
//! dispersion between runs and the false discoveries of so many tests accounted for.

use stats::{CountTest, Dispersion, Tally, benjamini_hochberg, compare_counts, pool};

use crate::rows::{Metric, Row, Sides, tallies};

/// Runs a side from which the scatter between runs can be told.
const RUNS_TELLING: usize = 3;

/// What is asked of a test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) metric: Metric,
    /// Of the intervals.
    pub(crate) confidence: f64,
    /// Only a growth counts, or any difference.
    pub(crate) one_sided: bool,
    /// Rows whose mean share is below are not tested.
    pub(crate) share_least: f64,
}

/// What the counts of one row say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShareTest {
    pub(crate) count: CountTest,
    /// How often chance explains the difference.
    pub(crate) p: f64,
    /// The rate of false discoveries at which this is one, among all rows tested.
    pub(crate) q: f64,
}

/// The tests of `rows`, in their order, and the dispersion of all. A row that was not tested has
/// none; neither has any when a run does not tell its samples.
pub(crate) fn test_shares(
    sides: Sides<'_>,
    rows: &[&Row],
    asked: Asked,
) -> (Vec<Option<ShareTest>>, Dispersion) {
    let counted: Vec<Option<[Vec<Tally>; 2]>> = rows
        .iter()
        .map(|row| {
            let old = tallies(sides.old, &row.old, asked.metric)?;
            let new = tallies(sides.new, &row.new, asked.metric)?;
            let mean = 0.5 * (pool(&old).share() + pool(&new).share());
            (mean > 0.0 && mean >= asked.share_least).then_some([old, new])
        })
        .collect();
    let telling = sides.old.len().max(sides.new.len()) >= RUNS_TELLING;
    let own = |[old, new]: &[Vec<Tally>; 2]| Dispersion::within(&[old, new]).filter(|_| telling);
    let mut known: Vec<Dispersion> = counted.iter().flatten().filter_map(own).collect();
    // A caller that has the same samples as what it calls tells the same once more.
    known.sort_by(|first, second| first.factor.total_cmp(&second.factor));
    known.dedup_by(|one, other| one == other && one.factor > 0.0);
    let all = Dispersion::common(&known);
    let mut tests: Vec<Option<ShareTest>> = counted
        .iter()
        .map(|counts| {
            counts
                .as_ref()
                .map(|c| one(c, Dispersion::moderated(own(c), all), asked))
        })
        .collect();
    let p_values: Vec<f64> = tests.iter().flatten().map(|test| test.p).collect();
    let q_values = benjamini_hochberg(&p_values);
    for (test, q) in tests.iter_mut().flatten().zip(q_values) {
        test.q = q;
    }
    (tests, all)
}

fn one([old, new]: &[Vec<Tally>; 2], dispersion: Dispersion, asked: Asked) -> ShareTest {
    let count = compare_counts(old, new, dispersion, asked.confidence);
    let p = if asked.one_sided {
        count.p_greater
    } else {
        (2.0 * count.p_greater.min(1.0 - count.p_greater)).min(1.0)
    };
    ShareTest { count, p, q: 1.0 }
}
