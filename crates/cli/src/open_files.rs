//! How many files may be open at once.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Allows as many open files as the system lets this process have: what is asked for by default is
/// less than the logs of a large machine.
pub fn allow_many_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where that is refused, the files beyond the limit are told one by one.
    let _ = setrlimit(Resource::Nofile, limit);
}
