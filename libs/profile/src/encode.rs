//! [`Profile`] to protobuf.

use crate::gzip;
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::wire::{put_bytes, put_number, put_packed};

impl Profile {
    /// The profile as raw protobuf. Every field is written; defaults are left out, as proto3 asks.
    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder {
            out: Vec::new(),
            part: Vec::new(),
            inner: Vec::new(),
            packed: Vec::new(),
        };
        self.sample_types
            .iter()
            .for_each(|kind| encoder.value_type(1, kind));
        encoder.samples(self);
        self.mappings
            .iter()
            .for_each(|mapping| encoder.mapping(mapping));
        encoder.locations(self);
        self.functions
            .iter()
            .for_each(|function| encoder.function(function));
        for text in self.strings.iter() {
            put_bytes(&mut encoder.out, 6, text.as_bytes());
        }
        encoder.header(self);
        encoder.out
    }

    /// The profile as files hold it: gzip around [`Profile::encode`].
    pub fn encode_gzip(&self) -> Vec<u8> {
        gzip::compress(&self.encode())
    }
}

/// The output, and buffers for what is nested in it: messages, messages in those, packed numbers.
struct Encoder {
    out: Vec<u8>,
    part: Vec<u8>,
    inner: Vec<u8>,
    packed: Vec<u8>,
}

impl Encoder {
    /// Writes the message that `part` holds as field `number`, and empties `part`.
    fn finish_part(&mut self, number: u64) {
        put_bytes(&mut self.out, number, &self.part);
        self.part.clear();
    }

    fn header(&mut self, profile: &Profile) {
        let out = &mut self.out;
        put_number(out, 7, profile.drop_frames.index() as u64);
        put_number(out, 8, profile.keep_frames.index() as u64);
        put_number(out, 9, profile.time_nanos.cast_unsigned());
        put_number(out, 10, profile.duration_nanos.cast_unsigned());
        if profile.period_type != ValueType::default() {
            self.value_type(11, &profile.period_type);
        }
        let out = &mut self.out;
        put_number(out, 12, profile.period.cast_unsigned());
        let comments = profile.comments.iter().map(|id| id.index() as u64);
        put_packed(out, 13, comments, &mut self.packed);
        put_number(out, 14, profile.default_sample_type.index() as u64);
        put_number(out, 15, profile.doc_url.index() as u64);
    }

    fn value_type(&mut self, number: u64, kind: &ValueType) {
        put_number(&mut self.part, 1, kind.kind.index() as u64);
        put_number(&mut self.part, 2, kind.unit.index() as u64);
        self.finish_part(number);
    }

    fn samples(&mut self, profile: &Profile) {
        for sample in profile.samples.iter() {
            let ids = sample.stack.iter().map(|id| profile.locations.get(*id).id);
            put_packed(&mut self.part, 1, ids, &mut self.packed);
            let values = sample.values.iter().map(|v| v.cast_unsigned());
            put_packed(&mut self.part, 2, values, &mut self.packed);
            sample.labels.iter().for_each(|label| self.label(label));
            self.finish_part(2);
        }
    }

    fn label(&mut self, label: &Label) {
        put_number(&mut self.inner, 1, label.key.index() as u64);
        put_number(&mut self.inner, 2, label.text.index() as u64);
        put_number(&mut self.inner, 3, label.number.cast_unsigned());
        put_number(&mut self.inner, 4, label.unit.index() as u64);
        put_bytes(&mut self.part, 3, &self.inner);
        self.inner.clear();
    }

    fn mapping(&mut self, mapping: &Mapping) {
        let part = &mut self.part;
        put_number(part, 1, mapping.id);
        put_number(part, 2, mapping.start);
        put_number(part, 3, mapping.limit);
        put_number(part, 4, mapping.offset);
        put_number(part, 5, mapping.file.index() as u64);
        put_number(part, 6, mapping.build_id.index() as u64);
        put_number(part, 7, u64::from(mapping.has_functions));
        put_number(part, 8, u64::from(mapping.has_filenames));
        put_number(part, 9, u64::from(mapping.has_line_numbers));
        put_number(part, 10, u64::from(mapping.has_inline_frames));
        self.finish_part(3);
    }

    fn locations(&mut self, profile: &Profile) {
        for (handle, location) in profile.locations.iter() {
            let mapping = location
                .mapping
                .map_or(0, |mapping| profile.mapping(mapping).id);
            put_number(&mut self.part, 1, location.id);
            put_number(&mut self.part, 2, mapping);
            put_number(&mut self.part, 3, location.address);
            for line in profile.locations.lines(handle) {
                put_number(&mut self.inner, 1, profile.function(line.function).id);
                put_number(&mut self.inner, 2, line.line.cast_unsigned());
                put_number(&mut self.inner, 3, line.column.cast_unsigned());
                put_bytes(&mut self.part, 4, &self.inner);
                self.inner.clear();
            }
            put_number(&mut self.part, 5, u64::from(location.is_folded));
            self.finish_part(4);
        }
    }

    fn function(&mut self, function: &Function) {
        let part = &mut self.part;
        put_number(part, 1, function.id);
        put_number(part, 2, function.name.index() as u64);
        put_number(part, 3, function.system_name.index() as u64);
        put_number(part, 4, function.filename.index() as u64);
        put_number(part, 5, function.start_line.cast_unsigned());
        self.finish_part(5);
    }
}
