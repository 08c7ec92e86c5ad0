//! The tables in force, and keeping them up to date with what is loaded.
//!
//! What was published is never freed, since a handler may be reading it: a library that is loaded again at
//! the same place gets its rows back, and modules that were loaded together before get their table back.
//! What is kept is bounded by [`TABLES_MAX`] and [`MODULES_MAX`].

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use dtail_sampler::unwind::{Module, RuleCache, Table};

use super::compile::{Rows, compile};
use crate::sys::Published;
use crate::sys::arch::Registers;
use crate::sys::modules::{self, Generation, LoadedModule};

/// How many sets of modules may have a table, of some 35 KiB each. After that the last one stays in force.
const TABLES_MAX: usize = 1024;

/// How many modules may have rows, one that is loaded at two places counted twice. Later ones have no rules.
const MODULES_MAX: usize = 4096;

static IN_FORCE: Published<Table<'static>> = Published::empty();
static LOADED: Mutex<Loaded> = Mutex::new(Loaded {
    generation: None,
    compiled: Vec::new(),
    tables: BTreeMap::new(),
});

/// The table that a walk must use. Async-signal-safe.
pub(crate) fn in_force() -> Option<&'static Table<'static>> {
    IN_FORCE.get()
}

/// Compiles what was loaded since the last call. Cheap when nothing was: asks the loader for its
/// counters. Takes the loader's lock and allocates: not for a signal handler.
pub(crate) fn refresh() {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if loaded.generation == Some(modules::generation()) {
        return;
    }
    let mut rows = Vec::new();
    let generation = modules::for_each(&mut |module| rows.extend(loaded.rows_of(module)));
    loaded.generation = Some(generation);
    if let Some(table) = loaded.table_of(&rows) {
        IN_FORCE.set(table);
    }
}

fn table_over(rows: &[&'static Rows]) -> &'static Table<'static> {
    let modules: Vec<Module<'static>> = rows.iter().map(|rows| rows.module()).collect();
    let cache = Box::leak(Box::new(RuleCache::empty()));
    Box::leak(Box::new(Table::over(Vec::leak(modules)).cached(cache)))
}

struct Loaded {
    generation: Option<Generation>,
    compiled: Vec<Compiled>,
    /// By the addresses of their modules' rows.
    tables: BTreeMap<Vec<usize>, &'static Table<'static>>,
}

struct Compiled {
    path: PathBuf,
    eh_frame_address: u64,
    eh_frame_bytes: usize,
    rows: &'static Rows,
}

impl Loaded {
    fn rows_of(&mut self, module: &LoadedModule<'_>) -> Option<&'static Rows> {
        if let Some(known) = self.compiled.iter().find(|compiled| compiled.is_of(module)) {
            return Some(known.rows);
        }
        if self.compiled.len() >= MODULES_MAX {
            return None;
        }
        let rows = Box::leak(Box::new(compile::<Registers>(module)));
        self.compiled.push(Compiled {
            path: Path::to_path_buf(&module.path),
            eh_frame_address: module.eh_frame_address,
            eh_frame_bytes: module.eh_frame.len(),
            rows,
        });
        Some(rows)
    }

    /// The table of these modules, the same one whenever they are loaded together.
    fn table_of(&mut self, rows: &[&'static Rows]) -> Option<&'static Table<'static>> {
        let addresses = rows.iter().map(|rows| std::ptr::from_ref(*rows).addr());
        let is_full = self.tables.len() >= TABLES_MAX;
        match self.tables.entry(addresses.collect()) {
            Entry::Occupied(known) => Some(known.get()),
            Entry::Vacant(_) if is_full => None,
            Entry::Vacant(vacant) => Some(vacant.insert(table_over(rows))),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(start: u64) -> &'static Rows {
        let module = LoadedModule {
            path: PathBuf::new(),
            text: start..start + 4096,
            eh_frame: &[],
            eh_frame_address: 0,
            code: &[],
        };
        Box::leak(Box::new(compile::<Registers>(&module)))
    }

    #[test]
    fn modules_that_come_and_go_have_one_table_a_set() {
        let mut loaded = Loaded {
            generation: None,
            compiled: Vec::new(),
            tables: BTreeMap::new(),
        };
        let (program, library) = (rows(0x1000), rows(0x9000));
        let mut address_of = |set: &[&'static Rows]| {
            loaded
                .table_of(set)
                .map(|table| std::ptr::from_ref(table).addr())
        };
        let (alone, both) = (address_of(&[program]), address_of(&[program, library]));
        assert_ne!(alone, both);
        for _ in 0..100 {
            assert_eq!(address_of(&[program]), alone);
            assert_eq!(address_of(&[program, library]), both);
        }
        for number in 2..TABLES_MAX as u64 {
            assert!(address_of(&[rows(number << 16)]).is_some());
        }
        assert_eq!(address_of(&[library]), None, "no more tables");
        assert_eq!(address_of(&[program]), alone);
    }
}
