//! The pages to read: who it is about, for whom and for what, each kind of content in its order, and the sentence at the end.

use practice::calendar::{Place, Session, SessionState};
use practice::cases::Onward;
use practice::consent::Given as HowGiven;
use practice::consent::texts::Block;
use practice::copies::{Basis, Cover, Gathered, Of, sentence};
use practice::goals::GoalState;
use practice::homework::{Happened, Told};
use practice::intake::Answers;
use practice::intake::questions::Section;
use practice::measures::check_in;
use practice::notes::Note;
use web::paper::Paper;

use crate::words::{day, moment, say, side};

struct Drawing<'a> {
    of: &'a Gathered,
    paper: Paper,
}

/// The pages as PDF.
#[must_use]
pub fn pages(of: &Gathered, cover: &Cover, basis: Basis) -> Vec<u8> {
    let mut drawing = Drawing {
        of,
        paper: Paper::new(),
    };
    drawing.cover(cover, basis);
    drawing.sessions();
    drawing.notes();
    drawing.intake();
    drawing.measures();
    drawing.goals();
    drawing.homework();
    drawing.messages();
    drawing.elsewhere();
    drawing.agreements();
    drawing.ended();
    drawing.end();
    drawing.paper.pdf()
}

impl Drawing<'_> {
    fn say(&self, english: &'static str, german: &'static str) -> &'static str {
        say(self.of.language, english, german)
    }

    fn section(&mut self, english: &'static str, german: &'static str) {
        let title = self.say(english, german);
        self.paper.heading(title);
    }

    /// Words as somebody wrote them, line by line.
    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.paper.words(line);
        }
    }

    fn labelled(&mut self, label: &str, text: &str) {
        if !text.trim().is_empty() {
            self.paper.label(label);
            self.lines(text);
        }
    }

    fn cover(&mut self, cover: &Cover, basis: Basis) {
        let is_own = matches!(basis, Basis::Own(_));
        let title = match basis {
            Basis::Own(_) => self.say("Copy of your record", "Kopie Ihrer Akte"),
            Basis::Release(_) => self.say("Released from a record", "Aus einer Akte freigegeben"),
            Basis::Order(_) => self.say(
                "From a record, by order of a court",
                "Aus einer Akte, auf Anordnung eines Gerichts",
            ),
        };
        self.paper.heading(title);
        let of = self.of;
        let practice = &of.practice;
        self.paper.words(&practice.name);
        if !practice.address.is_empty() {
            self.paper.words(&practice.address);
        }
        let made = self.say("Made on", "Erstellt am");
        self.labelled(made, &moment(of, practice::clock::micros(of.made_at)));
        let about = self.say("About", "Über");
        let names: Vec<&str> = of
            .people
            .iter()
            .map(|one| one.name.reveal().as_str())
            .filter(|name| !name.is_empty())
            .collect();
        self.labelled(about, &names.join(", "));
        for one in &of.people {
            if let Some(known) = &one.identity {
                if let Some(legal) = &known.legal_name {
                    let label = self.say("Legal name", "Amtlicher Name");
                    self.labelled(label, legal.reveal());
                }
                let label = self.say("Pronouns", "Pronomen");
                self.labelled(label, known.pronouns.reveal());
                if is_own {
                    let ways = known.ways.iter();
                    let ways: Vec<String> = ways.map(|way| way.address.reveal().clone()).collect();
                    let label = self.say("Contact", "Kontakt");
                    self.labelled(label, &ways.join(", "));
                }
            }
        }
        if let Some(to) = &cover.to {
            let label = self.say("For", "Für");
            self.labelled(label, to.reveal());
        }
        if let Some(purpose) = &cover.purpose {
            let label = self.say("Purpose", "Zweck");
            self.labelled(label, purpose.reveal());
        }
        let staff: Vec<&str> = of
            .staff
            .iter()
            .map(|(_, page)| page.name.as_str())
            .collect();
        let label = self.say("Of the practice", "Aus der Praxis");
        self.labelled(label, &staff.join(", "));
    }

    fn sessions(&mut self) {
        if self.of.sessions.is_empty() {
            return;
        }
        self.section("Sessions", "Sitzungen");
        let of = self.of;
        for (session, on) in &of.sessions {
            let place = match session.place {
                Place::Premises => self.say("in the office", "in der Praxis"),
                Place::Video => self.say("by video", "per Video"),
            };
            let state = match session.state {
                SessionState::Booked => self.say("booked", "vereinbart"),
                SessionState::Held => self.say("took place", "fand statt"),
                SessionState::Cancelled => self.say("called off", "abgesagt"),
                SessionState::NotHeld => self.say("did not take place", "fand nicht statt"),
            };
            let line = format!(
                "{}, {place}, {state}. {}",
                moment(of, session.starts_at),
                side(of, *on)
            );
            self.paper.words(&line);
            self.present(session);
        }
    }

    /// Who was in the room, where that was written down.
    fn present(&mut self, session: &Session) {
        let of = self.of;
        let Some(there) = of.present.get(&session.id) else {
            return;
        };
        let people = there.people().into_iter();
        let mut names: Vec<&str> = people
            .filter_map(|id| Some(of.person(id)?.name.reveal().as_str()))
            .collect();
        names.push(there.others.reveal().trim());
        names.retain(|name| !name.is_empty());
        let label = self.say("In the room", "Anwesend");
        self.lines(&format!("{label}: {}", names.join(", ")));
    }

    /// When and why their part ended.
    fn ended(&mut self) {
        let of = self.of;
        let Some(one) = &of.ended else {
            return;
        };
        self.section("How your part ended", "Wie Ihr Teil endete");
        self.paper.label(&day(of, one.at));
        self.lines(one.reason.reveal());
        let onward = match one.onward {
            Some(Onward::Here) => self
                .say("You go on here.", "Sie gehen hier weiter.")
                .to_owned(),
            Some(Onward::With(other)) => {
                let label = self.say("You go on with", "Sie gehen weiter zu");
                format!("{label} {}.", of.staff_name(other))
            }
            Some(Onward::Nowhere) | None => String::new(),
        };
        self.lines(&onward);
    }

    fn notes(&mut self) {
        if self.of.notes.is_empty() {
            return;
        }
        self.section("Progress notes", "Verlaufsnotizen");
        let of = self.of;
        for (note, session, on) in &of.notes {
            self.paper.label(&format!(
                "{}. {}",
                moment(of, session.starts_at),
                side(of, *on)
            ));
            self.note(note);
        }
    }

    fn note(&mut self, note: &Note) {
        let of = self.of;
        let parts = [
            (self.say("Brought", "Mitgebracht"), &note.text.brought),
            (self.say("Done", "Getan"), &note.text.did),
            (self.say("Landed", "Angekommen"), &note.text.landed),
            (self.say("Agreed", "Vereinbart"), &note.text.agreed),
        ];
        for (label, text) in parts {
            if !text.reveal().trim().is_empty() {
                self.lines(&format!("{label}: {}", text.reveal()));
            }
        }
        let signed = note.signed.iter().chain(&note.cosigned);
        for signature in signed {
            let label = self.say("Signed by", "Unterschrieben von");
            let by = of.staff_name(signature.by);
            self.paper
                .words(&format!("{label} {by}, {}", moment(of, signature.at)));
        }
        for added in &note.amendments {
            let label = self.say("Added by", "Ergänzt von");
            let by = of.staff_name(added.author);
            let at = moment(of, practice::clock::micros(added.at));
            let (reason, text) = (added.reason.reveal(), added.text.reveal());
            self.lines(&format!("{label} {by}, {at} ({reason}): {text}"));
        }
    }

    fn intake(&mut self) {
        if self.of.intake.is_empty() {
            return;
        }
        self.section("Before therapy began", "Vor Beginn der Therapie");
        let of = self.of;
        for answered in &of.intake {
            if let Some(born) = answered.born {
                let label = self.say("Born", "Geboren");
                self.paper
                    .words(&format!("{label}: {}", of.language.day(born)));
            }
            for part in &answered.parts {
                let sent = part.sent_at.map(|at| day(of, at)).unwrap_or_default();
                self.paper.label(&format!(
                    "{}, {sent}. {}",
                    part.section.title,
                    side(of, Of::Own(answered.whose))
                ));
                if let Some(answers) = &part.answers {
                    self.answers(part.section, answers);
                }
                for (at, answers) in &part.earlier {
                    let label = self.say("Sent before, on", "Früher gesendet, am");
                    self.paper.label(&format!("{label} {}", day(of, *at)));
                    self.answers(part.section, answers);
                }
            }
        }
    }

    fn answers(&mut self, section: &Section, answers: &Answers) {
        for question in &section.questions {
            if let Some(said) = answers.get(&question.id) {
                let said = question.in_words(said).join("; ");
                self.lines(&format!("{} {said}", question.text));
            }
        }
    }

    fn measures(&mut self) {
        if self.of.measures.is_empty() {
            return;
        }
        self.section("Check-ins", "Zwischenfragen");
        let of = self.of;
        for one in &of.measures {
            self.paper.label(&format!(
                "{}, {}. {}",
                of.name(one.participant),
                day(of, one.taken_at),
                side(of, Of::measure(one))
            ));
            for item in &check_in().items {
                if let Some(at) = one.answers.get(&item.id) {
                    let most = check_in().most;
                    let line = format!(
                        "{} {at}/{most} ({}: 0, {}: {most})",
                        item.text, item.low, item.high
                    );
                    self.paper.words(&line);
                }
            }
        }
    }

    fn goals(&mut self) {
        if self.of.goals.is_empty() {
            return;
        }
        self.section("Goals", "Ziele");
        let of = self.of;
        for goal in &of.goals {
            let on = side(of, Of::goal(goal));
            self.paper.label(&format!("{}. {on}", day(of, goal.set_at)));
            self.lines(goal.said.words.reveal());
            let value = goal.said.value.reveal();
            if !value.trim().is_empty() {
                let label = self.say("Value", "Wert");
                self.lines(&format!("{label}: {value}"));
            }
            let state = match goal.state {
                GoalState::Open => self.say("Being worked on", "Daran wird gearbeitet"),
                GoalState::Reached => self.say("Reached", "Erreicht"),
                GoalState::LetGo => self.say("Let go", "Losgelassen"),
            };
            self.paper.words(state);
            for (said, at) in of.earlier_goals.get(&goal.id).into_iter().flatten() {
                let label = self.say("Put before, on", "Früher so gesagt, am");
                let words = said.words.reveal();
                self.lines(&format!("{label} {}: {words}", day(of, *at)));
            }
        }
    }

    fn homework(&mut self) {
        if self.of.homework.is_empty() {
            return;
        }
        self.section("Homework", "Aufgaben");
        let of = self.of;
        for given in &of.homework {
            if let Some(one) = &given.assignment {
                self.paper.label(&format!(
                    "{}: {}. {}",
                    day(of, one.given_at),
                    one.task.title.reveal(),
                    side(of, given.of)
                ));
                for step in &one.task.steps {
                    self.lines(step.reveal());
                }
                self.lines(one.task.remark.reveal());
            } else {
                let label = self.say("On earlier homework", "Zu einer früheren Aufgabe");
                self.paper.label(label);
            }
            for told in &given.reflections {
                let line = format!(
                    "{}, {}. {}",
                    of.name(told.participant),
                    day(of, told.given_at),
                    side(of, Of::reflection(told))
                );
                self.paper.label(&line);
                let prompts = given
                    .assignment
                    .as_ref()
                    .map(|one| one.task.prompts.as_slice());
                self.told(&told.told, prompts.unwrap_or_default());
            }
        }
    }

    fn told(&mut self, told: &Told, prompts: &[String]) {
        let happened = match told.happened {
            Some(Happened::Yes) => self.say("It happened", "Es fand statt"),
            Some(Happened::Some) => self.say("Some of it happened", "Ein Teil fand statt"),
            Some(Happened::NotThisWeek) => self.say("Not this week", "Diese Woche nicht"),
            None => "",
        };
        self.lines(happened);
        if let Some(tense) = told.tense {
            let label = self.say("Tension of the body", "Spannung des Körpers");
            self.paper.words(&format!("{label}: {tense}/10"));
        }
        for (at, answer) in told.answers.iter().enumerate() {
            let answer = answer.reveal();
            if !answer.trim().is_empty() {
                let prompt = prompts.get(at).map_or("", String::as_str);
                self.lines(&format!("{prompt} {answer}"));
            }
        }
        self.lines(told.words.reveal());
    }

    fn messages(&mut self) {
        if self.of.messages.is_empty() {
            return;
        }
        self.section("Filed messages", "Zur Akte genommene Nachrichten");
        let of = self.of;
        for (copy, on) in &of.messages {
            self.paper.label(&format!(
                "{}, {}. {}",
                copy.author.reveal(),
                day(of, copy.sent_at),
                side(of, *on)
            ));
            self.lines(copy.text.reveal());
        }
    }

    fn elsewhere(&mut self) {
        if self.of.elsewhere.is_empty() {
            return;
        }
        self.section("From elsewhere", "Von anderswo");
        let of = self.of;
        for (whose, entry) in &of.elsewhere {
            let taken = moment(of, entry.origin.taken_at);
            self.paper
                .label(&format!("{taken}. {}", side(of, Of::Own(*whose))));
            self.lines(entry.text.reveal());
            for (_, code) in &entry.codes {
                self.lines(code.reveal());
            }
            for words in &entry.words {
                self.lines(words.reveal());
            }
        }
    }

    fn agreements(&mut self) {
        if self.of.agreements.is_empty() {
            return;
        }
        self.section("What was signed", "Was unterschrieben wurde");
        let of = self.of;
        for (_, one) in &of.agreements {
            self.paper.label(&one.text.title);
            let at = moment(of, practice::clock::micros(one.signed.at));
            let how = match &one.signed.given {
                HowGiven::Here => format!("{}, {at}", one.signed.name.reveal()),
                HowGiven::Elsewhere { day, place, .. } => {
                    format!("{}, {}", place.reveal(), of.language.day(*day))
                }
            };
            self.paper.words(&how);
            if let Some(at) = one.signed.withdrawn {
                let label = self.say("Taken back on", "Zurückgenommen am");
                self.paper.words(&format!("{label} {}", day(of, at)));
            }
            self.paper.characters(&one.signed.digest);
        }
    }

    /// The sentence that every document ends with.
    fn end(&mut self) {
        self.section("About this document", "Zu diesem Dokument");
        if self.paper.lacks_characters() {
            let lacking = self.say(
                "Some characters cannot be printed on these pages and stand as question marks. The practice keeps them as they were written.",
                "Einige Zeichen lassen sich auf diesen Seiten nicht drucken und stehen als Fragezeichen. In der Praxis stehen sie, wie sie geschrieben wurden.",
            );
            self.paper.words(lacking);
        }
        self.paper.words(sentence::closing(self.of.language));
    }
}

/// The words of a text that was signed, for a file of its own.
pub(crate) fn plain(body: &[Block]) -> String {
    let mut out = String::new();
    for block in body {
        match block {
            Block::Heading(line) | Block::Paragraph(line) => {
                out.push_str(line);
                out.push_str("\n\n");
            }
            Block::List(lines) => {
                for line in lines {
                    out.push_str("- ");
                    out.push_str(line);
                    out.push('\n');
                }
                out.push('\n');
            }
        }
    }
    out
}
