//! A CPU profile while it is taken: one at a time in a process.

use std::collections::HashMap;
use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dtail_symbolize::parse_maps;

use super::collector::{StackSample, Sums};
use super::cost::{Meter, SampleCost};
use super::handler;
use super::registry::{Ended, Registry};
use crate::heap::reentry;
use crate::sys::{clock, machine, sampling_signal, tasks, thread_start};
use crate::unwind;

/// How often the ring is drained and threads are looked for.
const DRAIN_INTERVAL: Duration = Duration::from_millis(100);

/// Rates that make sense: the kernel cannot tell apart what is finer than its tick, and counts it.
const RATES_HZ: std::ops::RangeInclusive<u32> = 1..=10_000;

/// How far below its end the main thread's stack may reach; the kernel lets it grow to the limit.
const MAIN_STACK_BYTES: u64 = 1 << 30;

static TAKEN: AtomicBool = AtomicBool::new(false);
/// The process that takes the profile: a forked child inherits everything else.
static OWNER: AtomicU32 = AtomicU32::new(0);
static REGISTRY: Mutex<Option<Registry>> = Mutex::new(None);

/// What a recording found.
#[derive(Debug)]
pub(crate) struct CpuData {
    pub(crate) period: Duration,
    /// Periods of each stack.
    pub(crate) stacks: HashMap<StackSample, u64>,
    pub(crate) thread_names: Vec<String>,
    /// Distinct signals that the samples rest on.
    pub(crate) signals: u64,
    /// Periods whose stack was lost.
    pub(crate) lost_periods: u64,
    /// CPU time that no sample stands for, in nanoseconds, by the address of the thread's entry function
    /// (0: unknown). Positive.
    pub(crate) unsampled: Vec<(u64, i64)>,
    /// CPU time of the process between start and stop.
    pub(crate) cpu: Duration,
    /// The same, as far as samples stand for it.
    pub(crate) sampled_cpu: Duration,
    /// What a sample cost in the handler; `None` without samples.
    pub(crate) cost: Option<SampleCost>,
    pub(crate) warnings: Vec<String>,
}

/// A running recording.
#[derive(Debug)]
pub(crate) struct Recording {
    period: Duration,
    cpu_before: Duration,
    lost_before: u64,
    meter: Meter,
    stop: Sender<()>,
    collector: JoinHandle<Sums>,
}

impl Recording {
    /// Starts sampling every thread of the process.
    pub(crate) fn start(rate_hz: u32) -> io::Result<Self> {
        if !RATES_HZ.contains(&rate_hz) {
            let (least, most) = (RATES_HZ.start(), RATES_HZ.end());
            let message = format!("a rate of {rate_hz} Hz is outside {least} to {most}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        if TAKEN.swap(true, Ordering::AcqRel) {
            let message = "a CPU profile is already being taken in this process";
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
        }
        Self::start_taken(rate_hz).inspect_err(|_| release())
    }

    fn start_taken(rate_hz: u32) -> io::Result<Self> {
        let period = Duration::from_nanos(1_000_000_000 / u64::from(rate_hz));
        unwind::refresh_tables();
        unwind::refresh_stacks();
        handler::ring();
        sampling_signal::install(handler::on_tick)?;
        OWNER.store(process::id(), Ordering::Release);
        *registry() = Some(Registry::new(period));
        thread_start::watch(thread_start::Watch {
            begin: thread_begins,
            end: thread_ends,
        })?;
        let (stop, stopped) = mpsc::channel();
        let cpu_before = clock::process_cpu();
        let lost_before = handler::lost_periods();
        let meter = Meter::start();
        handler::set_running(true);
        register_present_threads();
        let collect = move || collect(&stopped);
        let collector = thread::Builder::new()
            .name("profile-drain".to_owned())
            .spawn(collect)?;
        Ok(Self {
            period,
            cpu_before,
            lost_before,
            meter,
            stop,
            collector,
        })
    }

    /// Stops sampling and gives what was found.
    pub(crate) fn stop(self) -> CpuData {
        let period = self.period;
        let in_force = sampling_signal::is_in_force();
        drop(self.stop);
        let sums = self.collector.join().unwrap_or_default();
        thread_start::unwatch();
        let mut found = registry();
        let ended = found.as_mut().map(Registry::end_all).unwrap_or_default();
        let cpu = clock::process_cpu().saturating_sub(self.cpu_before);
        handler::set_running(false);
        let sums = drain_rest(sums, found.as_ref());
        *found = None;
        drop(found);
        let lost_periods = handler::lost_periods() - self.lost_before + sums.overflow_periods;
        let cost = self.meter.read();
        release();
        let mut warnings = warnings(&ended, in_force);
        let periods: u64 = sums.periods.values().sum();
        if periods + lost_periods == 0 && is_missed(cpu, period) {
            warnings.push("the CPU profile is empty: no sampling signal arrived".to_owned());
        }
        CpuData {
            period,
            stacks: sums.periods,
            thread_names: sums.thread_names,
            signals: sums.signals,
            lost_periods,
            unsampled: unsampled(ended, cpu, times(period, periods + lost_periods)),
            cpu,
            sampled_cpu: times(period, periods),
            cost,
            warnings,
        }
    }
}

/// Whether so much CPU time without a signal is no chance. The kernel looks at timers only at its ticks,
/// which come every 10 ms at the slowest: a process that runs between them sees none for a while, however
/// short the period.
fn is_missed(cpu: Duration, period: Duration) -> bool {
    const SLOWEST_TICK: Duration = Duration::from_millis(10);
    cpu > period.max(SLOWEST_TICK) * 25
}

fn times(period: Duration, periods: u64) -> Duration {
    period.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX))
}

