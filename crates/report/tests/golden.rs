//! Every kind of report, every option, against recorded text.
//!
//! The texts in `golden/` were compared with those of the reference pprof when they were recorded.
//! `RECORD_GOLDEN=1 cargo test -p report` writes them anew; `EXPORT_PROFILES=DIR` writes the
//! profiles, so that another reader can be asked.

mod synthetic;

use std::path::PathBuf;
use std::{env, fs, io};

use report::{Files, Format, Kind, LoadOptions, NoFiles, Options, Report};

/// One report: what the file of its text is called, the profile, and pprof's words.
type Case = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("top", "cpu", "top"),
    ("top_cum", "cpu", "top -cum"),
    ("top_one", "cpu", "top -nodecount=1"),
    ("top_limit", "cpu", "top -nodecount=6 -cum"),
    ("top_all", "cpu", "top -nodefraction=0 -edgefraction=0"),
    ("top_large", "cpu", "top -nodefraction=0.1 -edgefraction=0.05"),
    ("top_untrimmed", "cpu", "top -trim=false"),
    ("top_lines", "cpu", "top -lines -nodecount=25"),
    ("top_columns", "cpu", "top -lines -showcolumns -nodecount=25"),
    ("top_filefunctions", "cpu", "top -filefunctions"),
    ("top_addresses", "cpu", "top -addresses -nodecount=25"),
    ("top_noinlines", "cpu", "top -noinlines"),
    ("top_ms", "cpu", "top -unit=ms"),
    ("top_auto", "cpu", "top -unit=auto"),
    ("top_other_family", "cpu", "top -unit=MB"),
    ("top_first_type", "cpu", "top -sample_index=0"),
    ("top_named_type", "heap", "top -sample_index=inuse_objects"),
    ("top_mean", "heap", "top -mean"),
    ("top_divided", "cpu", "top -divide_by=3"),
    ("top_compact", "cpu", "top -compact_labels -focus=parse"),
    ("top_trim_path", "cpu", "top -lines -trim_path=/build:/deps -nodecount=20"),
    ("top_source_path", "cpu", "top -lines -source_path=/home/me/src -nodecount=20"),
    ("top_heap", "heap", "top"),
    ("top_odd", "odd", "top"),
    ("top_odd_weird", "odd", "top -sample_index=2 -nodefraction=0"),
    ("top_odd_latency", "odd", "top -sample_index=latency"),
    ("top_positive", "odd", "top -drop_negative -nodefraction=0"),
    ("focus", "cpu", "top -focus=parse|Display"),
    ("focus_file", "cpu", "top -focus=walk.rs$"),
    ("focus_object", "cpu", "top -focus=libc"),
    ("focus_nothing", "cpu", "top -focus=nothing_matches_this"),
    ("focus_relative", "cpu", "top -relative_percentages -focus=parse"),
    ("ignore", "cpu", "top -ignore=regex|walk"),
    ("hide", "cpu", "top -hide=walk|push"),
    ("show", "cpu", "top -show=app::"),
    ("show_from", "cpu", "top -show_from=walk"),
    ("prune_from", "cpu", "top -prune_from=walk|operator"),
    ("tagfocus", "cpu", "top -tagfocus=worker-[12]"),
    ("tagfocus_key", "cpu", "top -tagfocus=thread=1,2"),
    ("tagfocus_range", "cpu", "top -tagfocus=bytes=1kb:64kb"),
    ("tagfocus_number", "cpu", "top -tagfocus=:2"),
    ("tagignore", "cpu", "top -tagignore=worker-1"),
    ("tagroot", "cpu", "top -tagroot=thread,bytes"),
    ("tagleaf", "cpu", "top -tagleaf=thread"),
    ("tagshow", "cpu", "traces -tagshow=thread"),
    ("taghide", "cpu", "tags -taghide=thread"),
    ("tree", "cpu", "tree"),
    ("tree_cum", "cpu", "tree -cum -nodecount=8"),
    ("tree_lines", "heap", "tree -lines -nodefraction=0.03"),
    ("tree_mean", "heap", "tree -mean -nodecount=9"),
    ("peek", "cpu", "peek=parse$|libc"),
    ("list", "cpu", "list=main|Shape|walk|memcpy|parse"),
    ("list_path", "cpu", "list=parse -trim_path=/build/app -source_path=/home/me:/home/you"),
    ("list_mean", "heap", "list=push -mean -noinlines"),
    ("traces", "cpu", "traces"),
    ("traces_lines", "odd", "traces -lines"),
    ("tags", "cpu", "tags"),
    ("tags_odd", "odd", "tags -sample_index=0"),
    ("svg", "cpu", "svg -nodecount=12"),
    ("svg_odd", "odd", "svg"),
    ("svg_call_tree", "cpu", "svg -call_tree -nodecount=10"),
    ("raw", "cpu", "raw"),
    ("raw_heap", "heap", "raw"),
    ("raw_odd", "odd", "raw"),
    ("raw_noinlines", "cpu", "raw -noinlines"),
    ("comments", "cpu", "comments"),
    ("dot", "cpu", "dot"),
    ("dot_small", "cpu", "dot -nodecount=12"),
    ("dot_lines", "heap", "dot -lines"),
    ("dot_mean", "heap", "dot -mean -nodecount=9"),
    ("dot_compact", "heap", "dot -compact_labels -nodecount=5"),
    ("dot_odd", "odd", "dot -sample_index=0"),
    ("dot_diff", "cpu_later", "dot -diff_base=cpu -nodecount=20"),
    ("dot_call_tree", "cpu", "dot -call_tree -nodecount=30"),
    ("folded", "cpu", "folded"),
    ("folded_odd", "odd", "folded -lines -sample_index=1"),
    ("speedscope", "heap", "speedscope"),
    ("firefox", "cpu", "firefox -focus=parse"),
    ("firefox_odd", "odd", "firefox -lines"),
    ("top_json", "cpu", "top -json -nodecount=8"),
    ("top_csv", "odd", "top -csv -nodecount=8"),
    ("tree_json", "cpu", "tree -json -nodecount=5"),
    ("tree_csv", "heap", "tree -csv -nodecount=5"),
    ("peek_json", "cpu", "peek=parse$ -json"),
    ("list_json", "cpu", "list=parse|walk -json"),
    ("list_csv", "cpu", "list=parse -csv"),
    ("traces_json", "odd", "traces -json"),
    ("traces_csv", "cpu", "traces -csv -focus=parse"),
    ("tags_json", "cpu", "tags -json"),
    ("tags_csv", "odd", "tags -csv -sample_index=0"),
    ("raw_json", "odd", "raw -json"),
    ("raw_csv", "heap", "raw -csv"),
    ("comments_json", "cpu", "comments -json"),
    ("comments_csv", "cpu", "comments -csv"),
    ("dot_json", "cpu", "dot -json -nodecount=12"),
    ("dot_csv", "odd", "dot -csv -sample_index=0"),
    ("callgrind", "cpu", "callgrind"),
    ("callgrind_call_tree", "odd", "callgrind -call_tree"),
    ("callgrind_heap", "heap", "callgrind"),
    ("callgrind_odd", "odd", "callgrind -sample_index=1"),
    ("diff_base", "cpu_later", "top -diff_base=cpu"),
    ("base", "cpu_later", "top -base=cpu -nodefraction=0"),
    ("normalize", "cpu_later", "top -diff_base=cpu -normalize -unit=auto"),
    ("merge", "cpu_later+cpu", "tree -nodecount=12"),
    ("raw_merge", "cpu_later+cpu", "raw"),
    ("full_names", "cpu", "top -symbolize=demangle=full -nodecount=20"),
    ("template_names", "cpu", "top -symbolize=demangle=templates -nodecount=20"),
];

