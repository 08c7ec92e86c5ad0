//! Programs that show a report: `-web`, `-eog`, `-evince`, `-gv`, `-kcachegrind`.
//!
//! The report goes into a temporary file that only its owner may read, and the first of the programs
//! that can be started gets its path. The file is removed when the program has ended, in the shell
//! when the shell ends.

use std::env;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use report::{Kind, Report};
use tempfile::{NamedTempFile, TempPath};

use super::fault::Fault;
use super::output::{self, Form};

/// A kind of report and what shows it.
#[derive(Debug)]
pub(super) struct Viewer {
    /// The name of its flag.
    name: &'static str,
    pub(super) kind: Kind,
    pub(super) form: Form,
    /// How the name of the file ends.
    suffix: &'static str,
    /// Programs with their arguments, tried in this order.
    programs: &'static [&'static str],
    /// The flags that write the same to a file.
    instead: &'static str,
}

/// The viewer whose programs begin with the user's choice.
const BROWSER: &str = "web";

const VIEWERS: &[Viewer] = &[
    Viewer {
        name: BROWSER,
        kind: Kind::Svg,
        form: Form::Plain,
        suffix: ".svg",
        programs: &[
            "sensible-browser",
            "chrome",
            "google-chrome",
            "chromium",
            "firefox",
            "xdg-open",
        ],
        instead: "-svg -output FILE.svg",
    },
    Viewer {
        name: "eog",
        kind: Kind::Svg,
        form: Form::Plain,
        suffix: ".svg",
        programs: &["eog"],
        instead: "-svg -output FILE.svg",
    },
    Viewer {
        name: "evince",
        kind: Kind::Dot,
        form: Form::Graphviz("pdf"),
        suffix: ".pdf",
        programs: &["evince"],
        instead: "-pdf -output FILE.pdf",
    },
    Viewer {
        name: "gv",
        kind: Kind::Dot,
        form: Form::Graphviz("ps"),
        suffix: ".ps",
        programs: &["gv --noantialias"],
        instead: "-ps -output FILE.ps",
    },
    Viewer {
        name: "kcachegrind",
        kind: Kind::Callgrind,
        form: Form::Plain,
        suffix: ".grind",
        programs: &["kcachegrind"],
        instead: "-callgrind -output FILE",
    },
];

/// The time that a program has at least to open the file: it may only tell another and end.
const LINGER: Duration = Duration::from_secs(1);

/// The viewer that is called `name`.
pub(super) fn find(name: &str) -> Option<&'static Viewer> {
    VIEWERS.iter().find(|viewer| viewer.name == name)
}

impl Viewer {
    /// Writes the report, which is of this viewer's kind, and starts a program on it.
    pub(super) fn show(&self, report: Report) -> Result<Shown, Fault> {
        let file = tempfile::Builder::new()
            .prefix("pprof")
            .suffix(self.suffix)
            .tempfile()
            .map_err(Fault::Output)?;
        let path = self.write(report, file)?;
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for program in self.programs() {
            match start(&program, &path) {
                Ok(child) => {
                    return Ok(Shown {
                        program,
                        child,
                        path,
                        since: Instant::now(),
                    });
                }
                Err(error) => failure = error,
            }
        }
        let (name, instead) = (self.name, self.instead);
        let programs = self.programs().collect::<Vec<String>>().join(", ");
        Err(Fault::Usage(format!(
            "-{name} cannot start {programs} ({failure}); install it, or write a file with {instead}"
        )))
    }

    fn write(&self, report: Report, file: NamedTempFile) -> Result<TempPath, Fault> {
        let mut out = BufWriter::new(file);
        output::write_to(report, self.form, &mut out)?;
        out.flush().map_err(Fault::Output)?;
        let file = out
            .into_inner()
            .map_err(|e| Fault::Output(e.into_error()))?;
        Ok(file.into_temp_path())
    }

    /// The programs to try, with their arguments.
    fn programs(&self) -> impl Iterator<Item = String> {
        let chosen = (self.name == BROWSER).then(|| env::var("BROWSER").ok());
        let chosen = chosen
            .flatten()
            .filter(|browser| !browser.trim().is_empty());
        let others = self.programs.iter().map(|program| (*program).to_owned());
        chosen.into_iter().chain(others)
    }
}

/// Starts `program`, which may have arguments, on a file.
fn start(program: &str, path: &Path) -> io::Result<Child> {
    let mut words = program.split_whitespace();
    let name = words.next().unwrap_or_default();
    Command::new(name)
        .args(words)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
}

/// A report that is being looked at. Its file is removed when this is dropped.
pub(super) struct Shown {
    program: String,
    child: Child,
    path: TempPath,
    since: Instant,
}

impl Shown {
    /// Waits until the program ends.
    pub(super) fn wait(mut self) -> Result<(), Fault> {
        let status = self.child.wait().map_err(Fault::Output)?;
        self.linger();
        let removed = self.path.close();
        if !status.success() {
            let program = self.program;
            return Err(Fault::Usage(format!("{program} failed: {status}")));
        }
        removed.map_err(Fault::Output)
    }

    /// Waits until the program can have opened the file.
    pub(super) fn linger(&self) {
        thread::sleep(LINGER.saturating_sub(self.since.elapsed()));
    }
}
