//! The CPU profile: `samples/count` and `cpu/nanoseconds`, as Go writes it.

use std::collections::HashSet;

use dtail_profile::{InvalidProfile, Label, LocationId, Profile, ProfileBuilder};
use dtail_sampler::unwind::WalkEnd;

use super::facts::{Facts, Header};
use super::image::ProcessImage;
use super::stack_writer::{
    LOST_SAMPLES, StackWriter, TRUNCATED_STACK, UNSAMPLED_CPU, UNWIND_FAILED, collect_addresses,
    lookup_addresses, pseudo_frame,
};
use crate::cpu::CpuData;
use crate::labels::{self, LabelSet};

/// Adds the addresses whose names the profile needs.
pub(crate) fn addresses(data: &CpuData, addresses: &mut HashSet<u64>) {
    collect_addresses(data.stacks.keys().map(|stack| &*stack.frames), addresses);
    addresses.extend(
        data.unsampled
            .iter()
            .map(|(entry, _)| *entry)
            .filter(|entry| *entry != 0),
    );
}

/// The profile of a recording.
pub(crate) fn cpu_profile(
    data: &CpuData,
    image: &ProcessImage,
    header: Header,
    mut facts: Facts,
) -> Result<Profile, InvalidProfile> {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("samples", "count")
        .sample_type("cpu", "nanoseconds");
    builder.period("cpu", "nanoseconds", nanos(data, 1));
    header.write(&mut builder);
    facts.set("signals", data.signals);
    facts.set("lost", data.lost_periods);
    facts.set("cpu_seconds", format!("{:.6}", data.cpu.as_secs_f64()));
    facts.set(
        "sampled_cpu_seconds",
        format!("{:.6}", data.sampled_cpu.as_secs_f64()),
    );
    if let Some(cost) = data.cost {
        facts.set("handler_ns_median", cost.median.as_nanos());
        facts.set("handler_ns_p99", cost.p99.as_nanos());
    }
    facts.write(&mut builder, &summary(data));
    let mut stacks = StackWriter::add_mappings(image, &mut builder);
    add_stacks(data, &mut stacks, &mut builder);
    add_unsampled(data, &mut stacks, &mut builder);
    if data.lost_periods > 0 {
        let lost = pseudo_frame(&mut builder, LOST_SAMPLES);
        add(&mut builder, &[lost], data, data.lost_periods, &[]);
    }
    builder.finish()
}

fn summary(data: &CpuData) -> String {
    let (sampled, cpu) = (data.sampled_cpu.as_secs_f64(), data.cpu.as_secs_f64());
    let share = if cpu > 0.0 {
        100.0 * sampled / cpu
    } else {
        100.0
    };
    format!(
        "sampled {share:.1} % of {cpu:.2} s CPU in {} signals",
        data.signals
    )
}

fn nanos(data: &CpuData, periods: u64) -> i64 {
    let nanos = data.period.as_nanos().saturating_mul(periods.into());
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

fn add_stacks(data: &CpuData, stacks: &mut StackWriter<'_>, builder: &mut ProfileBuilder) {
    for (stack, periods) in &data.stacks {
        let addresses = lookup_addresses(&stack.frames);
        let mut locations: Vec<LocationId> = addresses
            .map(|address| stacks.location(builder, address))
            .collect();
        match stack.end {
            WalkEnd::Complete => {}
            WalkEnd::Truncated => locations.push(pseudo_frame(builder, TRUNCATED_STACK)),
            WalkEnd::Lost => locations.push(pseudo_frame(builder, UNWIND_FAILED)),
        }
        let thread = data
            .thread_names
            .get(stack.thread)
            .map_or("", String::as_str);
        let labels = sample_labels(builder, thread, labels::set_of(stack.labels));
        add(builder, &locations, data, *periods, &labels);
    }
}

/// The thread's name, unless the program has its own label of that key, and the program's labels.
fn sample_labels(builder: &mut ProfileBuilder, thread: &str, set: Option<LabelSet>) -> Vec<Label> {
    let set = set.unwrap_or_default();
    let own = set.iter().any(|(key, _)| key == "thread");
    let thread = (!thread.is_empty() && !own).then_some(("thread", thread));
    let labels = set
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    thread
        .into_iter()
        .chain(labels)
        .map(|(key, value)| builder.text_label(key, value))
        .collect()
}

fn add(
    builder: &mut ProfileBuilder,
    stack: &[LocationId],
    data: &CpuData,
    periods: u64,
    labels: &[Label],
) {
    let count = i64::try_from(periods).unwrap_or(i64::MAX);
    builder.sample(stack, &[count, nanos(data, periods)], labels);
}

/// Rounds to periods for the count; the time is exact.
fn add_unsampled(data: &CpuData, stacks: &mut StackWriter<'_>, builder: &mut ProfileBuilder) {
    for (entry, unsampled) in &data.unsampled {
        let mut stack = vec![pseudo_frame(builder, UNSAMPLED_CPU)];
        if *entry != 0 {
            stack.push(stacks.location(builder, *entry));
        }
        let period = nanos(data, 1).max(1);
        let count = unsampled.saturating_add(period / 2) / period;
        builder.sample(&stack, &[count, *unsampled], &[]);
    }
}
