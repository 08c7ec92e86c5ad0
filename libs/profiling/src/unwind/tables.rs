//! The tables in force, and keeping them up to date with what is loaded.
//!
//! Rows that were published are never freed, since a handler may be reading them: a library that is
//! loaded again at the same place gets its rows back, so what is kept is bounded by the distinct modules
//! that the process ever loads.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use dtail_sampler::unwind::{Module, RuleCache, Table};

use super::compile::{Rows, compile};
use crate::sys::Published;
use crate::sys::arch::Registers;
use crate::sys::modules::{self, Generation, LoadedModule};

static IN_FORCE: Published<Table<'static>> = Published::empty();
static LOADED: Mutex<Loaded> = Mutex::new(Loaded {
    generation: None,
    compiled: Vec::new(),
});

/// The table that a walk must use. Async-signal-safe.
pub(crate) fn in_force() -> Option<&'static Table<'static>> {
    IN_FORCE.get()
}

/// Compiles what was loaded since the last call. Cheap when nothing was: asks the loader for its
/// counters. Takes the loader's lock and allocates: not for a signal handler.
pub(crate) fn refresh() {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let generation = modules::for_each(&mut |_| {});
    if loaded.generation == Some(generation) {
        return;
    }
    let mut rows = Vec::new();
    let generation = modules::for_each(&mut |module| rows.push(loaded.rows_of(module)));
    loaded.generation = Some(generation);
    publish(&rows);
}

fn publish(rows: &[&'static Rows]) {
    let modules: Vec<Module<'static>> = rows.iter().map(|rows| rows.module()).collect();
    let cache = Box::leak(Box::new(RuleCache::empty()));
    let table = Table::over(Vec::leak(modules)).cached(cache);
    IN_FORCE.set(Box::leak(Box::new(table)));
}

struct Loaded {
    generation: Option<Generation>,
    compiled: Vec<Compiled>,
}

struct Compiled {
    path: PathBuf,
    eh_frame_address: u64,
    eh_frame_bytes: usize,
    rows: &'static Rows,
}

impl Loaded {
    fn rows_of(&mut self, module: &LoadedModule<'_>) -> &'static Rows {
        if let Some(known) = self.compiled.iter().find(|compiled| compiled.is_of(module)) {
            return known.rows;
        }
        let rows = Box::leak(Box::new(compile::<Registers>(module)));
        self.compiled.push(Compiled {
            path: Path::to_path_buf(&module.path),
            eh_frame_address: module.eh_frame_address,
            eh_frame_bytes: module.eh_frame.len(),
            rows,
        });
        rows
    }
}

impl Compiled {
    fn is_of(&self, module: &LoadedModule<'_>) -> bool {
        self.path == module.path
            && self.rows.module().start == module.text.start
            && self.eh_frame_address == module.eh_frame_address
            && self.eh_frame_bytes == module.eh_frame.len()
    }
}
