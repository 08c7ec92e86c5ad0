//! Gates: what a configuration may hold, and what verdicts follow from profiles made here.

mod made;

use compare::{GateEvidence, Gates, Input, Verdict, Verdicts, check};
use made::{cpu, heap};

fn verdicts(config: &str, old: &[Input], new: &[Input]) -> Verdicts {
    let gates = Gates::parse(format!("version = 1\n{config}")).unwrap();
    let baselines: Vec<&[Input]> = gates.gates.iter().map(|_| old).collect();
    let evidence = GateEvidence {
        new,
        baselines: &baselines,
        any_host: false,
    };
    check(&gates, evidence).unwrap()
}

/// Judges by one gate and checks its verdict, the exit status and a part of the first reason.
#[track_caller]
fn check_one(gate: &str, old: &[Input], new: &[Input], verdict: Verdict, exit: u8, why: &str) {
    let verdicts = verdicts(&format!("[[gate]]\nname = 'g'\n{gate}"), old, new);
    let outcome = &verdicts.outcomes[0];
    let said = &outcome.judgements[0];
    assert_eq!(
        (outcome.verdict(), verdicts.exit_status()),
        (verdict, exit),
        "{said:?}"
    );
    assert!(said.why.contains(why), "{said:?}");
}

const HOG: &str = "function = '.*'\nmax = '20%'";
const GROWS: &str = "function = '.*'\nmax_increase = '10%'\nmin_delta = '1pt'";

/// So many runs of the same stacks.
fn runs(count: usize, stacks: &[(&str, i64)], comments: &[&str]) -> Vec<Input> {
    (0..count).map(|_| cpu(stacks, comments)).collect()
}

#[test]
fn a_limit_is_judged_by_the_samples() {
    check_one(
        HOG,
        &[],
        &[cpu(&[("main", 1000)], &[])],
        Verdict::Fail,
        1,
        "100.0% is above 20.0%",
    );
    check_one(
        HOG,
        &[],
        &[cpu(&[("main", 8)], &[])],
        Verdict::Unknown,
        4,
        "8 samples are too few",
    );
    let near = cpu(
        &[("a", 53), ("b", 47), ("c", 50), ("d", 50), ("e", 50)],
        &[],
    );
    check_one(HOG, &[], &[near], Verdict::Warn, 0, "only 17.");
    let within: Vec<(String, i64)> = (0..10).map(|n| (format!("f{n}"), 100)).collect();
    let within: Vec<(&str, i64)> = within.iter().map(|(f, n)| (f.as_str(), *n)).collect();
    check_one(
        HOG,
        &[],
        &[cpu(&within, &[])],
        Verdict::Pass,
        0,
        "10.0% is within 20.0%",
    );
    // One late signal can stand for many samples.
    let late = cpu(&[("main", 1000)], &["# dtail.signals=8"]);
    check_one(
        HOG,
        &[],
        &[late],
        Verdict::Unknown,
        4,
        "8 samples are too few",
    );
}

#[test]
fn groups_count_each_sample_once() {
    let profile = [cpu(
        &[
            ("main;alloc::a;alloc::b", 300),
            ("main;alloc::a", 100),
            ("main", 600),
        ],
        &[],
    )];
    let gate = |more: &str| format!("function = '^alloc::'\ngroup = true\nmetric = 'cum'\n{more}");
    check_one(
        &gate("max = '30%'"),
        &[],
        &profile,
        Verdict::Fail,
        1,
        "40.0% is above 30.0%",
    );
    check_one(
        &gate("max = '45%'"),
        &[],
        &profile,
        Verdict::Pass,
        0,
        "40.0% is within 45.0%",
    );
    let without = "ignore = ['::a$']\nmax = '45%'";
    check_one(
        &gate(without),
        &[],
        &profile,
        Verdict::Pass,
        0,
        "30.0% is within 45.0%",
    );
}

#[test]
fn memory_is_judged_by_its_bounds() {
    let gate = |limit: &str| {
        format!("total = true\nmeasure = 'value'\nsample_type = 'inuse_space'\nmax = '{limit}'")
    };
    // 100 samples at a rate of 512 kB: 50 MB to within a fifth.
    let profile = [heap(&[("main", 50 << 20)])];
    check_one(
        &gate("30MB"),
        &[],
        &profile,
        Verdict::Fail,
        1,
        "50MB is above 30MB",
    );
    check_one(
        &gate("45MB"),
        &[],
        &profile,
        Verdict::Warn,
        0,
        "50MB is above 45MB",
    );
    check_one(
        &gate("64MB"),
        &[],
        &profile,
        Verdict::Pass,
        0,
        "50MB is within 64MB",
    );
}