fn release() {
    handler::set_running(false);
    thread_start::unwatch();
    *registry() = None;
    TAKEN.store(false, Ordering::Release);
}

fn registry() -> MutexGuard<'static, Option<Registry>> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The present threads, of which the first has a stack that the kernel lets grow.
fn register_present_threads() {
    let main_stack = main_stack();
    if let Some(registry) = registry().as_mut() {
        registry.begin(process::id(), 0, main_stack);
        registry.look();
    }
}

fn main_stack() -> Option<std::ops::Range<u64>> {
    let mappings = parse_maps(&machine::maps());
    let stack = mappings.iter().find(|mapping| mapping.path == "[stack]")?;
    Some(stack.limit.saturating_sub(MAIN_STACK_BYTES)..stack.limit)
}

fn thread_begins(entry: usize) {
    if !is_forked() {
        let _quiet = reentry::enter();
        let stack = tasks::own_stack();
        if let Some(registry) = registry().as_mut() {
            registry.begin(tasks::current(), entry as u64, stack);
        }
    }
}

fn thread_ends() {
    if !is_forked() {
        let _quiet = reentry::enter();
        if let Some(registry) = registry().as_mut() {
            registry.end(tasks::current());
        }
    }
}

/// Whether this is a child that was forked while a profile was taken: nobody in it will ever release
/// a lock that another thread held at that moment.
fn is_forked() -> bool {
    OWNER.load(Ordering::Acquire) != process::id()
}

/// The collector's thread: until the sender is gone.
fn collect(stopped: &mpsc::Receiver<()>) -> Sums {
    reentry::mark_thread();
    let mut sums = Sums::default();
    let Some(mut reader) = handler::ring().reader() else {
        return sums;
    };
    while stopped.recv_timeout(DRAIN_INTERVAL) == Err(RecvTimeoutError::Timeout) {
        unwind::refresh_tables();
        let mut registry = registry();
        let Some(registry) = registry.as_mut() else {
            continue;
        };
        if registry.look() {
            unwind::refresh_stacks();
        }
        sums.drain(&mut reader, registry);
    }
    sums
}

fn drain_rest(mut sums: Sums, registry: Option<&Registry>) -> Sums {
    if let (Some(mut reader), Some(registry)) = (handler::ring().reader(), registry) {
        sums.drain(&mut reader, registry);
    }
    sums
}

/// What no sample stands for: CPU time of the process less that of the samples. It is shared out over
/// the entry functions by what their threads were short of; sums below zero are chance, their samples
/// stand for a little more than they used. Threads that nobody saw end have the unknown entry.
fn unsampled(ended: Ended, cpu: Duration, sampled: Duration) -> Vec<(u64, i64)> {
    let mut short = ended.unsampled;
    let unseen = i64::try_from(cpu.saturating_sub(ended.cpu).as_nanos()).unwrap_or(0);
    *short.entry(0).or_default() += unseen;
    short.retain(|_, nanos| *nanos > 0);
    let all: i64 = short.values().sum();
    let missing = cpu.saturating_sub(sampled).as_nanos();
    let part = |nanos: i64| i128::from(nanos) * missing as i128 / i128::from(all.max(1));
    short
        .into_iter()
        .map(|(entry, nanos)| (entry, i64::try_from(part(nanos)).unwrap_or(nanos)))
        .filter(|(_, nanos)| *nanos > 0)
        .collect()
}

fn warnings(ended: &Ended, in_force: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(error) = &ended.refused {
        warnings.push(format!("some threads could not be sampled: {error}"));
    }
    if !in_force {
        let message = "another handler has taken SIGPROF: the CPU profile is incomplete";
        warnings.push(message.to_owned());
    }
    warnings
}