/// Source code: every line says its number; one file is missing.
struct Sources;

impl Files for Sources {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path.ends_with("walk.rs") || path.starts_with("/home/me/src") {
            return Err(io::Error::from_raw_os_error(2));
        }
        let lines = (1..=60).map(|line| format!("line {line} of {path}\n"));
        Ok(lines.collect::<String>().into_bytes())
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/home/me/src".to_owned())
    }
}

fn kind(word: &str) -> Kind {
    match word.split_once('=').unwrap_or((word, "")) {
        ("top", _) => Kind::Top,
        ("tree", _) => Kind::Tree,
        ("peek", only) => Kind::Peek(only.to_owned()),
        ("list", only) => Kind::List(only.to_owned()),
        ("traces", _) => Kind::Traces,
        ("tags", _) => Kind::Tags,
        ("raw", _) => Kind::Raw,
        ("comments", _) => Kind::Comments,
        ("folded", _) => Kind::Folded,
        ("speedscope", _) => Kind::Speedscope,
        ("firefox", _) => Kind::Firefox,
        ("svg", _) => Kind::Svg,
        ("dot", _) => Kind::Dot,
        ("callgrind", _) => Kind::Callgrind,
        (other, _) => panic!("no kind of report is called {other}"),
    }
}

fn profile(name: &str) -> dtail_profile::Profile {
    synthetic::all()
        .into_iter()
        .find(|(other, _)| *other == name)
        .unwrap()
        .1
}

