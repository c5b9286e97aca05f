//! Sorting things so that each stands behind what it depends on.

/// An order in which every index stands behind those that it depends on, otherwise as they come; and whether that was possible.
pub(super) fn sort(before: &[Vec<usize>]) -> (Vec<usize>, bool) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; before.len()];
    let mut order = Vec::with_capacity(before.len());
    let mut acyclic = true;
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in 0..before.len() {
        if state[root] != State::New {
            continue;
        }
        stack.push((root, 0));
        state[root] = State::Open;
        while let Some((index, next)) = stack.last_mut() {
            match before[*index].get(*next) {
                Some(&dependency) => {
                    *next += 1;
                    match state[dependency] {
                        State::New => {
                            state[dependency] = State::Open;
                            stack.push((dependency, 0));
                        }
                        State::Open => acyclic = false,
                        State::Done => {}
                    }
                }
                None => {
                    state[*index] = State::Done;
                    order.push(*index);
                    stack.pop();
                }
            }
        }
    }
    (order, acyclic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_goes_first() {
        assert_eq!(sort(&[vec![2], vec![], vec![1]]), (vec![1, 2, 0], true));
        assert!(!sort(&[vec![1], vec![0]]).1);
        assert!(!sort(&[vec![0]]).1);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let n = 100_000;
        let chain: Vec<Vec<usize>> = (0..n).map(|i| if i + 1 < n { vec![i + 1] } else { Vec::new() }).collect();
        assert_eq!(sort(&chain).0.first(), Some(&(n - 1)));
    }
}
