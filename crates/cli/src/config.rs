//! Configuration files: JSON in the ancestor's schema.
//!
//! Keys are read in any case. Those for servers and those nobody knows are passed over, but the file
//! must be JSON throughout, and a value that is used must be of its kind. An error names the file,
//! the line and the key.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use paint::{Attribute, Color};
use serde_json::value::RawValue;

use crate::choice::{LogLevel, Logger};
use crate::colors::Colors;
use crate::message::one_line;
use crate::reason::reason;

/// What a file says; `None` for what it does not.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) logger: Option<Logger>,
    pub(crate) log_level: Option<LogLevel>,
    pub(crate) log_dir: Option<PathBuf>,
    /// Whether there is a log file for each day.
    pub(crate) is_daily: Option<bool>,
    pub(crate) log_payload: Option<bool>,
    pub(crate) is_colored: Option<bool>,
    pub(crate) max_line_length: Option<usize>,
    /// The log format of records for queries that name none.
    pub(crate) record_format: Option<String>,
    pub(crate) colors: Colors,
}

/// Reads `text` as a configuration file and forgets it, for those who feed it anything.
///
/// # Errors
/// It is none: `:LINE: KEY: reason`.
pub fn check_configuration(text: &str) -> Result<(), String> {
    Config::parse(text)
        .map(drop)
        .map_err(|reason| one_line(&reason))
}

/// Where configuration files are looked for, below the home directory.
const PLACES: [&str; 2] = [".config/dtail/dtail.conf", ".dtail.conf"];

impl Config {
    /// Reads the file that `-cfg` names or, without it, the first that is there below `home`. `none`
    /// names no file.
    pub(crate) fn load(named: Option<&str>, home: Option<&Path>) -> Result<Self, String> {
        let path = match named {
            Some(name) if name.eq_ignore_ascii_case("none") => return Ok(Config::default()),
            Some(name) if !name.is_empty() => PathBuf::from(name),
            _ => {
                let mut places = PLACES.iter().filter_map(|place| Some(home?.join(place)));
                match places.find(|path| path.exists()) {
                    Some(path) => path,
                    None => return Ok(Config::default()),
                }
            }
        };
        let named = |reason: String| format!("{}{reason}", path.display());
        let text =
            fs::read_to_string(&path).map_err(|error| named(format!(": {}", reason(&error))))?;
        Config::parse(&text).map_err(named)
    }

    /// An error is `:LINE: KEY: reason`.
    fn parse(text: &str) -> Result<Self, String> {
        let file = Value::whole(text)?;
        let mut config = Config::default();
        for value in file.members()? {
            match value.name.as_str() {
                "common" => config.read_common(&value)?,
                "client" => config.read_client(&value)?,
                "server" => config.read_server(&value)?,
                _ => {}
            }
        }
        Ok(config)
    }

