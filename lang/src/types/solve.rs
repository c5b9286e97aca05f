//! Solving: takes the constraints in their order, one by one.
//!
//! A `func` statement is solved where it is first called, and generalised over the variables that are not free in its environment (the
//! levels of Rémy); goals that depend on those become part of its scheme and are asked anew for every call.
//!
//! Solving has two moods. In the first, goals wait until all plain constraints are solved, because a plain constraint that fails wins
//! over them. When nothing but a goal has failed, the program is solved again with goals reached as soon as possible, so that the
//! mistake is placed where the type is used and not where it comes from.

use super::collect::Collected;
use super::goal::{Attempt, attempt};
use super::report;
use super::steps::{Goal, Role, StepKind, UnitId};
use super::terms::{Level, Shape, Term, Terms};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{ExprId, ExprKind, FuncId, Program};
use mgmt_values::{Phase, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::Arc;

/// When goals are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// When all plain constraints are solved.
    Patient,
    /// Where they stand.
    Eager,
}

/// A goal and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub goal: Goal,
    /// The expression or entry that asks.
    pub span: Span,
    /// The outermost call of the `func` statement whose body that is in.
    pub call: Option<Span>,
    /// Its turn among all steps.
    pub turn: u64,
}

/// What a `func` statement is to its calls.
struct Scheme {
    signature: Term,
    generic: Vec<Term>,
    goals: Vec<Pending>,
}

/// A unit that is being solved.
struct Frame {
    unit: UnitId,
    func: Option<FuncId>,
    next: usize,
    goals: Vec<Pending>,
}

/// What solving gives.
#[derive(Default)]
pub(super) struct Solved {
    /// Plain constraints that fail, in order.
    pub conflicts: Vec<Diagnostic>,
    /// Goals that fail, with their turns.
    pub failures: Vec<(u64, Diagnostic)>,
    /// Whether one of them might be better placed by solving again.
    pub misplaced: bool,
    /// Variables that are open because of a failure.
    pub excused: FxHashSet<Term>,
    /// What is left to judge.
    pub checks: Vec<Pending>,
    /// What the generic variables stand for in each call.
    pub calls: FxHashMap<ExprId, Vec<Term>>,
    /// The generic variables of each `func` statement.
    pub generics: FxHashMap<FuncId, Vec<Term>>,
}

struct Solver<'a> {
    program: &'a Program,
    collected: &'a Collected,
    terms: &'a mut Terms,
    mood: Mood,
    schemes: Vec<Option<Scheme>>,
    turn: u64,
    out: Solved,
}

/// Solves the constraints of a program.
pub(super) fn solve(program: &Program, collected: &Collected, terms: &mut Terms, mood: Mood) -> Solved {
    let schemes = collected.units.iter().map(|_| None).collect();
    let mut solver = Solver { program, collected, terms, mood, schemes, turn: 0, out: Solved::default() };
    let goals = solver.steps();
    solver.finish(goals);
    solver.out
}

