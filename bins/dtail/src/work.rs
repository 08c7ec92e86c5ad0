//! Looking at files and waiting for them, until it is time to end.

use std::ffi::OsString;
use std::io;
use std::time::{Duration, Instant};

use cli::{CommonArgs, Failure, Program, Status};
use follow::{Consumer, Disk, Follower, Looked, Settings, Watch};
use logread::{Counters, FileIdentity, Observer};

use crate::standard_input::StandardInput;

/// How long a file that was rotated away is read on when nothing comes from it any more.
const LINGER: Duration = Duration::from_secs(60);

/// What becomes of the lines.
pub(crate) trait Task: Consumer {
    /// When it has something to do even if no line comes.
    fn next_turn(&self) -> Option<Instant>;

    /// A look was had: does what is due.
    fn turn(&mut self) -> Result<(), Failure>;

    /// It is time to end.
    fn finish(&mut self) -> Result<(), Failure>;

    /// Whether something went wrong with a file or an outfile.
    fn failed(&self) -> bool;
}

/// What to follow.
pub(crate) struct Work<'a> {
    names: Vec<OsString>,
    standard_input: bool,
    last_lines: u64,
    program: &'a Program,
    counters: &'a Counters,
}

/// Everything that is followed.
struct Followed {
    files: Follower<Disk>,
    standard_input: Option<StandardInput>,
    started: Instant,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        common: &CommonArgs,
        last_lines: u64,
        program: &'a Program,
        counters: &'a Counters,
    ) -> Self {
        let mut names = common.file_list();
        let count = names.len();
        names.retain(|name| name != "-");
        Work {
            standard_input: names.len() < count,
            names,
            last_lines,
            program,
            counters,
        }
    }

    /// Follows until it is time to end, or there is nothing left to follow.
    pub(crate) fn run(self, mut task: impl Task) -> Result<Status, Failure> {
        cli::allow_many_open_files();
        let ending = &self.program.ending;
        let output = cli::output()?;
        let disk = Disk::new(self.names.clone(), FileIdentity::of(&output));
        let mut watch = Watch::new(disk.arrivals());
        let waker = watch.waker();
        ending.wake_on_signal(move || waker.wake())?;
        let mut followed = self.followed(disk, &watch)?;
        while !ending.is_due() {
            watch.look_begins();
            self.counters.stage_entered("read");
            let looked = followed.look(|| ending.is_due(), &mut task)?;
            task.turn()?;
            if looked.over {
                break;
            }
            if cli::is_closed(&output) {
                return Err(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)));
            }
            let is_more = watch.add(followed.files.paths());
            if let Some(reason) = watch.trouble() {
                self.program.messages.warn(format_args!(
                    "{reason}, so that files are looked at five times a second"
                ));
            }
            if !looked.more && !is_more {
                let turn = task.next_turn();
                watch.wait([turn, ending.deadline()].into_iter().flatten().min());
            }
        }
        followed.finish(&mut task)?;
        task.finish()?;
        Ok(match task.failed() || followed.files.failed() {
            true => Status::Failure,
            false => Status::Success,
        })
    }

    fn followed(&self, disk: Disk, watch: &Watch) -> io::Result<Followed> {
        let options = frontend::options(self.program);
        let settings = Settings {
            last_lines: self.last_lines,
            max_line_length: options.max_line_length,
            linger: LINGER,
        };
        let input = || {
            let ending = self.program.ending.clone();
            StandardInput::start(ending, watch.waker(), options.max_line_length)
        };
        Ok(Followed {
            files: Follower::new(disk, settings),
            standard_input: self.standard_input.then(input).transpose()?,
            started: Instant::now(),
        })
    }
}

impl Followed {
    fn look(&mut self, is_enough: impl Fn() -> bool, task: &mut impl Task) -> io::Result<Looked> {
        let mut looked = self.files.look(self.started.elapsed(), is_enough, task)?;
        if let Some(input) = &mut self.standard_input {
            input.look(task)?;
            looked.over &= !input.is_open();
        }
        Ok(looked)
    }

    /// Hands out what was written until now.
    fn finish(&mut self, task: &mut impl Task) -> io::Result<()> {
        self.files.look(self.started.elapsed(), || false, task)?;
        self.files.finish(task)?;
        if let Some(input) = &mut self.standard_input {
            input.finish(task)?;
        }
        Ok(())
    }
}
