//! Content lines, the grammar that calendars and address books share (RFC 5545, section 3.1; RFC 6350, section 3.3),
//! and the components that they build, each with the line of the file on which it begins.
//!
//! The reader is our own because a refusal has to name its line, which ready-made readers do not keep.

use crate::text::decoded;

/// A property: `DTSTART;TZID=Europe/Berlin:20261122T103000`.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    /// The line on which it begins, counted from 1.
    pub(crate) line: u64,
    /// Its name, in capitals, without a group.
    pub(crate) name: String,
    parameters: Vec<(String, Vec<String>)>,
    /// Its value as written.
    pub(crate) value: String,
}

impl Property {
    /// The first value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameter_values(name).next()
    }

    /// All values of a parameter, which may stand more than once.
    pub(crate) fn parameter_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self
            .parameters
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.flat_map(|(_, values)| values.iter().map(String::as_str))
    }

    /// The value as one word of the standard, in capitals.
    pub(crate) fn word(&self) -> String {
        self.value.trim().to_ascii_uppercase()
    }

    /// The value as text (RFC 5545, section 3.3.11).
    pub(crate) fn text(&self) -> String {
        unescaped(&self.value)
    }
}

/// Text without its escapes: `\n`, `\,`, `\;` and `\\`.
pub(crate) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => text.push('\\'),
            },
            letter => text.push(letter),
        }
    }
    text
}

/// Parts of a structured value, split where the separator is not escaped.
pub(crate) fn parts(value: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for letter in value.chars() {
        if letter == separator && !is_escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    parts.iter().map(|part| unescaped(part)).collect()
}

/// A component: what stands between `BEGIN` and `END`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Component {
    /// The line of its `BEGIN`.
    pub(crate) line: u64,
    /// Its name, in capitals.
    pub(crate) name: String,
    /// Its properties, in order.
    pub(crate) properties: Vec<Property>,
    /// The components in it.
    pub(crate) components: Vec<Component>,
    /// The first line in it that is no content line.
    pub(crate) broken: Option<u64>,
}

impl Component {
    /// The first property of a name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.all(name).next()
    }

    /// Every property of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Property> {
        self.properties
            .iter()
            .filter(move |property| property.name == name)
    }
}

/// Why the lines are no whole components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged {
    /// Where it shows.
    pub(crate) line: u64,
    /// What it is.
    pub(crate) reason: &'static str,
}

/// What stands in a file: components, up to where it is damaged.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The outermost components.
    pub(crate) components: Vec<Component>,
    /// Where and why reading stopped.
    pub(crate) damaged: Option<Damaged>,
    /// The first line that stands outside of every component.
    pub(crate) outside: Option<u64>,
}

/// Components within components: more are no calendar.
const DEEPEST: usize = 16;

/// Reads the components of a file.
pub(crate) fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    let mut open: Vec<Component> = Vec::new();
    let mut last = 0;
    for (line, content) in unfolded(bytes) {
        last = line;
        let property = property(line, &decoded(&content));
        match property
            .as_ref()
            .map(|property| (property.name.as_str(), property.word()))
        {
            Some(("BEGIN", name)) => {
                if open.len() >= DEEPEST {
                    return read.damaged(line, "has too many components within each other");
                }
                open.push(Component {
                    line,
                    name,
                    ..Component::default()
                });
            }
            Some(("END", name)) => match open.pop() {
                Some(done) if done.name == name => match open.last_mut() {
                    Some(outer) => outer.components.push(done),
                    None => read.components.push(done),
                },
                _ => return read.damaged(line, "has an END that no BEGIN stands before"),
            },
            _ => match (open.last_mut(), property) {
                (Some(component), Some(property)) => component.properties.push(property),
                (Some(component), None) => component.broken = component.broken.or(Some(line)),
                (None, _) => read.outside = read.outside.or(Some(line)),
            },
        }
    }
    if open.is_empty() {
        read
    } else {
        read.damaged(last, "ends in the middle")
    }
}

impl Read {
    fn damaged(mut self, line: u64, reason: &'static str) -> Self {
        self.damaged = Some(Damaged { line, reason });
        self
    }
}

