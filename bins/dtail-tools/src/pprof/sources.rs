//! Profiles from files and addresses: read, decoded and merged in groups, on all processors.

use std::ffi::{OsStr, OsString};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fmt, thread};

use cli::StepProgress;
use dtail_profile::Profile;
use report::{Combiner, LoadOptions};

use super::fault::{Fault, note};
use super::fetch::{self, FetchOptions};
use crate::profile_file;

/// Files merged before the results are: as many as pprof takes, so that what is left of samples that
/// cancel out is the same.
const GROUP: usize = 128;

/// Reads the profiles of `files`, each group of them merged. As long as one can be read, others that
/// cannot are only noted.
pub(super) fn read(
    files: &[OsString],
    what: &str,
    options: &LoadOptions,
    fetch: FetchOptions,
) -> Result<Vec<Profile>, Fault> {
    let progress = StepProgress::new("reading profiles", files.len());
    let read = |file: &OsString| {
        let profile = read_file(file, fetch);
        progress.step();
        profile
    };
    let mut profiles = Vec::new();
    let mut problems = Vec::new();
    if files.len() <= GROUP {
        let results = in_parallel(files, read);
        sort_out(results, &mut profiles, &mut problems);
    } else {
        let groups: Vec<&[OsString]> = files.chunks(GROUP).collect();
        for group in in_parallel(&groups, |group| read_group(group, options, read)) {
            let (profile, mut unread) = group?;
            profiles.extend(profile);
            problems.append(&mut unread);
        }
    }
    report_problems(&problems, profiles.is_empty(), files.len(), what)?;
    Ok(profiles)
}

/// Reads and merges a group; the profile, if there is any, and what went wrong.
fn read_group(
    files: &[OsString],
    options: &LoadOptions,
    read: impl Fn(&OsString) -> Result<Profile, String>,
) -> Result<(Option<Profile>, Vec<String>), Fault> {
    let mut combiner = Combiner::new(options);
    let mut problems = Vec::new();
    for file in files {
        match read(file) {
            Ok(profile) => combiner.push(profile)?,
            Err(problem) => problems.push(problem),
        }
    }
    let is_nothing = problems.len() == files.len();
    let profile = (!is_nothing).then(|| combiner.finish()).transpose()?;
    Ok((profile, problems))
}

fn sort_out(
    results: Vec<Result<Profile, String>>,
    profiles: &mut Vec<Profile>,
    problems: &mut Vec<String>,
) {
    for result in results {
        match result {
            Ok(profile) => profiles.push(profile),
            Err(problem) => problems.push(problem),
        }
    }
}

/// Notes what could not be read, and fails with the last of it when that was everything.
fn report_problems(
    problems: &[String],
    is_everything: bool,
    files: usize,
    what: &str,
) -> Result<(), Fault> {
    let Some((last, others)) = problems.split_last() else {
        return Ok(());
    };
    others.iter().for_each(|problem| note(problem));
    if is_everything {
        return Err(Fault::Input(last.clone()));
    }
    note(last);
    note(&format!(
        "Fetched {} {what} profiles out of {files}",
        files - problems.len()
    ));
    Ok(())
}

fn read_file(file: &OsStr, options: FetchOptions) -> Result<Profile, String> {
    let named = |reason: &dyn fmt::Display| format!("{}: {reason}", file.display());
    let address = file
        .to_str()
        .filter(|name| fetch::is_address(name) && !Path::new(name).exists());
    let profile = match address {
        Some(address) => {
            fetch::fetch(address, options).and_then(|bytes| profile_file::decode(&bytes))
        }
        None => profile_file::load(Path::new(file)),
    };
    profile.map_err(|reason| named(&reason))
}

/// Does `work` on every item, on as many threads as there are processors; results in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(items.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let take = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let result = (index, work(item));
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(result);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(take);
        }
        take();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
