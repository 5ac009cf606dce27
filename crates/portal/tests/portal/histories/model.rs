//! Who may read which words, and who is shown them: sets, and nothing of how the program does it.

use std::collections::BTreeSet;

/// The words of a history.
#[derive(Default)]
pub(super) struct Model {
    may: Vec<BTreeSet<String>>,
    shown: Vec<BTreeSet<String>>,
}

impl Model {
    pub(super) fn of(people: usize) -> Self {
        Self {
            may: vec![BTreeSet::new(); people],
            shown: vec![BTreeSet::new(); people],
        }
    }

    /// Somebody keeps words to themselves, or they are kept for them.
    pub(super) fn own(&mut self, who: usize, word: &str) {
        self.joint(&[who], word);
    }

    /// Words that those who take part have together.
    pub(super) fn joint(&mut self, who: &[usize], word: &str) {
        for number in who {
            for set in [&mut self.may, &mut self.shown] {
                if let Some(words) = set.get_mut(*number) {
                    words.insert(word.to_owned());
                }
            }
        }
    }

    /// Somebody's part has ended: what is theirs stays theirs to read, wherever it is shown.
    pub(super) fn ends(&mut self, who: usize) {
        if let Some(words) = self.shown.get_mut(who) {
            words.clear();
        }
    }

    pub(super) fn may_read(&self, who: usize) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.may.get(who).unwrap_or(&NONE)
    }

    pub(super) fn reads(&self, who: usize) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.shown.get(who).unwrap_or(&NONE)
    }
}
