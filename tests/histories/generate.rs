//! Random programs: text of the language, well typed by construction.

/// A small generator with a seed (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides as u64) as usize
    }

    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }
}

/// What can be read where an expression stands, by type.
#[derive(Clone, Default)]
struct View {
    texts: Vec<String>,
    numbers: Vec<String>,
    lists: Vec<String>,
    maps: Vec<String>,
}

/// Names of files that programs read, and words that they consist of, so that arguments are dynamic and names meet.
pub const WORDS: [&str; 4] = ["a", "b", "c", "d"];

/// A program as the texts of its top-level statements, so that an edit can replace one.
pub struct Program {
    statements: Vec<String>,
    view: View,
    next: usize,
}

impl Program {
    pub fn new(dice: &mut Dice) -> Program {
        let mut program = Program { statements: Vec::new(), view: View::default(), next: 0 };
        for word in WORDS {
            program.statements.push(format!("test {word:?} {{}}"));
        }
        for _ in 0..2 + dice.roll(4) {
            let bind = Maker { dice, next: &mut program.next }.bind(&mut program.view);
            program.statements.push(bind);
        }
        for _ in 0..2 + dice.roll(4) {
            program.add(dice);
        }
        program
    }

    fn add(&mut self, dice: &mut Dice) {
        let statement = Maker { dice, next: &mut self.next }.statement(&self.view, 2);
        self.statements.push(statement);
    }

    /// Another statement instead of one that is no bind, or beside it, or one less.
    pub fn edit(&mut self, dice: &mut Dice) {
        let statements: Vec<usize> = (0..self.statements.len()).filter(|at| !self.statements[*at].starts_with('$')).collect();
        let at = statements[dice.roll(statements.len())];
        match dice.roll(4) {
            0 => self.add(dice),
            1 if statements.len() > 1 => drop(self.statements.remove(at)),
            2 => self.statements.swap(at, statements[0]),
            _ => {
                self.add(dice);
                self.statements.swap_remove(at);
            }
        }
    }

    pub fn text(&self) -> String {
        let mut text = "import \"os\"\nimport \"strings\"\nimport \"golang/strings\" as gs\n".to_owned();
        text.push_str("func twice($x) {\n$x + $x\n}\n");
        text.push_str("class shared($n) {\ntest \"s${n}\" {\ntext => os.readfile($n),\n}\n}\n");
        for statement in &self.statements {
            text.push_str(statement);
            text.push('\n');
        }
        text
    }
}

struct Maker<'a> {
    dice: &'a mut Dice,
    next: &'a mut usize,
}

