//! Releases: asked for, answered by each alone, and the document that leaves of what everybody concerned has signed (R3).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use practice::copies::what::{Days as OfDays, Kind};
use practice::copies::{CopyError, sentence};
use practice::ids::{CopyId, ReleaseId};
use practice::language::Language;
use practice::private::Private;
use practice::releases::text::{Frame, Part};
use practice::releases::{AskedOfMe, NewRelease, Reply, signers};

use super::model::{Met, Place};
use super::step::{Answer, Days, Leaving};
use super::story::Story;
use super::walk;

/// All days of a history, and many before and after it.
const ALL: (i32, i32) = (-300, 300);

/// A release that was asked for.
pub(super) struct Asked {
    id: ReleaseId,
    number: usize,
    leaving: Leaving,
    days: (i32, i32),
    /// What its parts are for, in planted words.
    own_for: String,
    joint_for: String,
    /// Who signed for which part, as it is in force.
    signed: BTreeSet<(usize, Place)>,
}

impl Asked {
    /// Which part of it somebody is asked for.
    const fn place(who: usize, part: Part) -> Place {
        match part {
            Part::Own => Place::Own(who),
            Part::Joint => Place::Joint,
        }
    }

    /// Those whose signature for the joint part is in force.
    fn for_joint(&self) -> BTreeSet<usize> {
        let joint = self.signed.iter().filter(|(_, on)| *on == Place::Joint);
        joint.map(|(who, _)| *who).collect()
    }
}

impl Story {
    /// The clinician asks for a release, of all kinds.
    pub(super) async fn asks_release(&mut self, number: usize, leaving: Leaving, word: &str) {
        let (own_for, joint_for) = (format!("{word}own"), format!("{word}joint"));
        let today = self.day();
        let (days, of_days) = match leaving.days {
            Days::All => (ALL, (date(2026, 2, 1), date(2027, 9, 1))),
            Days::Today => {
                let now = self.house.practice.now();
                let day = self.house.practice.description().await.unwrap().day_of(now);
                ((today, today), (day, day))
            }
        };
        let own = leaving.own.filter(|who| self.joins != Some(*who));
        if own.is_none() && !leaving.joint {
            return;
        }
        let for_own = if own.is_some() { &own_for } else { &joint_for };
        let frame = Frame {
            kinds: Kind::ALL.into_iter().collect(),
            days: OfDays::new(of_days.0, of_days.1).unwrap(),
            to: Private::from("Dr. Lee"),
            way: Private::from("letter"),
            purpose: Private::from(for_own.clone()),
            joint_purpose: leaving.joint.then(|| Private::from(joint_for.clone())),
            until: date(2027, 12, 1),
            language: Language::English,
        };
        let new = NewRelease {
            own: own.map(|who| self.house.part(&self.case, self.person(who))),
            joint: leaving.joint,
            frame,
        };
        let desk = self.house.desk(self.house.clinician).await;
        let practice = &self.house.practice;
        let id = practice.ask_release(&desk, self.case.id, new).await;
        if let Some(who) = own {
            self.model.own(who, &own_for, today, Met::OnPages);
        }
        if leaving.joint {
            let who: Vec<usize> = self.model.needed(days).into_iter().collect();
            self.model
                .put(&joint_for, (Place::Joint, today), &who, Met::OnPages);
        }
        self.releases.push(Asked {
            id: id.unwrap(),
            number,
            leaving: Leaving { own, ..leaving },
            days,
            own_for,
            joint_for,
            signed: BTreeSet::new(),
        });
    }

    /// What somebody is asked to sign, the newest first, with the release that it is for.
    async fn asked_of(&self, who: usize) -> Vec<(usize, AskedOfMe)> {
        let access = self.house.portal(self.person(who)).await;
        let mine = self.house.practice.my_releases(&access).await.unwrap();
        let asked = mine.into_iter().flat_map(|mine| mine.asked);
        let known = asked.map(|asked| {
            let said = asked.frame.purpose.reveal();
            let is_of = |one: &Asked| [&one.own_for, &one.joint_for].contains(&said);
            let at = self.releases.iter().position(is_of).unwrap();
            (at, asked)
        });
        known.collect()
    }

    /// Somebody answers the newest thing that this answer fits.
    pub(super) async fn answers(&mut self, who: usize, answer: Answer) {
        let fits = |one: &AskedOfMe| match (answer, &one.answer) {
            (Answer::Signs | Answer::Refuses, signers::Answer::Signed(_)) => false,
            (Answer::Revokes, is) => is.is_in_force(),
            (Answer::Signs | Answer::Refuses, _) => true,
        };
        let asked = self.asked_of(who).await;
        let newest = asked.into_iter().filter(|(_, one)| fits(one));
        if let Some(found) = newest.max_by_key(|(at, one)| (*at, one.part)) {
            self.replies_to(who, found, answer).await;
        }
    }

    async fn replies_to(&mut self, who: usize, (at, one): (usize, AskedOfMe), answer: Answer) {
        let access = self.house.portal(self.person(who)).await;
        let signed = (who, Asked::place(who, one.part));
        let release = self.releases.get_mut(at).unwrap();
        let reply = match answer {
            Answer::Signs => {
                release.signed.insert(signed);
                Reply::Sign {
                    digest: one.digest,
                    name: Private::from("As I am called"),
                }
            }
            Answer::Refuses => Reply::Refuse,
            Answer::Revokes => {
                release.signed.remove(&signed);
                Reply::Revoke
            }
        };
        let practice = &self.house.practice;
        let answered = practice.answer_release(&access, one.id, reply).await;
        answered.unwrap();
    }

