//! When it is worth looking again.
//!
//! The system tells of changes in the directories of the files (inotify, on Linux). It does not tell
//! of everything: changes that another machine makes to a shared directory, directories that appear
//! later. So there is a look now and then in any case, and more often where the system cannot tell.
//! A file whose name appears is opened at once, for [`Arrivals`].

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, RecursiveMode, Watcher};

use crate::arrivals::{Arrivals, Directory};

/// Between two looks when the system tells of changes.
const PAUSE_WATCHING: Duration = Duration::from_secs(1);
/// Between two looks when it does not.
const PAUSE_POLLING: Duration = Duration::from_millis(200);
/// A file that is written to all the time is not looked at more often.
const PAUSE_MIN: Duration = Duration::from_millis(5);

/// Waits for changes.
pub struct Watch {
    /// `None` where the system cannot tell.
    watcher: Option<Box<dyn Watcher>>,
    /// Why not, until somebody asks.
    trouble: Option<String>,
    wake: SyncSender<()>,
    woken: Receiver<()>,
    /// Paths whose directories are watched, since `checked`: each may be another one by now.
    paths: HashSet<PathBuf>,
    checked: Instant,
    /// The directories that are watched.
    directories: HashMap<PathBuf, Directory>,
    arrivals: Arrivals,
    looked: Instant,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("directories", &self.directories)
            .field("trouble", &self.trouble)
            .finish_non_exhaustive()
    }
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

/// Opens what appeared; whether it is worth looking then. That a file was opened or read tells nothing,
/// and our own reads would never end.
fn is_change(event: &Event, arrivals: &Arrivals) -> bool {
    let renamed_to = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    if event.kind.is_create() || event.kind == renamed_to {
        event.paths.iter().for_each(|path| arrivals.appeared(path));
    }
    !matches!(event.kind, EventKind::Access(_))
}

impl Watch {
    /// Nothing to watch yet; `arrivals` are to be opened.
    #[must_use]
    pub fn new(arrivals: Arrivals) -> Self {
        let opening = arrivals.clone();
        Watch::by(arrivals, |waker| {
            notify::recommended_watcher(move |event: notify::Result<Event>| {
                if event.is_ok_and(|event| is_change(&event, &opening)) {
                    waker.wake();
                }
            })
        })
    }

