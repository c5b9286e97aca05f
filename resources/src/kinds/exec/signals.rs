//! Signals by name.

use rustix::process::Signal;

const SIGNALS: [(&str, Signal); 31] = [
    ("SIGABRT", Signal::ABORT),
    ("SIGALRM", Signal::ALARM),
    ("SIGBUS", Signal::BUS),
    ("SIGCHLD", Signal::CHILD),
    ("SIGCONT", Signal::CONT),
    ("SIGFPE", Signal::FPE),
    ("SIGHUP", Signal::HUP),
    ("SIGILL", Signal::ILL),
    ("SIGINT", Signal::INT),
    ("SIGIO", Signal::IO),
    ("SIGKILL", Signal::KILL),
    ("SIGPIPE", Signal::PIPE),
    ("SIGPROF", Signal::PROF),
    ("SIGPWR", Signal::POWER),
    ("SIGQUIT", Signal::QUIT),
    ("SIGSEGV", Signal::SEGV),
    ("SIGSTKFLT", Signal::STKFLT),
    ("SIGSTOP", Signal::STOP),
    ("SIGSYS", Signal::SYS),
    ("SIGTERM", Signal::TERM),
    ("SIGTRAP", Signal::TRAP),
    ("SIGTSTP", Signal::TSTP),
    ("SIGTTIN", Signal::TTIN),
    ("SIGTTOU", Signal::TTOU),
    ("SIGURG", Signal::URG),
    ("SIGUSR1", Signal::USR1),
    ("SIGUSR2", Signal::USR2),
    ("SIGVTALRM", Signal::VTALARM),
    ("SIGWINCH", Signal::WINCH),
    ("SIGXCPU", Signal::XCPU),
    ("SIGXFSZ", Signal::XFSZ),
];

/// The signal of a name such as `SIGINT`; the error says what may have been meant.
pub fn signal(name: &str) -> Result<Signal, String> {
    let find = |name: &str| SIGNALS.iter().find(|(known, _)| *known == name).map(|(_, signal)| *signal);
    if let Some(signal) = find(name) {
        return Ok(signal);
    }
    let upper = name.to_uppercase();
    let meant = [upper.clone(), format!("SIG{upper}")].into_iter().find(|name| find(name).is_some());
    Err(match meant {
        Some(meant) => format!("there is no signal `{name}`; did you mean `{meant}`?"),
        None => format!("there is no signal `{name}`"),
    })
}

/// What to call a signal in a message.
pub fn name(number: i32) -> String {
    let known = SIGNALS.iter().find(|(_, signal)| signal.as_raw() == number);
    known.map_or_else(|| format!("signal {number}"), |(name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact_and_others_are_guessed() {
        assert_eq!(signal("SIGINT"), Ok(Signal::INT));
        assert_eq!(signal("int"), Err("there is no signal `int`; did you mean `SIGINT`?".to_owned()));
        assert_eq!(signal("9"), Err("there is no signal `9`".to_owned()));
        assert_eq!(name(9), "SIGKILL");
    }
}
