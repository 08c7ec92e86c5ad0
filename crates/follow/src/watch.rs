//! When it is worth looking again.
//!
//! The system tells of changes in the directories of the files (inotify, on Linux). It does not tell
//! of everything: changes that another machine makes to a shared directory, directories that appear
//! later. So there is a look now and then in any case, and more often where the system cannot tell.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// Between two looks when the system tells of changes.
const PAUSE_WATCHING: Duration = Duration::from_secs(1);
/// Between two looks when it does not.
const PAUSE_POLLING: Duration = Duration::from_millis(200);
/// A file that is written to all the time is not looked at more often.
const PAUSE_MIN: Duration = Duration::from_millis(5);

/// Waits for changes.
#[derive(Debug)]
pub struct Watch {
    /// `None` where the system cannot tell.
    watcher: Option<RecommendedWatcher>,
    wake: SyncSender<()>,
    woken: Receiver<()>,
    directories: HashSet<PathBuf>,
    looked: Instant,
}

/// Ends a wait from another thread.
#[derive(Clone, Debug)]
pub struct Waker(SyncSender<()>);

impl Waker {
    /// Ends the wait that is going on, or else the next.
    pub fn wake(&self) {
        // A full channel has woken already, and nobody listens to a closed one.
        let _ = self.0.try_send(());
    }
}

impl Default for Watch {
    fn default() -> Self {
        Watch::new()
    }
}

impl Watch {
    /// Nothing to watch yet.
    #[must_use]
    pub fn new() -> Self {
        let (wake, woken) = mpsc::sync_channel(1);
        let waker = Waker(wake.clone());
        let on_event = move |event: notify::Result<notify::Event>| {
            // That a file was opened or read tells nothing, and our own reads would never end.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                waker.wake();
            }
        };
        Watch {
            watcher: notify::recommended_watcher(on_event).ok(),
            wake,
            woken,
            directories: HashSet::new(),
            looked: Instant::now(),
        }
    }

    /// Looks only now and then, without being told of changes.
    #[must_use]
    pub fn polling() -> Self {
        Watch {
            watcher: None,
            ..Watch::new()
        }
    }

    /// What ends a wait.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker(self.wake.clone())
    }

    /// Watches the directories of these paths from now on, and of what they are links to.
    pub fn add<'a>(&mut self, paths: impl Iterator<Item = &'a Path>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let mut fails = false;
        for path in paths {
            let target = path.canonicalize().ok();
            for path in [Some(path), target.as_deref()].into_iter().flatten() {
                let directory = directory_of(path);
                if self.directories.contains(directory) || !directory.is_dir() {
                    continue;
                }
                fails |= watcher
                    .watch(directory, RecursiveMode::NonRecursive)
                    .is_err();
                self.directories.insert(directory.to_owned());
            }
        }
        if fails {
            self.watcher = None;
        }
    }

    /// A look begins.
    pub fn look_begins(&mut self) {
        self.looked = Instant::now();
    }

    /// Waits until something may have changed, at most until `deadline`.
    ///
    /// What looks take is at most about half of the time, however much there is to look at.
    pub fn wait(&mut self, deadline: Option<Instant>) {
        let took = self.looked.elapsed();
        let left = || {
            deadline.map_or(Duration::MAX, |at| {
                at.saturating_duration_since(Instant::now())
            })
        };
        thread::sleep(took.clamp(PAUSE_MIN, PAUSE_WATCHING).min(left()));
        let pause = match self.watcher {
            Some(_) => PAUSE_WATCHING,
            None => PAUSE_POLLING,
        };
        // Told or not, it is time to look.
        let _ = self.woken.recv_timeout(pause.max(took * 20).min(left()));
    }
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}
