//! Commands in turn, A B A B, and the ratios of what they use.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::usage::{self, Usage};

/// Some programs, each of which reads what the one before writes; the last one's output is discarded.
#[derive(Clone, Debug)]
pub struct Pipeline(pub Vec<Vec<String>>);

/// What one run used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    /// Wall time, in seconds.
    pub wall: f64,
    /// User and system time of all programs, in seconds.
    pub cpu: f64,
    /// The most memory that any of the programs had resident, in MiB.
    pub memory_mib: f64,
}

impl Pipeline {
    /// Runs it `times` in a row; times are sums.
    ///
    /// # Errors
    /// When a program cannot be started, or its exit status is neither 0 nor 1.
    pub fn run(&self, times: usize) -> io::Result<Run> {
        let mut all = Run::default();
        for _ in 0..times {
            let start = Instant::now();
            let usages = self.usages()?;
            all.wall += start.elapsed().as_secs_f64();
            let cpu: Duration = usages.iter().map(|usage| usage.cpu).sum();
            all.cpu += cpu.as_secs_f64();
            let memory = usages
                .iter()
                .map(|usage| usage.memory_bytes)
                .max()
                .unwrap_or(0);
            all.memory_mib = all.memory_mib.max(memory as f64 / f64::from(1 << 20));
        }
        Ok(all)
    }

    fn usages(&self) -> io::Result<Vec<Usage>> {
        let mut children: Vec<Child> = Vec::new();
        let mut input = Stdio::null();
        for (index, words) in self.0.iter().enumerate() {
            let is_last = index + 1 == self.0.len();
            let output = if is_last {
                Stdio::null()
            } else {
                Stdio::piped()
            };
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).stdin(input).stdout(output);
            let mut child = command
                .stderr(Stdio::null())
                .spawn()
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", words[0])))?;
            input = child.stdout.take().map_or_else(Stdio::null, Stdio::from);
            children.push(child);
        }
        let usages = children.iter().zip(&self.0);
        usages
            .map(|(child, words)| usage::of_child(child, &words.join(" ")))
            .collect()
    }
}

/// Runs `ours` and `theirs` in turn, `pairs` times.
///
/// # Errors
/// Those of [`Pipeline::run`].
pub fn in_turn(
    ours: &Pipeline,
    theirs: &Pipeline,
    pairs: usize,
    times: usize,
) -> io::Result<Vec<(Run, Run)>> {
    (0..pairs)
        .map(|_| Ok((ours.run(times)?, theirs.run(times)?)))
        .collect()
}

/// The middle of `values`, which are sorted.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 if middle > 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values.get(middle).copied().unwrap_or(f64::NAN),
    }
}

/// The ranks n/2 ± 1.96 sqrt(n)/2 of sorted values: the median's 95 % interval, distribution-free.
pub fn interval(sorted: &[f64]) -> (f64, f64) {
    let n = sorted.len() as f64;
    let half = 0.98 * n.sqrt();
    let rank = |rank: f64| sorted[(rank.round().max(0.0) as usize).min(sorted.len() - 1)];
    (rank(n / 2.0 - half), rank(n / 2.0 + half - 1.0))
}
