//! Every address that the program answers, by every method, in every role, with one's own ids and another's.
//!
//! The list comes from the program itself, and what is expected from `expected/routes.txt`: an address without a line fails,
//! and so does a line without an address. Refused requests must change nothing, and what is another's must be answered
//! exactly as what never was (invariant 5).

use std::collections::BTreeSet;

use outside::Anything;
use outside::http::{Answer, Ask, Caller};

use crate::cast::{Cast, ROLES, Someone, Whose};
use crate::expected::{self, Line, class};
use crate::ground::Ground;
use crate::listed::Listed;
use crate::planted::{self, Secret};
use crate::records::data::Data;
use crate::{elsewhere, participants, records};

/// Everything that a request goes through.
struct Trial {
    ground: Ground,
    cast: Cast,
    caller: Caller,
    data: Data,
    secrets: Vec<Secret>,
    wrong: Vec<String>,
    asked: u64,
    /// What was answered where, for who writes the file of what is expected.
    seen: Vec<(String, String, Seen)>,
}

/// The classes of the answers to each role: for what is their own, and for what is another's.
type Seen = Vec<[BTreeSet<String>; 2]>;

/// One request: who asks, for whose things, and what the line says.
#[derive(Clone, Copy)]
struct Case<'a> {
    line: &'a Line,
    column: usize,
    whose: Whose,
}

/// Tries all of it.
pub(crate) fn routes() -> Result<(), Anything> {
    let lines = expected::read(include_str!("../expected/routes.txt"))?;
    let ground = Ground::of("routes")?;
    let server = ground.serve(&[])?;
    let listed = Listed::all()?;
    let (mut cast, mut caller) = (Cast::gather(&ground, &server)?, Caller::new(server.at));
    participants::come_and_go(&mut cast, &ground, &mut caller)?;
    let mut trial = Trial {
        cast,
        caller,
        data: ground.database()?,
        ground,
        secrets: Vec::new(),
        wrong: Vec::new(),
        asked: 0,
        seen: Vec::new(),
    };
    trial.secrets = planted::plant(&trial.cast, &mut trial.caller)?;
    records::put_letters_off(&trial.data)?;
    let known = trial.compare(&listed, &lines);
    for (at, line) in &known {
        trial.reads_and_refusals(at, line)?;
    }
    for at in &listed {
        trial.other_methods(at)?;
    }
    for (at, line) in known.iter().filter(|(_, line)| line.method == "POST") {
        trial.what_is_allowed(at, line)?;
    }
    trial.tell();
    server.stop()?;
    trial.ground.must_hold()?;
    println!("  {} addresses, {} requests", listed.len(), trial.asked);
    match trial.wrong.len() {
        0 => Ok(()),
        number => Err(format!(
            "{number} answers are not as expected:\n  {}",
            trial.wrong.join("\n  ")
        )
        .into()),
    }
}