impl Maker<'_> {
    fn name(&mut self) -> String {
        *self.next += 1;
        format!("v{}", self.next)
    }

    fn bind(&mut self, view: &mut View) -> String {
        let name = self.name();
        let (of, known) = match self.dice.roll(6) {
            0 | 1 => (self.text(view, 3), &mut view.texts),
            2 => (self.number(view, 2), &mut view.numbers),
            3 | 4 => (self.list(view, 2), &mut view.lists),
            _ => (self.map(view, 2), &mut view.maps),
        };
        known.push(format!("${name}"));
        format!("${name} = {of}")
    }

    fn word(&mut self) -> String {
        format!("{:?}", self.dice.one(&WORDS))
    }

    fn text(&mut self, view: &View, depth: usize) -> String {
        let known: Vec<&str> = view.texts.iter().map(String::as_str).collect();
        if depth == 0 {
            return if known.is_empty() || self.dice.roll(2) == 0 { self.word() } else { self.dice.one(&known).to_owned() };
        }
        let depth = depth - 1;
        match self.dice.roll(14) {
            0 | 1 if !known.is_empty() => self.dice.one(&known).to_owned(),
            2 | 3 => format!("os.readfile({})", self.text(view, depth)),
            4 => format!("({} + {})", self.text(view, depth), self.text(view, depth)),
            5 => format!("os.system({})", self.text(view, depth)),
            6 => format!(
                "if {} {{ {} }} else {{ {} }}",
                self.condition(view, depth),
                self.text(view, depth),
                self.text(view, depth)
            ),
            7 | 8 => format!("({} <|> {})", self.text(view, depth), self.text(view, depth)),
            9 => format!("{}[{}]", self.list(view, depth), self.dice.roll(3)),
            10 => format!("{}[{}]", self.map(view, depth), self.text(view, 0)),
            11 => format!("twice({})", self.text(view, depth)),
            12 => format!("gs.join({}, \"\")", self.list(view, depth)),
            _ => self.word(),
        }
    }

    fn number(&mut self, view: &View, depth: usize) -> String {
        let known: Vec<&str> = view.numbers.iter().map(String::as_str).collect();
        match self.dice.roll(4) {
            0 if !known.is_empty() => self.dice.one(&known).to_owned(),
            1 if depth > 0 => format!("len({})", self.list(view, depth - 1)),
            2 if depth > 0 => format!("({} + {})", self.number(view, depth - 1), self.number(view, depth - 1)),
            _ => self.dice.roll(3).to_string(),
        }
    }

    fn condition(&mut self, view: &View, depth: usize) -> String {
        match self.dice.roll(4) {
            0 => format!("{} == {}", self.number(view, depth), self.dice.roll(3)),
            1 => format!("({} == {} and {} == {})", self.text(view, depth), self.word(), self.number(view, 1), self.dice.roll(2)),
            _ => format!("{} == {}", self.text(view, depth), self.word()),
        }
    }

    fn list(&mut self, view: &View, depth: usize) -> String {
        let known: Vec<&str> = view.lists.iter().map(String::as_str).collect();
        match self.dice.roll(5) {
            0 | 1 if !known.is_empty() => self.dice.one(&known).to_owned(),
            2 | 3 if depth > 0 => format!("strings.split({}, \" \")", self.text(view, depth - 1)),
            _ => format!("[{}, {}]", self.text(view, depth.min(1)), self.text(view, 0)),
        }
    }

    fn map(&mut self, view: &View, depth: usize) -> String {
        let known: Vec<&str> = view.maps.iter().map(String::as_str).collect();
        match self.dice.roll(3) {
            0 | 1 if !known.is_empty() => self.dice.one(&known).to_owned(),
            _ => format!("{{\"a\" => {}, {} => {}}}", self.text(view, depth.min(1)), self.text(view, 0), self.text(view, 0)),
        }
    }

    fn block(&mut self, mut view: View, depth: usize) -> String {
        let mut block = String::new();
        for _ in 0..self.dice.roll(2) {
            block += &self.bind(&mut view);
            block.push('\n');
        }
        for _ in 0..1 + self.dice.roll(2) {
            block += &self.statement(&view, depth);
            block.push('\n');
        }
        block
    }

    fn statement(&mut self, view: &View, depth: usize) -> String {
        match self.dice.roll(if depth == 0 { 6 } else { 10 }) {
            0..=2 => self.resource(view),
            3 => {
                let (from, to) = (self.text(view, 1), self.text(view, 1));
                let (from, to) = if self.dice.roll(2) == 0 { (from, to) } else { (self.word(), self.word()) };
                match self.dice.roll(3) {
                    0 => format!("Test[{from}].out -> Test[{to}].text"),
                    1 => format!("Test[{from}] -> Test[{to}]"),
                    _ => format!("Test[{from}] -> Noop[{to}]"),
                }
            }
            4 => format!("include shared({})", self.text(view, 1)),
            5 => format!("noop ({}) {{}}", self.text(view, 1)),
            6 | 7 => {
                let condition = self.condition(view, 2);
                let (then, other) = (self.block(view.clone(), depth - 1), self.block(view.clone(), depth - 1));
                match self.dice.roll(2) {
                    0 => format!("if {condition} {{\n{then}}}"),
                    _ => format!("if {condition} {{\n{then}}} else {{\n{other}}}"),
                }
            }
            of => {
                let (first, second) = (format!("${}", self.name()), format!("${}", self.name()));
                let mut inner = view.clone();
                let (word, over) = if of == 8 {
                    inner.texts.push(second.clone());
                    if self.dice.roll(2) == 0 {
                        inner.numbers.push(first.clone());
                    }
                    ("for", self.list(view, 2))
                } else {
                    inner.texts.extend([first.clone(), second.clone()]);
                    ("forkv", self.map(view, 2))
                };
                // What the body declares is mostly named after the element, so that names seldom meet.
                format!("{word} {first}, {second} in {over} {{\n{}}}", self.block(inner, depth - 1))
            }
        }
    }

    fn resource(&mut self, view: &View) -> String {
        // Mostly a name of its own: two of one name seldom agree.
        let own = if self.dice.roll(6) == 0 { String::new() } else { format!("\"{}\" + ", self.name()) };
        let name = format!("{own}{}", self.text(view, 1));
        let mut body = String::new();
        if self.dice.roll(4) > 0 {
            body += &format!("text => {},\n", self.text(view, 3));
        }
        if self.dice.roll(3) == 0 {
            body += &format!("number => {},\n", self.number(view, 2));
        }
        if self.dice.roll(4) == 0 {
            body += &format!("flag => {} ?: {},\n", self.condition(view, 1), self.condition(view, 0));
        }
        if self.dice.roll(6) == 0 {
            body += &format!("Depend => Test[{}],\n", self.word());
        }
        if self.dice.roll(8) == 0 {
            body += &format!("Notify => Test[{}],\n", self.text(view, 1));
        }
        format!("test ({name}) {{\n{body}}}")
    }
}
