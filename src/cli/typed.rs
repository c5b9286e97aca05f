//! What was typed, written the way that the table of options knows.
//!
//! An option may have any number of leading dashes, a switch may be given a value (`--noop=false`), the last of several counts, and
//! `check` and `graph` take their input with and without `lang`. `check` passes over the options of `run`, because it is called in its place.

use clap::{ArgAction, Command};
use std::ffi::OsString;

/// The arguments of a process, its name first, for the parser of `table`.
pub fn tidy(arguments: impl IntoIterator<Item = OsString>, table: &Command) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let mut out = Line { words: arguments.next().into_iter().collect(), command: table, path: vec![table] };
    while let Some(word) = arguments.next() {
        match word.to_str() {
            Some("--") => {
                out.input("--");
                out.words.push(word);
                out.words.extend(arguments);
                break;
            }
            Some(text) if text.len() > 1 && text.starts_with('-') && text.parse::<f64>().is_err() => {
                out.option(text, &mut arguments);
            }
            Some(text) => {
                out.input(text);
                out.words.push(text.into());
            }
            None => {
                out.input("");
                out.words.push(word);
            }
        }
    }
    out.words
}

struct Line<'t> {
    words: Vec<OsString>,
    /// The command reached so far.
    command: &'t Command,
    /// It and those around it.
    path: Vec<&'t Command>,
}

/// What is known of an option.
enum Known {
    Switch,
    Value,
}

impl Line<'_> {
    /// A word that is no option: the name of a command, or an input, in front of which `lang` may have been left out.
    fn input(&mut self, text: &str) {
        if let Some(below) = self.command.find_subcommand(text) {
            self.command = below;
            self.path.push(below);
        } else if self.command.get_name() == "check"
            && let Some(lang) = self.command.find_subcommand("lang")
        {
            self.words.push("lang".into());
            self.command = lang;
            self.path.push(lang);
        }
    }

    fn option(&mut self, text: &str, rest: &mut impl Iterator<Item = OsString>) {
        let bare = text.trim_start_matches('-');
        let (name, value) = bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value)));
        let here = self.path.iter().rev().find_map(|command| known(command, name));
        let passed_over = || {
            let run = self.path.first().filter(|_| self.path.iter().any(|command| command.get_name() == "check"));
            run.and_then(|table| known(table.find_subcommand("run")?, name))
        };
        match here {
            Some(Known::Switch) => match value.map_or(Some(true), truth) {
                Some(true) => self.words.push(format!("--{name}").into()),
                Some(false) => self.words.retain(|word| *word != *format!("--{name}")),
                None => self.words.push(text.into()),
            },
            Some(Known::Value) => {
                self.words.push(format!("--{name}").into());
                match value.filter(|value| !value.is_empty()) {
                    Some(value) => self.words.push(value.into()),
                    None => self.words.extend(rest.next()),
                }
            }
            None => match passed_over() {
                Some(Known::Switch) => {}
                Some(Known::Value) if value.is_some_and(|value| !value.is_empty()) => {}
                // Its value goes with it.
                Some(Known::Value) => drop(rest.next()),
                None => self.words.push(text.into()),
            },
        }
    }
}

/// What a command knows of an option, short ones of one letter included.
fn known(command: &Command, name: &str) -> Option<Known> {
    let found = command.get_arguments().find(|arg| arg.get_long() == Some(name) && !arg.is_positional())?;
    match found.get_action() {
        ArgAction::Set | ArgAction::Append => Some(Known::Value),
        _ => Some(Known::Switch),
    }
}

/// As Go reads truth values.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::args::Cli;
    use super::*;
    use clap::CommandFactory;

    fn tidied(text: &str) -> String {
        let words = tidy(text.split(' ').map(OsString::from), &Cli::command());
        words.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn any_number_of_dashes() {
        assert_eq!(tidied("mgmt run -noop lang ---sema 2 x.mcl -sema -1"), "mgmt run --noop lang --sema 2 x.mcl --sema -1");
        assert_eq!(tidied("mgmt fmt -t -v x.mcl"), "mgmt fmt -t -v x.mcl");
        assert_eq!(tidied("mgmt run lang - -h"), "mgmt run lang - -h");
    }

    #[test]
    fn a_switch_may_be_told_no() {
        assert_eq!(tidied("mgmt run --noop lang x.mcl --noop=false"), "mgmt run lang x.mcl");
        assert_eq!(tidied("mgmt run --noop=false --noop=1 lang x.mcl"), "mgmt run --noop lang x.mcl");
        assert_eq!(tidied("mgmt run --noop=maybe lang x.mcl"), "mgmt run --noop=maybe lang x.mcl");
    }

    #[test]
    fn an_empty_value_is_the_next_word() {
        assert_eq!(tidied("mgmt run --sema= 3 lang x.mcl"), "mgmt run --sema 3 lang x.mcl");
        assert_eq!(tidied("mgmt run --sema=3 lang x.mcl"), "mgmt run --sema 3 lang x.mcl");
    }

    #[test]
    fn check_needs_no_word_for_the_language() {
        assert_eq!(tidied("mgmt check x.mcl"), "mgmt check lang x.mcl");
        assert_eq!(tidied("mgmt check --skip-fmt -"), "mgmt check --skip-fmt lang -");
        assert_eq!(tidied("mgmt check lang x.mcl"), "mgmt check lang x.mcl");
        assert_eq!(tidied("mgmt check -- x.mcl"), "mgmt check lang -- x.mcl");
    }

    #[test]
    fn check_passes_over_what_only_a_run_needs() {
        assert_eq!(tidied("mgmt check --tmp-prefix --prefix /x lang --sema=2 x.mcl --noop"), "mgmt check lang x.mcl");
        assert_eq!(tidied("mgmt check --unheard-of x.mcl"), "mgmt check --unheard-of lang x.mcl");
        assert_eq!(tidied("mgmt graph --noop x.mcl"), "mgmt graph --noop x.mcl");
    }

    #[test]
    fn behind_two_dashes_nothing_is_touched() {
        assert_eq!(tidied("mgmt graph -fields -- -noop=false"), "mgmt graph --fields -- -noop=false");
    }
}