    fn read_common(&mut self, section: &Value<'_>) -> Result<(), String> {
        for value in section.members()? {
            match value.name.as_str() {
                "logger" => self.logger = Some(value.choice()?),
                "loglevel" => self.log_level = value.level()?,
                "logdir" => self.log_dir = value.path()?,
                "logrotation" => self.is_daily = Some(value.text()?.eq_ignore_ascii_case("daily")),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_client(&mut self, section: &Value<'_>) -> Result<(), String> {
        for value in section.members()? {
            match value.name.as_str() {
                "termcolorsenable" => self.is_colored = Some(value.boolean()?),
                "logpayload" => self.log_payload = Some(value.boolean()?),
                "termcolors" => self.read_colors(&value)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_server(&mut self, section: &Value<'_>) -> Result<(), String> {
        for value in section.members()? {
            match value.name.as_str() {
                "maxlinelength" => {
                    let length = value.whole_number()?;
                    self.max_line_length = Some(length).filter(|&length| length > 0);
                }
                "mapreducelogformat" => {
                    self.record_format = Some(value.text()?).filter(|name| !name.is_empty());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_colors(&mut self, section: &Value<'_>) -> Result<(), String> {
        for group in section.members()? {
            for value in group.members()? {
                let name = &value.name;
                if let Some(part) = name.strip_suffix("attr") {
                    let attribute = value.named("an attribute", Attribute::from_name)?;
                    self.colors.set_attribute(&group.name, part, attribute);
                } else if let Some(part) = name.strip_suffix("bg") {
                    let color = value.named("a colour", Color::from_name)?;
                    self.colors.set_background(&group.name, part, color);
                } else if let Some(part) = name.strip_suffix("fg") {
                    let color = value.named("a colour", Color::from_name)?;
                    self.colors.set_foreground(&group.name, part, color);
                }
            }
        }
        Ok(())
    }
}

/// A value, and where it stands.
struct Value<'a> {
    file: &'a str,
    /// From the outermost section, joined by dots.
    key: String,
    /// The last part of the key, in lower case.
    name: String,
    raw: &'a RawValue,
}

impl<'a> Value<'a> {
    fn whole(file: &'a str) -> Result<Self, String> {
        let raw = serde_json::from_str(file).map_err(|error| {
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or(&text);
            format!(":{}: {reason}", error.line())
        })?;
        Ok(Value {
            file,
            key: String::new(),
            name: String::new(),
            raw,
        })
    }

    fn members(&self) -> Result<Vec<Value<'a>>, String> {
        let members: BTreeMap<String, &'a RawValue> = self.read("an object")?;
        let value = |(key, raw): (String, _)| Value {
            file: self.file,
            name: key.to_lowercase(),
            key: match self.key.as_str() {
                "" => key,
                outer => format!("{outer}.{key}"),
            },
            raw,
        };
        Ok(members.into_iter().map(value).collect())
    }

    fn text(&self) -> Result<String, String> {
        self.read("a text")
    }

    fn boolean(&self) -> Result<bool, String> {
        self.read("true or false")
    }

    fn whole_number(&self) -> Result<usize, String> {
        self.read("a whole number")
    }

    fn path(&self) -> Result<Option<PathBuf>, String> {
        let text = self.text()?;
        Ok((!text.is_empty()).then(|| text.into()))
    }

    fn level(&self) -> Result<Option<LogLevel>, String> {
        match self.text()?.as_str() {
            "" => Ok(None),
            _ => self.choice().map(Some),
        }
    }

    fn choice<T: ValueEnum>(&self) -> Result<T, String> {
        let text = self.text()?;
        T::from_str(&text, true).map_err(|_| {
            let values = T::value_variants()
                .iter()
                .filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
            self.wrong(&format!("one of {}", names.join(", ")))
        })
    }

    fn named<T>(&self, what: &str, from_name: fn(&str) -> Option<T>) -> Result<T, String> {
        from_name(&self.text()?).ok_or_else(|| self.wrong(what))
    }

    fn read<T: serde::Deserialize<'a>>(&self, what: &str) -> Result<T, String> {
        serde_json::from_str(self.raw.get()).map_err(|_| self.wrong(what))
    }

    fn wrong(&self, expected: &str) -> String {
        let start = self.raw.get().as_ptr() as usize - self.file.as_ptr() as usize;
        let line = 1 + self.file[..start].matches('\n').count();
        let key = match self.key.as_str() {
            "" => String::new(),
            key => format!("{key}: "),
        };
        format!(
            ":{line}: {key}expected {expected}, not {}",
            shown(self.raw.get())
        )
    }
}

/// The start of a value's text.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use paint::Style;

    use super::*;

    #[track_caller]
    fn check_wrong(text: &str, expected: &str) {
        assert_eq!(Config::parse(text).expect_err("it is wrong"), expected);
    }

    #[test]
    fn what_is_used_is_read_in_any_case_of_keys() {
        let text = r#"{
            "common": {"Logger": "FOUT", "LOGLEVEL": "Debug", "LogDir": "logs", "LogRotation": "none", "SSHPort": 22, "x.Logger": "none"},
            "Client": {"TermColorsEnable": false, "LogPayload": true, "Unknown": [1, {}]},
            "SERVER": {"MaxLineLength": 4096, "MapreduceLogFormat": "json", "Permissions": {"Default": []}, "Schedule": []},
            "Other": null
        }"#;
        let config = Config::parse(text).expect("it is valid");
        assert_eq!(config.logger, Some(Logger::Fout));
        assert_eq!(config.log_level, Some(LogLevel::Debug));
        assert_eq!(config.log_dir, Some("logs".into()));
        assert_eq!(config.is_daily, Some(false));
        assert_eq!(
            (config.is_colored, config.log_payload),
            (Some(false), Some(true))
        );
        assert_eq!(config.max_line_length, Some(4096));
        assert_eq!(config.record_format.as_deref(), Some("json"));
    }

    #[test]
    fn zero_and_empty_values_mean_the_default() {
        let text = r#"{"Common": {"LogLevel": "", "LogDir": ""},
            "Server": {"MaxLineLength": 0, "MapreduceLogFormat": ""}}"#;
        let config = Config::parse(text).expect("it is valid");
        assert_eq!(
            (config.log_level, config.log_dir, config.max_line_length),
            (None, None, None)
        );
        assert_eq!(config.record_format, None);
    }

    #[test]
    fn colours_are_those_of_their_parts() {
        let text = r#"{"Client": {"TermColors": {"Remote": {"HostnameFg": "red", "HostnameAttr": "None"},
            "MaprTable": {"HeaderDelimiterBg": "Default"}}}}"#;
        let colors = Config::parse(text).expect("it is valid").colors;
        let usual = Style::new(Attribute::Bold, Color::Blue, Color::White);
        let expected = Style::new(Attribute::None, Color::Blue, Color::Red);
        assert_eq!(colors.style("remote", "hostname", usual), expected);
        assert_eq!(colors.style("remote", "id", usual), usual);
        let expected = Style::new(Attribute::Bold, Color::Default, Color::White);
        assert_eq!(
            colors.style("maprtable", "headerdelimiter", usual),
            expected
        );
    }

    #[test]
    fn an_error_names_the_line_and_the_key() {
        check_wrong(
            "{\n \"Common\": {\n  \"Logger\": \"paper\"}}",
            ":3: Common.Logger: expected one of none, stdout, file, fout, not \"paper\"",
        );
        check_wrong(
            "{\"Server\":\n{\"MaxLineLength\":\n-1}}",
            ":3: Server.MaxLineLength: expected a whole number, not -1",
        );
        check_wrong("{\"Client\": []}", ":1: Client: expected an object, not []");
        check_wrong("\n[]", ":2: expected an object, not []");
        check_wrong("{\n\"Common\": {,}}", ":2: key must be a string");
        check_wrong("", ":1: EOF while parsing a value");
        let text = r#"{"Client": {"TermColors": {"a\nb": {"TextFg": 1}}}}"#;
        assert_eq!(
            check_configuration(text).expect_err("it is wrong"),
            r":1: Client.TermColors.a\nb.TextFg: expected a text, not 1",
        );
        let text = r#"{"Client": {"TermColors": {"Remote": {"TextFg": "Pink"}}}}"#;
        check_wrong(
            text,
            ":1: Client.TermColors.Remote.TextFg: expected a colour, not \"Pink\"",
        );
        let text = format!(
            "{{\"Client\": {{\"TermColorsEnable\": \"{}\"}}}}",
            "x".repeat(50)
        );
        let shown = format!("\"{}...", "x".repeat(39));
        check_wrong(
            &text,
            &format!(":1: Client.TermColorsEnable: expected true or false, not {shown}"),
        );
    }
}