impl Trial {
    /// Pairs addresses with lines; what is left over on either side is wrong. An address without a line is asked all the same,
    /// so that its line can be written from what was seen, after thinking.
    fn compare<'a>(&mut self, listed: &'a [Listed], lines: &'a [Line]) -> Vec<(&'a Listed, Line)> {
        let mut known = Vec::new();
        for at in listed {
            for method in &at.methods {
                let line = lines
                    .iter()
                    .find(|line| line.path == at.path && line.method == *method);
                if let Some(line) = line {
                    known.push((at, line.clone()));
                } else {
                    self.wrong.push(format!(
                        "{method} {} has no line in expected/routes.txt",
                        at.path
                    ));
                    known.push((at, Line::unknown(method, &at.path)));
                }
            }
        }
        for line in lines {
            let is_there = |at: &&Listed| at.path == line.path && at.methods.contains(&line.method);
            if !listed.iter().any(|at| is_there(&at)) {
                self.wrong.push(format!(
                    "{} {} has a line, and is not answered any more",
                    line.method, line.path
                ));
            }
        }
        known
    }

    /// Every role reads, and tries to send what it may not.
    fn reads_and_refusals(&mut self, at: &Listed, line: &Line) -> Result<(), Anything> {
        let before = records::digests(&self.data)?;
        for column in 0..ROLES.len() {
            for whose in whose_things(at, line, column) {
                let case = Case {
                    line,
                    column,
                    whose: *whose,
                };
                let expected = line.cell(column, *whose)?;
                if line.method == "GET" || Line::is_refusal(expected) {
                    self.one(case)?;
                }
                if line.method == "POST" {
                    self.forged(case)?;
                }
            }
            // Who came, left or was parted is a client as others are where it is not about a time.
            if at.has_ids() && (in_time_of(column).is_none() || at.path.starts_with("/my")) {
                self.never_was(line, column)?;
            }
        }
        // Reading may leave a mark: a sign-in's page makes a visit, and so on; nothing that is kept.
        let after = records::digests(&self.data)?;
        let changed: Vec<&String> = after
            .iter()
            .filter(|(table, sum)| before.get(*table) != Some(sum))
            .map(|(table, _)| table)
            .collect();
        if !changed.is_empty() {
            self.wrong.push(format!(
                "{} {}: reading or a refusal changed {changed:?}",
                line.method, line.path
            ));
        }
        Ok(())
    }

    /// One request, its class compared with the line, and by HEAD likewise without a body.
    fn one(&mut self, case: Case<'_>) -> Result<(), Anything> {
        let one = self.someone(case.column)?;
        let path = self
            .cast
            .fill(&case.line.path, &case.line.path, (case.whose, &one))?;
        let answer = self.ask(
            &one,
            &case.line.method,
            &path,
            &self.form(case.line, (case.whose, &one))?,
        )?;
        self.judge(case, &path, &answer)?;
        if case.line.method == "GET" {
            let head = self.ask(&one, "HEAD", &path, "")?;
            if class(&head) != class(&answer) || !head.body.is_empty() {
                self.wrong.push(format!(
                    "HEAD {path} by {}: {} where GET answers {}",
                    one.role, head.status, answer.status
                ));
            }
        }
        if class(&answer) == "none" && case.line.path.contains('{') {
            let nowhere =
                self.cast
                    .fill(&case.line.path, &case.line.path, (Whose::Nobody, &one))?;
            let never = self.ask(
                &one,
                &case.line.method,
                &nowhere,
                &self.form(case.line, (Whose::Nobody, &one))?,
            )?;
            if plain(&answer, &path) != plain(&never, &nowhere) {
                self.wrong.push(format!(
                    "{} {path} by {}: not the answer of what never was",
                    case.line.method, one.role
                ));
            }
        }
        Ok(())
    }

    fn judge(&mut self, case: Case<'_>, path: &str, answer: &Answer) -> Result<(), Anything> {
        let one = self.someone(case.column)?;
        let found = class(answer);
        let expected = case.line.cell(case.column, case.whose)?;
        if !expected.split('?').any(|one| one == found) && !case.line.is_unknown() {
            self.wrong.push(format!(
                "{} {path} ({}) by {} for {:?}'s: {found}, not {expected}",
                case.line.method, case.line.path, one.role, case.whose
            ));
        }
        self.note(case, found);
        Ok(())
    }

    /// What never was is answered as what is another's, and so is what is no id.
    fn never_was(&mut self, line: &Line, column: usize) -> Result<(), Anything> {
        let one = self.someone(column)?;
        let another = line.cell(column, Whose::Nobody)?.to_owned();
        let mut found = Vec::new();
        for whose in [Whose::Nobody, Whose::Malformed] {
            let path = self.cast.fill(&line.path, &line.path, (whose, &one))?;
            let answer = self.ask(&one, &line.method, &path, &self.form(line, (whose, &one))?)?;
            found.push(class(&answer));
        }
        let fits =
            |class: &String| *class == another || (class == "none" && !Line::is_refusal(&another));
        if !found.iter().all(fits) && !line.is_unknown() {
            self.wrong.push(format!(
                "{} {} by {}: {found:?} for an id that was never given and for none, where another's is {another}",
                line.method, line.path, one.role
            ));
        }
        Ok(())
    }

    /// The same form without its token, and from another site: neither is ever taken.
    fn forged(&mut self, case: Case<'_>) -> Result<(), Anything> {
        let one = self.someone(case.column)?;
        let path = self
            .cast
            .fill(&case.line.path, &case.line.path, (case.whose, &one))?;
        if !case.line.is_free {
            let bare = self
                .cast
                .fill(&case.line.form, &case.line.path, (case.whose, &one))?;
            let answer = self.ask(&one, "POST", &path, &bare)?;
            if !Line::is_refusal(&class(&answer)) {
                self.wrong.push(format!(
                    "POST {path} by {}, without a token: {}",
                    one.role, answer.status
                ));
            }
        }
        let (place, form) = (elsewhere(), self.form(case.line, (case.whose, &one))?);
        let answer = self.caller.ask(&Ask {
            method: "POST",
            path: &path,
            cookie: &one.cookie,
            form: &form,
            more: &[
                ("Sec-Fetch-Site", "cross-site"),
                ("Origin", "https://evil.example"),
                ("X-Forwarded-For", &place),
            ],
        })?;
        self.asked += 1;
        if answer.status != 403 {
            self.wrong.push(format!(
                "POST {path} by {}, from another site: {}",
                one.role, answer.status
            ));
        }
        Ok(())
    }

    /// Every method that an address does not take is refused to everybody, and the answer names those that it takes.
    fn other_methods(&mut self, at: &Listed) -> Result<(), Anything> {
        let takes = |method: &str| at.methods.iter().any(|one| one == method);
        let allow = if takes("GET") && takes("POST") {
            "GET,HEAD,POST"
        } else if takes("GET") {
            "GET,HEAD"
        } else {
            "POST"
        };
        for column in 0..ROLES.len() {
            let one = self.someone(column)?;
            let path = self.cast.fill(&at.path, &at.path, (Whose::Noor, &one))?;
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                if takes(method) {
                    continue;
                }
                let answer = self.ask(&one, method, &path, &full(&one, ""))?;
                let expected = if method == "GET" { "go" } else { "no-act" };
                if class(&answer) != expected {
                    self.wrong.push(format!(
                        "{method} {path} by {}: {}",
                        one.role, answer.status
                    ));
                }
                let named = answer.header("allow").next().unwrap_or("").to_owned();
                if expected == "no-act" && sorted(&named) != allow {
                    self.wrong.push(format!(
                        "{method} {path}: takes {named:?}, and {allow:?} is listed"
                    ));
                }
            }
        }
        Ok(())
    }

    /// What is allowed, last, because it changes something; each time with a sign-in of its own.
    fn what_is_allowed(&mut self, at: &Listed, line: &Line) -> Result<(), Anything> {
        for column in 0..ROLES.len() {
            for whose in whose_things(at, line, column) {
                if Line::is_refusal(line.cell(column, *whose)?) {
                    continue;
                }
                let case = Case {
                    line,
                    column,
                    whose: *whose,
                };
                let mut one = self.someone(column)?;
                one.enter_twice(&mut self.caller, &self.ground)?;
                let path = self.cast.fill(&line.path, &line.path, (*whose, &one))?;
                let answer = self.ask(&one, "POST", &path, &self.form(line, (*whose, &one))?)?;
                self.judge(case, &path, &answer)?;
            }
        }
        Ok(())
    }

    /// The form of a line, filled, with the token of who sends it.
    fn form(&self, line: &Line, of: (Whose, &Someone)) -> Result<String, Anything> {
        Ok(full(of.1, &self.cast.fill(&line.form, &line.path, of)?))
    }

    fn someone(&self, column: usize) -> Result<Someone, Anything> {
        self.cast
            .people
            .get(column)
            .cloned()
            .ok_or_else(|| "nobody has this role".into())
    }

    /// Asks, from a place where nobody was before, and looks for words that are none of the asker's business.
    fn ask(
        &mut self,
        one: &Someone,
        method: &str,
        path: &str,
        form: &str,
    ) -> Result<Answer, Anything> {
        let place = elsewhere();
        let answer = self.caller.ask(&Ask {
            method,
            path,
            cookie: &one.cookie,
            form,
            more: &[("X-Forwarded-For", &place)],
        })?;
        self.asked += 1;
        for secret in self
            .secrets
            .iter()
            .filter(|secret| secret.is_kept_from(one.role, path))
        {
            if answer.body.contains(secret.word) {
                self.wrong.push(format!(
                    "{method} {path} by {}: shows {:?}",
                    one.role, secret.word
                ));
            }
        }
        Ok(answer)
    }

    fn note(&mut self, case: Case<'_>, found: String) {
        let is_own = usize::from(
            !case
                .whose
                .is_own_of(ROLES.get(case.column).map_or("", |(role, _)| role)),
        );
        let key = (&case.line.method, &case.line.path);
        let at = self
            .seen
            .iter()
            .position(|(method, path, _)| (method, path) == key);
        let at = at.unwrap_or_else(|| {
            let empty = vec![[BTreeSet::new(), BTreeSet::new()]; ROLES.len()];
            self.seen
                .push((case.line.method.clone(), case.line.path.clone(), empty));
            self.seen.len() - 1
        });
        if let Some(cell) = self
            .seen
            .get_mut(at)
            .and_then(|(_, _, cells)| cells.get_mut(case.column)?.get_mut(is_own))
        {
            cell.insert(found);
        }
    }

    /// The lines of what was seen, for addresses that have none yet.
    fn tell(&self) {
        for (method, path, cells) in &self.seen {
            let begin = format!("{method} {path} has no line");
            if !self.wrong.iter().any(|wrong| wrong.starts_with(&begin)) {
                continue;
            }
            let word = |set: &BTreeSet<String>| {
                set.iter().map(String::as_str).collect::<Vec<_>>().join("?")
            };
            let cell = |[own, another]: &[BTreeSet<String>; 2]| {
                let (own, another) = (word(own), word(another));
                if own == another || own.is_empty() {
                    another
                } else {
                    format!("{own}/{another}")
                }
            };
            let cells: Vec<String> = cells.iter().map(cell).collect();
            println!("seen: {method} {path} | {}", cells.join(" "));
        }
    }
}

