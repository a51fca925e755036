//! How conditions are written: `outcome = 'HANG' and (q_time > 0 or not q_start in ('', '0:00:00'))`.

use serde_saphyr::Location;

use super::{
    compile::Compiler,
    expr::{Comparison, Expr, Operand},
    names::Use,
};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    /// A name in backticks: never a keyword.
    Name(String),
    Text(String),
    Number(f64),
    Compare(Comparison),
    Open,
    Close,
    Comma,
}

/// Deepest nesting of parentheses and `not`.
const MAX_NESTING: u32 = 64;

struct Parser<'c> {
    compiler: &'c mut Compiler,
    place: Location,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    nesting: u32,
}

impl Compiler {
    /// Parses a condition; mistakes are noted, and a condition that never holds is given instead.
    pub fn condition(&mut self, place: Location, text: &str) -> Expr {
        let parsed = tokens(text).and_then(|tokens| {
            let mut parser = Parser { compiler: self, place, tokens: tokens.into_iter().peekable(), nesting: 0 };
            let expr = parser.or()?;
            match parser.tokens.next() {
                None => Ok(expr),
                Some(token) => Err(format!("{} is not expected there", said(&token))),
            }
        });
        parsed.unwrap_or_else(|wrong| {
            let wrong = format!("the condition {text:?} cannot be read: {wrong}");
            self.wrong(place, wrong, "write it like outcome = 'HANG' and (q_time > 0 or q_start is not empty)");
            Expr::Or(Vec::new())
        })
    }
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expr, String> {
        let mut parts = vec![self.and()?];
        while self.word("or") {
            parts.push(self.and()?);
        }
        Ok(single(parts, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(single(parts, Expr::And))
    }

    fn not(&mut self) -> Result<Expr, String> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err("it is nested too deeply".to_owned());
        }
        let expr = if self.word("not") {
            Expr::Not(Box::new(self.not()?))
        } else if self.tokens.next_if_eq(&Token::Open).is_some() {
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.comparison()?
        };
        self.nesting -= 1;
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, String> {
        let first = self.tokens.next().ok_or("it ends where a column is expected")?;
        if let Token::Word(word) = &first
            && let Some(index) = self.compiler.condition_names.iter().position(|name| name == word)
        {
            return Ok(Expr::Named(index));
        }
        let left = self.operand(first.clone())?;
        if let Some(Token::Compare(comparison)) = self.tokens.next_if(|token| matches!(token, Token::Compare(_))) {
            let token = self.tokens.next().ok_or("it ends where a value is expected")?;
            return Ok(Expr::Compare(left, comparison, self.operand(token)?));
        }
        if self.word("is") {
            let negated = self.word("not");
            if !self.word("empty") {
                return Err("`is` is only followed by `empty` or `not empty`".to_owned());
            }
            return Ok(negate(negated, Expr::Empty(left)));
        }
        let negated = self.word("not");
        if self.word("in") {
            return Ok(negate(negated, Expr::In(left, self.list()?)));
        }
        Err(format!("{} is not compared with anything, and is no named condition", said(&first)))
    }

    fn list(&mut self) -> Result<Vec<Operand>, String> {
        self.expect(&Token::Open)?;
        let mut list = Vec::new();
        loop {
            let token = self.tokens.next().ok_or("it ends inside a list")?;
            list.push(self.operand(token)?);
            if self.tokens.next_if_eq(&Token::Comma).is_none() {
                self.expect(&Token::Close)?;
                return Ok(list);
            }
        }
    }

    fn operand(&mut self, token: Token) -> Result<Operand, String> {
        match token {
            Token::Text(text) => Ok(Operand::Text(text)),
            Token::Number(number) => Ok(Operand::Number(number)),
            Token::Name(name) | Token::Word(name) => {
                let found = self.compiler.name(self.place, &name, Use::Row(None));
                // A name that is wrong has been noted; the condition goes on so that more mistakes are found.
                Ok(found.map_or_else(|| Operand::Text(String::new()), |found| Operand::Name(found, name)))
            }
            other => Err(format!("{} is not a column or value", said(&other))),
        }
    }

    fn word(&mut self, keyword: &str) -> bool {
        let is = |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is).is_some()
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        match self.tokens.next() {
            Some(found) if found == *token => Ok(()),
            Some(found) => Err(format!("{} is expected instead of {}", said(token), said(&found))),
            None => Err(format!("{} is missing at the end", said(token))),
        }
    }
}

fn single(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

fn negate(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

fn said(token: &Token) -> String {
    match token {
        Token::Word(word) | Token::Name(word) => format!("`{word}`"),
        Token::Text(text) => format!("'{text}'"),
        Token::Number(number) => format!("`{number}`"),
        Token::Compare(_) => "a comparison".to_owned(),
        Token::Open => "`(`".to_owned(),
        Token::Close => "`)`".to_owned(),
        Token::Comma => "`,`".to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '\'' | '"' | '`' => quoted(rest, first)?,
            '=' | '!' | '<' | '>' => comparison(rest)?,
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A text or a name in quotes; a quote inside is written twice.
fn quoted(rest: &str, quote: char) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if c != quote {
            text.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            let token = if quote == '`' { Token::Name(text) } else { Token::Text(text) };
            return Ok((token, place + 1));
        }
    }
    Err(format!("a {quote} is not closed"))
}

fn comparison(rest: &str) -> Result<(Token, usize), String> {
    let table = [
        ("!=", Comparison::NotEqual),
        ("<>", Comparison::NotEqual),
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("==", Comparison::Equal),
        ("=", Comparison::Equal),
        ("<", Comparison::Less),
        (">", Comparison::More),
    ];
    let found = table.iter().find(|(sign, _)| rest.starts_with(sign));
    found
        .map(|(sign, comparison)| (Token::Compare(*comparison), sign.len()))
        .ok_or_else(|| "`!` stands alone".to_owned())
}

/// A number, a keyword, or a name of letters, digits and `_ . + : - / # $ @`.
fn word(rest: &str) -> Result<(Token, usize), String> {
    let fits = |c: char| c.is_alphanumeric() || "_.+:-/#$@".contains(c);
    let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
    let word = &rest[..length];
    let Some(first) = word.chars().next() else {
        return Err(format!("{:?} means nothing here", rest.chars().next().unwrap_or_default()));
    };
    if first.is_ascii_digit() || (first == '-' && word.len() > 1) {
        let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
        return number
            .map(|number| (Token::Number(number), length))
            .ok_or_else(|| format!("`{word}` is not a number; put texts in quotes"));
    }
    Ok((Token::Word(word.to_owned()), length))
}
