//! The signal that samples a thread, SIGPROF: its handler is installed once and stays.
//!
//! It must stay, because a signal that is still on its way when profiling stops would kill the process
//! once the default action is back. A SIGPROF that is not ours goes to the handler that was there
//! before.

use std::io;
use std::mem;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::arch::{self, Registers};
use super::checked;

pub(super) const SIGNAL: libc::c_int = libc::SIGPROF;

/// What a sampling signal brings.
#[derive(Debug)]
pub(crate) struct Tick {
    /// The token of the timer that fired.
    pub(crate) token: usize,
    /// How many periods it stands for, at least 1: the expiries that the kernel merged are counted.
    pub(crate) periods: u32,
    /// Where the thread was.
    pub(crate) registers: Registers,
}

/// Called in the signal handler; must be async-signal-safe. `false` when the token is not ours.
pub(crate) type OnTick = fn(&Tick) -> bool;

static ON_TICK: OnceLock<OnTick> = OnceLock::new();
static PREVIOUS: OnceLock<libc::sigaction> = OnceLock::new();
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Installs the handler, unless it is in force already.
///
/// Not on the alternate stack: the one that std gives each thread is exactly as large as the kernel's
/// own frame needs, so that a handler on it overflows.
pub(crate) fn install(on_tick: OnTick) -> io::Result<()> {
    ON_TICK.get_or_init(|| on_tick);
    let current = query()?;
    if current.sa_sigaction == handler_address() {
        return Ok(());
    }
    if !INSTALLED.swap(true, Ordering::Relaxed) {
        PREVIOUS.get_or_init(|| current);
    }
    // SAFETY: `sigaction` is plain data, for which all zeroes is a value.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler_address();
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
    // SAFETY: the action is initialised, and `handler` does only what a handler may.
    checked(unsafe { libc::sigaction(SIGNAL, &action, ptr::null_mut()) }).map(drop)
}

/// Whether the handler that is in force is ours.
pub(crate) fn is_in_force() -> bool {
    query().is_ok_and(|action| action.sa_sigaction == handler_address())
}

fn handler_address() -> libc::sighandler_t {
    handler as *const () as libc::sighandler_t
}

fn query() -> io::Result<libc::sigaction> {
    // SAFETY: `sigaction` is plain data, for which all zeroes is a value.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: asks only; `action` is valid for the write.
    checked(unsafe { libc::sigaction(SIGNAL, ptr::null(), &mut action) })?;
    Ok(action)
}

/// Async-signal-safe: saves `errno`, calls `ON_TICK`, which must be so too, or the handler before ours.
unsafe extern "C" fn handler(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the location of `errno` of this thread is always valid.
    let errno = unsafe { *libc::__errno_location() };
    // SAFETY: the kernel passes both pointers to an `SA_SIGINFO` handler, and they live as long as it runs.
    let ours = unsafe { tick_of(info, context) }
        .is_some_and(|tick| ON_TICK.get().is_some_and(|on_tick| on_tick(&tick)));
    if !ours {
        // SAFETY: the arguments are those that the kernel passed.
        unsafe { forward(signal, info, context) };
    }
    // SAFETY: as above; the interrupted code must find its `errno` again.
    unsafe { *libc::__errno_location() = errno };
}

/// The head of `siginfo_t` as the kernel fills it for a timer.
#[repr(C)]
struct TimerInfo {
    signo: libc::c_int,
    errno: libc::c_int,
    code: libc::c_int,
    padding: libc::c_int,
    timer: libc::c_int,
    overrun: libc::c_int,
    value: usize,
}

const _: () = assert!(size_of::<TimerInfo>() <= size_of::<libc::siginfo_t>());

/// # Safety
///
/// Both must be the arguments of a running `SA_SIGINFO` handler.
unsafe fn tick_of(info: *const libc::siginfo_t, context: *const libc::c_void) -> Option<Tick> {
    // SAFETY: `siginfo_t` is at least as large and as aligned, and the first three fields are always set.
    let info = unsafe { &*info.cast::<TimerInfo>() };
    if info.code != libc::SI_TIMER {
        return None;
    }
    let overrun = u32::try_from(info.overrun).unwrap_or(0);
    Some(Tick {
        token: info.value,
        periods: overrun.saturating_add(1),
        // SAFETY: passed on from the caller.
        registers: unsafe { arch::interrupted(context) },
    })
}

/// Hands a signal to the handler that was installed before ours. The default action would end the
/// process: it is not taken, since a late tick of ours cannot be told from a stray one.
///
/// # Safety
///
/// The arguments must be those of a running `SA_SIGINFO` handler.
unsafe fn forward(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(previous) = PREVIOUS.get() else {
        return;
    };
    let address = previous.sa_sigaction;
    if address == libc::SIG_DFL || address == libc::SIG_IGN {
        return;
    }
    if previous.sa_flags & libc::SA_SIGINFO == 0 {
        // SAFETY: without SA_SIGINFO the kernel would call the address with this signature.
        let simple: extern "C" fn(libc::c_int) = unsafe { mem::transmute(address) };
        return simple(signal);
    }
    type Full = unsafe extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
    // SAFETY: with SA_SIGINFO the kernel would call the address with this signature.
    let full: Full = unsafe { mem::transmute(address) };
    // SAFETY: passed on from the caller.
    unsafe { full(signal, info, context) };
}
