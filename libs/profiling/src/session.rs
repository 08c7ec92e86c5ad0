//! One run of the profiler: what was started, what it found, and the files it became.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use dtail_profile::{InvalidProfile, Profile};

use crate::active;
use crate::builder::{OnStop, ProfilerBuilder};
use crate::cpu::{CpuData, Recording};
use crate::encode::{Facts, Header, InUse, ProcessImage, Show, cpu_profile, heap_profile};
use crate::error::{Error, ErrorKind};
use crate::heap::{self, HeapSnapshot, reentry};
use crate::manager::{Kind, RunFiles};
use crate::report::{ProfileFile, ProfileReport};
use crate::symbolization::Symbolize;
use crate::sys::clock;
use crate::unwind;

const IN_USE: Show = Show {
    default_sample_type: "inuse_space",
    in_use: InUse::Now,
};
const ALLOCATED: Show = Show {
    default_sample_type: "alloc_space",
    in_use: InUse::Now,
};
const PEAK: Show = Show {
    default_sample_type: "inuse_space",
    in_use: InUse::AtPeak,
};

/// See the module. Shared by the handle, the way out by a signal and the way out by `exit`.
pub(crate) struct Session {
    pid: u32,
    files: Option<RunFiles>,
    symbolize: Symbolize,
    start: SystemTime,
    started: Instant,
    /// CPU time of the process when everything had been started.
    cpu_before: OnceLock<Duration>,
    facts: Mutex<Facts>,
    cpu: Mutex<Option<Recording>>,
    /// Whether the heap is profiled by this session, of which there is one at a time.
    memory: Mutex<bool>,
    written: Mutex<Vec<ProfileFile>>,
    warnings: Mutex<Vec<String>>,
    on_stop: Mutex<Option<OnStop>>,
    report: OnceLock<ProfileReport>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// The ways out are guarded before anything is started, so that a process that ends meanwhile
    /// leaves no trace.
    pub(crate) fn start(mut builder: ProfilerBuilder) -> Result<Arc<Self>, Error> {
        let start = SystemTime::now();
        let asked = builder.cpu || builder.memory;
        let files = asked.then(|| claim(&builder, start)).transpose()?;
        let session = Arc::new(Self {
            pid: process::id(),
            files,
            symbolize: builder.symbolize,
            start,
            started: Instant::now(),
            cpu_before: OnceLock::new(),
            facts: Mutex::new(facts(&builder)),
            cpu: Mutex::default(),
            memory: Mutex::default(),
            written: Mutex::default(),
            warnings: Mutex::default(),
            on_stop: Mutex::default(),
            report: OnceLock::new(),
        });
        if asked {
            active::add(&session);
        }
        if builder.stop_on_signals {
            session.stop_on_signals();
        }
        session
            .start_recordings(&builder)
            .inspect_err(|_| drop(session.stop()))?;
        *lock(&session.on_stop) = builder.on_stop.take();
        session.cpu_before.get_or_init(clock::process_cpu);
        Ok(session)
    }

    /// Starts what was asked for. An error only when there was something and all of it failed.
    fn start_recordings(&self, builder: &ProfilerBuilder) -> Result<(), Error> {
        let _quiet = reentry::enter();
        let memory = builder
            .memory
            .then(|| self.start_memory(builder.memory_rate_bytes));
        let cpu = builder.cpu.then(|| self.start_cpu(builder.cpu_rate_hz));
        let (started, failed): (Vec<_>, Vec<_>) =
            [cpu, memory].into_iter().flatten().partition(Result::is_ok);
        let failed: Vec<Error> = failed.into_iter().filter_map(Result::err).collect();
        failed.iter().for_each(|error| self.warn(error.to_string()));
        match failed.into_iter().next() {
            Some(error) if started.is_empty() => Err(error),
            _ => Ok(()),
        }
    }

    fn start_cpu(&self, rate_hz: u32) -> Result<(), Error> {
        let mut cpu = lock(&self.cpu);
        let recording = Recording::start(rate_hz).map_err(|e| Error::new(ErrorKind::Cpu(e)))?;
        *cpu = Some(recording);
        Ok(())
    }

    fn start_memory(&self, rate_bytes: usize) -> Result<(), Error> {
        let mut memory = lock(&self.memory);
        unwind::refresh_tables();
        unwind::refresh_stacks();
        let warnings = heap::start(rate_bytes.max(1))
            .map_err(|error| Error::new(ErrorKind::Memory(error.to_string())))?;
        *memory = true;
        warnings.into_iter().for_each(|warning| self.warn(warning));
        Ok(())
    }

    fn stop_on_signals(&self) {
        if let Err(error) = active::stop_on_signals() {
            self.warn(format!(
                "profiles are lost when a signal ends the process: {error}"
            ));
        }
    }

    pub(crate) fn annotate(&self, key: &str, value: &str) {
        lock(&self.facts).set(key, value);
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        lock(&self.warnings).clone()
    }

    fn warn(&self, warning: String) {
        lock(&self.warnings).push(warning);
    }

    pub(crate) fn snapshot(&self, label: &str) -> io::Result<PathBuf> {
        let memory = lock(&self.memory);
        let Some(files) = self.files.as_ref().filter(|_| *memory && !self.is_forked()) else {
            return Err(no_memory_profile());
        };
        let _quiet = reentry::enter();
        unwind::refresh_tables();
        let heap = heap::snapshot();
        drop(memory);
        let image = ProcessImage::of_addresses(&addresses(None, Some(&heap)), self.symbolize);
        let profile = self.heap_profile(&heap, IN_USE, &image, self.header());
        let kind = files.snapshot_kind(label);
        let path = files.write(&kind, &profile.map_err(io::Error::other)?.encode_gzip())?;
        lock(&self.written).push(ProfileFile::new(kind, path.clone()));
        Ok(path)
    }

