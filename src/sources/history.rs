//! The past of a value.

use super::{Facts, Family, Lasting, Running, Shared, Source, int};
use mgmt_resources::watch::TimerGuard;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(super) const FUNCTIONS: Family = &[("history", Source::Watch(history))];

/// `history(value, index)`: the value as it was `index` milliseconds ago, or the oldest that is known. Each value is kept from when it comes
/// until it is no longer the answer, and a timer wakes it when the next one becomes so. Another `index` forgets everything.
fn history(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let mut history = History(Arc::new(Past { shared: shared.clone(), state: Mutex::default() }));
    history.change(call, facts);
    Running::Lasting(Box::new(history))
}

struct History(Arc<Past>);

struct Past {
    shared: Shared,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// `None` once it is over.
    facts: Option<Facts>,
    index: Duration,
    /// When each value came, by the clock that runs on; the first is the answer.
    values: VecDeque<(Duration, Value)>,
    timer: Option<TimerGuard>,
}

impl Lasting for History {
    fn change(&mut self, call: &Call, facts: Facts) {
        let taken = call.args().first().cloned().ok_or_else(|| "`history` takes a value".to_owned());
        let index = int(call, 1).and_then(|index| {
            u64::try_from(index).map(Duration::from_millis).map_err(|_| format!("can't use a negative interval of {index}"))
        });
        let (value, index) = match taken.and_then(|value| Ok((value, index?))) {
            Ok(both) => both,
            Err(why) => {
                *self.0.lock() = State::default();
                return facts.missing(why);
            }
        };
        let now = self.0.shared.host.clock.elapsed();
        {
            let mut state = self.0.lock();
            if state.index != index {
                state.values.clear();
            }
            state.index = index;
            state.facts = Some(facts);
            if state.values.back().is_none_or(|(_, last)| *last != value) {
                state.values.push_back((now, value));
            }
        }
        self.0.clone().turn();
    }
}

impl Drop for History {
    fn drop(&mut self) {
        let state = std::mem::take(&mut *self.0.lock());
        // Outside the lock: it owns a timer.
        drop(state);
    }
}

impl Past {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the answer of this moment and sleeps until the next one.
    fn turn(self: Arc<Past>) {
        let now = self.shared.host.clock.elapsed();
        let mut state = self.lock();
        let index = state.index;
        while state.values.get(1).is_some_and(|(came, _)| *came + index <= now) {
            state.values.pop_front();
        }
        if let (Some(facts), Some((_, value))) = (&state.facts, state.values.front()) {
            facts.value(value.clone());
        }
        let again = state.values.get(1).map(|(came, _)| (*came + index).saturating_sub(now));
        let past = self.clone();
        let timer = again.map(|pause| self.shared.host.watchers.after(pause, move || past.turn()));
        let old = std::mem::replace(&mut state.timer, timer);
        drop(state);
        // It has fired, or waited for the same moment.
        drop(old);
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::key::Call;
    use mgmt_values::value::Value;
    use std::time::Duration;

    fn call(value: i64, index: i64) -> Call {
        Call::new("history", [Value::Int(value), Value::Int(index)])
    }

    #[test]
    fn a_value_comes_back_when_its_time_has_come() {
        let mut bench = Bench::new();
        let key = bench.start("history", &[Value::Int(1), Value::Int(1000)]);
        assert_eq!(bench.next(), Ok(Value::Int(1)));
        bench.clock.advance(Duration::from_millis(300));
        bench.sources.change(key.clone(), &call(2, 1000));
        assert_eq!(bench.next(), Ok(Value::Int(1)), "asked again, it says the same again");
        bench.clock.advance(Duration::from_millis(100));
        bench.sources.change(key.clone(), &call(3, 1000));
        assert_eq!(bench.next(), Ok(Value::Int(1)));
        bench.clock.advance(Duration::from_millis(899));
        assert_eq!(bench.soon(), None);
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.next(), Ok(Value::Int(2)));
        bench.clock.advance(Duration::from_millis(100));
        assert_eq!(bench.next(), Ok(Value::Int(3)));
        assert_eq!(bench.watches(), [0, 0, 0], "nothing is left to come");
        // Another distance begins anew.
        bench.sources.change(key.clone(), &call(4, 500));
        assert_eq!(bench.next(), Ok(Value::Int(4)));
        bench.sources.change(key.clone(), &call(5, 500));
        assert_eq!((bench.next(), bench.watches()), (Ok(Value::Int(4)), [0, 1, 0]));
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
        bench.clock.advance(Duration::from_secs(10));
        assert_eq!(bench.soon(), None);
    }

    #[test]
    fn no_time_ago_is_now_and_the_future_is_an_error() {
        let mut bench = Bench::new();
        let key = bench.start("history", &[Value::Int(1), Value::Int(0)]);
        assert_eq!(bench.next(), Ok(Value::Int(1)));
        bench.sources.change(key.clone(), &call(2, 0));
        assert_eq!(bench.next(), Ok(Value::Int(2)));
        bench.sources.change(key.clone(), &call(2, -1));
        let error = bench.next().unwrap_err();
        assert_eq!((&*error.message, error.catchable), ("can't use a negative interval of -1", true));
        bench.sources.change(key, &call(3, i64::MAX));
        assert_eq!(bench.next(), Ok(Value::Int(3)));
    }
}
