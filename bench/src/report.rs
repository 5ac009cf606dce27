//! The table that a measurement ends in, for the screen and for docs/performance.md.

use crate::Anything;
use crate::export::Export;
use crate::rotation::Rotation;
use crate::sealing::Sealing;
use crate::wrk::Figures;
use outside::server::Counters;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Between these lines of docs/performance.md the table stands.
const BEGIN: &str = "<!-- figures: cargo xtask bench --write -->";
/// See [`BEGIN`].
const END: &str = "<!-- end of figures -->";

/// One measurement.
pub(crate) struct Row {
    /// The kind of request.
    pub(crate) name: &'static str,
    /// How many asked at the same time.
    pub(crate) connections: u64,
    /// What the load generator saw.
    pub(crate) figures: Figures,
    /// What the program counted meanwhile.
    pub(crate) counted: Counters,
}

/// The disk, measured in the same minute as one kind of request.
pub(crate) struct Disk {
    /// The kind of request.
    pub(crate) beside: &'static str,
    /// Durable flushes per second.
    pub(crate) flushes: u64,
}

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Report {
    /// People in the practice.
    pub(crate) people: u64,
    /// Notes in the practice.
    pub(crate) notes: u64,
    /// From start to first answer.
    pub(crate) first_answer: Duration,
    /// From start to holding the keys.
    pub(crate) unlocked: Duration,
    /// The most resident memory that was seen, in KiB.
    pub(crate) memory: u64,
    /// What sealing costs by itself.
    pub(crate) sealing: Sealing,
    /// On this disk.
    pub(crate) rows: Vec<Row>,
    /// This disk.
    pub(crate) disk: Vec<Disk>,
    /// Each flush slowed to 2 ms.
    pub(crate) slow: Vec<Row>,
    /// Receipts that were verified with every row, and in what time.
    pub(crate) verified: (u64, Duration),
    /// A copy of the case of ten years.
    pub(crate) export: Option<Export>,
    /// `alcove keys rotate` while the program serves.
    pub(crate) rotation: Option<Rotation>,
}

impl Report {
    /// The whole report as Markdown.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{} people, {} notes. First answer after {} ms, unlocked after {} ms. At most {} MB resident.\n\n\
             | request | connections | per second | p50 ms | p99 ms | receipts | commits | receipts per commit |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|\n",
            self.people,
            self.notes,
            self.first_answer.as_millis(),
            self.unlocked.as_millis(),
            self.memory / 1024,
        );
        for row in &self.rows {
            line(&mut text, row, "");
        }
        for row in &self.slow {
            line(&mut text, row, ", flush slowed to 2 ms");
        }
        text.push('\n');
        for disk in &self.disk {
            // Writing to a String does not fail.
            let _written = writeln!(
                text,
                "- This disk, beside {}: {} durable flushes per second.",
                disk.beside, disk.flushes
            );
        }
        self.ratios(&mut text);
        let (receipts, took) = self.verified;
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let per_second = receipts.saturating_mul(1_000) / millis;
        let _written = writeln!(
            text,
            "- `alcove audit verify`: {receipts} receipts and every row in {millis} ms, {per_second} receipts per second."
        );
        let Sealing {
            seal,
            unseal,
            unseal_kib,
        } = self.sealing;
        let _written = writeln!(
            text,
            "- Sealing 1,000 bytes takes {} µs, opening them {} µs, and each KiB more {} µs, on one core.",
            micros(seal),
            micros(unseal),
            micros(unseal_kib),
        );
        self.once(&mut text);
        text
    }

    /// What is measured once.
    fn once(&self, text: &mut String) {
        if let Some(export) = &self.export {
            let _written = writeln!(
                text,
                "- A client’s copy of the case of ten years, from asking until it can be fetched: {} ms.",
                export.took.as_millis()
            );
        }
        if let Some(rotation) = &self.rotation {
            let _written = writeln!(
                text,
                "- Rotation of {} keys while serving: {} ms; p99 of case overviews, {} connections, {} ms before and at most {} ms \
                 meanwhile.",
                rotation.keys,
                rotation.took.as_millis(),
                rotation.connections,
                milliseconds(rotation.before),
                milliseconds(rotation.meanwhile),
            );
        }
    }

    fn ratios(&self, text: &mut String) {
        for row in self
            .rows
            .iter()
            .filter(|row| row.counted.receipts >= row.figures.requests)
        {
            let plain = self
                .rows
                .iter()
                .find(|one| one.counted.receipts == 0 && one.connections == row.connections);
            if let Some(plain) = plain {
                let share = ratio(row.figures.per_second(), plain.figures.per_second());
                let _written = writeln!(
                    text,
                    "- {} to {}, {} connections: {share} of its pages per second.",
                    row.name, plain.name, row.connections
                );
            }
        }
    }

    /// Puts the report between its two marks in a document.
    ///
    /// # Errors
    /// When the document cannot be read or written, or lacks the marks.
    pub(crate) fn keep(&self, document: &Path) -> Result<(), Anything> {
        let old = fs::read_to_string(document)?;
        fs::write(document, between(&old, &self.text())?)?;
        Ok(())
    }
}