/// The report that pprof's words ask for.
fn text(profiles: &str, words: &str) -> String {
    let mut words = words.split(' ');
    let kind = kind(words.next().unwrap());
    let mut options = Options::default();
    let mut load = LoadOptions {
        demangle: Some(Default::default()),
        ..Default::default()
    };
    let (mut bases, mut format) = (Vec::new(), None);
    for word in words {
        let word = word.strip_prefix('-').unwrap();
        match word.split_once('=').unwrap_or((word, "true")) {
            ("json", _) => format = Some(Format::Json),
            ("csv", _) => format = Some(Format::Csv),
            ("normalize", _) => load.normalize = true,
            ("symbolize", mode) => {
                let full = mode.ends_with("full");
                let mode = if full {
                    report::Demangle::Full
                } else {
                    report::Demangle::Templates
                };
                (load.demangle, load.force_demangle) = (Some(mode), true);
            }
            (base @ ("base" | "diff_base"), name) => {
                load.is_diff = base == "diff_base";
                bases.push(profile(name));
            }
            (name, value) => options.set(name, value).unwrap(),
        }
    }
    let sources = profiles.split('+').map(profile).collect();
    let (profile, _) = report::load(sources, bases, &load).unwrap();
    let mut text = Vec::new();
    let report = Report::new(profile, kind, &options).unwrap();
    match format {
        Some(format) => report.write_table(format, &Sources, &mut text).unwrap(),
        None => report.write(&Sources, &mut text).unwrap(),
    }
    String::from_utf8(text).unwrap()
}

fn check((name, profile, words): &Case) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    let found = text(profile, words);
    if env::var_os("RECORD_GOLDEN").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let wanted =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    if wanted == found {
        return Ok(());
    }
    let pairs = wanted.lines().chain([""]).zip(found.lines().chain([""]));
    let (line, (wanted, found)) = pairs
        .enumerate()
        .find(|(_, (wanted, found))| wanted != found)
        .unwrap_or_default();
    Err(format!(
        "{name} (`{words}` of {profile}), line {}:\n- {wanted}\n+ {found}",
        line + 1
    ))
}

#[test]
fn reports_are_as_recorded() {
    if let Some(directory) = env::var_os("EXPORT_PROFILES").map(PathBuf::from) {
        for (name, profile) in synthetic::all() {
            fs::write(directory.join(name), profile.encode_gzip()).unwrap();
        }
        let lines: String = CASES
            .iter()
            .map(|(n, p, w)| format!("{n}\t{p}\t{w}\n"))
            .collect();
        fs::write(directory.join("cases.tsv"), lines).unwrap();
    }
    let failures: Vec<String> = CASES.iter().filter_map(|case| check(case).err()).collect();
    assert!(
        failures.is_empty(),
        "{} of {} differ\n{}",
        failures.len(),
        CASES.len(),
        failures.join("\n")
    );
}

#[test]
fn what_is_written_as_a_profile_reads_the_same() {
    for (name, _) in synthetic::all() {
        let mut bytes = Vec::new();
        let report = Report::new(profile(name), Kind::Proto, &Options::default()).unwrap();
        report.write(&NoFiles, &mut bytes).unwrap();
        let read = dtail_profile::Profile::decode(&bytes).unwrap();
        let raw = |profile| {
            let mut text = Vec::new();
            let report = Report::new(profile, Kind::Raw, &Options::default()).unwrap();
            report.write(&NoFiles, &mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        assert_eq!(raw(read), raw(profile(name)), "{name}");
    }
}
