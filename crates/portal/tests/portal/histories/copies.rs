//! The copy of their own record that each of them gets (R15), as one more page of theirs.

use practice::copies::what::Kind;
use practice::language::Language;

use super::story::Story;
use super::walk::Page;

impl Story {
    /// Everything that somebody gets who asks for a copy of each of their cases: pages, data, and what was filed and signed.
    pub(super) async fn copies_of(&self, who: usize) -> Vec<Page> {
        let access = self.house.portal(self.person(who)).await;
        let practice = &self.house.practice;
        let mut found = Vec::new();
        for (number, mine) in (1..).zip(practice.my_copies(&access).await.unwrap()) {
            let wanted = (Kind::ALL.into_iter().collect(), Language::English);
            let asked = practice.ask_my_copy(&access, mine.sides.me, wanted);
            let copy = asked.await.unwrap();
            let Some(made) = practice.next_copy().await.unwrap() else {
                continue;
            };
            let files = documents::files(&made, |_| {}).unwrap();
            practice.keep_copy(made, files).await.unwrap();
            let fresh = practice.fresh(&access).unwrap();
            let pages = practice.my_copy_file(&fresh, copy, 0).await.unwrap();
            let packed = practice.my_copy_file(&fresh, copy, 1).await.unwrap();
            let mut texts = vec![(
                "pages".to_owned(),
                documents::testing::lines(&pages.bytes).join("\n"),
            )];
            for (name, bytes) in documents::testing::archive(&packed.bytes) {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                match name.split_once('/') {
                    // Their numbers follow random ids where they were signed in one instant.
                    Some((folder, _)) => texts.push((folder.to_owned(), text)),
                    // The data; a line for each value of it.
                    None if name != "record.pdf" && name.starts_with("record") => {
                        texts.push((name, text.replace(',', ",\n")));
                    }
                    // The pages, which were read, and checksums of files with random ids.
                    None => {}
                }
            }
            found.extend(texts.into_iter().map(|(name, text)| Page {
                path: format!("copy {number}: {name}"),
                html: text,
                statements: 0,
            }));
        }
        found
    }
}
