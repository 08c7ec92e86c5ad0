//! Facts about the machine and the process that a profile carries.

use std::ffi::CStr;
use std::fs;
use std::mem;

/// The text of `/proc/self/maps`.
pub(crate) fn maps() -> Vec<u8> {
    fs::read("/proc/self/maps").unwrap_or_default()
}

/// Host name, operating system with release; `None` where the kernel does not tell.
pub(crate) fn host_and_kernel() -> Option<(String, String)> {
    // SAFETY: `utsname` is plain data, for which all zeroes is a value.
    let mut name: libc::utsname = unsafe { mem::zeroed() };
    // SAFETY: `name` is valid for the write.
    if unsafe { libc::uname(&mut name) } != 0 {
        return None;
    }
    Some((text(&name.nodename), text(&name.release)))
}

fn text(field: &[libc::c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|byte| byte.cast_unsigned()).collect();
    CStr::from_bytes_until_nul(&bytes)
        .map(|t| t.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The model of the first processor.
pub(crate) fn cpu_model() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
