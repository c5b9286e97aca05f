//! Messages of D-Bus as bytes (D-Bus Specification, "Type System" and "Message Protocol").
//!
//! What is sent are calls whose arguments are texts; of what comes in, the header is read and the body left to a [`Reader`].

/// The longest message that is taken; the protocol allows twice as much.
pub const LONGEST: usize = 1 << 26;

/// Containers may lie this deep in one another.
const DEEPEST: usize = 64;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Call,
    Reply,
    Error,
    Signal,
    Other,
}

/// A message that came in.
#[derive(Clone, Debug)]
pub struct Message {
    pub kind: Kind,
    pub serial: u32,
    /// The serial of the call that it answers.
    pub reply_to: Option<u32>,
    pub interface: Option<String>,
    pub member: Option<String>,
    pub sender: Option<String>,
    /// The types of the body.
    pub signature: String,
    pub body: Vec<u8>,
    pub big_endian: bool,
}

/// Bytes that are no message, or a body of other types than are read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A method call. `serial` must not be zero.
pub fn call(serial: u32, destination: &str, path: &str, interface: &str, member: &str, arguments: &[&str]) -> Vec<u8> {
    let mut body = Writer(Vec::new());
    arguments.iter().for_each(|argument| body.text(argument));
    let signature = "s".repeat(arguments.len());
    let fields = [(1, "o", path), (2, "s", interface), (3, "s", member), (6, "s", destination), (8, "g", signature.as_str())];
    message(1, serial, &fields, None, &body.0)
}

/// A message of a type (1: call, 2: reply, 4: signal), little endian.
pub fn message(kind: u8, serial: u32, fields: &[(u8, &str, &str)], reply_to: Option<u32>, body: &[u8]) -> Vec<u8> {
    let mut header = Writer(Vec::new());
    for (code, ty, text) in fields.iter().filter(|(.., text)| !text.is_empty()) {
        header.align(8);
        header.0.push(*code);
        header.signature(ty);
        if *ty == "g" { header.signature(text) } else { header.text(text) }
    }
    if let Some(serial) = reply_to {
        header.align(8);
        header.0.push(5);
        header.signature("u");
        header.number(serial);
    }
    // Twelve bytes and the length come before the fields: a multiple of eight.
    let mut whole = Writer(vec![b'l', kind, 0, 1]);
    for number in [body.len(), serial as usize, header.0.len()] {
        whole.number(u32::try_from(number).unwrap_or(u32::MAX));
    }
    whole.0.extend(header.0);
    whole.align(8);
    whole.0.extend(body);
    whole.0
}

/// Puts values behind one another, each at a multiple of its alignment.
#[derive(Debug)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    pub fn align(&mut self, to: usize) {
        self.0.resize(self.0.len().next_multiple_of(to), 0);
    }

    pub fn number(&mut self, number: u32) {
        self.align(4);
        self.0.extend(number.to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.number(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.0.extend(text.as_bytes());
        self.0.push(0);
    }

    pub fn signature(&mut self, text: &str) {
        self.0.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        self.0.extend(text.as_bytes());
        self.0.push(0);
    }
}

/// How long the message is whose first 16 bytes these are.
pub fn length(start: &[u8; 16]) -> Result<usize, Malformed> {
    let mut reader = Reader::new(start, start[0] == b'B');
    reader.at = 4;
    let (body, _, fields) = (reader.number()? as usize, reader.number()?, reader.number()? as usize);
    let whole = (16 + fields).next_multiple_of(8) + body;
    let known = matches!(start[0], b'l' | b'B') && start[3] == 1;
    if known && whole <= LONGEST { Ok(whole) } else { Err(Malformed) }
}

/// Reads a whole message.
pub fn read(bytes: &[u8]) -> Result<Message, Malformed> {
    let big_endian = bytes.first() == Some(&b'B');
    let mut reader = Reader::new(bytes, big_endian);
    let kind = match bytes.get(1) {
        Some(1) => Kind::Call,
        Some(2) => Kind::Reply,
        Some(3) => Kind::Error,
        Some(4) => Kind::Signal,
        _ => Kind::Other,
    };
    reader.at = 8;
    let serial = reader.number()?;
    let (mut interface, mut member, mut sender, mut reply_to, mut signature) = (None, None, None, None, String::new());
    let end = reader.array("(yv)")?;
    while reader.at < end {
        reader.align(8)?;
        let code = reader.byte()?;
        let ty = reader.signature()?;
        match (code, ty.as_str()) {
            (2, "s") => interface = Some(reader.text()?),
            (3, "s") => member = Some(reader.text()?),
            (7, "s") => sender = Some(reader.text()?),
            (5, "u") => reply_to = Some(reader.number()?),
            (8, "g") => signature = reader.signature()?,
            _ => reader.skip(&ty)?,
        }
    }
    reader.align(8)?;
    let body = bytes.get(reader.at..).ok_or(Malformed)?.to_vec();
    Ok(Message { kind, serial, reply_to, interface, member, sender, signature, body, big_endian })
}

/// Takes values from bytes.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    big_endian: bool,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], big_endian: bool) -> Self {
        Self { bytes, at: 0, big_endian }
    }

    /// Whether the end of an array, as [`Reader::array`] gives it, is not reached.
    pub fn before(&self, end: usize) -> bool {
        self.at < end
    }

    pub fn align(&mut self, to: usize) -> Result<(), Malformed> {
        self.at = self.at.next_multiple_of(to);
        if self.at <= self.bytes.len() { Ok(()) } else { Err(Malformed) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(count).ok_or(Malformed)?;
        let taken = self.bytes.get(self.at..end).ok_or(Malformed)?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    pub fn number(&mut self) -> Result<u32, Malformed> {
        self.align(4)?;
        let bytes = self.take(4)?.try_into().map_err(|_| Malformed)?;
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub fn text(&mut self) -> Result<String, Malformed> {
        let length = self.number()? as usize;
        self.ended(length)
    }

    pub fn signature(&mut self) -> Result<String, Malformed> {
        let length = self.byte()?.into();
        self.ended(length)
    }

    /// Text with a zero byte behind it.
    fn ended(&mut self, length: usize) -> Result<String, Malformed> {
        let text = self.take(length)?;
        self.take(1)?;
        String::from_utf8(text.to_vec()).map_err(|_| Malformed)
    }

    /// Enters an array of a type and gives the place where it ends.
    pub fn array(&mut self, element: &str) -> Result<usize, Malformed> {
        let length = self.number()? as usize;
        self.align(alignment(element.as_bytes().first()))?;
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        end.ok_or(Malformed)
    }

    /// Passes over a value of one whole type.
    pub fn skip(&mut self, ty: &str) -> Result<(), Malformed> {
        let rest = self.pass(ty.as_bytes(), 0)?;
        if rest.is_empty() { Ok(()) } else { Err(Malformed) }
    }

    /// Passes over a value of the first type of a signature; gives the types behind it.
    fn pass<'s>(&mut self, types: &'s [u8], depth: usize) -> Result<&'s [u8], Malformed> {
        let (first, rest) = types.split_first().filter(|_| depth <= DEEPEST).ok_or(Malformed)?;
        self.align(alignment(Some(first)))?;
        match first {
            b'y' => self.take(1).map(|_| rest),
            b'n' | b'q' => self.take(2).map(|_| rest),
            b'b' | b'i' | b'u' | b'h' => self.take(4).map(|_| rest),
            b'x' | b't' | b'd' => self.take(8).map(|_| rest),
            b's' | b'o' => self.text().map(|_| rest),
            b'g' => self.signature().map(|_| rest),
            b'v' => {
                let ty = self.signature()?;
                let behind = self.pass(ty.as_bytes(), depth + 1)?;
                if behind.is_empty() { Ok(rest) } else { Err(Malformed) }
            }
            b'a' => {
                let end = self.array(std::str::from_utf8(rest).map_err(|_| Malformed)?)?;
                self.at = end;
                whole(rest).ok_or(Malformed)
            }
            b'(' | b'{' => {
                let close = if *first == b'(' { b')' } else { b'}' };
                let mut left = rest;
                while left.first() != Some(&close) {
                    left = self.pass(left, depth + 1)?;
                }
                Ok(&left[1..])
            }
            _ => Err(Malformed),
        }
    }
}

