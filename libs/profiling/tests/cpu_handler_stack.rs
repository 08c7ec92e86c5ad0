//! How much stack the signal handler takes: threads may have the smallest one that pthread allows.
//!
//! A thread spins on a stack that the test has painted; what is not paint any more was used. The kernel's
//! own frame, which grows with the registers of the processor, is measured with a handler that only counts.

mod support;

use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use dtail_profiling::{Kind, Profiler, Symbolize};
use support::{cpu_used, read, signals, with_longer_runs};

/// What the handler may take beyond the kernel's frame. Without optimisation every small function has a
/// frame of its own.
const BOUND_BYTES: usize = if cfg!(debug_assertions) { 6144 } else { 2048 };

const STACK_WORDS: usize = 32 * 1024;
const PAINT: u64 = 0x5a5a_a5a5_0f0f_f0f0;

/// What is left unpainted below the thread's present frame, for the code that spins.
const SPINNING_BYTES: usize = 1024;

/// Where the spinning thread's frame is; 0 before.
static FRAME: AtomicUsize = AtomicUsize::new(0);
static IS_OVER: AtomicBool = AtomicBool::new(false);

static HANDLED: AtomicU32 = AtomicU32::new(0);

extern "C" fn only_counts(_signal: c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

extern "C" fn spins(_: *mut c_void) -> *mut c_void {
    let here = 0_u8;
    FRAME.store(ptr::from_ref(black_box(&here)).addr(), Ordering::Release);
    while !IS_OVER.load(Ordering::Relaxed) {
        std::hint::spin_loop();
    }
    ptr::null_mut()
}

/// A thread on a stack of ours.
struct Spinning {
    stack: *mut u64,
    painted_words: usize,
    thread: libc::pthread_t,
}

impl Spinning {
    fn start() -> Self {
        let stack = Vec::leak(vec![0_u64; STACK_WORDS]).as_mut_ptr();
        // SAFETY: the stack is large enough, and nobody frees it or uses it for anything else.
        let thread = unsafe {
            let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
            libc::pthread_attr_init(&mut attributes);
            libc::pthread_attr_setstack(&mut attributes, stack.cast(), STACK_WORDS * 8);
            let mut thread = 0;
            let status = libc::pthread_create(&mut thread, &attributes, spins, ptr::null_mut());
            assert_eq!(status, 0);
            thread
        };
        while FRAME.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        let below = FRAME.load(Ordering::Acquire) - SPINNING_BYTES - stack.addr();
        Self {
            stack,
            painted_words: below / 8,
            thread,
        }
    }

    /// How many bytes below the thread's frame were used while `happens` ran.
    fn used(&self, happens: impl FnOnce()) -> usize {
        let word = |at| self.stack.wrapping_add(at);
        // SAFETY: the words lie in the stack, below all that the spinning thread uses by itself.
        (0..self.painted_words).for_each(|at| unsafe { word(at).write_volatile(PAINT) });
        happens();
        // SAFETY: as above.
        let is_used = |at: &usize| unsafe { word(*at).read_volatile() } != PAINT;
        let deepest = (0..self.painted_words)
            .find(is_used)
            .expect("a signal came");
        (self.painted_words - deepest) * 8 + SPINNING_BYTES
    }

    fn signal(&self) {
        for number in 1..=20 {
            // SAFETY: the thread runs, and the signal has a handler.
            unsafe { libc::pthread_kill(self.thread, libc::SIGUSR1) };
            while HANDLED.load(Ordering::Relaxed) < number {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// Profiles this much of the spinning thread's CPU time, and says how many samples came.
fn profile(time: Duration) -> u32 {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("stack").dir(directory.path()).cpu(true);
    let builder = builder.cpu_rate_hz(1000).symbolize(Symbolize::None);
    let profiler = builder.start().unwrap();
    let end = cpu_used() + time;
    while cpu_used() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    signals(&read(&profiler.stop(), &Kind::Cpu))
}

#[test]
fn the_handler_needs_little_stack() {
    let action = only_counts as *const () as usize;
    // SAFETY: the handler only counts.
    unsafe { libc::signal(libc::SIGUSR1, action) };
    let spinning = Spinning::start();
    let of_kernel = spinning.used(|| spinning.signal());
    with_longer_runs(Duration::from_millis(300), |time| {
        let mut signals = 0;
        let all = spinning.used(|| signals = profile(time));
        let of_handler = all.saturating_sub(of_kernel);
        assert!(
            of_handler <= BOUND_BYTES,
            "{of_handler} bytes beyond the {of_kernel} of the kernel"
        );
        if signals < 20 {
            return Err(format!("{signals} signals"));
        }
        Ok(())
    });
    IS_OVER.store(true, Ordering::Relaxed);
    // SAFETY: the thread was created joinable, and is joined once.
    unsafe { libc::pthread_join(spinning.thread, ptr::null_mut()) };
}