    /// Is told of changes by what `watcher` makes, which wakes it.
    fn by<W: Watcher + 'static>(
        arrivals: Arrivals,
        watcher: impl FnOnce(Waker) -> notify::Result<W>,
    ) -> Self {
        let (wake, woken) = mpsc::sync_channel(1);
        let mut watch = Watch {
            watcher: None,
            trouble: None,
            wake,
            woken,
            paths: HashSet::new(),
            checked: Instant::now(),
            directories: HashMap::new(),
            arrivals,
            looked: Instant::now(),
        };
        match watcher(watch.waker()) {
            Ok(watcher) => watch.watcher = Some(Box::new(watcher)),
            Err(error) => watch.trouble = Some(reason(&error)),
        }
        watch
    }

    /// What ends a wait.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker(self.wake.clone())
    }

    /// Why the system cannot tell of changes, so that there is a look five times a second. Told once.
    pub fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// Watches the directories of these paths from now on, and of what they are links to. Whether some
    /// were not watched before: what appeared in them meanwhile, nothing told of.
    ///
    /// It may be asked at every look: what is known is looked at anew once a second only.
    pub fn add<'a>(&mut self, paths: impl Iterator<Item = &'a Path>) -> bool {
        if self.checked.elapsed() >= PAUSE_WATCHING {
            self.checked = Instant::now();
            self.paths.clear();
        }
        let mut is_more = false;
        for path in paths {
            if self.watcher.is_none() {
                return false;
            }
            if !self.paths.contains(path) {
                self.paths.insert(path.to_owned());
                is_more |= self.add_path(path);
            }
        }
        is_more
    }

    fn add_path(&mut self, path: &Path) -> bool {
        let directory = directory_of(path);
        let Some(identity) = Directory::at(directory) else {
            return false;
        };
        let mut is_more = self.add_directory(directory, identity);
        let Ok(target) = path.canonicalize() else {
            return is_more;
        };
        let target_directory = directory_of(&target);
        if let (Some(identity_of_target), Some(name)) =
            (Directory::at(target_directory), target.file_name())
            && (identity_of_target != identity || path.file_name() != Some(name))
        {
            is_more |= self.add_directory(target_directory, identity_of_target);
            self.arrivals.link_is(path, identity_of_target, name);
        }
        is_more
    }

    fn add_directory(&mut self, directory: &Path, identity: Directory) -> bool {
        if self.directories.get(directory) == Some(&identity) {
            return false;
        }
        let Some(watcher) = &mut self.watcher else {
            return false;
        };
        match watcher.watch(directory, RecursiveMode::NonRecursive) {
            Ok(()) => {
                self.arrivals.directory_is(directory, identity);
                self.directories.insert(directory.to_owned(), identity);
                return true;
            }
            // It was removed meanwhile, and may come back.
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
            Err(error) => {
                self.watcher = None;
                self.trouble = Some(reason(&error));
            }
        }
        false
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

/// Why the system does not tell of changes, and what helps.
fn reason(error: &notify::Error) -> String {
    let why = match &error.kind {
        ErrorKind::MaxFilesWatch => {
            "more directories than fs.inotify.max_user_watches allows".to_owned()
        }
        ErrorKind::Io(error) => match error.raw_os_error() {
            Some(EMFILE) => "more watchers than fs.inotify.max_user_instances allows".to_owned(),
            _ => error.to_string(),
        },
        _ => error.to_string(),
    };
    format!("the system does not tell of changes ({why})")
}

/// Too many open files, or inotify instances.
const EMFILE: i32 = 24;

#[cfg(test)]
mod tests {
    use std::fs;

    use logread::Source;
    use notify::event::CreateKind;
    use notify::{Config, EventHandler, WatcherKind};

    use super::*;
    use crate::disk::Disk;

    fn no_arrivals() -> Arrivals {
        Disk::new(Vec::new(), None).arrivals()
    }

    /// Watches so many directories, and then fails.
    struct Limited(usize);

    impl Watcher for Limited {
        fn new<H: EventHandler>(_: H, _: Config) -> notify::Result<Self> {
            Ok(Limited(0))
        }

        fn watch(&mut self, _: &Path, _: RecursiveMode) -> notify::Result<()> {
            let left = self.0.checked_sub(1);
            self.0 = left.ok_or_else(|| notify::Error::new(ErrorKind::MaxFilesWatch))?;
            Ok(())
        }

        fn unwatch(&mut self, _: &Path) -> notify::Result<()> {
            Ok(())
        }

        fn kind() -> WatcherKind {
            WatcherKind::NullWatcher
        }
    }

    /// Whether it goes on watching these directories, and what it says.
    fn added(watch: &mut Watch, directories: &[&str]) -> (bool, Option<String>) {
        let root = tempfile::tempdir().expect("a directory for the test");
        let path = |name: &&str| {
            let directory = root.path().join(name);
            fs::create_dir_all(&directory).expect("a directory for the test");
            directory.join("a.log")
        };
        let paths: Vec<PathBuf> = directories.iter().map(path).collect();
        watch.add(paths.iter().map(PathBuf::as_path));
        watch.add(paths.iter().map(PathBuf::as_path));
        (watch.watcher.is_some(), watch.trouble())
    }

    #[test]
    fn when_the_system_cannot_tell_it_is_said_once() {
        let says = |why: &str| Some(format!("the system does not tell of changes ({why})"));
        let mut watch = Watch::by(no_arrivals(), |_| Ok(Limited(2)));
        assert_eq!(added(&mut watch, &["a", "b"]), (true, None));
        let limit = "more directories than fs.inotify.max_user_watches allows";
        assert_eq!(added(&mut watch, &["c", "d"]), (false, says(limit)));
        assert_eq!(added(&mut watch, &["e"]), (false, None));

        let fails =
            |_| Err::<Limited, _>(notify::Error::io(std::io::Error::from_raw_os_error(EMFILE)));
        let instances = "more watchers than fs.inotify.max_user_instances allows";
        assert_eq!(
            added(&mut Watch::by(no_arrivals(), fails), &["a"]),
            (false, says(instances))
        );
    }

    #[test]
    fn without_being_told_it_looks_now_and_then() {
        let mut watch = Watch::by(no_arrivals(), |_| {
            Err::<Limited, _>(notify::Error::generic("no"))
        });
        let begin = Instant::now();
        watch.look_begins();
        watch.wait(None);
        assert!(begin.elapsed() >= PAUSE_POLLING);
        watch.waker().wake();
        watch.wait(None);
    }

    #[test]
    fn a_directory_that_was_made_again_is_watched_again() {
        let mut watch = Watch::by(no_arrivals(), |_| Ok(Limited(2)));
        let root = tempfile::tempdir().expect("a directory for the test");
        let directory = root.path().join("logs");
        let add = |watch: &mut Watch| {
            watch.paths.clear();
            watch.add(std::iter::once(directory.join("a.log").as_path()));
            watch.watcher.is_some()
        };
        fs::create_dir(&directory).expect("a directory for the test");
        assert!(add(&mut watch) && add(&mut watch));
        // Another is made before it is removed, so that the inode is another.
        fs::rename(&directory, root.path().join("old")).expect("it is there");
        fs::create_dir(&directory).expect("a directory for the test");
        assert!(add(&mut watch));
        fs::rename(&directory, root.path().join("older")).expect("it is there");
        fs::create_dir(&directory).expect("a directory for the test");
        assert!(!add(&mut watch), "a third directory is over the limit");
    }

    /// What is opened of the files that appear, each removed before anybody looks. `D` is a directory
    /// that is called `L`, too; `D/link` leads to `E/target`.
    fn opened(names: &[&str], appearing: &[&str]) -> Vec<String> {
        let root = tempfile::tempdir().expect("a directory for the test");
        let place = |name: &str| {
            let (directory, file) = name.split_at(1);
            root.path()
                .join(directory)
                .join(file.trim_start_matches('/'))
        };
        for directory in ["D", "E"] {
            fs::create_dir(root.path().join(directory)).expect("a directory for the test");
        }
        std::os::unix::fs::symlink(place("D"), root.path().join("L")).expect("a link");
        std::os::unix::fs::symlink(place("E/target"), place("D/link")).expect("a link");
        fs::write(place("E/target"), "").expect("a file");
        let names = names.iter().map(|name| place(name).into_os_string());
        let disk = Disk::new(names.collect(), None);
        let mut watch = Watch::by(disk.arrivals(), |_| Ok(Limited(9)));
        let paths = ["D/link", "D/any", "L/any"].map(place);
        assert!(watch.add(paths.iter().map(PathBuf::as_path)));
        assert!(!watch.add(paths.iter().map(PathBuf::as_path)));
        let made = EventKind::Create(CreateKind::File);
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        for (name, kind) in appearing.iter().zip([made, renamed].into_iter().cycle()) {
            let path = place(name);
            fs::write(&path, "a line\n").expect("a file for the test");
            let event = Event::new(kind).add_path(path.clone());
            assert!(is_change(&event, &disk.arrivals()));
            fs::remove_file(path).expect("it is there");
        }
        let path = |source: &Source| {
            let path = source.path().strip_prefix(root.path());
            path.expect("it is within").display().to_string()
        };
        let files = disk.arrivals().take();
        files.iter().map(|(source, ..)| path(source)).collect()
    }

    #[test]
    fn what_is_followed_is_opened_before_it_may_be_removed() {
        let none: [&str; 0] = [];
        assert_eq!(opened(&["D/a"], &["D/a", "D/a", "D/b"]), ["D/a", "D/a"]);
        assert_eq!(
            opened(&["D/a*"], &["D/a1", "D/b", "D/a2"]),
            ["D/a1", "D/a2"]
        );
        assert_eq!(opened(&["D/a"], &["E/a"]), none);
        assert_eq!(opened(&["L/a"], &["D/a"]), ["L/a"]);
        assert_eq!(opened(&["D/a"], &["L/a"]), ["D/a"]);
        assert_eq!(opened(&["D/link"], &["E/target", "E/other"]), ["D/link"]);
        assert_eq!(opened(&["D/a"], &["D/a"; 300]).len(), 256);
    }
}
