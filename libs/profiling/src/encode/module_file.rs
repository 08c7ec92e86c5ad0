//! The bytes of the file behind a mapping, and of the file that its debug information was split off to.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use dtail_symbolize::{Mapping, Module, build_id_path};

use crate::sys::mapped_file::MappedFile;

/// Where distributions install debug information.
const DEBUG_DIRECTORY: &str = "/usr/lib/debug";

/// The path of the running program, without the mark of a file that is no longer there.
pub(super) fn program() -> String {
    let program = fs::read_link("/proc/self/exe").unwrap_or_default();
    let program = program.to_string_lossy();
    program
        .strip_suffix(" (deleted)")
        .unwrap_or(&program)
        .to_owned()
}

/// The bytes of a module.
#[derive(Debug)]
pub(super) enum ModuleBytes {
    File(MappedFile),
    Memory(Vec<u8>),
}

impl Deref for ModuleBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::File(file) => file,
            Self::Memory(bytes) => bytes,
        }
    }
}

/// The file behind an executable mapping of this process; `None` when it cannot be read. A file that has
/// been removed or replaced is read through the kernel's links, which lead to it as long as it is in
/// use. The vDSO is no file: its image is the mapping itself.
pub(super) fn bytes(mapping: &Mapping) -> Option<ModuleBytes> {
    if mapping.path == "[vdso]" {
        return memory(mapping.start, mapping.limit).map(ModuleBytes::Memory);
    }
    if !mapping.is_file() {
        return None;
    }
    let path = if !mapping.deleted {
        mapping.path.clone()
    } else if mapping.path == program() {
        "/proc/self/exe".to_owned()
    } else {
        format!(
            "/proc/self/map_files/{:x}-{:x}",
            mapping.start, mapping.limit
        )
    };
    MappedFile::of_running_code(Path::new(&path))
        .ok()
        .map(ModuleBytes::File)
}

/// The bytes of this process at `start..limit`.
fn memory(start: u64, limit: u64) -> Option<Vec<u8>> {
    let mut file = fs::File::open("/proc/self/mem").ok()?;
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = vec![0; usize::try_from(limit.checked_sub(start)?).ok()?];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// The separate debug information of `module`, which was read from `path`, if it is installed: the file
/// of its build id, or the one that it names. Only a file of the same build id is taken.
pub(super) fn debug_bytes(module: &Module<'_>, path: &str) -> Option<Vec<u8>> {
    let build_id = module.build_id()?;
    let mut found = candidates(module, Path::new(path)).filter_map(|path| fs::read(path).ok());
    found.find(|bytes| Module::parse(bytes).is_ok_and(|debug| debug.build_id() == Some(build_id)))
}

fn candidates(module: &Module<'_>, path: &Path) -> impl Iterator<Item = PathBuf> {
    let of_id = module.build_id().and_then(build_id_path);
    let of_id = of_id.map(|path| Path::new(DEBUG_DIRECTORY).join(path));
    let link = module.debug_link();
    let named = link.and_then(|link| Some((path.parent()?.to_owned(), file_name(link.file_name)?)));
    let of_link = named.into_iter().flat_map(|(directory, name)| {
        let below = directory.strip_prefix("/").unwrap_or(&directory);
        let installed = Path::new(DEBUG_DIRECTORY).join(below).join(&name);
        [
            directory.join(&name),
            directory.join(".debug").join(&name),
            installed,
        ]
    });
    of_id.into_iter().chain(of_link)
}

/// The name as a name: a link that tries to lead elsewhere is ignored.
fn file_name(bytes: &[u8]) -> Option<PathBuf> {
    let name = Path::new(std::str::from_utf8(bytes).ok()?);
    (name.file_name() == Some(OsStr::new(name))).then(|| name.to_owned())
}
