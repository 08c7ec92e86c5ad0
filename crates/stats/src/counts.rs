//! Shares of two sets of runs: whether one is larger, when runs scatter more than samples do.
//!
//! The samples of one run are independent, so a count scatters as a binomial variable; but runs of
//! one program differ in more than that: addresses, caches, neighbours on the machine. The ratio
//! of the variance that is seen between runs to the binomial one is their dispersion (P. McCullagh
//! and J. A. Nelder, "Generalized Linear Models", 4.5). A few runs tell the dispersion of one
//! function badly, so it is moderated: averaged with that of all functions, each weighted by its
//! degrees of freedom (G. K. Smyth, "Linear models and empirical Bayes methods", 2004, with
//! weights that are set instead of estimated). A function that scatters for a reason of its own, such
//! as the thread that happens to get the work, speaks for itself alone (B. Phipson and others, "Robust
//! hyperparameter estimation protects against hypervariable genes", 2016, are after the same).

use crate::median::median;
use crate::student::{student_quantile, student_upper_tail};

/// What the dispersion of all functions weighs against that of one, in degrees of freedom.
const PRIOR_FREEDOM: f64 = 16.0;

/// A function that scatters so many times as much as the others has a reason of its own. By chance the
/// ratio, with 8 and 16 degrees of freedom, is as large once in a hundred times.
const APART: f64 = 4.0;

/// Least expected hits a run, and least misses, from which a dispersion is estimated; below, it is mostly
/// chance.
const HITS_LEAST: f64 = 5.0;

/// One run: how many of its samples were hits. Neither number need be whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Samples that count.
    pub hits: f64,
    /// All samples.
    pub samples: f64,
}

impl Tally {
    /// Hits among the samples; 0 when there are none.
    pub fn share(self) -> f64 {
        if self.samples > 0.0 {
            self.hits / self.samples
        } else {
            0.0
        }
    }
}

/// All runs as one.
pub fn pool(runs: &[Tally]) -> Tally {
    runs.iter().fold(Tally::default(), |sum, run| Tally {
        hits: sum.hits + run.hits,
        samples: sum.samples + run.samples,
    })
}

/// How much more runs scatter than their samples explain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Variance between runs, in binomial variances; 1 where samples explain it all.
    pub factor: f64,
    /// Degrees of freedom that the estimate rests on; infinite for one that is assumed.
    pub freedom: f64,
}

impl Dispersion {
    /// What is assumed when there are too few runs to tell: twice the binomial variance.
    pub const ASSUMED: Dispersion = Dispersion {
        factor: 2.0,
        freedom: f64::INFINITY,
    };

    /// The dispersion of one function within the runs of each side: Pearson's statistic over its
    /// degrees of freedom. `None` when no side has two runs with hits enough to tell.
    pub fn within(sides: &[&[Tally]]) -> Option<Dispersion> {
        let (mut statistic, mut freedom) = (0.0, 0.0);
        for runs in sides {
            let share = pool(runs).share();
            let expected = |run: &Tally| run.samples * share;
            let tells = |run: &Tally| expected(run).min(run.samples - expected(run)) >= HITS_LEAST;
            if runs.len() < 2 || !runs.iter().all(tells) {
                continue;
            }
            let deviation =
                |run: &Tally| (run.hits - expected(run)).powi(2) / (expected(run) * (1.0 - share));
            statistic += runs.iter().map(deviation).sum::<f64>();
            freedom += (runs.len() - 1) as f64;
        }
        (freedom > 0.0).then(|| Dispersion {
            factor: statistic / freedom,
            freedom,
        })
    }

    /// What many dispersions have in common: their mean, each weighted by its degrees of freedom, without
    /// those far above the others, and never below 1: samples scatter as samples do. Its degrees of
    /// freedom are 0 when there is one alone, which cannot speak for another.
    /// [`Dispersion::ASSUMED`] when there are none.
    pub fn common(all: &[Dispersion]) -> Dispersion {
        let factors: Vec<f64> = all.iter().map(|one| one.factor).collect();
        let most = APART * median(&factors).max(1.0);
        let all: Vec<&Dispersion> = all.iter().filter(|one| one.factor <= most).collect();
        let freedom: f64 = all.iter().map(|one| one.freedom).sum();
        if freedom <= 0.0 {
            return Dispersion::ASSUMED;
        }
        let statistic: f64 = all.iter().map(|one| one.factor * one.freedom).sum();
        Dispersion {
            factor: (statistic / freedom).max(1.0),
            freedom: if all.len() > 1 { freedom } else { 0.0 },
        }
    }

    /// This dispersion of one function, moderated by what all have in common. A function with too few
    /// hits to have one of its own scatters as the others do.
    pub fn moderated(own: Option<Dispersion>, all: Dispersion) -> Dispersion {
        let Some(own) = own.filter(|_| all.freedom.is_finite()) else {
            return Dispersion {
                factor: all.factor,
                freedom: all.freedom.max(PRIOR_FREEDOM),
            };
        };
        let is_apart = own.factor > APART * all.factor;
        let prior = if is_apart {
            0.0
        } else {
            all.freedom.min(PRIOR_FREEDOM)
        };
        let freedom = prior + own.freedom;
        let factor = (prior * all.factor + own.freedom * own.factor) / freedom;
        Dispersion {
            factor: factor.max(1.0),
            freedom,
        }
    }
}

/// What the counts of two sides say about their shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountTest {
    /// Share of the second side less that of the first.
    pub difference: f64,
    /// The interval that holds the true difference with the confidence asked for.
    pub interval: (f64, f64),
    /// How often chance alone gives a difference as large, if the sides do not differ.
    pub p_greater: f64,
}

