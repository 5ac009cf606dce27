//! What sex therapy is and is not, and the mistakes that many of us were told, with what is so.

use askama::Template;
use practice::library::{Myths, library};
use web::{Answer, Page, Visit, show};

/// What sex therapy is and is not.
#[derive(Template)]
#[template(path = "library/sex_therapy.html")]
pub struct SexTherapy {
    page: Page,
}

impl SexTherapy {
    /// The page.
    pub fn new(visit: &Visit) -> Self {
        Self {
            page: crate::published(visit, "What it is", "library"),
        }
    }
}

/// Common mistakes, each with what is so, and when they were last read.
#[derive(Template)]
#[template(path = "library/myths.html")]
pub struct MythsAndFacts {
    page: Page,
    myths: &'static Myths,
    reviewed: String,
    next_review: String,
}

impl MythsAndFacts {
    /// The page.
    pub fn new(visit: &Visit) -> Self {
        let page = crate::published(visit, "Often heard", "articles");
        let locale = &page.house().locale;
        let myths = library().myths();
        let (reviewed, next_review) = (locale.date(myths.reviewed), locale.date(myths.next_review));
        Self {
            page,
            myths,
            reviewed,
            next_review,
        }
    }
}

/// `GET /sex-therapy`
pub(crate) async fn sex_therapy(visit: Visit) -> Answer {
    show(&SexTherapy::new(&visit))
}

/// `GET /myths`
pub(crate) async fn myths(visit: Visit) -> Answer {
    show(&MythsAndFacts::new(&visit))
}
