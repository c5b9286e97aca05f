//! How loud it is: a second of sound from rec(1), measured by sox(1), again and again.

use super::{Facts, Family, Running, Shared, Source, int, task, text};
use crate::system::cause;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::io;
use std::process::{Output, Stdio};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

pub(super) const FUNCTIONS: Family = &[("example.vumeter", Source::Watch(vumeter))];

/// A program, and the arguments that it always has.
type Tool = &'static [&'static str];

/// What hears, and what measures what it heard.
#[derive(Clone, Copy)]
struct Tools {
    rec: Tool,
    sox: Tool,
}

/// `example.vumeter(symbol, multiplier, peak)`: a bar of symbols, as long as the sound of the last second was loud.
fn vumeter(call: &Call, facts: Facts, shared: &Shared) -> Running {
    listen(Tools { rec: &["/usr/bin/rec"], sox: &["/usr/bin/sox"] }, call, facts, shared)
}

fn listen(tools: Tools, call: &Call, facts: Facts, shared: &Shared) -> Running {
    let peak = call.args().get(2).and_then(Value::as_float).ok_or_else(|| "`example.vumeter` takes a float".to_owned());
    let (symbol, multiplier, peak) = match (text(call, 0), int(call, 1), peak) {
        (Ok(symbol), Ok(multiplier), Ok(peak)) => (symbol, multiplier, peak),
        (symbol, multiplier, peak) => {
            let why = symbol.err().or(multiplier.err()).or(peak.err()).unwrap_or_default();
            facts.missing(why);
            return Running::over();
        }
    };
    Running::guard(task(shared, async move {
        for tool in [tools.rec, tools.sox] {
            if let Err(why) = finished(tool, command(tool).arg("--help").output().await) {
                return facts.missing(why);
            }
        }
        // Each turn takes the second that is recorded.
        loop {
            match loudness(tools).await {
                Ok(ratio) => facts.value(Value::str(bar(&symbol, multiplier, peak, ratio))),
                Err(why) => return facts.missing(why),
            }
        }
    }))
}

/// The greatest amplitude of a second of sound; 1 is the most there can be.
async fn loudness(Tools { rec, sox }: Tools) -> Result<f64, String> {
    let sound = finished(rec, command(rec).args(["-q", "-t", "wav", "-", "trim", "0", "1"]).output().await)?.stdout;
    let report = finished(sox, fed(command(sox).args(["-t", "wav", "-", "-n", "stat"]), &sound).await)?.stderr;
    measured(&String::from_utf8_lossy(&report)).ok_or_else(|| format!("{} measures nothing", sox[0]))
}

/// A command that ends with whoever waits for it.
fn command(tool: Tool) -> Command {
    let mut command = Command::new(tool[0]);
    command.args(&tool[1..]).kill_on_drop(true);
    command
}

/// Runs a command that reads this.
async fn fed(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let feed = async {
        if let Some(mut stdin) = stdin {
            // It may have heard enough.
            let _ = stdin.write_all(input).await;
        }
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    output
}

fn finished(tool: Tool, output: io::Result<Output>) -> Result<Output, String> {
    let program = tool[0];
    let output = output.map_err(|error| format!("can't run {program}: {}", cause(&error)))?;
    match output.status.success() {
        true => Ok(output),
        false => Err(format!("{program} has failed: {}", output.status)),
    }
}

/// What the effect `stat` of sox(1) reports as `Maximum amplitude:`.
fn measured(report: &str) -> Option<f64> {
    let number = report.lines().find_map(|line| line.strip_prefix("Maximum amplitude:"))?;
    number.trim().parse().ok().map(f64::abs)
}

/// The longest bar, in symbols.
const LONGEST: f64 = 10_000.0;

/// Two bars, for two channels that are measured as one.
fn bar(symbol: &str, multiplier: i64, peak: f64, ratio: f64) -> String {
    // Between 1 and the limit, so it fits.
    let length = (ratio * multiplier as f64).round().clamp(1.0, LONGEST) as usize;
    let mark = if ratio > peak { " PEAK!!!" } else { "" };
    let bar = format!("{}{mark}", symbol.repeat(length));
    format!("(R):\n{bar}\n{bar}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, put};
    use std::fs;
    use std::time::Duration;

    /// A shell script that stands in for a program.
    fn script(bench: &Bench, text: &str) -> Tool {
        let text = text.replace("DIR", bench.directory.path().to_str().unwrap());
        Vec::leak(vec!["/bin/sh", "-c", String::leak(text), "stand-in"])
    }

    #[test]
    fn what_is_heard_is_told_again_and_again_until_nobody_listens() {
        let bench = Bench::new();
        let heard = bench.directory.path().join("heard");
        let tools = Tools {
            rec: script(&bench, "[ \"$1\" = --help ] || { echo >> DIR/heard; sleep 0.02; cat DIR/sound; }"),
            sox: script(&bench, "[ \"$1\" = --help ] || { read most; echo \"Maximum amplitude: $most\" >&2; }"),
        };
        put(&bench.directory.path().join("sound"), "0.52");
        let (shared, facts) = bench.pieces("example.vumeter");
        let call = Call::new("example.vumeter", [Value::str("="), Value::Int(10), Value::Float(0.9)]);
        let running = listen(tools, &call, facts, &shared);
        bench.until_text("(R):\n=====\n=====");
        put(&bench.directory.path().join("sound"), "0.97");
        bench.until_text("(R):\n========== PEAK!!!\n========== PEAK!!!");
        drop(running);
        let count = || fs::read(&heard).unwrap().len();
        let quiet = |_| {
            let former = count();
            std::thread::sleep(Duration::from_millis(500));
            former == count()
        };
        assert!((0..60).any(quiet), "somebody still listens");
    }

    #[test]
    fn a_bar_is_as_long_as_the_sound_is_loud() {
        assert_eq!(bar("=", 10, 0.9, 0.52), "(R):\n=====\n=====");
        assert_eq!(bar("ab", 2, 0.4, 0.52), "(R):\nab PEAK!!!\nab PEAK!!!");
        assert_eq!(bar("=", -5, 0.9, 0.0), "(R):\n=\n=");
        assert!(bar("=", i64::MAX, 2.0, 1.0).len() < 30_000);
    }

    #[test]
    fn the_report_of_sox_is_read() {
        let report = "Samples read:             48000\nMaximum amplitude:     0.123456\nMinimum amplitude:    -0.2\n";
        assert_eq!(measured(report), Some(0.123456));
        assert_eq!(measured("sox FAIL"), None);
    }
}