/// Compares the shares of `old` and `new`, whose runs scatter by `dispersion`: the pooled test of
/// two proportions, its variance multiplied by the dispersion, in Student's distribution with the
/// dispersion's degrees of freedom.
pub fn compare_counts(
    old: &[Tally],
    new: &[Tally],
    dispersion: Dispersion,
    confidence: f64,
) -> CountTest {
    let (old, new) = (pool(old), pool(new));
    let difference = new.share() - old.share();
    let both = pool(&[old, new]).share();
    let inverse = |side: Tally| {
        if side.samples > 0.0 {
            1.0 / side.samples
        } else {
            0.0
        }
    };
    let variance = both * (1.0 - both) * (inverse(old) + inverse(new));
    let apart = |side: Tally| side.share() * (1.0 - side.share()) * inverse(side);
    let error = ((apart(old) + apart(new)) * dispersion.factor).sqrt();
    let half = student_quantile(0.5 + 0.5 * confidence, dispersion.freedom) * error;
    let score = difference / (variance * dispersion.factor).sqrt();
    CountTest {
        difference,
        interval: (difference - half, difference + half),
        p_greater: if score.is_nan() {
            0.5
        } else {
            student_upper_tail(score, dispersion.freedom)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::normal_upper_tail;

    fn runs(hits: &[u32], samples: u32) -> Vec<Tally> {
        let tally = |hits: &u32| Tally {
            hits: (*hits).into(),
            samples: samples.into(),
        };
        hits.iter().map(tally).collect()
    }

    #[test]
    fn the_pooled_test_of_two_proportions() {
        let plain = Dispersion {
            factor: 1.0,
            freedom: f64::INFINITY,
        };
        // 30 of 200 against 50 of 200: 0.1 / √(0.2 · 0.8 · 0.01) = 2.5.
        let test = compare_counts(&runs(&[30], 200), &runs(&[50], 200), plain, 0.95);
        assert!((test.p_greater - normal_upper_tail(2.5)).abs() < 1e-12);
        let half = 1.959_963_984_540_054 * (0.15 * 0.85 / 200.0 + 0.25 * 0.75 / 200.0f64).sqrt();
        assert!((test.interval.0 - (0.1 - half)).abs() < 1e-12);
        let wide = compare_counts(
            &runs(&[30], 200),
            &runs(&[50], 200),
            Dispersion::ASSUMED,
            0.95,
        );
        assert!((wide.p_greater - normal_upper_tail(2.5 / 2f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn sides_change_places() {
        let (old, new) = (runs(&[30, 41, 36], 300), runs(&[52, 33], 400));
        let dispersion = Dispersion::within(&[&old, &new]).unwrap();
        let forward = compare_counts(&old, &new, dispersion, 0.9);
        let backward = compare_counts(&new, &old, dispersion, 0.9);
        assert_eq!(forward.difference, -backward.difference);
        assert_eq!(forward.interval.0, -backward.interval.1);
        assert!((forward.p_greater + backward.p_greater - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_dispersion_is_that_of_pearson() {
        // Mean 20 of 100, deviations 5, -5, 0: 50 / 16 over two degrees of freedom.
        let dispersion = Dispersion::within(&[&runs(&[25, 15, 20], 100)]).unwrap();
        assert_eq!(dispersion.freedom, 2.0);
        assert!((dispersion.factor - 50.0 / 16.0 / 2.0).abs() < 1e-12);
        assert_eq!(
            Dispersion::within(&[&runs(&[4, 4, 4], 100), &runs(&[50], 100)]),
            None
        );
        assert_eq!(Dispersion::within(&[&runs(&[100, 100], 100)]), None);
    }

    #[test]
    fn one_function_is_moderated_by_all() {
        let one = |factor, freedom| Dispersion { factor, freedom };
        let all = Dispersion::common(&[one(1.0, 4.0), one(4.0, 8.0)]);
        assert_eq!(all, one(3.0, 12.0));
        let own = Dispersion::moderated(Some(one(9.0, 4.0)), all);
        assert_eq!(own, one(4.5, 16.0));
        assert_eq!(Dispersion::moderated(None, all), one(3.0, 16.0));
        assert_eq!(Dispersion::common(&[one(0.3, 4.0)]), one(1.0, 0.0));
        assert_eq!(Dispersion::common(&[]), Dispersion::ASSUMED);
        let assumed = Dispersion::moderated(Some(one(9.0, 1.0)), Dispersion::ASSUMED);
        assert_eq!(assumed, Dispersion::ASSUMED);
    }

    #[test]
    fn a_function_that_scatters_for_a_reason_of_its_own_speaks_for_itself_alone() {
        let one = |factor| Dispersion {
            factor,
            freedom: 8.0,
        };
        let all = Dispersion::common(&[one(1.0), one(1.5), one(2.0), one(80.0), one(90.0)]);
        assert_eq!((all.factor, all.freedom), (1.5, 24.0));
        assert_eq!(Dispersion::moderated(Some(one(80.0)), all), one(80.0));
        let alone = Dispersion::common(&[one(9.0)]);
        assert_eq!(Dispersion::moderated(Some(one(9.0)), alone), one(9.0));
    }

    #[test]
    fn nothing_seen_is_no_difference() {
        let test = compare_counts(
            &runs(&[0], 100),
            &runs(&[0], 100),
            Dispersion::ASSUMED,
            0.95,
        );
        assert_eq!((test.difference, test.p_greater), (0.0, 0.5));
        let test = compare_counts(&[], &[], Dispersion::ASSUMED, 0.95);
        assert_eq!((test.difference, test.p_greater), (0.0, 0.5));
    }
}