/// Lines with their continuations: one that begins with a space or tab goes on where the one before ended, even in
/// the middle of a letter. Empty lines are passed over.
fn unfolded(bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut number = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        number += 1;
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        rest = match after {
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            [] => &[],
        };
        match (line.split_first(), lines.last_mut()) {
            (Some((b' ' | b'\t', more)), Some((_, whole))) => whole.extend_from_slice(more),
            _ if line.trim_ascii().is_empty() => {}
            _ => lines.push((number, line.to_vec())),
        }
    }
    lines
}

/// `name *(";" param) ":" value`; none when it is not.
fn property(line: u64, content: &str) -> Option<Property> {
    let end = content.find([':', ';'])?;
    let (name, mut rest) = content.split_at_checked(end)?;
    let name = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase();
    let mut parameters = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let (parameter, after) = parameter(after)?;
        parameters.push(parameter);
        rest = after;
    }
    let value = rest.strip_prefix(':')?.to_owned();
    if name.is_empty() {
        None
    } else {
        Some(Property {
            line,
            name,
            parameters,
            value,
        })
    }
}

type Parameter = (String, Vec<String>);

/// `name "=" value *("," value)`, where a value in quotes may hold everything but quotes. vCard 2.1 leaves the name
/// away: `TEL;HOME:`.
fn parameter(text: &str) -> Option<(Parameter, &str)> {
    let end = text.find(['=', ';', ':'])?;
    let (name, rest) = text.split_at_checked(end)?;
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let Some(mut rest) = rest.strip_prefix('=') else {
        return Some((("TYPE".to_owned(), vec![name.to_owned()]), rest));
    };
    let mut values = Vec::new();
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"')?;
                (value, after)
            }
            None => rest.split_at_checked(rest.find([',', ';', ':'])?)?,
        };
        values.push(
            value
                .replace("^n", "\n")
                .replace("^'", "\"")
                .replace("^^", "^"),
        );
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Some(((name.to_owned(), values), after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parts, property, read, unescaped};

    #[test]
    fn a_property_with_parameters() {
        let read = property(
            7,
            "attendee;CN=\"Foo; Bar\";MEMBER=\"a\",b;X=:mailto:a@b.test",
        )
        .unwrap();
        assert_eq!(
            (read.line, read.name.as_str(), read.value.as_str()),
            (7, "ATTENDEE", "mailto:a@b.test")
        );
        assert_eq!(read.parameter("cn"), Some("Foo; Bar"));
        assert_eq!(
            read.parameter_values("MEMBER").collect::<Vec<_>>(),
            ["a", "b"]
        );
        for wrong in ["X", "DTSTART;;VALUE=DATE:1", ":x", ";:", "A;B=\"c:d"] {
            assert!(property(1, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn lines_are_unfolded_within_a_letter_and_keep_their_number() {
        let text = b"BEGIN:A\r\nSUMMARY:Zo\xC3\r\n \xAB\n\tx\n\nX:1\rY:2\nEND:A\n";
        let read = read(text);
        let component = &read.components[0];
        let lines: Vec<_> = component
            .properties
            .iter()
            .map(|one| (one.line, one.value.as_str()))
            .collect();
        assert_eq!(lines, [(2, "Zoëx"), (6, "1"), (7, "2")]);
    }

    #[test]
    fn what_is_damaged_says_where() {
        let damaged = |text: &str| read(text.as_bytes()).damaged.map(|damaged| damaged.line);
        assert_eq!(damaged("BEGIN:A\nBEGIN:B\nEND:B\n"), Some(3));
        assert_eq!(damaged("BEGIN:A\nEND:AB\n"), Some(2));
        assert_eq!(damaged("END:A\n"), Some(1));
        assert_eq!(damaged(&"BEGIN:A\n".repeat(100_000)), Some(17));
        assert_eq!(damaged("BEGIN:A\nEND:A\nrest"), None);
    }

    #[test]
    fn escapes() {
        assert_eq!(unescaped("a\\, b\\; c\\\\n\\nd\\"), "a, b; c\\n\nd\\");
        assert_eq!(parts("Weber;Noor\\;x;;", ';'), ["Weber", "Noor;x", "", ""]);
    }
}
