//! What the lexer makes of the text.

/// A token: what it is and the bytes `start..end` that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Declares the kinds of tokens with the way each is spelled in messages.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $spelling:literal,)*) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TokenKind {
            $($(#[$doc])* #[doc = $spelling] $name,)*
        }

        impl TokenKind {
            /// How a message names it: the text in backquotes where there is only one, a description otherwise.
            pub fn spelling(self) -> &'static str {
                match self { $(TokenKind::$name => $spelling,)* }
            }
        }
    };
}

kinds! {
    Newline = "end of the line",
    End = "end of the file",
    OpenCurly = "`{`",
    CloseCurly = "`}`",
    OpenParen = "`(`",
    CloseParen = "`)`",
    OpenBrack = "`[`",
    CloseBrack = "`]`",
    If = "`if`",
    Else = "`else`",
    Elvis = "`?:`",
    Except = "`<|>`",
    Rocket = "`=>`",
    Comma = "`,`",
    Colon = "`:`",
    Semicolon = "`;`",
    Equals = "`=`",
    Plus = "`+`",
    Minus = "`-`",
    Multiply = "`*`",
    Divide = "`/`",
    Eq = "`==`",
    Neq = "`!=`",
    Lt = "`<`",
    Gt = "`>`",
    Lte = "`<=`",
    Gte = "`>=`",
    And = "`and`",
    Or = "`or`",
    Not = "`not`",
    In = "`in`",
    For = "`for`",
    ForKv = "`forkv`",
    Arrow = "`->`",
    Dot = "`.`",
    Dollar = "`$`",
    BoolType = "`bool`",
    StrType = "`str`",
    IntType = "`int`",
    FloatType = "`float`",
    Map = "`map`",
    Struct = "`struct`",
    Variant = "`variant`",
    Func = "`func`",
    Class = "`class`",
    Include = "`include`",
    Import = "`import`",
    As = "`as`",
    True = "`true`",
    False = "`false`",
    Panic = "`panic`",
    Collect = "`collect`",
    /// With its quotes.
    Str = "a string",
    /// Fits into 64 bits.
    Int = "an integer",
    /// Finite.
    Float = "a float",
    Identifier = "a name",
    Capitalized = "a capitalized name",
    /// One character that starts no token.
    Unrecognized = "an unrecognized character",
    CarriageReturn = "a carriage return",
    /// The opening quote of a string that never ends.
    OpenString = "a string that is not closed",
    IntOverflow = "an integer that does not fit into 64 bits",
    FloatOverflow = "a float that is too large",
}

/// The reserved word that a name is, if it is one.
pub fn keyword(word: &str) -> Option<TokenKind> {
    Some(match word {
        "if" => TokenKind::If,
        "else" => TokenKind::Else,
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "not" => TokenKind::Not,
        "in" => TokenKind::In,
        "for" => TokenKind::For,
        "forkv" => TokenKind::ForKv,
        "bool" => TokenKind::BoolType,
        "str" => TokenKind::StrType,
        "int" => TokenKind::IntType,
        "float" => TokenKind::FloatType,
        "map" => TokenKind::Map,
        "struct" => TokenKind::Struct,
        "variant" => TokenKind::Variant,
        "func" => TokenKind::Func,
        "class" => TokenKind::Class,
        "include" => TokenKind::Include,
        "import" => TokenKind::Import,
        "as" => TokenKind::As,
        "true" => TokenKind::True,
        "false" => TokenKind::False,
        "panic" => TokenKind::Panic,
        "collect" => TokenKind::Collect,
        _ => return None,
    })
}
