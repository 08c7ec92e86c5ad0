//! Simulated runs of a program as profiles.

use compare::Input;
use dtail_profile::{Line, Profile, ProfileBuilder};

use crate::random::Random;

/// How much a function's cost scatters from run to run, and how much the whole does.
const FUNCTION_SCATTER: f64 = 0.05;
const TOTAL_SCATTER: f64 = 0.03;

/// A program by the shares of its functions, the largest first.
pub(crate) struct Program {
    shares: Vec<f64>,
    /// Callers between `main` and the functions on each of two threads, which share the work as it happens.
    depth: usize,
}

impl Program {
    /// Shares that fall evenly, the largest twice the mean.
    pub(crate) fn even() -> Program {
        Program::of((1..=20).rev().map(f64::from).collect())
    }

    /// Some large functions, and many small ones.
    pub(crate) fn long_tail() -> Program {
        let mut weights = vec![
            25.0, 15.0, 10.0, 8.5, 6.0, 5.0, 4.0, 3.0, 2.0, 2.0, 1.0, 1.0,
        ];
        weights.extend([0.5; 35]);
        Program::of(weights)
    }

    fn of(weights: Vec<f64>) -> Program {
        let sum: f64 = weights.iter().sum();
        Program {
            shares: weights.iter().map(|weight| weight / sum).collect(),
            depth: 0,
        }
    }

    /// The same, by two threads: one of them does between a third and two thirds of the work.
    pub(crate) fn on_threads(self) -> Program {
        Program { depth: 10, ..self }
    }

    pub(crate) fn name(&self, function: usize) -> String {
        format!("program::part{function}")
    }

    pub(crate) fn of_share_at_least(&self, share: f64) -> Vec<usize> {
        let functions = 0..self.shares.len();
        functions
            .filter(|function| self.shares[*function] >= share)
            .collect()
    }
}

/// One comparison of the program with itself, or with a changed one.
pub(crate) struct Suite<'a> {
    program: &'a Program,
    seed: u64,
    samples: f64,
}

impl Suite<'_> {
    /// Runs of about `samples` samples.
    pub(crate) fn new(program: &Program, seed: u64, samples: f64) -> Suite<'_> {
        Suite {
            program,
            seed,
            samples,
        }
    }

    /// So many runs a side; in the second, one function costs so many times as much.
    pub(crate) fn sides(
        &self,
        runs: usize,
        change: Option<(usize, f64)>,
    ) -> (Vec<Input>, Vec<Input>) {
        let mut random = Random::new(self.seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let old = (0..runs).map(|_| self.run(&mut random, None)).collect();
        let new = (0..runs).map(|_| self.run(&mut random, change)).collect();
        (old, new)
    }

    fn run(&self, random: &mut Random, change: Option<(usize, f64)>) -> Input {
        let whole = self.samples * (TOTAL_SCATTER * random.normal()).exp();
        let costs = self
            .program
            .shares
            .iter()
            .enumerate()
            .map(|(function, share)| {
                let factor = change.filter(|(changed, _)| *changed == function);
                let factor = factor.map_or(1.0, |(_, factor)| factor);
                share * factor * whole * (FUNCTION_SCATTER * random.normal()).exp()
            });
        let costs: Vec<f64> = costs.collect();
        let counts = costs
            .iter()
            .map(|cost| poisson(random, *cost))
            .collect::<Vec<i64>>();
        Input {
            file: "program_cpu_20261123_120000.prof".to_owned(),
            tool: "program".to_owned(),
            states_tool: true,
            kind: "cpu".to_owned(),
            profile: self.profile(&counts, random),
        }
    }

    fn profile(&self, counts: &[i64], random: &mut Random) -> Profile {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("samples", "count");
        builder.sample_type("cpu", "nanoseconds");
        builder.period("cpu", "nanoseconds", 10_000_000);
        builder.comment("# dtail.bytes=1000000");
        let mut location = |name: &str| {
            let function = builder.function(name, "", "", 0);
            let line = Line {
                function,
                line: 1,
                column: 0,
            };
            builder.location(None, 0, &[line])
        };
        let main = location("main");
        let functions = 0..counts.len();
        let parts: Vec<_> = functions
            .map(|part| location(&self.program.name(part)))
            .collect();
        let threads = [0, 1].map(|thread| {
            let names = (0..self.program.depth).map(|at| format!("thread{thread}::caller{at}"));
            names.map(|name| location(&name)).collect::<Vec<_>>()
        });
        let of_first = match self.program.depth {
            0 => 1.0,
            _ => (1.0 + random.uniform()) / 3.0,
        };
        for (part, count) in parts.iter().zip(counts).filter(|(_, count)| **count > 0) {
            let first = (*count as f64 * of_first).round() as i64;
            for (callers, count) in threads.iter().zip([first, count - first]) {
                let stack = [&[*part], callers.as_slice(), &[main]].concat();
                builder.sample(&stack, &[count, 10_000_000 * count], &[]);
            }
        }
        builder.finish().unwrap()
    }
}

/// From here on a count is close enough to a normal variable.
const LARGE: f64 = 100.0;

/// A count whose mean is `mean`: events of a process until that much time has gone.
fn poisson(random: &mut Random, mean: f64) -> i64 {
    if mean > LARGE {
        return (mean + mean.sqrt() * random.normal()).round() as i64;
    }
    let (mut time, mut events) = (0.0, 0);
    loop {
        time -= random.uniform().ln();
        if time > mean {
            return events;
        }
        events += 1;
    }
}
