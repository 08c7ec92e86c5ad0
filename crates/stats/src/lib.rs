//! Tests, intervals and quantiles, one file a method.
//!
//! Pure numbers: the crate knows nothing of profiles, gates or series, and depends on nothing.
//! Each file names the source of its formula. Probabilities and confidences are fractions between
//! 0 and 1; an interval is the pair of its ends.
//!
//! ```
//! // 100 of 500 samples: the share is known to 3.5 points.
//! let (low, high) = stats::wilson_interval(100.0, 500.0, 0.95);
//! assert!((low - 0.167).abs() < 0.001 && (high - 0.237).abs() < 0.001);
//! ```

#![forbid(unsafe_code)]

mod beta;
mod bisect;
mod counts;
mod e_divisive;
mod false_discovery;
mod gamma;
mod mean;
mod median;
mod normal;
mod pooled;
mod ratio;
mod signed_rank;
mod student;
mod theil_sen;
mod wilson;

pub use counts::{CountTest, Dispersion, Tally, compare_counts, pool};
pub use e_divisive::{Shift, ShiftRule, shifts};
pub use false_discovery::benjamini_hochberg;
pub use mean::{mean, variance};
pub use median::{median, robust_deviation};
pub use normal::{normal_quantile, normal_upper_tail};
pub use pooled::pooled_t_test;
pub use ratio::{RatioTest, compare_means};
pub use signed_rank::{Middle, hodges_lehmann};
pub use student::{student_quantile, student_upper_tail};
pub use theil_sen::{Trend, theil_sen};
pub use wilson::{wilson_bound_above, wilson_bound_below, wilson_interval};
