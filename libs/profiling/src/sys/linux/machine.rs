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
    let bytes: Vec<u8> = field.iter().flat_map(|byte| byte.to_ne_bytes()).collect();
    CStr::from_bytes_until_nul(&bytes)
        .map(|t| t.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The model of the first processor.
pub(crate) fn cpu_model() -> Option<String> {
    model_in(&fs::read_to_string("/proc/cpuinfo").ok()?)
}

/// The kernel names the model on x86-64; on aarch64 it gives the numbers by which the processor names itself.
fn model_in(cpuinfo: &str) -> Option<String> {
    let value = |key| {
        let mut lines = cpuinfo.lines();
        let line = lines.find_map(|line| line.strip_prefix(key))?;
        Some(line.split_once(':')?.1.trim())
    };
    let named = value("model name").map(str::to_owned);
    named.or_else(|| {
        let (implementer, part) = (value("CPU implementer")?, value("CPU part")?);
        Some(format!("implementer {implementer} part {part}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cpuinfo: &str, model: Option<&str>) {
        assert_eq!(model_in(cpuinfo).as_deref(), model);
    }

    #[test]
    fn finds_the_model_of_both_processors() {
        check(
            "model\t\t: 85\nmodel name\t: Intel(R) Xeon(R)\n",
            Some("Intel(R) Xeon(R)"),
        );
        check(
            "BogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
            Some("implementer 0x41 part 0xd0c"),
        );
        check("BogoMIPS\t: 243.75\n", None);
    }
}
