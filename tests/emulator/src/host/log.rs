//! The log of the process, and what may go into it.

use super::{Guest, Host, HostCall, HostResult};

/// How loud a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum LogLevel {
    /// Everything.
    Trace = 0,
    /// For developers.
    Debug = 1,
    /// What happens. Envoy's default.
    #[default]
    Info = 2,
    /// What shouldn't happen.
    Warn = 3,
    /// What went wrong.
    Error = 4,
    /// What can't go on.
    Critical = 5,
}

impl LogLevel {
    /// The level of the ABI's number.
    pub fn from_code(code: u32) -> Option<Self> {
        [
            Self::Trace,
            Self::Debug,
            Self::Info,
            Self::Warn,
            Self::Error,
            Self::Critical,
        ]
        .get(code as usize)
        .copied()
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How loud it is.
    pub level: LogLevel,
    /// What it says; bytes that aren't UTF-8 are replaced.
    pub text: String,
}

#[derive(Default)]
pub(super) struct Log {
    level: LogLevel,
    lines: Vec<LogLine>,
}

impl Host {
    /// The lines so far.
    pub fn log(&self) -> Vec<LogLine> {
        self.state().log.lines.clone()
    }

    /// The lines so far, which are then forgotten.
    pub fn take_log(&self) -> Vec<LogLine> {
        std::mem::take(&mut self.state().log.lines)
    }

    /// Sets the level below which lines are dropped; `Info` at first.
    pub fn set_log_level(&self, level: LogLevel) {
        self.state().log.level = level;
    }

    pub(crate) fn write_log(&self, level: LogLevel, text: &[u8]) {
        let log = &mut self.state().log;
        if level >= log.level {
            log.lines.push(LogLine {
                level,
                text: String::from_utf8_lossy(text).into_owned(),
            });
        }
    }
}

impl Guest {
    /// `proxy_log`.
    pub fn log(&self, level: LogLevel, text: &[u8]) -> HostResult<()> {
        self.host().enter(HostCall::Log)?;
        self.host().write_log(level, text);
        Ok(())
    }

    /// `proxy_get_log_level`.
    pub fn log_level(&self) -> HostResult<LogLevel> {
        self.host().enter(HostCall::GetLogLevel)?;
        Ok(self.host().state().log.level)
    }
}
