//! What the kernel says that a process has used.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// CPU time of this process so far.
pub fn cpu_of_process() -> Duration {
    // SAFETY: `rusage` is plain data, and valid for the write.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    cpu(&usage)
}

/// CPU time of the calling thread so far.
pub fn cpu_of_thread() -> Duration {
    // SAFETY: `timespec` is plain data, and valid for the write.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time);
        time
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// User and system time.
    pub cpu: Duration,
    /// The most memory that was resident.
    pub memory_bytes: u64,
}

/// Runs a command with its output discarded, and gives the CPU time that it used.
pub fn cpu_of_command(command: &mut Command) -> io::Result<Duration> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(of_child(&child, &format!("{command:?}"))?.cpu)
}

/// Waits for a child that nobody else waits for; `name` is for the error.
///
/// # Errors
/// When its exit status is neither 0 nor 1, which may say that nothing was found.
pub fn of_child(child: &Child, name: &str) -> io::Result<Usage> {
    let mut status = 0;
    // SAFETY: both pointers are valid for the write, and nobody else waits for this child.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::wait4(child.id() as libc::pid_t, &mut status, 0, &mut usage);
        usage
    };
    if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) <= 1 {
        return Ok(Usage {
            cpu: cpu(&usage),
            memory_bytes: usage.ru_maxrss as u64 * 1024,
        });
    }
    Err(io::Error::other(format!(
        "{name} ended with status {status}"
    )))
}

fn cpu(usage: &libc::rusage) -> Duration {
    let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}