    pub(crate) fn set_memory_rate(&self, rate_bytes: usize) -> io::Result<()> {
        let memory = lock(&self.memory);
        let running = *memory && !self.is_forked();
        let changed = running.then(|| heap::change_rate(rate_bytes)).flatten();
        let Some(warnings) = changed else {
            return Err(no_memory_profile());
        };
        drop(memory);
        warnings.into_iter().for_each(|warning| self.warn(warning));
        self.annotate("memory_rate_bytes", &rate_bytes.to_string());
        Ok(())
    }

    /// A forked child has copies of everything but must leave the files to its parent.
    fn is_forked(&self) -> bool {
        process::id() != self.pid
    }

    /// Whether the files are still to be written, by this process.
    pub(crate) fn is_running(&self) -> bool {
        self.report.get().is_none() && !self.is_forked()
    }

    pub(crate) fn stop(&self) -> ProfileReport {
        if self.is_forked() {
            return ProfileReport::default();
        }
        let report = self.report.get_or_init(|| self.finish()).clone();
        // The lock is held during the call, so that nobody ends the process before it is done.
        let mut on_stop = lock(&self.on_stop);
        if let Some(on_stop) = on_stop.take() {
            on_stop(&report);
        }
        report
    }

    /// Everything stops before anything is written, so that writing shows in no profile.
    fn finish(&self) -> ProfileReport {
        let _quiet = reentry::enter();
        let cpu = lock(&self.cpu).take().map(Recording::stop);
        let heap = self.stop_memory();
        self.note_cpu_seconds();
        let header = self.header();
        let image =
            ProcessImage::of_addresses(&addresses(cpu.as_ref(), heap.as_ref()), self.symbolize);
        if let Some(cpu) = &cpu {
            lock(&self.warnings).extend(cpu.warnings.iter().cloned());
            let facts = lock(&self.facts).clone();
            self.write(
                Kind::Cpu,
                cpu_profile::cpu_profile(cpu, &image, header, facts),
            );
        }
        if let Some(heap) = &heap {
            for (kind, show) in [
                (Kind::Mem, IN_USE),
                (Kind::Alloc, ALLOCATED),
                (Kind::Peak, PEAK),
            ] {
                self.write(kind, self.heap_profile(heap, show, &image, header));
            }
        }
        self.files.iter().for_each(RunFiles::release);
        let files = std::mem::take(&mut *lock(&self.written));
        ProfileReport::new(files, self.warnings())
    }

    fn note_cpu_seconds(&self) {
        let now = clock::process_cpu();
        let used = now.saturating_sub(*self.cpu_before.get().unwrap_or(&now));
        self.annotate("cpu_seconds", &format!("{:.6}", used.as_secs_f64()));
    }

    fn stop_memory(&self) -> Option<HeapSnapshot> {
        let mut memory = lock(&self.memory);
        std::mem::take(&mut *memory).then(|| {
            heap::stop();
            heap::snapshot()
        })
    }

    fn header(&self) -> Header {
        Header {
            start: self.start,
            duration: self.started.elapsed(),
        }
    }

    fn heap_profile(
        &self,
        heap: &HeapSnapshot,
        show: Show,
        image: &ProcessImage,
        header: Header,
    ) -> Result<Profile, InvalidProfile> {
        let facts = lock(&self.facts).clone();
        heap_profile::heap_profile(heap, show, image, header, facts)
    }

    fn write(&self, kind: Kind, profile: Result<Profile, InvalidProfile>) {
        let Some(files) = &self.files else { return };
        let written = profile
            .map_err(io::Error::other)
            .and_then(|profile| files.write(&kind, &profile.encode_gzip()));
        match written {
            Ok(path) => lock(&self.written).push(ProfileFile::new(kind, path)),
            Err(error) => {
                let path = files.path(&kind);
                self.warn(format!("cannot write profile {}: {error}", path.display()));
            }
        }
    }
}

fn no_memory_profile() -> io::Error {
    let message = "no memory profile is being taken";
    io::Error::new(io::ErrorKind::Unsupported, message)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn claim(builder: &ProfilerBuilder, start: SystemTime) -> Result<RunFiles, Error> {
    RunFiles::claim(&builder.directory, &builder.tool, start).map_err(|source| {
        Error::new(ErrorKind::Directory {
            path: builder.directory.clone(),
            source,
        })
    })
}

fn facts(builder: &ProfilerBuilder) -> Facts {
    let mut facts = Facts::of_process(builder.command_line);
    if builder.cpu {
        facts.set("cpu_rate_hz", builder.cpu_rate_hz);
    }
    if builder.memory {
        facts.set("memory_rate_bytes", builder.memory_rate_bytes.max(1));
    }
    facts
}

fn addresses(cpu: Option<&CpuData>, heap: Option<&HeapSnapshot>) -> HashSet<u64> {
    let mut addresses = HashSet::new();
    if let Some(cpu) = cpu {
        cpu_profile::addresses(cpu, &mut addresses);
    }
    if let Some(heap) = heap {
        heap_profile::addresses(heap, &mut addresses);
    }
    addresses
}
