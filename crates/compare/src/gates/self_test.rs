//! How often gates would have fired on the baseline itself: runs of one program, halved again and
//! again, must not differ from one another.

use std::collections::BTreeMap;

use super::Input;
use super::gate::{Gate, Gates};
use super::judge::Subset;
use super::place::ConfigError;
use super::subject::subjects;
use super::verdict::Verdict;

/// Splits of one baseline that are tried.
const SPLITS: usize = 200;

/// Runs below which halves are too small to tell anything.
const RUNS_LEAST: usize = 4;

/// What the self-test of one gate found.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfTest {
    /// Name of the gate.
    pub gate: String,
    /// Program and kind of profile.
    pub subject: String,
    /// Runs of the baseline.
    pub runs: usize,
    /// Judgements that were made.
    pub trials: usize,
    /// Those among them in which the gate fired.
    pub fired: usize,
    /// The function it named most often, if it fired.
    pub function: Option<String>,
    /// Why nothing was tried; empty otherwise.
    pub why: String,
}

/// Judges halves of each baseline by the gates that compare, and each run alone by those that do
/// not. `baselines` has the profiles of each gate; `any_host` says whether runs of unlike machines may be
/// compared.
///
/// # Errors
///
/// As [`check`](super::check()).
pub fn self_test(
    gates: &Gates,
    baselines: &[&[Input]],
    any_host: bool,
) -> Result<Vec<SelfTest>, ConfigError> {
    let mut tests = Vec::new();
    for (gate, baseline) in gates.gates.iter().zip(baselines) {
        let subjects = subjects(gate, baseline);
        if subjects.is_empty() {
            let why = "there is no baseline that it could judge".to_owned();
            tests.push(SelfTest::none(gate, String::new(), 0, why));
        }
        for ((tool, kind), runs) in subjects {
            let subject = [tool.as_str(), kind.as_str()].join(" ").trim().to_owned();
            tests.push(one(gate, subject, &runs, any_host)?);
        }
    }
    Ok(tests)
}

impl SelfTest {
    fn none(gate: &Gate, subject: String, runs: usize, why: String) -> SelfTest {
        SelfTest {
            gate: gate.name.clone(),
            subject,
            runs,
            trials: 0,
            fired: 0,
            function: None,
            why,
        }
    }

    /// The part of the trials in which the gate fired; `None` without a trial.
    pub fn rate(&self) -> Option<f64> {
        (self.trials > 0).then(|| self.fired as f64 / self.trials as f64)
    }
}

fn one(
    gate: &Gate,
    subject: String,
    runs: &[&Input],
    any_host: bool,
) -> Result<SelfTest, ConfigError> {
    let count = runs.len();
    let compares = gate.compares();
    if compares && count < RUNS_LEAST {
        let why = format!("{count} runs cannot be halved, it takes {RUNS_LEAST}");
        return Ok(SelfTest::none(gate, subject, count, why));
    }
    let splits = if compares {
        halves(count)
    } else {
        (0..count).map(|run| (Vec::new(), vec![run])).collect()
    };
    let subset = match Subset::new(gate, runs, any_host) {
        Ok(subset) => subset,
        Err(why) => return Ok(SelfTest::none(gate, subject, count, why)),
    };
    let mut test = SelfTest::none(gate, subject, count, String::new());
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (old, new) in splits {
        let outcome = subset.judge(&old, &new)?;
        let judgements = outcome.judgements;
        if let Some(unknown) = judgements.iter().find(|j| j.verdict == Verdict::Unknown) {
            test.why.clone_from(&unknown.why);
            continue;
        }
        test.trials += 1;
        let fails: Vec<_> = judgements
            .into_iter()
            .filter(|j| j.verdict == Verdict::Fail)
            .collect();
        test.fired += usize::from(!fails.is_empty());
        for judgement in fails {
            *named.entry(judgement.function).or_default() += 1;
        }
    }
    let often = named.into_iter().max_by_key(|(_, times)| *times);
    test.function = often.map(|(function, _)| function);
    if test.trials > 0 {
        test.why.clear();
    }
    Ok(test)
}

/// Ways to halve so many runs, the same ones every time.
fn halves(runs: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut draw = |below: usize| {
        // Xorshift, of G. Marsaglia, "Xorshift RNGs" (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut order: Vec<usize> = (0..runs).collect();
    let split = |order: &[usize]| {
        let (old, new) = order.split_at(runs / 2);
        (old.to_vec(), new.to_vec())
    };
    let shuffled = (0..SPLITS).map(|_| {
        for last in (1..runs).rev() {
            order.swap(last, draw(last + 1));
        }
        split(&order)
    });
    shuffled.collect()
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn every_run_is_in_one_half() {
        let splits = halves(5);
        assert_eq!(splits, halves(5));
        for (old, new) in &splits {
            let mut all = [old.as_slice(), new].concat();
            all.sort_unstable();
            assert_eq!((all, old.len()), (vec![0, 1, 2, 3, 4], 2));
        }
        let first = splits.iter().filter(|(old, _)| old.contains(&0)).count();
        assert!((50..110).contains(&first), "{first}");
    }
}
