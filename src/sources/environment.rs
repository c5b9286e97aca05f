//! What the process was given: its arguments and its environment.

use super::{Family, Look, Shared, Source, bytes, text};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

pub(super) const FUNCTIONS: Family = &[
    ("os.args", Source::Now(arguments)),
    ("sys.env", Source::Now(environment)),
    ("sys.getenv", Source::Now(getenv)),
    ("sys.hasenv", Source::Now(hasenv)),
];

/// A text of the system.
pub(super) fn system_text(text: OsString) -> Value {
    Value::str(text.into_vec())
}

/// A variable of the environment; `None` where it is not set, and for what cannot be a name of one.
pub(super) fn variable(name: &[u8]) -> Option<OsString> {
    std::env::var_os(OsStr::from_bytes(name))
}

/// `os.args()`: the command line, the name of the program first.
fn arguments(_: &Call, _: &Shared) -> Look {
    Ok(Value::list(std::env::args_os().map(system_text).collect::<Vec<_>>()))
}

/// `sys.env()`: all variables.
fn environment(_: &Call, _: &Shared) -> Look {
    Ok(Value::map(std::env::vars_os().map(|(name, value)| (system_text(name), system_text(value)))))
}

/// `sys.getenv(name)`: a variable that is set.
fn getenv(call: &Call, _: &Shared) -> Look {
    match variable(bytes(call, 0)?) {
        Some(value) => Ok(system_text(value)),
        None => Err(format!("environment variable not set: {}", text(call, 0)?)),
    }
}

/// `sys.hasenv(name)`: whether a variable is set.
fn hasenv(call: &Call, _: &Shared) -> Look {
    Ok(Value::Bool(variable(bytes(call, 0)?).is_some()))
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::value::Value;
    use std::process::Command;

    #[test]
    fn variables_are_those_of_the_process() {
        // Those of this process cannot be changed while others read them, so another process looks at its own.
        let this = std::env::current_exe().unwrap();
        let test = ["--exact", "sources::environment::tests::with_two_variables", "--ignored", "--nocapture"];
        let mut child = Command::new(this);
        child.args(test).env("MGMT_TEST_SET", "a value").env("MGMT_TEST_EMPTY", "").env_remove("MGMT_TEST_UNSET");
        let ran = child.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "the test above runs it, with an environment of its own"]
    fn with_two_variables() {
        let mut bench = Bench::new();
        let mut ask = |function: &str, name: &str| {
            bench.start(function, &[Value::str(name)]);
            bench.next().map_err(|error| (error.message.to_string(), error.catchable))
        };
        assert_eq!(ask("sys.getenv", "MGMT_TEST_SET"), Ok(Value::str("a value")));
        assert_eq!(ask("sys.getenv", "MGMT_TEST_EMPTY"), Ok(Value::str("")));
        assert_eq!(ask("sys.getenv", "MGMT_TEST_UNSET"), Err(("environment variable not set: MGMT_TEST_UNSET".to_owned(), true)));
        for (name, set) in
            [("MGMT_TEST_SET", true), ("MGMT_TEST_EMPTY", true), ("MGMT_TEST_UNSET", false), ("", false), ("a=b", false)]
        {
            assert_eq!(ask("sys.hasenv", name), Ok(Value::Bool(set)), "{name}");
        }
        bench.start("sys.env", &[]);
        let all = bench.next().unwrap();
        assert_eq!(all.as_map().unwrap().get(&Value::str("MGMT_TEST_SET")), Some(&Value::str("a value")));
        assert_eq!(all.as_map().unwrap().get(&Value::str("MGMT_TEST_UNSET")), None);
        bench.start("os.args", &[]);
        assert_eq!(bench.next().unwrap().as_list().unwrap()[1], Value::str("--exact"));
    }
}
