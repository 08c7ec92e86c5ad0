//! The executable and the shared libraries that are loaded, and their call frame information.

use std::ffi::{CStr, OsStr};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::slice;

/// A loaded module, as it lies in memory.
#[derive(Debug)]
pub(crate) struct LoadedModule<'m> {
    /// The path it was loaded from; empty for the executable.
    pub(crate) path: PathBuf,
    /// Addresses of its executable segments, first to last.
    pub(crate) text: Range<u64>,
    /// The section `.eh_frame`, perhaps with bytes after its end mark; empty when there is none.
    pub(crate) eh_frame: &'m [u8],
    /// Where that section begins.
    pub(crate) eh_frame_address: u64,
    /// The bytes of `text` in the kernel's own module, the vDSO; empty for any other.
    pub(crate) code: &'m [u8],
}

/// How many modules were ever loaded and unloaded: changes exactly when the list does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation {
    loaded: u64,
    unloaded: u64,
}

impl Generation {
    fn of(info: &libc::dl_phdr_info) -> Self {
        Self {
            loaded: info.dlpi_adds,
            unloaded: info.dlpi_subs,
        }
    }
}

/// The state of the list, without a look at the modules: some hundred nanoseconds.
pub(crate) fn generation() -> Generation {
    let mut generation = Generation::default();
    // SAFETY: `generation` outlives the call, and `counted` takes it back as what it is.
    unsafe { libc::dl_iterate_phdr(Some(counted), (&raw mut generation).cast()) };
    generation
}

/// # Safety
///
/// Only for `dl_iterate_phdr` to call, with a record of its own and the `Generation` that `generation` gave
/// it.
unsafe extern "C" fn counted(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    generation: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader passes a valid record, `generation` its own, and nobody else uses either.
    let (info, generation) = unsafe { (&*info, &mut *generation.cast::<Generation>()) };
    *generation = Generation::of(info);
    1
}

/// Calls `each` for every loaded module that has code, and gives the state of the
/// list. The loader's lock is held meanwhile, so that no module goes away: not for a signal handler.
pub(crate) fn for_each(each: &mut dyn FnMut(&LoadedModule<'_>)) -> Generation {
    let mut visit = Visit {
        each,
        generation: Generation::default(),
    };
    // SAFETY: `visit` outlives the call, and `visited` takes it back as what it is.
    unsafe { libc::dl_iterate_phdr(Some(visited), (&raw mut visit).cast()) };
    visit.generation
}

struct Visit<'v> {
    each: &'v mut dyn FnMut(&LoadedModule<'_>),
    generation: Generation,
}

/// # Safety
///
/// Only for `dl_iterate_phdr` to call, with a record of its own and the `Visit` that `for_each` gave it.
unsafe extern "C" fn visited(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    visit: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader passes a valid record, `for_each` its own `Visit`, and nobody else uses either.
    let (info, visit) = unsafe { (&*info, &mut *visit.cast::<Visit<'_>>()) };
    visit.generation = Generation::of(info);
    // SAFETY: the loader's record describes a module that stays loaded while it holds its lock.
    if let Some(module) = unsafe { describe(info) } {
        (visit.each)(&module);
    }
    0
}

/// # Safety
///
/// `info` must describe a module that stays loaded as long as the result is in use.
unsafe fn describe(info: &libc::dl_phdr_info) -> Option<LoadedModule<'_>> {
    // SAFETY: the record's program headers lie in the loaded module.
    let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
    // SAFETY: passed on from the caller.
    let found = unsafe { call_frame_information(headers, info.dlpi_addr) };
    let (eh_frame, eh_frame_address) = found.unwrap_or_default();
    let text = text_of(headers, info.dlpi_addr)?;
    // SAFETY: asks for a number; it is 0 without a vDSO.
    let vdso = unsafe { libc::getauxval(libc::AT_SYSINFO_EHDR) };
    let code = if text.contains(&vdso) {
        // SAFETY: the vDSO is one segment, which is always mapped and readable.
        unsafe { bytes(text.start, text.end.wrapping_sub(text.start)) }
    } else {
        &[]
    };
    Some(LoadedModule {
        path: path_of(info),
        text,
        eh_frame,
        eh_frame_address,
        code,
    })
}

/// The section `.eh_frame`, up to the end of its segment, and its address.
///
/// # Safety
///
/// The headers must be those of a module that is loaded at `base`, and stays so as long as the result is in
/// use.
unsafe fn call_frame_information<'m>(
    headers: &[libc::Elf64_Phdr],
    base: u64,
) -> Option<(&'m [u8], u64)> {
    let frame_header = headers
        .iter()
        .find(|header| header.p_type == libc::PT_GNU_EH_FRAME)?;
    let header_address = base.wrapping_add(frame_header.p_vaddr);
    // SAFETY: the header says that the loader has mapped this range.
    let header = unsafe { bytes(header_address, frame_header.p_memsz) };
    let address = eh_frame_address(header, header_address)?;
    let (segment, _) = segments(headers, base).find(|(range, _)| range.contains(&address))?;
    // SAFETY: the range lies in a segment that the loader has mapped readable.
    let section = unsafe { bytes(address, segment.end.wrapping_sub(address)) };
    Some((section, address))
}

/// # Safety
///
/// The range must be mapped and readable, and stay so.
unsafe fn bytes<'m>(address: u64, length: u64) -> &'m [u8] {
    // SAFETY: the caller vouches for the range.
    unsafe { slice::from_raw_parts(address as *const u8, length as usize) }
}

/// The address of `.eh_frame` from the head of `.eh_frame_hdr`: version 1, then the encoding of the
/// pointer that follows two more bytes. Every linker writes it as four bytes relative to itself (0x1b).
fn eh_frame_address(header: &[u8], address: u64) -> Option<u64> {
    let (&[version, encoding, _, _], rest) = header.split_first_chunk::<4>()?;
    let offset = i32::from_le_bytes(*rest.first_chunk::<4>()?);
    let known = version == 1 && encoding == 0x1b;
    known.then(|| address.wrapping_add(4).wrapping_add_signed(offset.into()))
}

/// The loaded segments, with whether they are executable.
fn segments(headers: &[libc::Elf64_Phdr], base: u64) -> impl Iterator<Item = (Range<u64>, bool)> {
    headers
        .iter()
        .filter(|header| header.p_type == libc::PT_LOAD)
        .map(move |header| {
            let start = base.wrapping_add(header.p_vaddr);
            (
                start..start.wrapping_add(header.p_memsz),
                header.p_flags & libc::PF_X != 0,
            )
        })
}

fn text_of(headers: &[libc::Elf64_Phdr], base: u64) -> Option<Range<u64>> {
    segments(headers, base)
        .filter(|(_, executable)| *executable)
        .map(|(range, _)| range)
        .reduce(|all, range| all.start.min(range.start)..all.end.max(range.end))
}

fn path_of(info: &libc::dl_phdr_info) -> PathBuf {
    if info.dlpi_name.is_null() {
        return PathBuf::new();
    }
    // SAFETY: the loader's names are C strings that live as long as the module.
    let name = unsafe { CStr::from_ptr(info.dlpi_name) };
    PathBuf::from(OsStr::from_bytes(name.to_bytes()))
}
