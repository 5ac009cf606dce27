//! What an article must have, what its address may be, what Markdown can and cannot become, and that the starting texts are
//! plain.

use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;

use super::starting::Starting;
use super::*;

fn whole() -> Article {
    Article {
        title: "When it hurts".to_owned(),
        summary: "What to do today.".to_owned(),
        text: "Stop when it hurts.".to_owned(),
        reviewer: Some(Reviewer {
            name: "Adaeze Okafor".to_owned(),
            title: "PhD, LMFT, CST".to_owned(),
        }),
        reviewed: Some(date(2026, 11, 1)),
        next_review: Some(date(2027, 11, 1)),
        ..Article::default()
    }
}

const TODAY: jiff::civil::Date = date(2026, 11, 19);

#[test]
fn nothing_is_published_without_who_reviewed_it_and_when() {
    assert_eq!(whole().faults(Then::Publish, TODAY), []);
    let bare = Article {
        title: "A thought".to_owned(),
        ..Article::default()
    };
    assert_eq!(bare.faults(Then::Keep, TODAY), []);
    let missing: Vec<Field> = bare
        .faults(Then::Publish, TODAY)
        .into_iter()
        .filter(|(_, why)| *why == Why::Missing)
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        missing,
        [
            Field::Summary,
            Field::Text,
            Field::Reviewer,
            Field::ReviewerTitle,
            Field::Reviewed,
            Field::NextReview
        ]
    );
    let untitled = Article::default().faults(Then::Keep, TODAY);
    assert_eq!(untitled, [(Field::Title, Why::Missing)]);
}

#[test]
fn a_review_was_and_its_next_one_comes_within_two_years() {
    let with = |reviewed, next| {
        let article = Article {
            reviewed: Some(reviewed),
            next_review: Some(next),
            ..whole()
        };
        article.faults(Then::Keep, TODAY)
    };
    let day = date(2026, 11, 1);
    assert_eq!(with(day, date(2028, 11, 1)), []);
    assert_eq!(
        with(day, date(2028, 11, 2)),
        [(Field::NextReview, Why::TooLate)]
    );
    assert_eq!(with(day, day), [(Field::NextReview, Why::TooEarly)]);
    assert_eq!(
        with(date(2026, 11, 20), date(2027, 1, 1)),
        [(Field::Reviewed, Why::ToCome)]
    );
    assert!(!whole().is_due(TODAY) && whole().is_due(date(2027, 11, 1)));
    let unreviewed = Article {
        reviewer: None,
        ..whole()
    };
    assert!(unreviewed.is_due(TODAY));
}

#[test]
fn an_address_is_small_letters_digits_and_single_hyphens() {
    for good in ["when-it-hurts", "7-questions", "a"] {
        assert_eq!(
            Slug::of(good).map(|slug| slug.to_string()),
            Some(good.to_owned())
        );
    }
    let long = "a".repeat(81);
    for bad in [
        "",
        "new",
        "starting",
        "-a",
        "a-",
        "a--b",
        "A",
        "a b",
        "a/b",
        "ä",
        "feed.atom",
        &long,
    ] {
        assert_eq!(Slug::of(bad), None, "{bad}");
    }
    let of = |title| Slug::of_title(title).map(|slug| slug.to_string());
    assert_eq!(of("When it hurts").as_deref(), Some("when-it-hurts"));
    assert_eq!(
        of("Nähe, später & mehr?").as_deref(),
        Some("nahe-spater-mehr")
    );
    assert_eq!(of("New"), None);
    assert_eq!(of("愛"), None);
}

fn read(text: &str) -> Vec<Piece> {
    Prose::read(text).pieces().to_vec()
}

#[test]
fn markdown_becomes_what_there_is_a_word_for() {
    use Mark::{Bullets, Item, Paragraph, Section, Strong, Subsection};
    let words = |text: &str| Piece::Words(text.to_owned());
    assert_eq!(
        read("# One\n\n### Two\n\n- **a** [b](/myths)"),
        [
            Piece::Begin(Section),
            words("One"),
            Piece::End(Section),
            Piece::Begin(Subsection),
            words("Two"),
            Piece::End(Subsection),
            Piece::Begin(Bullets),
            Piece::Begin(Item),
            Piece::Begin(Strong),
            words("a"),
            Piece::End(Strong),
            words(" "),
            Piece::Link(Target::Here("/myths".to_owned())),
            words("b"),
            Piece::LinkEnd,
            Piece::End(Item),
            Piece::End(Bullets),
        ]
    );
    let html = "<b onclick=x>hi</b> ![a view](https://x.example/a.png)";
    assert_eq!(Prose::read(html).plain(), "<b onclick=x>hi</b> a view");
    assert!(read(html).iter().all(|piece| matches!(
        piece,
        Piece::Words(_) | Piece::Begin(Paragraph) | Piece::End(Paragraph)
    )));
    let first = read("#### Deep");
    assert_eq!(first.first(), Some(&Piece::Begin(Section)));
    assert_eq!(Prose::read(&"word ".repeat(401)).minutes(), 3);
}

