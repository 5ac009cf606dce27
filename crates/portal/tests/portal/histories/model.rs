//! Who may read which words, and who is shown them: sets, and nothing of how the program does it.

use std::collections::{BTreeMap, BTreeSet};

/// A side of the case, by the number of whose it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    Own(usize),
    Joint,
}

/// Where words are met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Met {
    /// On pages, and in what leaves the record.
    Everywhere,
    /// On pages alone: what is not sent yet.
    OnPages,
    /// On pages and in their copy, but nowhere in this case: what is of another one.
    Elsewhere,
    /// In what leaves the record alone: no page of a client shows it.
    InTheRecord,
    /// In the copies of whose record it is alone: no release names it.
    InCopies,
}

/// Planted words, and who reads them.
#[derive(Clone, Default)]
struct Word {
    may: BTreeSet<usize>,
    shown: BTreeSet<usize>,
    /// In whose own copy it stands, whatever became of their part.
    copied: BTreeSet<usize>,
    /// On which sides of the case it stands as it stands now, and of which day it is there; nowhere when no release names it.
    stands: BTreeMap<Place, i32>,
}

/// The words of a history.
#[derive(Clone, Default)]
pub(super) struct Model {
    words: BTreeMap<String, Word>,
    /// From which day to which each of them takes part; from ever, until ever.
    parts: Vec<(Option<i32>, Option<i32>)>,
}

impl Model {
    pub(super) fn of(people: usize) -> Self {
        Self {
            words: BTreeMap::new(),
            parts: vec![(None, None); people],
        }
    }

    /// Words that are put on a side on a day, for these to read.
    pub(super) fn put(&mut self, word: &str, on: (Place, i32), who: &[usize], met: Met) {
        let entry = self.words.entry(word.to_owned()).or_default();
        entry.may.extend(who);
        if matches!(met, Met::Everywhere | Met::OnPages | Met::Elsewhere) {
            entry.shown.extend(who);
        }
        if !matches!(met, Met::OnPages) {
            entry.copied.extend(who);
        }
        if matches!(met, Met::Everywhere | Met::InTheRecord) {
            entry.stands.insert(on.0, on.1);
        }
    }

    /// What is somebody's own, as everything is of which nobody else may know.
    pub(super) fn own(&mut self, who: usize, word: &str, day: i32, met: Met) {
        self.put(word, (Place::Own(who), day), &[who], met);
    }

    /// Words that moved: these read them from now on, and nobody else any more, as if they had never stood elsewhere.
    pub(super) fn moved(&mut self, word: &str, on: (Place, i32), who: &[usize]) {
        self.words.remove(word);
        self.put(word, on, who, Met::Everywhere);
    }

    /// Of which day words are on a side where they stand.
    pub(super) fn day_of(&self, word: &str, on: Place) -> Option<i32> {
        self.words.get(word)?.stands.get(&on).copied()
    }

    /// Takes words out of the copy of some, though they read them on pages: what they are of was before their time.
    pub(super) fn not_copied(&mut self, word: &str, who: impl Fn(usize) -> bool) {
        if let Some(word) = self.words.get_mut(word) {
            word.copied.retain(|one| !who(*one));
        }
    }

    /// Somebody comes into a case that went on already; on no day at all when they have not come yet.
    pub(super) fn comes(&mut self, who: usize, day: i32) {
        if let Some(part) = self.parts.get_mut(who) {
            part.0 = Some(day);
        }
    }

    /// Somebody's part has ended: what is theirs stays theirs to read, wherever it is shown.
    pub(super) fn ends(&mut self, who: usize) {
        for word in self.words.values_mut() {
            word.shown.remove(&who);
        }
    }

    /// Somebody leaves while the others go on.
    pub(super) fn leaves(&mut self, who: usize, day: i32) {
        self.ends(who);
        if let Some(part) = self.parts.get_mut(who) {
            part.1 = Some(day);
        }
    }

    fn those(&self, is: impl Fn(&Word) -> bool) -> BTreeSet<String> {
        let words = self.words.iter();
        let words = words.filter(|(_, word)| is(word));
        words.map(|(word, _)| word.clone()).collect()
    }

    /// All that somebody may read, on whatever page or paper.
    pub(super) fn may_read(&self, who: usize) -> BTreeSet<String> {
        self.those(|word| word.may.contains(&who))
    }

    /// What somebody finds on their pages.
    pub(super) fn reads(&self, who: usize) -> BTreeSet<String> {
        self.those(|word| word.shown.contains(&who))
    }

    /// What stands in somebody's own copies.
    pub(super) fn copied(&self, who: usize) -> BTreeSet<String> {
        self.those(|word| word.copied.contains(&who))
    }

    /// Everybody who took part on any of these days: whose signature it needs that what is joint of them leaves (R3).
    pub(super) fn needed(&self, days: (i32, i32)) -> BTreeSet<usize> {
        let parts = self.parts.iter().enumerate();
        let there = parts.filter(|(_, (from, until))| {
            from.is_none_or(|from| from <= days.1) && until.is_none_or(|until| days.0 <= until)
        });
        there.map(|(who, _)| who).collect()
    }

    /// What stands on a side and is of these days.
    pub(super) fn standing(&self, on: Place, days: (i32, i32)) -> BTreeSet<String> {
        self.those(|word| {
            let day = word.stands.get(&on);
            day.is_some_and(|day| (days.0..=days.1).contains(day))
        })
    }

    /// What all of these read together.
    pub(super) fn read_by_all(&self, who: &[usize]) -> BTreeSet<String> {
        self.those(|word| who.iter().all(|one| word.may.contains(one)))
    }
}
