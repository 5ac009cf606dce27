//! Joining, leaving, other cases, and a separation.

use practice::AccessError;
use practice::access::Purpose;
use practice::cases::{After, Beginning, Case, Joiner, Onward, Parting, Separation, Side, Which};
use practice::ids::CaseId;

use super::care::goal_of;
use super::model::Met;
use super::story::{Story, WORD};

/// Where others go after a separation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goes {
    Here,
    Elsewhere,
    Nowhere,
}

impl Story {
    /// A colleague who has nothing to do with it finds nothing, by name or by words, and is told that nothing is there.
    pub(super) async fn a_colleague_finds_nothing(&self) {
        let desk = self.house.desk(self.house.associate).await;
        let (practice, case) = (&self.house.practice, self.case.id);
        for search in ["", "Noor", WORD] {
            let found = practice.caseload(&desk, Which::ClosedToo, search.to_owned());
            assert!(found.await.unwrap().cases.is_empty(), "by {search}");
        }
        let nothing = |found: Option<AccessError>| matches!(found, Some(AccessError::NotThere));
        let care = Purpose::Care;
        assert!(nothing(practice.case(&desk, case, care).await.err()));
        assert!(nothing(practice.together(&desk, case).await.err()));
        assert!(nothing(practice.case_homework(&desk, case).await.err()));
        assert!(nothing(practice.threads_of_case(&desk, case).await.err()));
        assert!(nothing(practice.releases_of(&desk, case).await.err()));
        assert!(practice.releases_waiting(&desk).await.unwrap().is_empty());
        let mine = self.house.desk(self.house.clinician).await;
        let found = practice.caseload(&mine, Which::ClosedToo, WORD.to_owned());
        assert!(found.await.unwrap().cases.is_empty(), "names are searched");
    }

    /// The case is parted: the first goes nowhere, and the others go on as it is said.
    pub(super) async fn parts(&mut self, others: Goes, word: &str) {
        if self.here.len() < 2 {
            return;
        }
        let practice = &self.house.practice;
        let parting = |who: &usize| Parting {
            participant: self.house.part(&self.case, self.person(*who)),
            onward: match others {
                _ if *who == 0 => Onward::Nowhere,
                Goes::Here => Onward::Here,
                Goes::Elsewhere => Onward::With(self.house.associate),
                Goes::Nowhere => Onward::Nowhere,
            },
            remark: format!("{word}of{who}").into(),
        };
        let separation = Separation {
            day: practice.description().await.unwrap().day_of(practice.now()),
            people: self.here.iter().map(parting).collect(),
        };
        let desk = self.house.desk(self.house.clinician).await;
        let parted = practice.separate(&desk, self.case.id, separation);
        parted.await.unwrap();
        for who in std::mem::take(&mut self.here) {
            self.model.ends(who);
            let remark = format!("{word}of{who}");
            self.model.own(who, &remark, self.day(), Met::InCopies);
        }
    }

    pub(super) async fn leaves(&mut self, who: usize, word: &str) {
        if !self.is_here(who) || self.here.len() < 2 {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let part = (self.case.id, self.house.part(&self.case, self.person(who)));
        let ended = self.house.practice.end_part(&desk, part, word.into());
        ended.await.unwrap();
        self.here.retain(|one| *one != who);
        self.model.leaves(who, self.day());
        self.model.own(who, word, self.day(), Met::InCopies);
    }

    pub(super) async fn case_of_one(&mut self, who: usize, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let beginning = Beginning {
            from: self.case.id,
            people: vec![self.person(who)],
            new: Vec::new(),
            after: After::Stays,
        };
        let practice = &self.house.practice;
        let begun = practice.begin_case(&desk, beginning).await.unwrap();
        let case = self.case_as_it_is(begun.case).await;
        self.house.everybody_signs(&case).await;
        let access = self.house.portal(self.person(who)).await;
        let words = goal_of(word);
        let part = self.house.part(&case, self.person(who));
        let set = practice.set_goal(&access, part, Side::Own, words).await;
        set.unwrap();
        self.model.own(who, word, self.day(), Met::Elsewhere);
    }

    async fn case_as_it_is(&self, case: CaseId) -> Case {
        let desk = self.house.desk(self.house.clinician).await;
        let found = self.house.practice.case(&desk, case, Purpose::Care);
        found.await.unwrap()
    }

    pub(super) async fn joins(&mut self, number: usize) {
        let Some(who) = self.joins.filter(|_| !self.here.is_empty()) else {
            return;
        };
        // Dr. Okafor knows them from a case of theirs alone.
        self.house.case_of(&[self.person(who)]).await;
        let desk = self.house.desk(self.house.clinician).await;
        let joiner = Joiner::Known(self.person(who));
        let joined = self.house.practice.join_case(&desk, self.case.id, joiner);
        joined.await.unwrap();
        self.joins = None;
        self.here.push(who);
        self.came = Some((who, number));
        self.model.comes(who, self.day());
        self.case = self.case_as_it_is(self.case.id).await;
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let mine = self.house.practice.my_consents(&access).await.unwrap();
        let mine = mine.into_iter().filter(|mine| mine.sides.me == part);
        for document in mine.flat_map(|mine| mine.documents) {
            let id = document.text.id.as_str();
            let signed = self.house.signs(&self.case, self.person(who), id);
            signed.await.unwrap();
        }
        self.house.settles(&self.case).await;
    }
}