#[test]
fn a_link_leads_to_https_to_mail_or_to_a_page_of_ours() {
    for good in [
        "https://example.org/a?b=c#d",
        "HTTPS://example.org",
        "mailto:hello@example.org",
        "/what-to-expect",
    ] {
        assert!(Target::of(good).is_some(), "{good}");
    }
    for bad in [
        "http://example.org",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "/\\example.org",
        "https://ours.example@theirs.example/",
        "https://",
        "mailto:",
        "#top",
        "page",
        "",
        " https://example.org",
        "https://exa\nmple.org",
        "/a\"onclick=b",
    ] {
        assert_eq!(Target::of(bad), None, "{bad:?}");
    }
    assert_eq!(
        read("<a@example.org>").get(1),
        Some(&Piece::Link(Target::Mail(
            "mailto:a@example.org".to_owned()
        )))
    );
}

/// Text that is made of what means something to Markdown, to HTML and to browsers.
fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href=\"javascript:x\">",
        "[a](",
        "javascript:alert(1)",
        ")",
        "[",
        "]",
        "![",
        "](data:text/html,x)",
        "](https://example.org)",
        "](//x)",
        "<https://example.org>",
        "# ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "**",
        "*",
        "_",
        "`",
        "```",
        "&lt;",
        "&#106;",
        "\\",
        "    ",
        "<!--",
        "-->",
        "<?",
        "<![CDATA[",
        "\u{202e}",
        "\0",
        "[x]: javascript:y\n",
        "[x]",
        "word",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn whatever_is_typed_begins_and_ends_in_order_and_leads_nowhere_else(text in hostile_text()) {
        let mut open: Vec<Option<Mark>> = Vec::new();
        for piece in read(&text) {
            match piece {
                Piece::Begin(mark) => open.push(Some(mark)),
                Piece::Link(target) => {
                    prop_assert!(!open.contains(&None), "a link within a link");
                    prop_assert_eq!(Target::of(target.address()), Some(target.clone()));
                    open.push(None);
                }
                Piece::End(mark) => prop_assert_eq!(open.pop(), Some(Some(mark))),
                Piece::LinkEnd => prop_assert_eq!(open.pop(), Some(None)),
                Piece::Words(_) | Piece::Break | Piece::Rule => {}
            }
        }
        prop_assert!(open.is_empty());
    }

    #[test]
    fn what_a_title_suggests_is_an_address(title in any::<String>()) {
        if let Some(slug) = Slug::of_title(&title) {
            prop_assert_eq!(Slug::of(slug.as_ref()), Some(slug.clone()));
        }
    }
}

/// Hundredths of a school grade (Flesch and Kincaid, 1975), with a syllable for each group of vowels.
fn grade(text: &str) -> i64 {
    let ends = |letter: char| matches!(letter, '.' | '?' | ':' | ';');
    let sentences = text
        .split(ends)
        .filter(|part| part.contains(char::is_alphabetic));
    let sentences = i64::try_from(sentences.count()).unwrap().max(1);
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            word.to_lowercase()
                .replace(|c: char| !c.is_alphabetic(), "")
        })
        .filter(|word| !word.is_empty())
        .collect();
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let (count, syllables) = (
        i64::try_from(words.len()).unwrap(),
        i64::try_from(syllables).unwrap(),
    );
    39 * count / sentences + 1_180 * syllables / count - 1_559
}

fn syllables(word: &str) -> usize {
    let vowel = |letter: char| "aeiouy".contains(letter);
    let groups = word
        .split(|letter| !vowel(letter))
        .filter(|part| !part.is_empty())
        .count();
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

#[test]
fn the_starting_texts_are_whole_plain_and_lead_to_each_other() {
    let starting = Starting::shipped().unwrap();
    assert!(starting.items.len() >= 12 && starting.read_again > starting.read);
    let slugs: BTreeSet<&str> = starting
        .items
        .iter()
        .map(|item| item.slug.as_str())
        .collect();
    assert_eq!(slugs.len(), starting.items.len());
    for item in &starting.items {
        let slug = &item.slug;
        let text = item.text().unwrap();
        let article = Article {
            title: item.title.clone(),
            summary: item.summary.clone(),
            text: text.to_owned(),
            reviewed: Some(starting.read),
            next_review: Some(starting.read_again),
            ..whole()
        };
        assert_eq!(article.faults(Then::Publish, TODAY), [], "{slug}");
        assert!(Slug::of(slug).is_some(), "{slug}");
        assert!(item.related.len() >= 3, "{slug}");
        assert!(
            item.related
                .iter()
                .all(|one| one != slug && slugs.contains(one.as_str()))
        );
        let plain = article.prose().plain();
        assert!(plain.split(' ').count() > 250, "{slug}");
        assert!(grade(&plain) <= 800, "{slug}: grade {}", grade(&plain));
        for piece in article.prose().pieces() {
            if let Piece::Link(Target::Here(to)) = piece {
                let known = to
                    .strip_prefix("/articles/")
                    .is_none_or(|slug| slugs.contains(slug));
                assert!(known, "{slug} leads to {to}");
            }
        }
    }
}

#[test]
fn the_starting_texts_measure_nobody_and_name_nothing_in_their_addresses() {
    for item in Starting::shipped().unwrap().items {
        let text =
            format!("{} {} {}", item.title, item.summary, item.text().unwrap()).to_lowercase();
        for word in [
            "performance",
            "impotence",
            "frigid",
            "dysfunction",
            "better at",
            "success",
            "!",
        ] {
            assert!(!text.contains(word), "{}: {word}", item.slug);
        }
        // An address stands in a browser's history (R12).
        for word in ["sex", "porn", "orgasm", "erection", "kink", "desire"] {
            assert!(!item.slug.contains(word), "{}", item.slug);
        }
    }
}
