//! Protobuf to [`Profile`].
//!
//! A message may list its fields in any order, and samples refer to locations that refer to
//! mappings and functions. So the top level is walked once a table, in the order of those
//! references; pieces without a row of the table are skipped.

use std::io::BufRead;

use foldhash::HashMap;

use crate::error::{DecodeError, DecodeProblem, ReadError};
use crate::gzip;
use crate::handle::{FunctionId, LocationId, MappingId, StringId};
use crate::locations::{Line, Locations};
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::samples::Samples;
use crate::segments::Segments;
use crate::strings::Strings;
use crate::wire::{Field, each_field};

/// The numbers of the profile's fields that refer to nothing but strings.
const HEADER: [u64; 12] = [1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const SAMPLES: u64 = 2;
const LOCATIONS: u64 = 4;
const FUNCTIONS: u64 = 5;
const STRINGS: u64 = 6;

impl Profile {
    /// Reads a profile: gzip, of any number of members, or raw protobuf.
    ///
    /// Unknown fields are skipped; a location whose mapping does not exist has none.
    ///
    /// # Errors
    ///
    /// Damage of either layer, text that is not UTF-8, ids that are 0, used twice or missing, and
    /// samples whose number of values is not the number of sample types.
    pub fn decode(bytes: &[u8]) -> Result<Profile, DecodeError> {
        decode(gzip::decompress(bytes)?)
    }

    /// Reads a profile as [`Profile::decode`] does, from a file or a connection: its compressed bytes
    /// are not kept, and those of samples go as soon as they are decoded. At its peak this takes hardly
    /// more memory than the larger of protobuf and profile.
    ///
    /// # Errors
    ///
    /// Those of `source`, and damage as in [`Profile::decode`].
    pub fn read(source: impl BufRead) -> Result<Profile, ReadError> {
        decode(gzip::read(source)?).map_err(ReadError::Damaged)
    }
}

fn decode(segments: Segments<'_>) -> Result<Profile, DecodeError> {
    if segments.len() == 0 {
        return Err(DecodeError::new(0, DecodeProblem::Empty));
    }
    let mut decoder = Decoder::with_strings(&segments)?;
    segments.each_field(&HEADER, |field| decoder.header(field))?;
    decoder.locations(&segments)?;
    decoder.samples(segments)
}

struct Decoder {
    profile: Profile,
    /// The interned id of each string of the file.
    strings: Vec<StringId>,
    mappings: Ids,
    functions: Ids,
    locations: Ids,
    started: bool,
}

impl Decoder {
    /// Reads the string table, which everything else needs.
    fn with_strings(segments: &Segments<'_>) -> Result<Decoder, DecodeError> {
        let counts = segments.counts();
        let mut table = Strings::with_capacity(counts.of(STRINGS));
        let mut strings = Vec::with_capacity(counts.of(STRINGS));
        segments.each_field(&[STRINGS], |field| {
            if field.number != STRINGS {
                return Ok(());
            }
            let text = string(field)?;
            if strings.is_empty() && !text.is_empty() {
                return Err(field.error(DecodeProblem::FirstStringNotEmpty));
            }
            strings.push(table.intern(text));
            Ok(())
        })?;
        if strings.is_empty() {
            let end = segments.len();
            return Err(DecodeError::new(end, DecodeProblem::FirstStringNotEmpty));
        }
        Ok(Decoder {
            profile: Profile {
                strings: table,
                functions: Vec::with_capacity(counts.of(FUNCTIONS)),
                locations: Locations::with_capacity(counts.of(LOCATIONS)),
                ..Profile::default()
            },
            strings,
            mappings: Ids::new("mapping"),
            functions: Ids::new("function"),
            locations: Ids::new("location"),
            started: false,
        })
    }

    /// All that refers to nothing but strings.
    fn header(&mut self, field: &Field<'_>) -> Result<(), DecodeError> {
        let profile = &mut self.profile;
        match field.number {
            1 => {
                let kind = value_type(&self.strings, field, "sample_type")?;
                profile.sample_types.push(kind);
            }
            7 => profile.drop_frames = string_ref(&self.strings, field, "drop_frames")?,
            8 => profile.keep_frames = string_ref(&self.strings, field, "keep_frames")?,
            9 if self.started => return Err(field.error(DecodeProblem::Concatenated)),
            9 => {
                profile.time_nanos = field.signed("time_nanos")?;
                self.started = profile.time_nanos != 0;
            }
            10 => profile.duration_nanos = field.signed("duration_nanos")?,
            11 => profile.period_type = value_type(&self.strings, field, "period_type")?,
            12 => profile.period = field.signed("period")?,
            13 => {
                let (comments, strings) = (&mut profile.comments, &self.strings);
                field.numbers("comment", |number| {
                    comments.push(lookup(strings, field, number)?);
                    Ok(())
                })?;
            }
            14 => {
                let id = string_ref(&self.strings, field, "default_sample_type")?;
                profile.default_sample_type = id;
            }
            15 => profile.doc_url = string_ref(&self.strings, field, "doc_url")?,
            _ => self.small_table(field)?,
        }
        Ok(())
    }

    /// Mappings and functions, which refer to strings only.
    fn small_table(&mut self, field: &Field<'_>) -> Result<(), DecodeError> {
        match field.number {
            3 => {
                let mapping = mapping(&self.strings, field)?;
                self.mappings.add(mapping.id, field)?;
                self.profile.mappings.push(mapping);
            }
            5 => {
                let function = function(&self.strings, field)?;
                self.functions.add(function.id, field)?;
                self.profile.functions.push(function);
            }
            _ => {}
        }
        Ok(())
    }

    fn locations(&mut self, segments: &Segments<'_>) -> Result<(), DecodeError> {
        let mut lines: Vec<Line> = Vec::new();
        segments.each_field(&[LOCATIONS], |field| match field.number {
            LOCATIONS => self.location(field, &mut lines),
            _ => Ok(()),
        })
    }

    /// Reads a location; `lines` is room for its lines.
    fn location(&mut self, field: &Field<'_>, lines: &mut Vec<Line>) -> Result<(), DecodeError> {
        let (mut id, mut address, mut mapping, mut folded) = (0, 0, None, false);
        lines.clear();
        each_field(field.bytes("location")?, |part| {
            match part.number {
                1 => id = part.varint("location id")?,
                2 => mapping = self.mappings.find(part.varint("location mapping_id")?),
                3 => address = part.varint("location address")?,
                4 => lines.push(line(&self.functions, part)?),
                5 => folded = part.varint("location is_folded")? != 0,
                _ => {}
            }
            Ok(())
        })?;
        self.locations.add(id, field)?;
        let mapping = mapping.map(MappingId::new);
        let lines = lines.iter().copied();
        let handle = self.profile.locations.push(id, mapping, address, lines);
        self.profile.locations.get_mut(handle).is_folded = folded;
        Ok(())
    }

    /// Reads the samples, which are last; the profile.
    fn samples(self, segments: Segments<'_>) -> Result<Profile, DecodeError> {
        let mut samples = Samples::with_width(self.profile.sample_types.len());
        samples.reserve(segments.counts().of(SAMPLES));
        let mut row = SampleRow::default();
        segments.into_fields(&[SAMPLES], |field| {
            if field.number != SAMPLES {
                return Ok(());
            }
            row.read(&self, field)?;
            samples.push(&row.stack, &row.values, &row.labels);
            Ok(())
        })?;
        Ok(Profile {
            samples,
            ..self.profile
        })
    }
}

/// The sample being read; kept to reuse its memory.
#[derive(Default)]
struct SampleRow {
    stack: Vec<LocationId>,
    values: Vec<i64>,
    labels: Vec<Label>,
}

impl SampleRow {
    fn read(&mut self, decoder: &Decoder, field: &Field<'_>) -> Result<(), DecodeError> {
        self.stack.clear();
        self.values.clear();
        self.labels.clear();
        each_field(field.bytes("sample")?, |part| {
            match part.number {
                1 => part.numbers("sample location_id", |id| {
                    let row = decoder.locations.get(id, part)?;
                    self.stack.push(LocationId::new(row));
                    Ok(())
                })?,
                2 => part.numbers("sample value", |value| {
                    self.values.push(value.cast_signed());
                    Ok(())
                })?,
                3 => self.labels.push(label(&decoder.strings, part)?),
                _ => {}
            }
            Ok(())
        })?;
        let (values, types) = (self.values.len(), decoder.profile.sample_types.len());
        match types {
            0 => Err(field.error(DecodeProblem::NoSampleType)),
            _ if values == types => Ok(()),
            _ => Err(field.error(DecodeProblem::ValueCount { values, types })),
        }
    }
}

/// Which row each id of a table names. Ids that count from 1 without gaps need no map.
struct Ids {
    table: &'static str,
    rows: usize,
    sparse: Option<HashMap<u64, usize>>,
}

impl Ids {
    fn new(table: &'static str) -> Ids {
        Ids {
            table,
            rows: 0,
            sparse: None,
        }
    }

    /// Takes `id` as the name of the next row.
    fn add(&mut self, id: u64, field: &Field<'_>) -> Result<(), DecodeError> {
        if id == 0 {
            return Err(field.error(DecodeProblem::ZeroId(self.table)));
        }
        let row = self.rows;
        self.rows += 1;
        if self.sparse.is_none() && id == self.rows as u64 {
            return Ok(());
        }
        let dense = || (0..row).map(|row| (row as u64 + 1, row)).collect();
        let sparse = self.sparse.get_or_insert_with(dense);
        match sparse.insert(id, row) {
            None => Ok(()),
            Some(_) => Err(field.error(DecodeProblem::DuplicateId(self.table, id))),
        }
    }

    /// The row of `id`.
    fn find(&self, id: u64) -> Option<usize> {
        match &self.sparse {
            Some(sparse) => sparse.get(&id).copied(),
            None => usize::try_from(id.checked_sub(1)?)
                .ok()
                .filter(|row| *row < self.rows),
        }
    }

    /// The row of `id`, which must exist.
    fn get(&self, id: u64, field: &Field<'_>) -> Result<usize, DecodeError> {
        self.find(id)
            .ok_or_else(|| field.error(DecodeProblem::NoSuchRow(self.table, id)))
    }
}

fn string<'a>(field: &Field<'a>) -> Result<&'a str, DecodeError> {
    let text = field.bytes("string_table")?;
    std::str::from_utf8(text.bytes()).map_err(|error| {
        DecodeError::new(text.offset() + error.valid_up_to(), DecodeProblem::NotUtf8)
    })
}

