//! What depends on the processor: its registers, the size of its pages, its clock. The rows of its call
//! frame information are in [`unwind::compile`](crate::unwind), the steps over its stack in
//! `dtail_sampler::unwind`.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::*;