impl Solver<'_> {
    /// Takes all steps; gives the goals that are left.
    fn steps(&mut self) -> Vec<Pending> {
        let collected = self.collected;
        let mut frame = Frame { unit: 0, func: None, next: 0, goals: Vec::new() };
        let mut outer: Vec<Frame> = Vec::new();
        loop {
            let Some(step) = collected.units[frame.unit].steps.get(frame.next) else {
                let Some(before) = outer.pop() else { return frame.goals };
                let done = std::mem::replace(&mut frame, before);
                self.generalise(done, &mut frame.goals);
                continue;
            };
            if let StepKind::Call { func, unit, .. } = step.kind
                && self.schemes[unit].is_none()
            {
                let inner = Frame { unit, func: Some(func), next: 0, goals: Vec::new() };
                outer.push(std::mem::replace(&mut frame, inner));
                continue;
            }
            frame.next += 1;
            self.turn += 1;
            match &step.kind {
                StepKind::Unify { expected, actual, role } => {
                    if let Err(clash) = self.terms.unify(*expected, *actual) {
                        let conflict = report::conflict(self.terms, step.span, role, (*expected, *actual), clash);
                        self.out.conflicts.push(conflict);
                    }
                }
                StepKind::Refuse { message } => {
                    self.out.conflicts.push(Diagnostic::new(Phase::Unify, step.span, message.as_str()));
                }
                StepKind::Call { func, unit, call, wanted, level } => {
                    self.call(*func, *unit, *call, *wanted, *level, step.span, &mut frame.goals);
                }
                StepKind::Open(_) | StepKind::OpenParameter(_) => {}
                StepKind::Later(goal) => {
                    let pending = Pending { goal: *goal, span: step.span, call: None, turn: self.turn };
                    self.pend(pending, &mut frame.goals);
                }
            }
        }
    }

    /// Takes in a goal: tries it at once where its turn is among the plain constraints.
    fn pend(&mut self, pending: Pending, goals: &mut Vec<Pending>) {
        let plain = matches!(pending.goal, Goal::Name { .. } | Goal::Meta { .. });
        let now = pending.goal.improves() && !matches!(pending.goal, Goal::Same { .. }) && self.mood == Mood::Eager;
        if plain || now {
            match attempt(self.terms, self.program, &pending) {
                Attempt::Done => return,
                Attempt::Wait(_) => {}
                Attempt::Failed(diagnostic) if plain => return self.out.conflicts.push(*diagnostic),
                Attempt::Mismatch(diagnostic) => {
                    let place = pending.call.unwrap_or(pending.span);
                    return self.out.conflicts.push(Diagnostic { span: Some(place), ..*diagnostic });
                }
                Attempt::Failed(diagnostic) => return self.fail(&pending, *diagnostic),
            }
        }
        goals.push(pending);
    }

    fn fail(&mut self, pending: &Pending, diagnostic: Diagnostic) {
        if let Goal::Index { result, .. } | Goal::Field { result, .. } = pending.goal {
            self.out.excused.extend(self.terms.open_vars(result));
        }
        let diagnostic = match pending.call {
            Some(call) => diagnostic.with_related(call, "in this call"),
            None => diagnostic,
        };
        self.out.failures.push((pending.turn, diagnostic));
    }

    /// A call of a `func` statement that has a scheme.
    #[allow(clippy::too_many_arguments)]
    fn call(
        &mut self,
        func: FuncId,
        unit: UnitId,
        call: ExprId,
        wanted: Term,
        level: Level,
        span: Span,
        goals: &mut Vec<Pending>,
    ) {
        let Some(scheme) = self.schemes[unit].take() else { return };
        let mut map: FxHashMap<Term, Term> = FxHashMap::default();
        let mut fresh = Vec::with_capacity(scheme.generic.len());
        for var in &scheme.generic {
            let instance = self.terms.var(level);
            map.insert(*var, instance);
            fresh.push(instance);
        }
        self.out.calls.insert(call, fresh);
        let name = &self.program[func].name;
        match self.terms.copy(scheme.signature, &mut map, 0) {
            Some(signature) => self.link(name, self.program[func].span, signature, wanted, span),
            None => self.out.conflicts.push(report::too_large(span)),
        }
        for pending in &scheme.goals {
            let mut pending = Pending { call: Some(span), turn: self.turn, ..pending.clone() };
            let copied = pending.goal.terms_mut().into_iter().all(|term| match self.terms.copy(*term, &mut map, 0) {
                Some(copy) => {
                    *term = copy;
                    true
                }
                None => false,
            });
            if copied {
                self.pend(pending, goals);
            }
        }
        self.schemes[unit] = Some(scheme);
    }

    /// What a call wants of its function and what that is, one by one, so that a message can name the argument.
    fn link(&mut self, name: &str, declared: Span, signature: Term, wanted: Term, span: Span) {
        let (Shape::Func(signature), Shape::Func(wanted)) =
            (self.terms.own_shape(signature).clone(), self.terms.own_shape(wanted).clone())
        else {
            return;
        };
        if signature.args.len() != wanted.args.len() {
            let message = format!("`{name}` takes {}, not {}", report::arguments(signature.args.len()), wanted.args.len());
            let conflict = Diagnostic::new(Phase::Unify, span, message).with_related(declared, "it is declared here");
            self.out.conflicts.push(conflict);
            return;
        }
        for ((param, takes), (_, given)) in signature.args.iter().zip(&wanted.args) {
            if let Err(clash) = self.terms.unify(*takes, *given) {
                let conflict = report::argument(self.terms, span, (name, param), (*takes, *given), clash);
                self.out.conflicts.push(conflict.with_related(declared, "it is declared here"));
                return;
            }
        }
        if let Err(clash) = self.terms.unify(signature.result, wanted.result) {
            self.out.conflicts.push(report::result(self.terms, span, name, (wanted.result, signature.result), clash));
        }
    }

    /// Makes the scheme of a `func` statement that has been solved. Goals that have nothing to do with what is generic go to `outer`.
    fn generalise(&mut self, frame: Frame, outer: &mut Vec<Pending>) {
        let Some(signature) = self.collected.units[frame.unit].signature else { return };
        let mut goals = self.settle(frame.goals, true);
        self.merge(&goals);
        goals = self.settle(goals, true);
        // What the signature does not determine is ambiguous in every call: it stays one variable, to be found when all is solved.
        let mut generic = self.body_vars(signature);
        let mut known: FxHashSet<Term> = generic.iter().copied().collect();
        loop {
            let before = generic.len();
            for pending in &mut goals {
                let subject = pending.goal.subject();
                if self.body_vars(subject).iter().any(|var| known.contains(var)) {
                    for term in pending.goal.terms_mut() {
                        let vars = self.body_vars(*term);
                        generic.extend(vars.into_iter().filter(|var| known.insert(*var)));
                    }
                }
            }
            if generic.len() == before {
                break;
            }
        }
        let mut own = Vec::new();
        let mut asked = FxHashSet::default();
        for mut pending in goals {
            let mut is_generic = false;
            for term in pending.goal.terms_mut() {
                is_generic |= self.body_vars(*term).iter().any(|var| known.contains(var));
            }
            if !is_generic {
                outer.push(pending);
            } else if asked.insert(self.question(&pending.goal)) {
                own.push(pending);
            }
        }
        for var in &generic {
            self.terms.set_level(*var, Level::Generic);
        }
        if let Some(func) = frame.func {
            self.out.generics.insert(func, generic.clone());
        }
        self.schemes[frame.unit] = Some(Scheme { signature, generic, goals: own });
    }

    fn body_vars(&mut self, term: Term) -> Vec<Term> {
        let mut vars = self.terms.open_vars(term);
        vars.retain(|var| self.terms.level(*var) == Level::Body);
        vars
    }

    /// Two goals with the same question need be asked once: the goal with the first of each class, and the name of a field.
    fn question(&self, goal: &Goal) -> (Goal, Option<Arc<str>>) {
        let name = self.field_name(goal);
        let mut goal = *goal;
        for term in goal.terms_mut() {
            *term = self.terms.find(*term);
        }
        if let Goal::Field { field, .. } | Goal::FieldOr { field, .. } = &mut goal {
            *field = ExprId(0);
        }
        if let Goal::Same { written, .. } = &mut goal {
            *written = Span::default();
        }
        (goal, name)
    }

    fn field_name(&self, goal: &Goal) -> Option<Arc<str>> {
        let (Goal::Field { field, .. } | Goal::FieldOr { field, .. }) = goal else { return None };
        match &self.program[*field].kind {
            ExprKind::Field(_, name) | ExprKind::FieldOr(_, name, _) => Some(name.clone()),
            _ => None,
        }
    }

    /// A container has one type of index and element, a struct one type per field: goals about the same one share their results. So a
    /// function that calls another twice has as many goals as it has questions.
    fn merge(&mut self, goals: &[Pending]) {
        let mut first: FxHashMap<(Term, Option<Arc<str>>), Goal> = FxHashMap::default();
        for pending in goals {
            let (Goal::Index { .. } | Goal::Field { .. }) = pending.goal else { continue };
            let key = (self.terms.find(pending.goal.subject()), self.field_name(&pending.goal));
            let earlier = *first.entry(key).or_insert(pending.goal);
            // A clash is found again, with its place, when the subject becomes known.
            match (earlier, pending.goal) {
                (Goal::Index { index: i, result: r, .. }, Goal::Index { index, result, .. }) => {
                    let _ = self.terms.unify(i, index);
                    let _ = self.terms.unify(r, result);
                }
                (Goal::Field { result: r, .. }, Goal::Field { result, .. }) => {
                    let _ = self.terms.unify(r, result);
                }
                _ => {}
            }
        }
    }

    /// Tries goals until no more of them can be decided; gives those that cannot, and those that only judge.
    fn settle(&mut self, goals: Vec<Pending>, body: bool) -> Vec<Pending> {
        let mut queue: VecDeque<usize> = (0..goals.len()).filter(|i| goals[*i].goal.improves()).collect();
        let mut open: Vec<bool> = vec![true; goals.len()];
        let mut waiting: FxHashMap<Term, Vec<usize>> = FxHashMap::default();
        self.terms.take_bound();
        while let Some(index) = queue.pop_front() {
            let pending = &goals[index];
            if !open[index] || body && matches!(pending.goal, Goal::Same { .. }) && self.terms.is_open(pending.goal.subject()) {
                continue;
            }
            match attempt(self.terms, self.program, pending) {
                Attempt::Wait(on) => on.into_iter().for_each(|var| waiting.entry(var).or_default().push(index)),
                Attempt::Done => open[index] = false,
                Attempt::Failed(diagnostic) => {
                    open[index] = false;
                    if matches!(pending.goal, Goal::Name { .. } | Goal::Meta { .. }) {
                        self.out.conflicts.push(*diagnostic);
                    } else {
                        self.fail(pending, *diagnostic);
                    }
                }
                Attempt::Mismatch(diagnostic) => {
                    open[index] = false;
                    self.out.misplaced = true;
                    self.fail(pending, *diagnostic);
                }
            }
            for var in self.terms.take_bound() {
                queue.extend(waiting.remove(&var).unwrap_or_default());
            }
        }
        goals.into_iter().zip(open).filter(|(_, open)| *open).map(|(pending, _)| pending).collect()
    }

    /// What a class parameter is given has the type that the body finds there, or else the declared one.
    fn declared(&mut self, pending: &Pending) {
        let Goal::Declared { annotation, parameter, argument } = pending.goal else { return };
        let Some(given) = self.collected.exprs[argument.0 as usize] else { return };
        let open = self.terms.is_open(parameter);
        if open {
            // An open variable takes any type that does not contain it, and a written one has no variables.
            let _ = self.terms.unify(annotation, parameter);
        }
        let Err(clash) = self.terms.unify(parameter, given) else { return };
        let at = self.program[argument].span;
        let (span, role) = if open { (pending.span, Role::ClassArgument(pending.span)) } else { (at, Role::ClassArgument(at)) };
        let conflict = report::conflict(self.terms, span, &role, (parameter, given), clash);
        self.out.failures.push((pending.turn, conflict));
    }

    /// Decides what is left when all plain constraints are solved.
    fn finish(&mut self, goals: Vec<Pending>) {
        let (declared, goals): (Vec<_>, Vec<_>) = goals.into_iter().partition(|p| matches!(p.goal, Goal::Declared { .. }));
        let (first, rest): (Vec<_>, Vec<_>) = goals.into_iter().partition(|p| matches!(p.goal, Goal::Same { .. }));
        self.settle(first, false);
        let mut goals = self.settle(rest, false);
        declared.iter().for_each(|pending| self.declared(pending));
        for pending in &goals {
            let Some((name, default)) = super::goal::default(self.terms, &pending.goal) else { continue };
            // What was open a moment ago may have been decided by another default; what clashes is found when the goal is tried again.
            let _ = self.terms.unify(default, name);
        }
        goals = self.settle(goals, false);
        self.out.checks = goals.into_iter().filter(|pending| !pending.goal.improves()).collect();
    }
}
