//! Facts about the machine: none.

pub(crate) fn maps() -> Vec<u8> {
    Vec::new()
}

pub(crate) fn host_and_kernel() -> Option<(String, String)> {
    None
}

pub(crate) fn cpu_model() -> Option<String> {
    None
}
