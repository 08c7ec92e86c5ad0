//! With the feature `c-allocations` memory profiles count what C code allocates; without it the program's
//! `malloc` is the C library's own.

mod heap_support;
mod support;

use std::hint::black_box;

use dtail_profiling::ProfilingAllocator;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

/// Whether `malloc`, as every library sees it, is a function of this program.
fn is_interposed() -> bool {
    // SAFETY: the names are C strings, and `found` is valid for a write.
    unsafe {
        let malloc = libc::dlsym(libc::RTLD_DEFAULT, c"malloc".as_ptr());
        let mut found: libc::Dl_info = std::mem::zeroed();
        assert_ne!(libc::dladdr(malloc, &mut found), 0);
        let file = std::ffi::CStr::from_ptr(found.dli_fname).to_string_lossy();
        !file.contains("libc.so")
    }
}

#[cfg(not(feature = "c-allocations"))]
#[test]
fn nothing_is_interposed_unless_asked_for() {
    let profiles = heap_support::profile(1, || black_box(vec![1_u8; 10]));
    assert!(!profiles.mem.is_empty());
    assert!(!is_interposed());
}

#[cfg(feature = "c-allocations")]
mod counted {
    use std::ffi::{c_char, c_void};
    use std::ptr;
    use std::thread;

    use dtail_profiling::{Kind, RuntimeMetrics};

    use super::heap_support::{HeapProfiles, allocated, in_use, profile, read_all, start};
    use super::support::{fact, read};
    use super::{black_box, is_interposed};

    /// The C library copies.
    #[inline(never)]
    fn copies_strings() -> Vec<*mut c_char> {
        let text = c"123456789";
        let mut copies = Vec::with_capacity(100);
        // SAFETY: the text is a C string.
        (0..100).for_each(|_| copies.push(unsafe { libc::strdup(text.as_ptr()) }));
        copies
    }

    /// Every function once, and everything freed.
    #[inline(never)]
    fn frees_all() {
        let free = |block: *mut c_void| {
            // SAFETY: each block is freed once. The compiler must not think that nobody needs it.
            unsafe { libc::free(black_box(block)) };
        };
        // SAFETY: each block is used within its size.
        unsafe {
            let grown = libc::realloc(black_box(libc::malloc(100)), 5000);
            free(libc::realloc(black_box(grown), 1_000_000));
            free(libc::calloc(10, 30));
            assert!(libc::realloc(black_box(libc::malloc(7)), 0).is_null());
            free(libc::memalign(64, 200));
            free(libc::aligned_alloc(64, 128));
            let mut aligned = ptr::null_mut();
            assert_eq!(libc::posix_memalign(&mut aligned, 4096, 50), 0);
            assert_eq!(aligned.addr() % 4096, 0);
            free(aligned);
            assert_eq!(libc::posix_memalign(&mut aligned, 24, 50), libc::EINVAL);
            free(ptr::null_mut());
        }
    }

    /// Neither succeeds, so neither counts, and the block is still there.
    #[inline(never)]
    fn fails() -> *mut c_void {
        // SAFETY: the sizes are impossible, and blocks stay as they were.
        unsafe {
            assert!(black_box(libc::malloc(usize::MAX / 2)).is_null());
            assert!(black_box(libc::calloc(usize::MAX, 16)).is_null());
            let block = black_box(libc::malloc(60));
            assert!(black_box(libc::realloc(block, usize::MAX / 2)).is_null());
            block
        }
    }

    #[inline(never)]
    fn is_rust() -> Vec<String> {
        let strings = (0..10).map(|_| black_box(String::with_capacity(64)));
        // Not a call at the end, which would take this function off the stack.
        black_box(strings.collect())
    }

    #[inline(never)]
    fn one_of_the_threads() {
        // SAFETY: asks for memory only.
        let block = |size| black_box(unsafe { libc::malloc(size) });
        (0..1000).for_each(|number| free(&[block(1 + number % 10)]));
    }

    fn free<T>(blocks: &[*mut T]) {
        // SAFETY: each block is freed once.
        blocks
            .iter()
            .for_each(|block| unsafe { libc::free(block.cast()) });
    }

    fn check(profiles: &HeapProfiles, function: &str, expected: [(i64, i64); 2]) {
        let values = [
            allocated(&profiles.alloc, function),
            in_use(&profiles.mem, function),
        ];
        assert_eq!(values, expected, "allocated and in use through {function}");
    }

    #[test]
    fn blocks_of_c_code_are_counted_under_their_callers() {
        assert!(is_interposed());
        use_up_the_first_keys();
        let mut kept = None;
        let profiles = profile(1, || {
            kept = Some((copies_strings(), fails()));
            frees_all();
            let threads = [(); 4].map(|()| thread::spawn(one_of_the_threads));
            threads
                .into_iter()
                .for_each(|thread| thread.join().unwrap());
            is_rust()
        });
        let strings = (100 + 1, 100 * 10 + 100 * 8);
        check(&profiles, "::copies_strings", [strings; 2]);
        check(&profiles, "::fails", [(1, 60); 2]);
        // malloc, realloc twice, calloc, malloc, memalign, aligned_alloc, posix_memalign.
        let all = (8, 100 + 5000 + 1_000_000 + 300 + 7 + 200 + 128 + 50);
        check(&profiles, "::frees_all", [all, (0, 0)]);
        check(
            &profiles,
            "::one_of_the_threads",
            [(4000, 4 * 5500), (0, 0)],
        );
        check(&profiles, "::is_rust", [(11, 10 * 64 + 10 * 24); 2]);
        leaves_are_callers(&profiles);
        let (copies, block) = kept.expect("the work is done");
        free(&copies);
        free(&[block]);
        freed_while_profiled();
    }

    /// The C library allocates for a thread's values of later ones, such as the profiler's.
    fn use_up_the_first_keys() {
        let mut key = 0;
        // SAFETY: `key` is valid for a write.
        (0..32).for_each(|_| assert_eq!(unsafe { libc::pthread_key_create(&mut key, None) }, 0));
    }

    /// What stands in front of the C library is not shown.
    fn leaves_are_callers(profiles: &HeapProfiles) {
        let leaves = || {
            profiles
                .alloc
                .iter()
                .map(|sample| sample.frames[0].as_str())
        };
        assert!(leaves().all(|leaf| leaf != "malloc" && leaf != "calloc" && leaf != "realloc"));
        assert!(
            leaves().any(|leaf| leaf.contains("strdup")),
            "{:?}",
            leaves().collect::<Vec<_>>()
        );
    }

    /// What is freed by the end is not in use, whichever session it is of, at a rate with samples, too.
    fn freed_while_profiled() {
        for rate in [1, 100, 8192] {
            let (profiler, _directory) = start(rate);
            let before = RuntimeMetrics::now();
            let copies = copies_strings();
            let counted = (RuntimeMetrics::now() - before)
                .allocator
                .expect("profiled");
            assert_eq!(
                (counted.allocated_objects, counted.allocated_bytes),
                (101, 1800)
            );
            free(&copies);
            drop(copies);
            let report = profiler.stop();
            let profile = read(&report, &Kind::Mem);
            let allocator = fact(&profile, "allocator").expect("one is wrapped");
            assert_eq!(allocator, "std::alloc::System, and malloc of C code");
            assert_eq!(in_use(&read_all(&report).mem, "::copies_strings"), (0, 0));
        }
    }
}