#[test]
fn work_makes_runs_of_unlike_size_comparable() {
    let gate = "total = true\nmeasure = 'per_unit'\nmax = '5ms/MB'";
    let work = "# dtail.bytes=104857600";
    // 4 s for 100 MB.
    check_one(
        gate,
        &[],
        &[cpu(&[("main", 400)], &[work])],
        Verdict::Fail,
        1,
        "40ms/MB is above 5ms/MB",
    );
    check_one(
        gate,
        &[],
        &[cpu(&[("main", 400)], &[])],
        Verdict::Unknown,
        4,
        "do not state their bytes",
    );
    let lines = "total = true\nmeasure = 'per_unit'\nwork_label = 'dtail.lines'\nmax = '50us/line'";
    let work = "# dtail.lines=100000";
    check_one(
        lines,
        &[],
        &[cpu(&[("main", 400)], &[work])],
        Verdict::Pass,
        0,
        "40us/line is within",
    );
    let grows = "total = true\nmeasure = 'per_unit'\nmax_increase = '5%'";
    let old: Vec<Input> = [400, 410, 395, 405, 398]
        .map(|n| cpu(&[("main", n)], &["# dtail.bytes=1000"]))
        .into();
    let twice: Vec<Input> = [802, 790, 815, 800, 811]
        .map(|n| cpu(&[("main", n)], &["# dtail.bytes=2000"]))
        .into();
    let slower: Vec<Input> = twice
        .iter()
        .map(|_| cpu(&[("main", 802)], &["# dtail.bytes=1000"]))
        .collect();
    check_one(grows, &old, &twice, Verdict::Pass, 0, "x1.00");
    check_one(grows, &old, &slower, Verdict::Fail, 1, "x2.00");
}

#[test]
fn growth_is_judged_against_the_baseline() {
    let old = runs(5, &[("main;a", 200), ("main;b", 800)], &[]);
    let new = runs(5, &[("main;a", 400), ("main;b", 800)], &[]);
    check_one(
        GROWS,
        &old,
        &new,
        Verdict::Fail,
        1,
        "grew from 20.0% to 33.3% (x1.67)",
    );
    check_one(GROWS, &old, &old, Verdict::Pass, 0, "x1.00");
    check_one(
        GROWS,
        &old[..1],
        &new,
        Verdict::Warn,
        0,
        "a failure needs 5 runs a side",
    );
    check_one(
        GROWS,
        &old[..1],
        &old,
        Verdict::Unknown,
        4,
        "to pass 5 are needed",
    );
    check_one(
        GROWS,
        &[],
        &new,
        Verdict::Unknown,
        4,
        "there is no baseline",
    );
    let few = runs(5, &[("main;a", 100), ("main;b", 90)], &[]);
    check_one(
        GROWS,
        &old,
        &few,
        Verdict::Unknown,
        4,
        "fewer than 200 samples",
    );
}

/// Runs in which a function by which threads share the work has these samples of 1000, and which call `find`
/// so often from both.
fn by_threads(first: [i64; 5], find: i64) -> Vec<Input> {
    let run = |first: i64| {
        let other = 1000 - first;
        let of_find = find * first / 1000;
        let stacks = [
            ("main;first;find", of_find),
            ("main;first;work", first - of_find),
            ("main;second;find", find - of_find),
            ("main;second;work", other - (find - of_find)),
        ];
        cpu(&stacks, &[])
    };
    first.map(run).to_vec()
}

#[test]
fn a_growth_that_cannot_be_excluded_does_not_pass() {
    let cum = format!("metric = 'cum'\n{GROWS}");
    let scattered = by_threads([330, 640, 350, 650, 360], 400);
    let why = "more samples or runs are needed; likewise for 1 more";
    check_one(&cum, &scattered, &scattered, Verdict::Unknown, 0, why);
    let even = by_threads([500, 510, 490, 505, 495], 400);
    check_one(&cum, &even, &even, Verdict::Pass, 0, "points at most");
    // What others scatter by hides no growth.
    let grown = by_threads([640, 350, 650, 360, 340], 500);
    let why = "grew from 40.0% to 50.0%";
    check_one(&cum, &scattered, &grown, Verdict::Fail, 1, why);
}

