//! The C library's own `malloc` and its like, by the names that the executable's do not hide.

use std::ffi::c_void;

/// What `posix_memalign` returns for an alignment that is none.
pub(crate) const EINVAL: libc::c_int = libc::EINVAL;

/// What `posix_memalign` returns when there is no memory.
pub(crate) const ENOMEM: libc::c_int = libc::ENOMEM;

// SAFETY: glibc exports its allocator under these names for exactly this purpose, with these types.
unsafe extern "C" {
    /// `malloc`.
    pub(crate) fn __libc_malloc(size: usize) -> *mut c_void;
    /// `calloc`.
    pub(crate) fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    /// `realloc`.
    pub(crate) fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    /// `memalign`.
    pub(crate) fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    /// `free`.
    pub(crate) fn __libc_free(block: *mut c_void);
}