fn between(old: &str, figures: &str) -> Result<String, Anything> {
    let lacks = || format!("the document lacks the lines {BEGIN:?} and {END:?}");
    let (head, rest) = old.split_once(BEGIN).ok_or_else(lacks)?;
    let (_, tail) = rest.split_once(END).ok_or_else(lacks)?;
    Ok(format!("{head}{BEGIN}\n\n{figures}\n{END}{tail}"))
}

fn line(text: &mut String, row: &Row, how: &str) {
    let Row {
        name,
        connections,
        figures,
        counted,
    } = row;
    let _written = writeln!(
        text,
        "| {name}{how} | {connections} | {} | {} | {} | {} | {} | {} |",
        figures.per_second(),
        milliseconds(figures.p50),
        milliseconds(figures.p99),
        counted.receipts,
        counted.commits,
        ratio(counted.receipts, counted.commits),
    );
}

/// A duration in microseconds with two places.
fn micros(time: Duration) -> String {
    let nanos = time.as_nanos();
    format!("{}.{:02}", nanos / 1000, nanos % 1000 / 10)
}

/// Microseconds as milliseconds with two places.
fn milliseconds(micros: u64) -> String {
    format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
}

/// One number to another with two places; a dash where there is nothing to compare with.
fn ratio(one: u64, other: u64) -> String {
    if other == 0 {
        return String::from("-");
    }
    let hundredths = one * 100 / other;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &'static str, requests: u64, receipts: u64) -> Row {
        let figures = Figures {
            requests,
            took: 1_000_000,
            p50: 1_234,
            p99: 20_500,
            bytes: 0,
            failed: 0,
        };
        Row {
            name,
            connections: 64,
            figures,
            counted: Counters {
                commits: 10,
                receipts,
            },
        }
    }

    #[test]
    fn the_table_says_what_was_measured() {
        let mut report = Report {
            people: 10,
            notes: 20,
            memory: 51_200,
            sealing: Sealing {
                unseal_kib: Duration::from_nanos(758),
                ..Sealing::default()
            },
            ..Report::default()
        };
        report.rows = vec![row("plain page", 4000, 0), row("case overview", 3000, 3000)];
        report.slow = vec![row("case overview", 100, 100)];
        report.export = Some(Export {
            took: Duration::from_millis(2_345),
        });
        report.disk = vec![Disk {
            beside: "plain page",
            flushes: 900,
        }];
        let text = report.text();
        assert!(
            text.contains("| case overview | 64 | 3000 | 1.23 | 20.50 | 3000 | 10 | 300.00 |"),
            "{text}"
        );
        assert!(
            text.contains("| case overview, flush slowed to 2 ms | 64 | 100 |"),
            "{text}"
        );
        assert!(
            text.contains("- case overview to plain page, 64 connections: 0.75 of its pages"),
            "{text}"
        );
        assert!(text.contains("50 MB resident"), "{text}");
        assert!(text.contains("until it can be fetched: 2345 ms"), "{text}");
        assert!(text.contains("and each KiB more 0.75 µs"), "{text}");
    }

    #[test]
    fn the_document_keeps_what_stands_around_the_table() {
        let old = format!("# Speed\n{BEGIN}\nold\n{END}\nafter\n");
        let new = between(&old, "new").unwrap();
        assert_eq!(new, format!("# Speed\n{BEGIN}\n\nnew\n{END}\nafter\n"));
        assert!(between("# Speed\n", "new").is_err());
    }
}