#[test]
fn functions_come_and_go() {
    let old = runs(5, &[("main;a", 900), ("main;gone", 100)], &[]);
    let new = runs(5, &[("main;a", 900), ("main;come", 200)], &[]);
    let verdicts = verdicts(&format!("[[gate]]\nname = 'g'\n{GROWS}"), &old, &new);
    let said: Vec<(&str, Verdict)> = verdicts.outcomes[0]
        .judgements
        .iter()
        .map(|judgement| (judgement.function.as_str(), judgement.verdict))
        .collect();
    assert_eq!(said[..2], [("come", Verdict::New), ("gone", Verdict::Gone)]);
    assert_eq!(verdicts.exit_status(), 0);
    // Too few runs pass nothing, whatever else is seen.
    check_one(
        GROWS,
        &old[..1],
        &new,
        Verdict::Unknown,
        0,
        "to pass 5 are needed",
    );
    let strict = format!("on_new = 'fail'\n{GROWS}");
    check_one(&strict, &old, &new, Verdict::New, 1, "not in the baseline");
    let renamed = format!("[rename]\ngone = 'come'\n[[gate]]\nname = 'g'\n{GROWS}");
    assert_eq!(
        self::verdicts(&renamed, &old, &old).outcomes[0].verdict(),
        Verdict::Pass
    );
    let renamed = self::verdicts(&renamed, &old, &new);
    assert_eq!(renamed.outcomes[0].judgements[0].function, "come");
    assert_eq!(renamed.outcomes[0].verdict(), Verdict::Fail);
}

#[test]
fn a_share_that_grew_because_others_shrank_only_warns() {
    let old = runs(5, &[("main;a", 500), ("main;b", 1500)], &[]);
    let new = runs(5, &[("main;a", 500), ("main;b", 500)], &[]);
    check_one(
        GROWS,
        &old,
        &new,
        Verdict::Warn,
        0,
        "the share moved, the cost did not",
    );
}

#[test]
fn a_cost_that_moved_between_neighbours_only_warns() {
    let old = runs(
        5,
        &[("main;a", 600), ("main;a;b", 200), ("main;c", 1200)],
        &[],
    );
    let new = runs(
        5,
        &[("main;a", 200), ("main;a;b", 600), ("main;c", 1200)],
        &[],
    );
    check_one(
        GROWS,
        &old,
        &new,
        Verdict::Warn,
        0,
        "the cost moved here from a",
    );
}

#[test]
fn the_cause_is_named_and_not_its_callers() {
    let gate = "function = '.*'\nmetric = 'cum'\nmax_increase = '10%'";
    let old = runs(
        5,
        &[("main;run;search;find", 300), ("main;run;print", 700)],
        &[],
    );
    let new = runs(
        5,
        &[("main;run;search;find", 600), ("main;run;print", 700)],
        &[],
    );
    let verdicts = verdicts(&format!("[[gate]]\nname = 'g'\n{gate}"), &old, &new);
    let said = verdicts.outcomes[0].judgements.iter();
    let failing: Vec<&str> = said
        .clone()
        .filter(|judgement| judgement.verdict == Verdict::Fail)
        .map(|judgement| judgement.function.as_str())
        .collect();
    assert_eq!(failing, ["find"]);
    let mut callers = said.filter(|judgement| judgement.verdict == Verdict::Warn);
    let caller = callers.next().unwrap();
    assert_eq!(
        (caller.function.as_str(), callers.next().is_none()),
        ("search", true)
    );
    assert!(caller.why.ends_with("the cause is find"), "{caller:?}");
    // A function that many call: which call brought it.
    let old = runs(
        5,
        &[("main;a;copy", 300), ("main;b;copy", 300), ("main", 900)],
        &[],
    );
    let new = runs(
        5,
        &[("main;a;copy", 300), ("main;b;copy", 600), ("main", 900)],
        &[],
    );
    check_one(GROWS, &old, &new, Verdict::Fail, 1, "called by b");
}

