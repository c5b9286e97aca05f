//! When what enters: admission of what is queued, waves, and the life of demands.
//!
//! A pure state machine: it is told what comes and what time it is, and says what the next epoch takes in. A wave opens with an epoch and
//! closes when every demand has an answer, given since the demand last started or changed its arguments; until then only such answers and
//! edits of the program enter. A wave past its deadline closes without the answers that are late, which are ordinary updates then.

use crate::program::{Answer, Fact, Name};
use crate::relation::Updates;
use crate::update::Output;
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::Cell;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A demand that has no answer for so long is named.
const LATE: Duration = Duration::from_secs(1);

/// What one epoch takes in.
#[derive(Debug, Default)]
pub struct Epoch {
    /// Changes of the program.
    pub cells: Updates<Cell>,
    /// Changes of facts.
    pub facts: Updates<(Name, Fact)>,
}

/// The state.
#[derive(Debug)]
pub struct Wave {
    /// How long a wave may wait once a commit has been accepted.
    deadline: Duration,
    /// When the open wave was opened.
    open: Option<Instant>,
    /// Edits that wait.
    edits: Updates<Cell>,
    /// There was an edit, if only an empty one: the first program may have no cell, and is a program all the same.
    edited: bool,
    /// Facts of stopped sources.
    stale: Updates<(Name, Fact)>,
    /// Answers that the open wave waits for.
    answers: FxHashMap<Name, Answer>,
    /// Other facts.
    news: FxHashMap<Name, Answer>,
    /// Every source that is started and not stopped. Names are compared without a look at what the keys hold.
    sources: FxHashMap<Name, Source>,
    /// Those that the open wave waits for.
    awaited: FxHashSet<Name>,
    /// Those that are no longer needed, to be stopped when the wave closes.
    withdrawn: FxHashSet<Key>,
    /// Those without an answer that have not been named.
    unnamed: Timers,
    /// Those without an answer.
    unanswered: usize,
}

/// When keys are due, each at most once.
#[derive(Debug, Default)]
struct Timers {
    /// A number tells those of one instant apart.
    keys: BTreeMap<(Instant, u64), Key>,
    of: FxHashMap<Name, (Instant, u64)>,
    count: u64,
}

impl Timers {
    fn set(&mut self, name: Name, key: Key, at: Instant) {
        self.clear(&name);
        self.count += 1;
        self.keys.insert((at, self.count), key);
        self.of.insert(name, (at, self.count));
    }

    fn clear(&mut self, name: &Name) {
        if let Some(timer) = self.of.remove(name) {
            self.keys.remove(&timer);
        }
    }

    /// One that is due, which is none of them from then on.
    fn due(&mut self, now: Instant) -> Option<(Name, Key)> {
        let entry = self.keys.first_entry().filter(|entry| entry.key().0 <= now)?;
        let key = entry.remove();
        let name = Name::from(&key);
        self.of.remove(&name);
        Some((name, key))
    }

    /// When the first is due.
    fn next(&self) -> Option<Instant> {
        self.keys.keys().next().map(|(at, _)| *at)
    }
}

#[derive(Debug)]
struct Source {
    call: Call,
    /// Whether it is of one call site's own, so that an answer says which call it answers.
    own: bool,
    /// What the dataflow holds under its key.
    fact: Option<Fact>,
    answered: bool,
}

impl Wave {
    /// No wave, no source.
    pub fn new(deadline: Duration) -> Wave {
        Wave {
            deadline,
            open: None,
            edits: Vec::new(),
            edited: false,
            stale: Vec::new(),
            answers: FxHashMap::default(),
            news: FxHashMap::default(),
            sources: FxHashMap::default(),
            awaited: FxHashSet::default(),
            withdrawn: FxHashSet::default(),
            unnamed: Timers::default(),
            unanswered: 0,
        }
    }

    /// Queues an edit of the program.
    pub fn edit(&mut self, removed: Vec<Cell>, added: Vec<Cell>) {
        self.edited = true;
        self.edits.extend(removed.into_iter().map(|cell| (cell, -1)));
        self.edits.extend(added.into_iter().map(|cell| (cell, 1)));
    }

    /// Queues what a source says, replacing what it said before; ignored where the source is not running.
    pub fn fact(&mut self, key: Key, answer: Answer) {
        let name = Name::from(&key);
        if self.awaited.contains(&name) {
            self.answers.insert(name, answer);
        } else if self.sources.contains_key(&name) {
            self.news.insert(name, answer);
        }
    }

