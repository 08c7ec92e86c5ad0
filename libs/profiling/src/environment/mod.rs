//! Profiling that the environment asks for: `DTAIL_PROFILE=cpu,mem:DIR`.
//!
//! A program calls [`Profiler::from_env`](crate::Profiler::from_env) once where its work begins, and takes
//! profiles whenever the variable is set, without flags of its own: what tests and benchmarks need, whose
//! command lines belong to their harness. [`variable`] reads the value; [`shared_run`] lets the tests of one
//! process, which run at the same time, share one run of the profiler.

mod shared_run;
mod variable;

use std::env;
use std::io::{self, Write};
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::profiler::Profiler;
use crate::report::ProfileReport;
use crate::session::Session;
pub(crate) use shared_run::leave;
use variable::{Request, VARIABLE};

/// A further handle on the run that the environment asks for; `None` when it asks for nothing.
pub(crate) fn join(tool: &str) -> Result<Option<Arc<Session>>, Error> {
    let Some(value) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let value = value.to_string_lossy();
    let request = Request::parse(&value).map_err(|problem| {
        Error::new(ErrorKind::Environment {
            value: value.to_string(),
            problem,
        })
    })?;
    shared_run::join(|| start(tool, &request)).map(Some)
}

fn start(tool: &str, request: &Request<'_>) -> Result<Arc<Session>, Error> {
    let name = tool.to_owned();
    let mut builder = Profiler::builder(tool)
        .dir(request.directory)
        .cpu(request.cpu.is_some())
        .memory(request.memory.is_some())
        .stop_on_signals(true)
        .on_stop(move |report| tell(&name, report));
    if let Some(Some(rate_hz)) = request.cpu {
        builder = builder.cpu_rate_hz(rate_hz);
    }
    if let Some(Some(rate_bytes)) = request.memory {
        builder = builder.memory_rate_bytes(rate_bytes);
    }
    builder.start_session()
}

/// Nobody but the person who set the variable wants to know: standard error it is. One that is closed is
/// nobody's to complain to.
fn tell(tool: &str, report: &ProfileReport) {
    let mut lines = String::new();
    for warning in report.warnings() {
        lines += &format!("{tool}: {warning}\n");
    }
    for file in report.files() {
        lines += &format!(
            "{tool}: wrote {} profile {}\n",
            file.kind(),
            file.path().display()
        );
    }
    drop(io::stderr().lock().write_all(lines.as_bytes()));
}