fn string_ref(
    strings: &[StringId],
    field: &Field<'_>,
    name: &'static str,
) -> Result<StringId, DecodeError> {
    lookup(strings, field, field.varint(name)?)
}

fn lookup(strings: &[StringId], field: &Field<'_>, number: u64) -> Result<StringId, DecodeError> {
    usize::try_from(number)
        .ok()
        .and_then(|index| strings.get(index).copied())
        .ok_or_else(|| field.error(DecodeProblem::NoSuchString(number.cast_signed())))
}

fn value_type(
    strings: &[StringId],
    field: &Field<'_>,
    name: &'static str,
) -> Result<ValueType, DecodeError> {
    let mut value_type = ValueType::default();
    each_field(field.bytes(name)?, |part| {
        match part.number {
            1 => value_type.kind = string_ref(strings, part, "value type")?,
            2 => value_type.unit = string_ref(strings, part, "value unit")?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(value_type)
}

fn mapping(strings: &[StringId], field: &Field<'_>) -> Result<Mapping, DecodeError> {
    let mut mapping = Mapping::default();
    each_field(field.bytes("mapping")?, |part| {
        match part.number {
            1 => mapping.id = part.varint("mapping id")?,
            2 => mapping.start = part.varint("mapping memory_start")?,
            3 => mapping.limit = part.varint("mapping memory_limit")?,
            4 => mapping.offset = part.varint("mapping file_offset")?,
            5 => mapping.file = string_ref(strings, part, "mapping filename")?,
            6 => mapping.build_id = string_ref(strings, part, "mapping build_id")?,
            7 => mapping.has_functions = part.varint("mapping has_functions")? != 0,
            8 => mapping.has_filenames = part.varint("mapping has_filenames")? != 0,
            9 => mapping.has_line_numbers = part.varint("mapping has_line_numbers")? != 0,
            10 => mapping.has_inline_frames = part.varint("mapping has_inline_frames")? != 0,
            _ => {}
        }
        Ok(())
    })?;
    Ok(mapping)
}

fn function(strings: &[StringId], field: &Field<'_>) -> Result<Function, DecodeError> {
    let mut function = Function::default();
    each_field(field.bytes("function")?, |part| {
        match part.number {
            1 => function.id = part.varint("function id")?,
            2 => function.name = string_ref(strings, part, "function name")?,
            3 => function.system_name = string_ref(strings, part, "function system_name")?,
            4 => function.filename = string_ref(strings, part, "function filename")?,
            5 => function.start_line = part.signed("function start_line")?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(function)
}

fn line(functions: &Ids, field: &Field<'_>) -> Result<Line, DecodeError> {
    let (mut function, mut line, mut column) = (0, 0, 0);
    each_field(field.bytes("line")?, |part| {
        match part.number {
            1 => function = part.varint("line function_id")?,
            2 => line = part.signed("line line")?,
            3 => column = part.signed("line column")?,
            _ => {}
        }
        Ok(())
    })?;
    let function = FunctionId::new(functions.get(function, field)?);
    Ok(Line {
        function,
        line,
        column,
    })
}

fn label(strings: &[StringId], field: &Field<'_>) -> Result<Label, DecodeError> {
    let mut label = Label::default();
    each_field(field.bytes("label")?, |part| {
        match part.number {
            1 => label.key = string_ref(strings, part, "label key")?,
            2 => label.text = string_ref(strings, part, "label str")?,
            3 => label.number = part.signed("label num")?,
            4 => label.unit = string_ref(strings, part, "label num_unit")?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(label)
}