/// What stands behind the first whole type of a signature.
fn whole(types: &[u8]) -> Option<&[u8]> {
    let (first, rest) = types.split_first()?;
    match first {
        b'a' => whole(rest),
        b'(' | b'{' => {
            let mut depth = 1;
            let end = rest.iter().position(|letter| {
                match letter {
                    b'(' | b'{' => depth += 1,
                    b')' | b'}' => depth -= 1,
                    _ => {}
                }
                depth == 0
            })?;
            Some(&rest[end + 1..])
        }
        _ => Some(rest),
    }
}

fn alignment(ty: Option<&u8>) -> usize {
    match ty {
        Some(b'n' | b'q') => 2,
        Some(b'b' | b'i' | b'u' | b'h' | b's' | b'o' | b'a') => 4,
        Some(b'x' | b't' | b'd' | b'(' | b'{') => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The header of the specification's own words: little endian, a call, no flags, version 1.
    #[test]
    fn a_call_is_laid_out_as_the_specification_says() {
        let bytes = call(1, "a.b", "/p", "i.f", "M", &["x"]);
        assert_eq!(&bytes[..16], b"l\x01\x00\x01\x06\x00\x00\x00\x01\x00\x00\x00\x47\x00\x00\x00");
        assert_eq!(&bytes[16..28], b"\x01\x01o\x00\x02\x00\x00\x00/p\x00\x00");
        assert_eq!(&bytes[bytes.len() - 6..], b"\x01\x00\x00\x00x\x00");
        assert_eq!(length(bytes[..16].try_into().unwrap()), Ok(bytes.len()));
        let read = read(&bytes).unwrap();
        assert_eq!((read.kind, read.serial, read.member.as_deref()), (Kind::Call, 1, Some("M")));
        assert_eq!((read.interface.as_deref(), read.signature.as_str()), (Some("i.f"), "s"));
        assert_eq!(Reader::new(&read.body, false).text(), Ok("x".to_owned()));
    }

    #[test]
    fn what_is_not_wanted_is_passed_over() {
        let mut body = Writer(Vec::new());
        body.text("a");
        body.signature("a{sv}");
        body.number(0);
        body.align(8);
        body.number(7);
        let mut reader = Reader::new(&body.0, false);
        reader.skip("s").unwrap();
        reader.skip("v").unwrap();
        assert_eq!(reader.number(), Ok(7));
        assert_eq!(Reader::new(&[0; 64], false).skip("(y"), Err(Malformed));
        assert_eq!(Reader::new(&[0; 64], false).skip("a"), Err(Malformed));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200), types in "[ybnqiuxtdsogav(){}h]{0,12}") {
            let _ = read(&bytes);
            let _ = Reader::new(&bytes, false).skip(&types);
        }
    }
}
