//! Modes as programs write them: octal, or symbolic as chmod(1) has it, of which only `=` is known.

/// The permission bits, set-user-id, set-group-id and sticky included.
pub const BITS: u32 = 0o7777;

/// A mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// These bits.
    Bits(u32),
    /// These assignments, made to what is there.
    Assign(Vec<Assign>),
}

/// `ug=rw`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assign {
    user: bool,
    group: bool,
    other: bool,
    /// `rwx` as bits 4, 2, 1.
    access: u32,
    /// `s`
    set_id: bool,
    /// `t`
    sticky: bool,
}

impl Mode {
    /// Reads a mode; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Mode, String> {
        // The standard library would take a plus sign.
        if text.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(bits) = u32::from_str_radix(text, 8)
        {
            return Ok(Mode::Bits(bits & BITS));
        }
        let wrong = |what: String| Err(format!("mode should be an octal number or symbolic mode ({text}): {what}"));
        let mut assigns: Vec<Assign> = Vec::new();
        let mut everybody = false;
        for item in text.split(',') {
            let Some((who, what)) = item.split_once('=').filter(|(_, what)| !what.contains('=')) else {
                return wrong(format!("`{item}` is not a valid symbolic mode; it is written as in `u=rw,go=r`"));
            };
            let unexpected = who.chars().find(|c| !"ugoa".contains(*c)).or(what.chars().find(|c| !"rwxst".contains(*c)));
            if let Some(c) = unexpected {
                return wrong(format!("unexpected character `{c}` in `{item}`"));
            }
            let all = who.is_empty() || who.contains('a');
            everybody |= all;
            for c in ['u', 'g', 'o'] {
                let before = assigns.iter().any(|a| match c {
                    'u' => a.user,
                    'g' => a.group,
                    _ => a.other,
                });
                if who.matches(c).count() + usize::from(before) > 1 {
                    return wrong(format!("`{c}` is given more than once"));
                }
            }
            let bit = |c, bit| if what.contains(c) { bit } else { 0 };
            assigns.push(Assign {
                user: all || who.contains('u'),
                group: all || who.contains('g'),
                other: all || who.contains('o'),
                access: bit('r', 4) | bit('w', 2) | bit('x', 1),
                set_id: what.contains('s'),
                sticky: what.contains('t'),
            });
        }
        if everybody && assigns.len() > 1 {
            return wrong("what is said for all has to stand alone".to_owned());
        }
        Ok(Mode::Assign(assigns))
    }

    /// The bits that this makes of `current`.
    pub fn applied_to(&self, current: u32) -> u32 {
        match self {
            Mode::Bits(bits) => *bits,
            Mode::Assign(assigns) => assigns.iter().fold(current & BITS, |bits, assign| assign.applied_to(bits)),
        }
    }
}

impl Assign {
    fn applied_to(&self, mut bits: u32) -> u32 {
        for (named, shift, id) in [(self.user, 6, 0o4000), (self.group, 3, 0o2000), (self.other, 0, 0)] {
            if named {
                bits = bits & !(0o7 << shift | id) | self.access << shift | if self.set_id { id } else { 0 };
            }
        }
        bits | if self.sticky { 0o1000 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_modes_are_the_bits_themselves() {
        assert_eq!(Mode::parse("644"), Ok(Mode::Bits(0o644)));
        assert_eq!(Mode::parse("004755"), Ok(Mode::Bits(0o4755)));
        assert_eq!(Mode::parse("77777"), Ok(Mode::Bits(0o7777)));
    }

    #[test]
    fn symbolic_modes_change_what_is_there() {
        let made = |text: &str, from| Mode::parse(text).unwrap().applied_to(from);
        assert_eq!(made("u=rw,go=r", 0), 0o644);
        assert_eq!(made("go=", 0o4777), 0o4700);
        assert_eq!(made("u=rx", 0o4644), 0o544);
        assert_eq!(made("ug=rs", 0), 0o6440);
        assert_eq!(made("a=rwx", 0o1000), 0o1777);
        assert_eq!(made("=t", 0o777), 0o1000);
        assert_eq!(made("o=st", 0o4711), 0o5710);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "99", "0o644", "-1", "+644", "u+x", "u=r,u=w", "uu=r", "a=r,u=w", "u=r,=w", "u=q", "x=r", "u=r,", "u=r g=r"]
        {
            assert!(Mode::parse(text).is_err(), "{text}");
        }
    }
}
