//! The flags for servers: known, so that command lines stay readable, but there are no servers yet.
//!
//! A value that would be used only to reach a server is refused rather than ignored. Defaults,
//! `-servers serverless` and the two permissions (`-trustAllHosts`, `-no-auth-key`) ask for none.

use clap::{Args, ValueHint};

use crate::exit::Failure;
use crate::number::integer;

/// Flags that say which servers to ask, and how to reach them.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Servers (not built yet)")]
pub struct ServerArgs {
    /// Use only this key of the SSH agent, -1 for all
    #[arg(long = "agentKeyIndex", value_name = "N", value_parser = integer, hide_short_help = true)]
    agent_key_index: Option<i64>,

    /// Private key file
    #[arg(long = "auth-key-path", value_name = "FILE", value_hint = ValueHint::FilePath, hide_short_help = true)]
    auth_key_path: Option<String>,

    /// Terminal for interactive query control
    #[arg(long = "control-tty", value_name = "FILE", value_hint = ValueHint::FilePath, hide_short_help = true)]
    control_tty: Option<String>,

    /// Connections set up at once per CPU
    #[arg(long, value_name = "N", value_parser = integer, hide_short_help = true)]
    cpc: Option<i64>,

    /// How to find the servers: a module, or module:options
    #[arg(long, value_name = "MODULE", hide_short_help = true)]
    discovery: Option<String>,

    /// Change the query while it runs
    #[arg(long = "interactive-query", hide_short_help = true)]
    interactive_query: bool,

    /// An older name of -auth-key-path
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, hide_short_help = true)]
    key: Option<String>,

    /// Do not register the public key with the servers
    #[arg(long = "no-auth-key", hide_short_help = true)]
    no_auth_key: bool,

    /// Default SSH port
    #[arg(long, value_name = "PORT", value_parser = integer, hide_short_help = true)]
    port: Option<i64>,

    /// Comma-separated list of servers; `serverless` for none
    #[arg(long, value_name = "LIST", hide_short_help = true)]
    servers: Option<String>,

    /// Accept unknown host keys without asking
    #[arg(long = "trustAllHosts", hide_short_help = true)]
    trust_all_hosts: bool,

    /// SSH user
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    user: Option<String>,
}

impl ServerArgs {
    /// Refuses what asks for a server.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let number = |value: Option<i64>, idle: &[i64]| value.is_some_and(|n| !idle.contains(&n));
        let text = |value: &Option<String>, idle: &str| {
            value
                .as_deref()
                .is_some_and(|text| !text.is_empty() && !text.eq_ignore_ascii_case(idle))
        };
        let asked = [
            ("agentKeyIndex", number(self.agent_key_index, &[-1])),
            ("auth-key-path", text(&self.auth_key_path, "")),
            ("control-tty", text(&self.control_tty, "/dev/tty")),
            ("cpc", number(self.cpc, &[0, 10])),
            ("discovery", text(&self.discovery, "")),
            ("interactive-query", self.interactive_query),
            ("key", text(&self.key, "")),
            ("port", number(self.port, &[2222])),
            ("servers", text(&self.servers, "serverless")),
            ("user", text(&self.user, "")),
        ];
        match asked.iter().find(|(_, asks)| *asks) {
            Some((flag, _)) => Err(Failure::usage(format!(
                "-{flag}: servers are not built yet"
            ))),
            None => Ok(()),
        }
    }
}
