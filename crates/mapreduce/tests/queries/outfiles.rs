//! Results in files.

use std::fs;
use std::path::Path;

use crate::run::{aggregate, plan};

fn write(query: &str, input: &str) -> Result<(), mapreduce::OutfileError> {
    let plan = plan(query);
    let outfile = plan.query().outfile().expect("the query has an outfile");
    aggregate(&plan, &[vec![input.as_bytes()]])
        .report()
        .write_outfile(outfile)
}

/// The files of `dir` with their texts, sorted.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.metadata().unwrap().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(name, text)| ((*name).into(), (*text).into()))
        .collect()
}

#[test]
fn a_result_replaces_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my out.csv");
    fs::write(&path, "old").unwrap();
    let query = format!(
        "select count(a) logformat generickv outfile \"{}\"",
        path.display()
    );
    write(&query, "a=1\n").unwrap();
    let expected = [
        ("my out.csv", "count(a)\n1\n"),
        ("my out.csv.query", query.as_str()),
    ];
    assert_eq!(files(dir.path()), pairs(&expected));
    write(&query, "").unwrap();
    assert_eq!(files(dir.path())[0].1, "count(a)\n");
}

#[test]
fn appended_rows_follow_one_header() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("o");
    let query = format!(
        "select a logformat generickv outfile append {}",
        path.display()
    );
    write(&query, "a=1\n").unwrap();
    write(&query, "a=2\na=3\n").unwrap();
    let expected = [("o", "a\n1\n2\n3\n"), ("o.query", query.as_str())];
    assert_eq!(files(dir.path()), pairs(&expected));
}

#[test]
fn a_directory_that_does_not_exist_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("no/o.csv");
    let error = write(&format!("select a outfile {}", path.display()), "").unwrap_err();
    let expected = format!("cannot write the result to {}", path.display());
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.cause().kind(), std::io::ErrorKind::NotFound);
    assert_eq!(files(dir.path()), []);
}

#[test]
fn nothing_half_written_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("o.csv");
    fs::create_dir(dir.path().join("o.csv.query")).unwrap();
    let error = write(&format!("select a outfile {}", path.display()), "").unwrap_err();
    assert!(error.to_string().ends_with("o.csv.query"), "{error}");
    assert_eq!(files(dir.path()), pairs(&[("o.csv", "a\n")]));
}

#[test]
#[cfg(unix)]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let (target, link) = (dir.path().join("target"), dir.path().join("link"));
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&target, &link).unwrap();
    write(&format!("select a outfile {}", link.display()), "").unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "a\n");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
#[cfg(unix)]
fn a_device_is_written_not_replaced() {
    write("select a outfile /dev/null", "").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}