/// What is tried by the role of this column if it is of somebody who came, left or was parted.
fn in_time_of(column: usize) -> Option<&'static [Whose; 2]> {
    let (role, _) = ROLES.get(column)?;
    Whose::in_time_of(role)
}

/// For whose things a line is tried: all, where the address or the form names some. Who came, left or was parted tries their own
/// everywhere, and what is of another time wherever clients are let in.
fn whose_things(at: &Listed, line: &Line, column: usize) -> &'static [Whose] {
    let names = at.has_ids() || line.form.contains('{');
    match in_time_of(column) {
        Some(both) if names && at.path.starts_with("/my") => both,
        Some(both) => both.get(..1).unwrap_or_default(),
        None if names => &Whose::REAL,
        None => &[Whose::Noor],
    }
}

/// A form with the token of who sends it.
fn full(one: &Someone, form: &str) -> String {
    format!("csrf={}&{form}", one.token)
}

/// An answer without what is different each time: the address that was asked for, and tokens.
fn plain(answer: &Answer, path: &str) -> String {
    let body = answer.body.replace(path, "");
    let body = body.replace(&path.replace('/', "%2F"), "");
    let mut parts = body.split("name=\"csrf\" value=\"");
    let mut text = format!("{} {} ", answer.status, answer.to().replace(path, ""));
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    text
}

fn sorted(allow: &str) -> String {
    let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods.join(",")
}
