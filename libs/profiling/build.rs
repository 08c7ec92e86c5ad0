//! Tells the library what it was compiled with, for the comments of profiles.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
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