    /// The document of the newest release is made and handed out, where what it needs is signed at that moment.
    pub(super) async fn document(&mut self, number: usize, revokes: Option<usize>) {
        let Some(at) = self.hands_out_which(number).await else {
            return;
        };
        let (release, expected) = (self.releases.get(at).unwrap(), self.may_leave(at));
        let signed = (release.number, release.for_joint());
        self.record.documents.insert(number, signed);
        let desk = self.house.desk(self.house.clinician).await;
        let practice = self.house.practice.clone();
        let asked = practice.ask_release_document(&desk, release.id).await;
        let Some(parts) = expected else {
            assert!(matches!(asked, Err(CopyError::NotAllowed)), "{asked:?}");
            self.happened.insert("refused to make".to_owned());
            return;
        };
        let copy = asked.unwrap();
        let made = practice.next_copy().await.unwrap().unwrap();
        let files = documents::files(&made, |_| {}).unwrap();
        practice.keep_copy(made, files).await.unwrap();
        let mut late = false;
        if let Some(who) = revokes {
            let back = self.takes_back(at, who).await;
            late = back.iter().any(|on| parts.contains_key(on));
        }
        self.is_handed_out(at, copy, (&parts, late)).await;
        let has = |on| parts.get(on).is_some_and(|words| !words.is_empty());
        let own = parts.keys().any(|on| *on != Place::Joint && has(on));
        self.happened.insert(match (late, own, has(&Place::Joint)) {
            (true, ..) => "taken back before it left".to_owned(),
            (false, own, joint) => format!("left own {own} joint {joint}"),
        });
    }

    /// Which release a document is made of; told once more, with the signatures that were in force.
    async fn hands_out_which(&mut self, number: usize) -> Option<usize> {
        let Some(record) = &self.again else {
            let mut newest = (0..self.releases.len()).rev();
            let newest = newest.find(|at| self.may_leave(*at).is_some());
            return newest.or(self.releases.len().checked_sub(1));
        };
        let (of, signed) = record.documents.get(&number)?.clone();
        let at = self.releases.iter().position(|one| one.number == of)?;
        for who in 1..self.people.len() {
            let has = self.releases.get(at).unwrap().for_joint().contains(&who);
            let answer = match (has, signed.contains(&who)) {
                (false, true) => Answer::Signs,
                (true, false) => Answer::Revokes,
                (true, true) | (false, false) => continue,
            };
            let asked = self.asked_of(who).await.into_iter();
            let mut asked = asked.filter(|(one, of)| *one == at && of.part == Part::Joint);
            self.replies_to(who, asked.next().unwrap(), answer).await;
        }
        Some(at)
    }

    /// The planted words of each part that may leave now; nothing when none may.
    fn may_leave(&self, at: usize) -> Option<BTreeMap<Place, BTreeSet<String>>> {
        let release = self.releases.get(at).unwrap();
        let mut parts = BTreeMap::new();
        if let Some(who) = release.leaving.own
            && release.signed.contains(&(who, Place::Own(who)))
        {
            let own = self.model.standing(Place::Own(who), release.days);
            parts.insert(Place::Own(who), own);
        }
        let needed = self.model.needed(release.days);
        if release.leaving.joint && !needed.is_empty() && needed.is_subset(&release.for_joint()) {
            let joint = self.model.standing(Place::Joint, release.days);
            parts.insert(Place::Joint, joint);
        }
        (!parts.is_empty()).then_some(parts)
    }

    /// Somebody takes back whatever they signed of a release: for which parts.
    async fn takes_back(&mut self, at: usize, who: usize) -> Vec<Place> {
        let asked = self.asked_of(who).await.into_iter();
        let signed: Vec<_> = asked
            .filter(|(one, of)| *one == at && of.answer.is_in_force())
            .collect();
        let mut back = Vec::new();
        for one in signed {
            back.push(Asked::place(who, one.1.part));
            self.replies_to(who, one, Answer::Revokes).await;
        }
        back
    }

    async fn is_handed_out(
        &self,
        at: usize,
        copy: CopyId,
        (parts, late): (&BTreeMap<Place, BTreeSet<String>>, bool),
    ) {
        let fresh = self.house.fresh(self.house.clinician).await;
        let handed = self.house.practice.hand_out(&fresh, copy, 0).await;
        if late {
            assert!(matches!(handed, Err(CopyError::NotAllowed)));
            return;
        }
        let text = documents::testing::words(&handed.unwrap().bytes);
        assert!(text.ends_with(sentence::closing(Language::English)));
        let release = self.releases.get(at).unwrap();
        let mut expected = BTreeSet::new();
        for (on, words) in parts {
            expected.extend(words.iter().cloned());
            expected.insert(match on {
                Place::Own(_) => release.own_for.clone(),
                Place::Joint => release.joint_for.clone(),
            });
        }
        let found: BTreeSet<String> = walk::words(&text).collect();
        assert_eq!(
            found, expected,
            "in the document of step {}",
            release.number
        );
    }
}
