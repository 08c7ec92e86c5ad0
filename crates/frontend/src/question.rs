//! The query that is asked.

use cli::{CommonArgs, Failure, Form, Program, QueryArgs};
use mapreduce::Query;

/// The query of the flags or, without one, the one among the positional arguments. It reads records in the
/// format of the configuration file where it names none itself.
///
/// # Errors
/// It is wrong, or is to be printed in two forms.
pub fn query(
    args: &QueryArgs,
    common: &mut CommonArgs,
    program: &Program,
) -> Result<Option<Query>, Failure> {
    let text = match args.query.as_str() {
        "" => common.take_query(),
        query => Some(query.to_owned()),
    };
    let Some(text) = text else { return Ok(None) };
    match Query::parse(&text) {
        Ok(query) if query.outfile().is_some() && args.output != Form::Table => Err(
            Failure::usage("-output: the query has an outfile, which is CSV"),
        ),
        Ok(query) => Ok(Some(match &program.settings.record_format {
            Some(name) => query.with_record_format(name),
            None => query,
        })),
        Err(error) => Err(Failure::Query(error.to_string())),
    }
}
