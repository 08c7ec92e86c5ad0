//! Any report in the bytes of pprof.

use std::io::Write;

use crate::error::Error;
use crate::files::Files;
use crate::kind::Kind;
use crate::prepare::Report;

impl Report {
    /// Writes the report: text, or a gzipped profile for the kinds that are profiles. `files` finds
    /// source and machine code for the kinds that show it.
    ///
    /// # Errors
    ///
    /// Those of `out`, and an expression of the kind that cannot be read or matches nothing.
    pub fn write(self, files: &dyn Files, out: &mut dyn Write) -> Result<(), Error> {
        match self.kind.clone() {
            Kind::Top => self.top().write_text(out)?,
            Kind::Folded => self.write_folded(out)?,
            Kind::Speedscope => self.write_speedscope(out)?,
            Kind::Firefox => self.write_firefox(out)?,
            Kind::Tree => self.write_tree(None, out)?,
            Kind::Peek(only) => self.write_tree(Some(&only), out)?,
            Kind::List(only) => self.write_list(&only, files, out)?,
            Kind::Disasm(only) => self.write_disasm(&only, files, out)?,
            Kind::WebList(only) => self.write_weblist(&only, files, out)?,
            Kind::Traces => self.write_traces(out)?,
            Kind::Tags => self.write_tags(out)?,
            Kind::Raw => self.write_raw(out)?,
            Kind::Comments => self.write_comments(out)?,
            Kind::Dot => self.write_dot(out)?,
            Kind::Svg => self.write_svg(out)?,
            Kind::Callgrind => self.write_callgrind(out)?,
            Kind::Proto => out.write_all(&self.into_profile().encode_gzip())?,
            Kind::TopProto => out.write_all(&self.into_top_profile().encode_gzip())?,
        }
        Ok(())
    }
}
