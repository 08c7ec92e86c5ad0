//! Two snapshots of a program that leaks a little at one of fifty places show the place.

mod heap_support;
mod support;

use std::hint::black_box;

use dtail_profiling::ProfilingAllocator;
use heap_support::{in_use, start};
use support::{read_path, samples};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const LEAK: &str = "site_31";
const CALLS: usize = 1_000_000;

/// Fifty functions; each allocates, and one of them forgets what it allocated.
macro_rules! sites {
    ($($name:ident)*) => {
        $(
            #[inline(never)]
            fn $name() {
                let block = black_box(Box::new([stringify!($name).len() as u8; 100]));
                if stringify!($name) == LEAK {
                    std::mem::forget(block);
                }
            }
        )*
        const SITES: [(&str, fn()); 50] = [$((stringify!($name), $name)),*];
    };
}

sites!(
    site_0 site_1 site_2 site_3 site_4 site_5 site_6 site_7 site_8 site_9 site_10 site_11
    site_12 site_13 site_14 site_15 site_16 site_17 site_18 site_19 site_20 site_21 site_22
    site_23 site_24 site_25 site_26 site_27 site_28 site_29 site_30 site_31 site_32 site_33
    site_34 site_35 site_36 site_37 site_38 site_39 site_40 site_41 site_42 site_43 site_44
    site_45 site_46 site_47 site_48 site_49
);

#[test]
fn the_difference_of_two_snapshots_names_the_leak() {
    let (profiler, _directory) = start(512 * 1024);
    let in_use_by_site = |label| {
        let heap = samples(&read_path(&profiler.snapshot(label).unwrap()));
        SITES.map(|(name, _)| in_use(&heap, &format!("::{name}")).1)
    };
    let before = in_use_by_site("before");
    let leaking = SITES.iter().position(|(name, _)| *name == LEAK).unwrap();
    for call in 0..CALLS {
        SITES[leaking].1();
        if call % 10 == 0 {
            SITES[call / 10 % SITES.len()].1();
        }
    }
    let after = in_use_by_site("after");
    let grown: Vec<i64> = after
        .iter()
        .zip(&before)
        .map(|(after, before)| after - before)
        .collect();
    let leaked = (CALLS + CALLS / 10 / SITES.len()) as f64 * 100.0;
    // Of 190 samples on average; 7 deviations of so many are half of them, and come once in 10^10 times.
    let deviation = (512.0 * 1024.0 * leaked).sqrt();
    for (site, bytes) in grown.iter().enumerate() {
        let expected = if site == leaking { leaked } else { 0.0 };
        assert!(
            (*bytes as f64 - expected).abs() <= 7.0 * deviation,
            "site {site}: {grown:?}"
        );
        assert!(
            site == leaking || *bytes == 0,
            "site {site} frees all: {grown:?}"
        );
    }
}
