//! The entries of a file one by one, with the line on which each begins: a bundle of any length takes the memory
//! of one entry at a time, and of what is kept of it.

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::fmt;
use std::io::Read;

/// What a document is beside its entries.
pub(super) enum Document {
    /// A bundle; its type, where it says one.
    Bundle(Option<String>),
    /// Anything else: one resource, or no FHIR at all.
    Other(Value),
}

/// Takes an entry of a bundle, with the line on which it begins.
pub(super) type Take<'a> = &'a mut dyn FnMut(u64, Value);

/// Reads the next document of `json`; bundle entries go to `take` while it is read.
pub(super) fn document<R: Read>(
    json: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    lines: &Cell<u64>,
    take: Take<'_>,
) -> Result<Document, serde_json::Error> {
    json.deserialize_map(Outer { lines, take })
}

struct Outer<'a> {
    lines: &'a Cell<u64>,
    take: Take<'a>,
}

impl<'de> Visitor<'de> for Outer<'_> {
    type Value = Document;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut fields = serde_json::Map::new();
        let mut is_bundle = false;
        while let Some(name) = map.next_key::<String>()? {
            if is_bundle && name == "entry" {
                map.next_value_seed(Entries {
                    lines: self.lines,
                    take: self.take,
                })?;
            } else if is_bundle && name != "type" {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value: Value = map.next_value()?;
                is_bundle |= name == "resourceType" && value == "Bundle";
                fields.insert(name, value);
            }
        }
        if !is_bundle {
            return Ok(Document::Other(Value::Object(fields)));
        }
        if let Some(Value::Array(entries)) = fields.remove("entry") {
            let line = self.lines.get().saturating_add(1);
            for entry in entries {
                (self.take)(line, entry);
            }
        }
        let kind = fields.remove("type");
        Ok(Document::Bundle(
            kind.and_then(|kind| kind.as_str().map(ToOwned::to_owned)),
        ))
    }
}

/// `Bundle.entry`, whatever it is: what is no list is one entry that will be refused.
struct Entries<'a> {
    lines: &'a Cell<u64>,
    take: Take<'a>,
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some((line, entry)) = entries.next_element_seed(Numbered(self.lines))? {
            (self.take)(line, entry);
        }
        Ok(())
    }
}

struct Numbered<'a>(&'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Numbered<'_> {
    type Value = (u64, Value);

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        let line = self.0.get().saturating_add(1);
        serde::Deserialize::deserialize(deserializer).map(|value| (line, value))
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, document};
    use std::cell::Cell;
    use std::io::Read;

    struct Counting<'a>(&'a [u8], &'a Cell<u64>);

    impl Read for Counting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(buffer)?;
            let ends = buffer[..read].split(|byte| *byte == b'\n').count() - 1;
            self.1.set(self.1.get() + ends as u64);
            Ok(read)
        }
    }

    fn entries(text: &str) -> (Vec<(u64, i64)>, Document) {
        let lines = Cell::new(0);
        let mut json = serde_json::Deserializer::from_reader(Counting(text.as_bytes(), &lines));
        let mut found = Vec::new();
        let mut take =
            |line, entry: serde_json::Value| found.push((line, entry["n"].as_i64().unwrap()));
        let document = document(&mut json, &lines, &mut take).unwrap();
        (found, document)
    }

    #[test]
    fn each_entry_with_its_line() {
        let text = "{\"resourceType\":\"Bundle\",\n\"entry\":[\n{\"n\":1,\n\"x\":[]},{\"n\":2}\n,\n{\"n\":3}],\"type\":\"batch\"}";
        let (found, document) = entries(text);
        assert_eq!(found, [(3, 1), (4, 2), (6, 3)]);
        assert!(matches!(document, Document::Bundle(Some(kind)) if kind == "batch"));
    }

    #[test]
    fn entries_before_the_type_are_not_lost() {
        let (found, document) =
            entries("{\"entry\":[{\"n\":1}],\"type\":\"batch\",\"resourceType\":\"Bundle\"}");
        assert_eq!(found, [(1, 1)]);
        assert!(matches!(document, Document::Bundle(Some(_))));
    }

    #[test]
    fn a_list_resource_is_no_bundle() {
        let (found, document) = entries("{\"resourceType\":\"List\",\"entry\":[{\"n\":1}]}");
        assert!(found.is_empty());
        assert!(matches!(document, Document::Other(_)));
    }
}
