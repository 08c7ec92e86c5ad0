//! Threads are sampled whoever starts them, and however many there are.

mod support;

use std::ffi::{CStr, c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::thread;
use std::time::Duration;

use support::{NamedSample, burn_cpu, cpu_profile, fact, samples, sum, with_longer_runs};

#[inline(never)]
fn work() {
    black_box((0..3_000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

#[inline(never)]
fn works(time: Duration) {
    burn_cpu(time, work);
}

fn on_a_thread_of_std(time: Duration) {
    let thread = thread::Builder::new().name("of-std".to_owned());
    thread.spawn(move || works(time)).unwrap().join().unwrap();
}

fn on_threads_of_rayon(time: Duration) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
    let pool = pool.thread_name(|_| "of-rayon".to_owned()).build().unwrap();
    pool.broadcast(|_| works(time / 2));
}

fn on_threads_of_tokio(time: Duration) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).thread_name("of-tokio").build();
    runtime.unwrap().block_on(async {
        let tasks = [(); 2].map(|()| tokio::spawn(async move { works(time / 2) }));
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// The entry of a thread that C code could have started: `argument` is how many milliseconds to work.
extern "C" fn works_for_c(argument: *mut c_void) -> *mut c_void {
    // SAFETY: names the calling thread.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), c"of-c".as_ptr()) };
    works(Duration::from_millis(argument.addr() as u64));
    ptr::null_mut()
}

/// Starts and joins a thread by the functions that a shared library finds under these names.
fn on_a_thread_of_c(time: Duration) {
    type Entry = extern "C" fn(*mut c_void) -> *mut c_void;
    type Create = unsafe extern "C" fn(*mut usize, *const c_void, Entry, *mut c_void) -> c_int;
    type Join = unsafe extern "C" fn(usize, *mut c_void) -> c_int;
    // SAFETY: the names are C strings.
    let found = |name: &CStr| unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    let (create, join) = (found(c"pthread_create"), found(c"pthread_join"));
    assert!(!create.is_null() && !join.is_null());
    let mut thread = 0;
    // SAFETY: the types are those of the functions, the places are valid for writes, and the argument is
    // only a number.
    unsafe {
        let create = std::mem::transmute::<*mut c_void, Create>(create);
        let join = std::mem::transmute::<*mut c_void, Join>(join);
        let argument = ptr::without_provenance_mut(time.as_millis() as usize);
        assert_eq!(create(&mut thread, ptr::null(), works_for_c, argument), 0);
        assert_eq!(join(thread, ptr::null_mut()), 0);
    }
}

/// What runs on threads of this name has the samples, under the name.
fn check(threads: &str, run: fn(Duration)) {
    with_longer_runs(Duration::from_millis(400), |time| {
        let taken = cpu_profile(250, || run(time));
        let all = samples(&taken.profile);
        let is_works = |s: &NamedSample| s.frames.iter().any(|f| f.ends_with("::works"));
        let seen = sum(&all, 1, |s| s.thread == threads && is_works(s)) as f64;
        let seen = seen / taken.rusage_cpu.as_nanos() as f64;
        if seen >= 0.8 {
            return Ok(());
        }
        Err(format!("{seen:.3} of the CPU time is {threads}"))
    });
}

fn ten_thousand_threads_are_all_booked() {
    with_longer_runs(Duration::from_secs(1), |time| {
        let taken = cpu_profile(1000, || {
            for _ in 0..10_000 * time.as_secs() {
                thread::spawn(work).join().unwrap();
            }
        });
        assert_eq!(taken.report.warnings(), [""; 0]);
        assert_eq!(fact(&taken.profile, "lost").as_deref(), Some("0"));
        let total = sum(&samples(&taken.profile), 1, |_| true) as f64;
        let total = total / taken.rusage_cpu.as_nanos() as f64;
        if (0.95..1.05).contains(&total) {
            return Ok(());
        }
        Err(format!("total {total:.3}"))
    });
}

// One test: profiles of the CPU are taken one at a time in a process.
#[test]
fn threads_are_sampled_whoever_starts_them() {
    check("of-std", on_a_thread_of_std);
    check("of-rayon", on_threads_of_rayon);
    check("of-tokio", on_threads_of_tokio);
    check("of-c", on_a_thread_of_c);
    ten_thousand_threads_are_all_booked();
}
