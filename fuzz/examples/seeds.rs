//! Writes inputs to start from into corpus/TARGET/, for targets that would hardly come upon one.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

#[path = "../src/example.rs"]
mod example;

const QUERIES: &[&str] = &[
    "from STATS select count($line),avg($goroutines) group by $hostname",
    "select p95(ms) as slow, user where ms > 1 and (user ne \"x\" or ms == 2) group by user having slow > 1 \
     order by slow limit 3 interval 2 logformat csv",
    "select distinct(a),percentage(b) set $x = md5sum(a), $y = 1.5 group by $x rorder by a outfile append \"x\"",
    "select last(`a b`),len($line) where $line contains \"q\\\"\" logformat json",
];

const CONFIGURATIONS: &[&str] = &[
    "{\"Client\": {\"TermColorsEnable\": false, \"TermColors\": {\"Remote\": {\"DelimiterAttr\": \"Dim\", \
     \"DelimiterBg\": \"Blue\", \"DelimiterFg\": \"Cyan\"}}},\n \"Server\": {\"MaxLineLength\": 1024},\n \
     \"Common\": {\"Logger\": \"fout\", \"LogDir\": \"~/log\", \"LogLevel\": \"debug\", \"LogRotation\": \"daily\"}}",
    "{\"common\": [1e3, null, true, \"\\u00e4\"]}",
];

const LINES: &[&str] = &[
    "\0INFO|1002-071143|1|stats.go:56|8|13|7|0.21|471h0m21s|MAPREDUCE:STATS|a=0|b=1\n",
    "\x01a,b,c\n1,\"x\"\"y\nz\",3\n4,5,6\n",
    "\x01{\"a\":1e3,\"nested\":{\"a\":[1,\"\\u00e4\\ud83d\\ude00\"]},\"ms\":null}\n",
    "\x01a=1 ms=2.5s user=\"x \\\"y\\\"\" b\n",
    "\0ms=1|user=x|a=b=c\n",
];

const EXPRESSIONS: &[&str] = &[
    "(ERROR|WARN).*user[0-9]+\0an ERROR of user12\n\nWARN user\n",
    "(?i)^\\Qa.b\\E[[:alpha:]\\d-]{2,5}?$|\\bx\\B\0A.B12\nx\n",
    "a{,2}|[^\\n\\x{fffd}]\\pL\\p{^Greek}\\07\0\u{fffd}\n",
    "(?P<n>a*?)(?:b|(?s).)\\z\0ab\n\n",
];

const OPTIONS: &[&str] = &[
    "focus=main|find\nignore=(?i)x\nhide=^std\nshow=.\nsort=cum\n",
    "tagfocus=1kb:64kb\ntagshow=file\ntagroot=file\nunit=ms\ndot=\n",
    "peek=find$\ngranularity=lines\nnoinlines=true\nnodecount=3\nnodefraction=0.5\ntrim=false\n",
    "sample_index=samples\nmean=1\ndivide_by=2.5\nshow_from=main\nprune_from=read\nrelative_percentages=1\n",
];

const SOURCE: &str = "static inline int g(int x) { return x * 3; }\n\
    int f(int x) { int s = 0; while (x--) s += g(x); return s; }\n";

fn main() -> io::Result<()> {
    let profile = example::profile();
    write("profile", [profile.encode(), profile.encode_gzip()])?;
    write("reports", [profile.encode()])?;
    // Behind the head that the target puts before it.
    write(
        "gzip",
        [profile.encode_gzip(), profile.encode_gzip().split_off(10)],
    )?;
    let frame = zstd::encode_all(LINES.concat().as_bytes(), 3)?;
    write("zstd", [&frame[..], &frame[6..]])?;
    write("configuration", CONFIGURATIONS)?;
    write("query", QUERIES)?;
    write("formats", LINES)?;
    write("expressions", EXPRESSIONS)?;
    write("options", OPTIONS)?;
    let library = compiled()?;
    write("symbolize", [&library])?;
    write("disassemble", [&library])?;
    write("unwind_rules", [call_frames(&library).unwrap_or_default()])
}

fn write(target: &str, inputs: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
    let directory = Path::new("corpus").join(target);
    fs::create_dir_all(&directory)?;
    for (number, input) in inputs.into_iter().enumerate() {
        fs::write(directory.join(format!("seed{number}")), input)?;
    }
    Ok(())
}

/// A library of two functions, with debug information.
fn compiled() -> io::Result<Vec<u8>> {
    let directory = Path::new("corpus");
    fs::create_dir_all(directory)?;
    let (source, library) = (directory.join("seed.c"), directory.join("seed.so"));
    fs::write(&source, SOURCE)?;
    let flags = ["-g", "-O1", "-shared", "-nostdlib", "-fPIC", "-o"];
    let status = Command::new("cc")
        .args(flags)
        .arg(&library)
        .arg(&source)
        .status()?;
    if !status.success() {
        return Err(io::Error::other(
            "cc cannot build the library to start from",
        ));
    }
    let bytes = fs::read(&library)?;
    fs::remove_file(&source)?;
    fs::remove_file(&library)?;
    Ok(bytes)
}

/// The call frame information of a library: it begins with the first entry that has no personality.
fn call_frames(library: &[u8]) -> Option<Vec<u8>> {
    const ENTRY: &[u8] = b"\x14\0\0\0\0\0\0\0\x01zR\0";
    let start = library
        .windows(ENTRY.len())
        .position(|bytes| bytes == ENTRY)?;
    let end = (start + 512).min(library.len());
    Some(library[start..end].to_vec())
}
