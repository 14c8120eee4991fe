//! Type expressions: `list<Order>`, `decimal(12,2)?`, `Card | Transfer`, `(Card | Transfer)?`.

use std::ops::Range;

use signalbook_diagnostics::{Finding, Span};

use super::builtin::{self, Builtin};
use super::reader::Value;
use crate::rules;
use signalbook_model::Logical;

/// A type expression.
#[derive(Clone, Debug)]
pub(crate) struct TypeExpr {
    /// The kind of expression.
    pub(crate) kind: ExprKind,
    /// The span of the expression. For a name, only the name itself.
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// A built-in type.
    Builtin(Builtin),
    /// A declared type or scalar, with a simple or a qualified name.
    Name(String),
    /// `list<T>`
    List(Box<TypeExpr>),
    /// `map<T>`
    Map(Box<TypeExpr>),
    /// `T?`, `(A | B)?`
    Optional(Box<TypeExpr>),
    /// `A | B`
    Union(Vec<TypeExpr>),
}

/// The maximum nesting depth. It prevents a stack overflow.
const MAX_DEPTH: usize = 32;

/// Parses the text in `value`. Errors are reported.
pub(super) fn parse(value: Value<'_>) -> Option<TypeExpr> {
    let text = value.string()?;
    let mut parser = Parser { value, text: &text.value, at: 0, depth: 0 };
    let parsed = parser.union().and_then(|expr| match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected("the end")),
    });
    parsed.map_err(|finding| value.reader.report(*finding)).ok()
}

type Parsed<T> = Result<T, Box<Finding>>;

struct Parser<'a> {
    value: Value<'a>,
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn union(&mut self) -> Parsed<TypeExpr> {
        self.skip_blanks();
        let start = self.at;
        let first = self.postfix()?;
        if self.peek() != Some('|') {
            return Ok(first);
        }
        let mut branches = vec![first];
        while self.eat('|') {
            branches.push(self.postfix()?);
        }
        if let Some(optional) = branches.iter().find(|branch| matches!(branch.kind, ExprKind::Optional(_))) {
            return Err(Box::new(
                Finding::new(&rules::UNION_IN_UNION, "a branch of a union cannot be optional")
                    .at(optional.span, "an optional type is a union")
                    .help("make the whole union optional: `(A | B)?`"),
            ));
        }
        let end = branches.last().map_or(start, |_| self.at);
        Ok(TypeExpr { kind: ExprKind::Union(branches), span: self.span(start..self.trimmed(end)) })
    }

    fn postfix(&mut self) -> Parsed<TypeExpr> {
        self.skip_blanks();
        let start = self.at;
        let mut expr = self.atom()?;
        while self.peek() == Some('?') {
            let mark = self.at..self.at + 1;
            self.eat('?');
            if matches!(expr.kind, ExprKind::Optional(_)) {
                return Err(self.error(mark, "a type can be optional only once", "one `?` is enough"));
            }
            expr = TypeExpr { kind: ExprKind::Optional(Box::new(expr)), span: self.span(start..mark.end) };
        }
        Ok(expr)
    }

    fn atom(&mut self) -> Parsed<TypeExpr> {
        if self.peek() == Some('(') {
            return self.group();
        }
        let start = self.at;
        let length = self.text[start..].find(|c: char| c.is_whitespace() || "<>()|?,".contains(c));
        let end = length.map_or(self.text.len(), |length| start + length);
        if start == end {
            return Err(self.unexpected("a type"));
        }
        let name = &self.text[start..end];
        self.at = end;
        let span = self.span(start..end);
        let kind = match (name, self.peek()) {
            ("list", Some('<')) => ExprKind::List(Box::new(self.argument()?)),
            ("map", Some('<')) => ExprKind::Map(Box::new(self.argument()?)),
            ("list" | "map", _) => {
                let title = format!("`{name}` needs a type argument");
                return Err(self.error(start..end, &title, &format!("write `{name}<T>`")));
            }
            ("decimal", Some('(')) => ExprKind::Builtin(Builtin::Logical(self.decimal()?)),
            ("decimal", _) => {
                let help = "write `decimal(precision,scale)`, as in `decimal(12,2)`";
                return Err(self.error(start..end, "`decimal` needs precision and scale", help));
            }
            (_, Some('<')) => {
                let help =
                    builtin::advice(name).unwrap_or("only `list<T>` and `map<T>` take a type argument");
                return Err(self.error(start..end, &format!("`{name}` takes no type argument"), help));
            }
            _ => match builtin::find(name) {
                Some(builtin) => ExprKind::Builtin(builtin),
                None => return Ok(TypeExpr { kind: ExprKind::Name(name.to_owned()), span }),
            },
        };
        Ok(TypeExpr { kind, span: self.span(start..self.trimmed(self.at)) })
    }

    /// Parses `(A | B)` and returns the type in the parentheses.
    fn group(&mut self) -> Parsed<TypeExpr> {
        let start = self.at;
        let grouped = self.enclosed('(', ')')?;
        Ok(TypeExpr { span: self.span(start..self.trimmed(self.at)), ..grouped })
    }

    fn argument(&mut self) -> Parsed<TypeExpr> {
        self.enclosed('<', '>')
    }

    fn enclosed(&mut self, open: char, close: char) -> Parsed<TypeExpr> {
        let mark = self.at..self.at + 1;
        self.eat(open);
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let help = "declare a type for the inner part and use its name";
            return Err(self.error(mark, "this type is nested too deeply", help));
        }
        let inner = self.union()?;
        self.depth -= 1;
        if self.eat(close) { Ok(inner) } else { Err(self.unexpected(&format!("`{close}`"))) }
    }

    fn decimal(&mut self) -> Parsed<Logical> {
        self.eat('(');
        let start = self.at;
        let precision = self.number()?;
        let scale = if self.eat(',') { self.number()? } else { 0 };
        let digits = start..self.trimmed(self.at);
        if !self.eat(')') {
            return Err(self.unexpected("`)`"));
        }
        if precision == 0 || scale > precision {
            let title = format!("a decimal cannot have precision {precision} and scale {scale}");
            return Err(self.error(
                digits,
                &title,
                "the precision must be at least 1, and the scale at most the precision",
            ));
        }
        Ok(Logical::Decimal { precision, scale })
    }

    fn number(&mut self) -> Parsed<u32> {
        self.skip_blanks();
        let digits = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let Ok(number) = self.text[self.at..self.at + digits].parse() else {
            return Err(self.unexpected("a number of digits"));
        };
        self.at += digits;
        Ok(number)
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }

    /// Returns the end of the text that was read up to `end`, without trailing blanks.
    fn trimmed(&self, end: usize) -> usize {
        self.text[..end].trim_end().len()
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.value.reader.within(self.value.token(), self.text, range)
    }

    fn unexpected(&mut self, expected: &str) -> Box<Finding> {
        let (found, range) = match self.peek() {
            Some(c) => (format!("`{c}`"), self.at..self.at + c.len_utf8()),
            None => ("the end".to_owned(), 0..self.text.len()),
        };
        let help = "a type is `string`, `Order`, `list<T>`, `map<T>`, `T?`, `A | B` or `(A | B)?`";
        self.error(range, &format!("expected {expected}, found {found}"), help)
    }

    fn error(&self, range: Range<usize>, title: &str, help: &str) -> Box<Finding> {
        Box::new(Finding::new(&rules::TYPE_SYNTAX, title).at(self.span(range), "").help(help))
    }
}