#[test]
fn unlike_builds_and_machines_are_not_compared() {
    let stacks = [("main;a", 300), ("main;b", 700)];
    let run = |facts: &[&str]| runs(5, &stacks, facts);
    let old = run(&[
        "# dtail.rustc=rustc 1.88.0",
        "# dtail.host=a",
        "# dtail.git=1111",
    ]);
    for (facts, verdict, why) in [
        (
            [
                "# dtail.rustc=rustc 1.88.0",
                "# dtail.host=a",
                "# dtail.git=2222",
            ],
            Verdict::Pass,
            "",
        ),
        (
            ["# dtail.rustc=rustc 1.90.0", "# dtail.host=a", ""],
            Verdict::Unknown,
            "built otherwise: rustc is rustc 1.88.0 in the baseline, rustc 1.90.0 now",
        ),
        (
            ["# dtail.rustc=rustc 1.88.0", "# dtail.host=b", ""],
            Verdict::Unknown,
            "another machine: host is a in the baseline, b now",
        ),
        (
            ["# dtail.rustc=rustc 1.88.0", "", ""],
            Verdict::Unknown,
            "host is a in the baseline, unknown now",
        ),
        (
            [
                "# dtail.rustc=rustc 1.88.0",
                "# dtail.host=a",
                "# dtail.build_profile=debug",
            ],
            Verdict::Unknown,
            "build_profile",
        ),
        (
            [
                "# dtail.rustc=rustc 1.88.0",
                "# dtail.host=a",
                "# dtail.allocator=jemalloc",
            ],
            Verdict::Unknown,
            "allocator",
        ),
        (
            [
                "# dtail.rustc=rustc 1.88.0",
                "# dtail.host=a",
                "# dtail.opt_level=2",
            ],
            Verdict::Unknown,
            "opt_level",
        ),
    ] {
        let exit = if verdict == Verdict::Pass { 0 } else { 4 };
        check_one(GROWS, &old, &run(&facts), verdict, exit, why);
    }
}

#[test]
fn nothing_to_judge_is_not_green() {
    let profile = [cpu(&[("main", 1000)], &[])];
    check_one(
        "function = 'nosuch'\nmax = '20%'",
        &[],
        &profile,
        Verdict::Unknown,
        4,
        "no function of these profiles matches",
    );
    check_one(
        "function = '.*'\nsample_type = 'heap'\nmax = '20%'",
        &[],
        &profile,
        Verdict::Unknown,
        4,
        "no profile with sample type heap",
    );
    check_one(
        "function = '.*'\nprofile = '*_mem_*'\nmax = '20%'",
        &[],
        &profile,
        Verdict::Unknown,
        4,
        "no profile called *_mem_*",
    );
    let two = |on_unknown: &str| {
        let config = format!(
            "[defaults]\non_unknown = '{on_unknown}'\n\
             [[gate]]\nname = 'a'\nfunction = 'nosuch'\nmax = '20%'\n\
             [[gate]]\nname = 'b'\nfunction = 'main'\nmeasure = 'value'\nmax = '99s'"
        );
        verdicts(&config, &[], &profile).exit_status()
    };
    assert_eq!((two("warn"), two("pass"), two("fail")), (0, 0, 4));
}

#[test]
fn programs_are_judged_apart() {
    let mut other = cpu(&[("main", 1000)], &[]);
    other.tool = "dmap".to_owned();
    let fine = cpu(&[("a", 500), ("b", 500)], &[]);
    let config = "[[gate]]\nname = 'g'\nfunction = '.*'\nmax = '60%'";
    let verdicts = verdicts(config, &[], &[fine, other]);
    let said = verdicts
        .outcomes
        .iter()
        .map(|o| (o.subject.as_str(), o.verdict()));
    let said: Vec<(&str, Verdict)> = said.collect();
    assert_eq!(
        said,
        [("dgrep cpu", Verdict::Pass), ("dmap cpu", Verdict::Fail)]
    );
}

#[test]
fn a_limit_of_another_unit_is_a_mistake_with_its_place() {
    let gates = "version = 1\n[[gate]]\nname = 'g'\ntotal = true\nmeasure = 'value'\nmax = '64MB'";
    let gates = Gates::parse(gates).unwrap();
    let evidence = GateEvidence {
        new: &[cpu(&[("main", 1000)], &[])],
        baselines: &[],
        any_host: false,
    };
    let error = check(&gates, evidence).unwrap_err();
    assert_eq!(
        error.to_string(),
        "6:7: '64MB' is not an amount of cpu/nanoseconds"
    );
}
