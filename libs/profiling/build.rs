//! Tells the library what it was compiled with, for the comments of profiles.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(c_allocations)");
    if counts_c_allocations() {
        println!("cargo::rustc-cfg=c_allocations");
    }
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let version = output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    println!(
        "cargo::rustc-env=DTAIL_RUSTC_VERSION={}",
        version.unwrap_or_default()
    );
    let profile = env::var("PROFILE").unwrap_or_default();
    println!("cargo::rustc-env=DTAIL_BUILD_PROFILE={profile}");
    // Of this package: the program's, too, unless a profile has exceptions for packages.
    let opt_level = env::var("OPT_LEVEL").unwrap_or_default();
    println!("cargo::rustc-env=DTAIL_OPT_LEVEL={opt_level}");
}

/// Whether the feature is asked for, and the program has a C library under whose `malloc` ours fits.
fn counts_c_allocations() -> bool {
    let of_target = |key: &str| env::var(format!("CARGO_CFG_{key}")).unwrap_or_default();
    let platform = ["TARGET_OS", "TARGET_ENV", "TARGET_ARCH"].map(of_target);
    env::var_os("CARGO_FEATURE_C_ALLOCATIONS").is_some()
        && platform == ["linux", "gnu", "x86_64"]
        && !of_target("TARGET_FEATURE").contains("crt-static")
        && env::var_os("CARGO_CFG_DTAIL_UNSUPPORTED").is_none()
}
