//! Words of one text that stand in another one: what a joint note repeats of something that was told alone.
//!
//! Texts are compared by runs of words that carry meaning, as people read them: not by case, marks, spaces, or the way in
//! which a keyboard composes letters, and without the small words that any sentence has. Nothing is stored or sent. Not
//! here: which texts are compared (`comparing`).

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many words that carry meaning in a row make an echo: fewer stand in any two texts about the same evening.
pub(super) const RUN: usize = 4;

/// English words that any sentence has. In other languages every word counts, and a run is as long.
const SMALL: [&str; 91] = [
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "but", "by", "can", "could", "did", "didnt", "do", "does", "dont",
    "for", "from", "had", "has", "have", "he", "her", "him", "his", "i", "if", "im", "in", "into",
    "is", "it", "its", "ive", "just", "me", "more", "my", "no", "not", "of", "on", "one", "or",
    "our", "out", "own", "said", "she", "should", "so", "some", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "up", "us",
    "very", "was", "we", "were", "what", "when", "where", "which", "who", "will", "with", "would",
    "you", "your",
];

/// A run of one text that stands in another one, by where it stands in both, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Run {
    /// In the text that repeats.
    pub(super) here: Range<usize>,
    /// In the text that is repeated.
    pub(super) there: Range<usize>,
}

struct Word {
    folded: String,
    at: Range<usize>,
}

/// The words of a text that carry meaning, as they are compared.
fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut began: Option<usize> = None;
    let mut close = |began: &mut Option<usize>, until: usize| {
        if let Some(from) = began.take()
            && let Some(word) = text.get(from..until)
        {
            let folded = folded(word);
            if !folded.is_empty() && !SMALL.contains(&folded.as_str()) {
                found.push(Word {
                    folded,
                    at: from..until,
                });
            }
        }
    };
    for (at, letter) in text.char_indices() {
        let is_in_word = letter.is_alphanumeric() || is_combining_mark(letter);
        let joins = matches!(letter, '\'' | '’') && began.is_some();
        if is_in_word || joins {
            began.get_or_insert(at);
        } else {
            close(&mut began, at);
        }
    }
    close(&mut began, text.len());
    found
}

/// A word without case, and without what only the keyboard decides.
fn folded(word: &str) -> String {
    let letters = word.nfkc().flat_map(char::to_lowercase);
    let folded: String = letters
        .filter(|letter| letter.is_alphanumeric() || is_combining_mark(*letter))
        .collect();
    // Capitals write this letter as two.
    folded.nfc().collect::<String>().replace('ß', "ss")
}

/// The runs of `here` that stand in `there`, the longest ones, in the order of `here`; none inside of another.
pub(super) fn runs(here: &str, there: &str) -> Vec<Run> {
    let (here, there) = (words(here), words(there));
    let mut begins: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
    for (at, run) in there.windows(RUN).enumerate() {
        let key = run.iter().map(|word| word.folded.as_str()).collect();
        begins.entry(key).or_default().push(at);
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = here.get(at..at + RUN) {
        let key: Vec<&str> = first.iter().map(|word| word.folded.as_str()).collect();
        let longest = begins.get(&key).and_then(|places| {
            let lengths = places
                .iter()
                .map(|place| (alike(&here, at, &there, *place), *place));
            lengths.max_by_key(|(length, place)| (*length, std::cmp::Reverse(*place)))
        });
        match longest {
            Some((length, place)) => {
                let both = run(&here, at, length).zip(run(&there, place, length));
                found.extend(both.map(|(here, there)| Run { here, there }));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// How many words are the same from there on.
fn alike(here: &[Word], at: usize, there: &[Word], place: usize) -> usize {
    let here = here.iter().skip(at);
    let there = there.iter().skip(place);
    here.zip(there)
        .take_while(|(one, other)| one.folded == other.folded)
        .count()
}

fn run(words: &[Word], at: usize, length: usize) -> Option<Range<usize>> {
    let first = words.get(at)?;
    let last = words.get(at + length.checked_sub(1)?)?;
    Some(first.at.start..last.at.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said<'a>(text: &'a str, there: &str) -> Vec<&'a str> {
        runs(text, there)
            .into_iter()
            .map(|run| &text[run.here])
            .collect()
    }

    #[test]
    fn r2_what_was_told_alone_is_found_again_in_other_case_and_marks() {
        let own = "I keep thinking of the letter from Lisbon that nobody answered.";
        let joint = "They spoke of money. Noor: “LETTER from Lisbon, that nobody … answered”. Then of sleep.";
        assert_eq!(
            said(joint, own),
            ["LETTER from Lisbon, that nobody … answered"]
        );
        assert_eq!(
            said("The letter came from Lisbon.", own),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn small_words_neither_make_an_echo_nor_hide_one() {
        assert!(
            said(
                "and then it was what we had with them",
                "and then it was what we had with them"
            )
            .is_empty()
        );
        assert_eq!(
            said(
                "warm hands, the cold kitchen and a long silence",
                "warm hands in a cold kitchen, long silence"
            ),
            ["warm hands, the cold kitchen and a long silence"]
        );
    }

    #[test]
    fn letters_are_the_same_however_a_keyboard_composes_them() {
        let composed = "caf\u{e9} beside station evening";
        let apart = "CAFE\u{301} beside the station, evening";
        assert_eq!(said(apart, composed).len(), 1);
    }

    fn word() -> impl Strategy<Value = String> {
        "[a-zäöéß]{5,9}"
    }

    proptest! {
        #[test]
        fn whatever_is_copied_is_found(
            before in prop::collection::vec(word(), 0..8),
            copied in prop::collection::vec(word(), RUN..12),
            after in prop::collection::vec(word(), 0..8),
            own in prop::collection::vec(word(), 0..8),
        ) {
            let joint = format!("{}. {}! {}", before.join(" "), copied.join(", ").to_uppercase(), after.join(" "));
            let told = format!("{} - {}", own.join("  "), copied.join("\n"));
            let found = runs(&joint, &told);
            prop_assert!(!found.is_empty());
            let all: Vec<String> = found.iter().flat_map(|run| words(&joint[run.here.clone()])).map(|word| word.folded).collect();
            for word in &copied {
                prop_assert!(all.contains(&folded(word)), "{word} of the copied words is in no run");
            }
        }

        #[test]
        fn whatever_is_found_stands_in_both(here in "\\PC{0,80}", there in "\\PC{0,80}") {
            for run in runs(&here, &there) {
                let (one, other) = (words(&here[run.here]), words(&there[run.there]));
                prop_assert!(one.len() >= RUN);
                let folded = |words: Vec<Word>| words.into_iter().map(|word| word.folded).collect::<Vec<_>>();
                prop_assert_eq!(folded(one), folded(other));
            }
        }

        #[test]
        fn other_words_are_no_echo(
            here in prop::collection::vec("[a-m]{5,9}", 0..30),
            there in prop::collection::vec("[n-z]{5,9}", 0..30),
        ) {
            prop_assert!(runs(&here.join(" "), &there.join(" ")).is_empty());
        }
    }
}
