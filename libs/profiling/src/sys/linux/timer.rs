//! A timer that runs on the CPU time of one thread and signals that thread.

use std::io;
use std::mem;
use std::ptr;
use std::time::Duration;

use super::checked;
use super::clock::thread_clock;
use super::sampling_signal::SIGNAL;

/// A running timer. Dropping it does nothing: who ends the thread's registration deletes the timer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadTimer(libc::timer_t);

// SAFETY: a timer id is a number that the kernel gave out for the process, valid on every thread.
unsafe impl Send for ThreadTimer {}

impl ThreadTimer {
    /// Signals thread `tid` with `token` when it has used `first` of CPU time and every `period` after.
    /// The kernel looks at CPU timers on its tick: what falls between two ticks comes as one signal
    /// whose overrun counts the rest.
    pub(crate) fn start(
        tid: u32,
        token: usize,
        first: Duration,
        period: Duration,
    ) -> io::Result<Self> {
        let timer = create(tid, token)?;
        let timer = Self(timer);
        timer.arm(first, period).inspect_err(|_| timer.delete())?;
        Ok(timer)
    }

    fn arm(self, first: Duration, period: Duration) -> io::Result<()> {
        let setting = libc::itimerspec {
            it_interval: timespec(period),
            it_value: timespec(first),
        };
        // SAFETY: `setting` is valid for the call; an unknown timer is an error, not undefined.
        checked(unsafe { libc::timer_settime(self.0, 0, &setting, ptr::null_mut()) }).map(drop)
    }

    /// Ends the timer. A signal that is already on its way may still arrive.
    pub(crate) fn delete(self) {
        // SAFETY: deleting an unknown timer is an error, not undefined.
        unsafe { libc::timer_delete(self.0) };
    }
}

fn create(tid: u32, token: usize) -> io::Result<libc::timer_t> {
    // SAFETY: `sigevent` is plain data, for which all zeroes is a value.
    let mut event: libc::sigevent = unsafe { mem::zeroed() };
    event.sigev_notify = libc::SIGEV_THREAD_ID;
    event.sigev_signo = SIGNAL;
    event.sigev_notify_thread_id = tid.cast_signed();
    event.sigev_value.sival_ptr = ptr::without_provenance_mut(token);
    let mut timer: libc::timer_t = ptr::null_mut();
    // SAFETY: both pointers are valid for the call.
    checked(unsafe { libc::timer_create(thread_clock(tid), &mut event, &mut timer) })?;
    Ok(timer)
}

/// A time of zero would disarm the timer: the least is a nanosecond.
fn timespec(duration: Duration) -> libc::timespec {
    let duration = duration.max(Duration::from_nanos(1));
    libc::timespec {
        tv_sec: libc::time_t::try_from(duration.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}