    /// What the next epoch takes in, if it is time for one; opens a wave.
    pub fn admit(&mut self, now: Instant) -> Option<Epoch> {
        let answers = std::mem::take(&mut self.answers);
        let news = if self.open.is_none() { std::mem::take(&mut self.news) } else { FxHashMap::default() };
        if answers.is_empty() && news.is_empty() && !std::mem::take(&mut self.edited) {
            return None;
        }
        self.open.get_or_insert(now);
        let mut epoch = Epoch { cells: std::mem::take(&mut self.edits), facts: std::mem::take(&mut self.stale) };
        for (name, answer) in answers.into_iter().chain(news) {
            self.awaited.remove(&name);
            let Some(source) = self.sources.get_mut(&name) else { continue };
            if !source.answered {
                source.answered = true;
                self.unanswered -= 1;
                self.unnamed.clear(&name);
            }
            let call = source.own.then(|| source.call.clone());
            let fact = Fact { answer, call };
            if source.fact.as_ref() == Some(&fact) {
                continue;
            }
            if let Some(former) = source.fact.replace(fact.clone()) {
                epoch.facts.push(((name, former), -1));
            }
            epoch.facts.push(((name, fact), 1));
        }
        Some(epoch)
    }

    /// Takes in how the demands have changed, sorted by key.
    pub fn demand(&mut self, changes: Updates<(Key, Call)>, now: Instant, outputs: &mut Vec<Output>) {
        let mut changes = changes.into_iter().peekable();
        while let Some(((key, call), diff)) = changes.next() {
            // A change of arguments is one coming and one going, in any order.
            let mut demanded = (diff > 0).then_some(call);
            if let Some(((_, other), diff)) = changes.next_if(|((next, _), _)| *next == key)
                && diff > 0
            {
                demanded = Some(other);
            }
            match demanded {
                None => {
                    self.awaited.remove(&Name::from(&key));
                    self.withdrawn.insert(key);
                }
                Some(call) => self.start(key, call, now, outputs),
            }
        }
    }

    fn start(&mut self, key: Key, call: Call, now: Instant, outputs: &mut Vec<Output>) {
        let name = Name::from(&key);
        let withdrawn = self.withdrawn.remove(&key);
        if let Some(source) = self.sources.get_mut(&name) {
            if source.call == call {
                // Needed again before it was stopped.
                if withdrawn && !source.answered {
                    self.awaited.insert(name);
                }
                return;
            }
            source.call = call.clone();
            self.unanswered += usize::from(source.answered);
            source.answered = false;
            // Said of the former arguments; what was awaited has been taken in before.
            self.news.remove(&name);
            outputs.push(Output::Change { key: key.clone(), call });
        } else {
            self.unanswered += 1;
            let own = matches!(key, Key::Own(_));
            self.sources.insert(name, Source { call: call.clone(), own, fact: None, answered: false });
            outputs.push(Output::Start { key: key.clone(), call });
        }
        self.unnamed.set(name, key, now + LATE);
        self.awaited.insert(name);
    }

    /// Whether a wave is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Closes the open wave if every answer has come, or if its time is up and `hurried`, and stops what is no longer needed.
    pub fn close(&mut self, now: Instant, hurried: bool, outputs: &mut Vec<Output>) -> bool {
        let Some(opened) = self.open else { return false };
        let late = hurried && now >= opened + self.deadline;
        if !self.awaited.is_empty() && !late {
            return false;
        }
        self.open = None;
        self.awaited.clear();
        let mut stopped: Vec<Key> = self.withdrawn.drain().collect();
        stopped.sort();
        for key in stopped {
            let name = Name::from(&key);
            let Some(source) = self.sources.remove(&name) else { continue };
            self.unanswered -= usize::from(!source.answered);
            self.unnamed.clear(&name);
            self.news.remove(&name);
            self.stale.extend(source.fact.map(|fact| ((name, fact), -1)));
            outputs.push(Output::Stop { key });
        }
        true
    }

    /// Names the demands that have not answered for a second.
    pub fn name(&mut self, now: Instant, outputs: &mut Vec<Output>) {
        let mut late = Vec::new();
        while let Some((name, key)) = self.unnamed.due(now) {
            if let Some(source) = self.sources.get(&name) {
                late.push((key, source.call.clone()));
            }
        }
        if !late.is_empty() {
            outputs.push(Output::Late(late));
        }
    }

    /// When something is to be done if nothing comes.
    pub fn wake(&self, hurried: bool) -> Option<Instant> {
        let deadline = self.open.filter(|_| hurried && !self.awaited.is_empty()).map(|opened| opened + self.deadline);
        deadline.into_iter().chain(self.unnamed.next()).min()
    }

    /// Whether nothing is queued and every demand has an answer.
    pub fn is_settled(&self) -> bool {
        self.open.is_none() && self.edits.is_empty() && self.news.is_empty() && self.unanswered == 0
    }
}
