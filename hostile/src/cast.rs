//! Who attacks: one of the demo's people for each role, signed in, and what is theirs.

use std::time::{Duration, Instant};

use outside::Anything;
use outside::http::{Answer, Ask, Caller, escaped};
use outside::server::Server;
use uuid::Uuid;

use crate::ground::Ground;
use crate::records::{self, Ids};

/// The roles in the order of the columns of `expected/routes.txt`, and who of the demo has each.
pub(crate) const ROLES: [(&str, &str); 14] = [
    ("anonymous", ""),
    ("client", "noor"),
    ("partner", "sam"),
    ("stranger", "hannah"),
    ("left", "devon"),
    ("joined", "renata"),
    ("parted", "walter"),
    ("clinician", "adaeze"),
    ("colleague", "miriam"),
    ("associate", "ren"),
    ("supervisor", "joy"),
    ("owner", "priya"),
    ("front-desk", "dani"),
    ("biller", "lena"),
];

/// Whose things an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Noor's, in the couple's case with Dr. Okafor.
    Noor,
    /// Sam's, in the same case.
    Sam,
    /// Hannah's, in a case of another clinician.
    Hannah,
    /// Maya's, in a case of the associate, under supervision.
    Maya,
    /// Devon's, of the time of three until he left.
    Devon,
    /// Renata's, who joined the other two later.
    Renata,
    /// What stands between the two of them: of those who stayed, after Devon left and before Renata came.
    Between,
    /// Walter's, of a couple's case that was parted.
    Walter,
    /// June's, of the case that began for her when it was.
    Apart,
    /// Ids that were never given.
    Nobody,
    /// No ids at all.
    Malformed,
}

impl Whose {
    /// Things that exist.
    pub(crate) const REAL: [Self; 4] = [Self::Noor, Self::Sam, Self::Hannah, Self::Maya];

    /// For whom a role is tried that came, left or was parted: what is theirs, and what is of a time that is not.
    pub(crate) fn in_time_of(role: &str) -> Option<&'static [Self; 2]> {
        match role {
            "left" => Some(&[Self::Devon, Self::Between]),
            "joined" => Some(&[Self::Renata, Self::Between]),
            "parted" => Some(&[Self::Walter, Self::Apart]),
            _ => None,
        }
    }

    fn of(role: &str) -> &'static [Self] {
        match role {
            "client" => &[Self::Noor],
            "partner" => &[Self::Sam],
            "stranger" | "colleague" => &[Self::Hannah],
            "clinician" => &[Self::Noor, Self::Sam],
            "associate" | "supervisor" => &[Self::Maya],
            "left" => &[Self::Devon],
            "joined" => &[Self::Renata],
            "parted" => &[Self::Walter],
            _ => &[],
        }
    }

    /// Whether these are what somebody of this role has in their care, or of themselves.
    pub(crate) fn is_own_of(self, role: &str) -> bool {
        Self::of(role).contains(&self)
    }
}

/// Somebody with a browser.
#[derive(Clone, Debug)]
pub(crate) struct Someone {
    /// As in [`ROLES`].
    pub(crate) role: &'static str,
    /// As the demo calls them; empty for a visitor.
    pub(crate) slug: &'static str,
    /// Of their sign-in, or of their visit.
    pub(crate) cookie: String,
    /// What their forms carry.
    pub(crate) token: String,
    /// Another sign-in of theirs, which may be ended.
    pub(crate) spare: Uuid,
}

/// Everybody, and what is theirs.
pub(crate) struct Cast {
    /// In the order of [`ROLES`].
    pub(crate) people: Vec<Someone>,
    ids: Vec<(Whose, Ids)>,
}

impl Cast {
    /// Signs everybody in and finds what is theirs.
    pub(crate) fn gather(ground: &Ground, server: &Server) -> Result<Self, Anything> {
        let mut caller = Caller::new(server.at);
        let mut people = Vec::new();
        for (role, slug) in ROLES {
            let mut one = Someone {
                role,
                slug,
                cookie: String::new(),
                token: String::new(),
                spare: Uuid::nil(),
            };
            one.enter_twice(&mut caller, ground)?;
            people.push(one);
        }
        let mut cast = Self {
            people,
            ids: Vec::new(),
        };
        cast.know(ground)?;
        cast.give_homework(&mut caller)?;
        cast.let_leave(ground, &mut caller)?;
        cast.know(ground)?;
        Ok(cast)
    }

    fn know(&mut self, ground: &Ground) -> Result<(), Anything> {
        self.ids.clear();
        for (whose, slug) in Whose::REAL
            .into_iter()
            .zip(["noor", "sam", "hannah", "maya"])
        {
            let person = records::person(ground, slug)?;
            self.ids.push((whose, records::ids(ground, person)?));
        }
        Ok(())
    }

    /// Something to do that is each one's alone: the demo's is for both of a couple.
    fn give_homework(&self, caller: &mut Caller) -> Result<(), Anything> {
        let by = ["clinician", "clinician", "colleague", "associate"];
        for (whose, role) in Whose::REAL.into_iter().zip(by) {
            let ids = self.ids(whose)?;
            self.one(role)?
                .gives(caller, ids.case, &ids.participant.to_string())?;
        }
        Ok(())
    }

    /// A release of each one's own side, a demand of the law for each case, and everybody's own copy, made.
    fn let_leave(&self, ground: &Ground, caller: &mut Caller) -> Result<(), Anything> {
        let by = ["clinician", "clinician", "colleague", "associate"];
        let slugs = ["noor", "sam", "hannah", "maya"];
        for ((whose, role), slug) in Whose::REAL.into_iter().zip(by).zip(slugs) {
            let ids = self.ids(whose)?;
            let desk = self.one(role)?;
            if whose != Whose::Sam {
                let demand = [
                    ("kind", "order"),
                    ("from", "A court"),
                    ("asks", "All of it"),
                ];
                desk.does(
                    caller,
                    &format!("/desk/cases/{}/demands", ids.case),
                    &demand,
                )?;
            }
            desk.lets_leave(caller, (ids.case, ids.participant), slug)?;
        }
        made(ground)
    }

    /// Puts what is theirs there, instead of what was.
    pub(crate) fn keep(&mut self, whose: Whose, ids: Ids) {
        self.ids.retain(|(at, _)| *at != whose);
        self.ids.push((whose, ids));
    }

    /// The somebody of this role.
    pub(crate) fn one(&self, role: &str) -> Result<&Someone, Anything> {
        let found = self.people.iter().find(|one| one.role == role);
        found.ok_or_else(|| format!("nobody is {role}").into())
    }

    /// What is theirs.
    pub(crate) fn ids(&self, whose: Whose) -> Result<&Ids, Anything> {
        let found = self.ids.iter().find(|(at, _)| *at == whose);
        found
            .map(|(_, ids)| ids)
            .ok_or_else(|| "no such ids".into())
    }

    /// An address, or the form that is sent there, with ids in the place of its names.
    pub(crate) fn fill(
        &self,
        text: &str,
        path: &str,
        of: (Whose, &Someone),
    ) -> Result<String, Anything> {
        let mut filled = String::new();
        for (at, piece) in text.split('{').enumerate() {
            match piece.split_once('}').filter(|_| at > 0) {
                Some((name, rest)) => {
                    filled.push_str(&self.named(path, name, of)?);
                    filled.push_str(rest);
                }
                None => filled.push_str(piece),
            }
        }
        Ok(filled)
    }

    fn named(&self, path: &str, part: &str, of: (Whose, &Someone)) -> Result<String, Anything> {
        let (whose, one) = of;
        let word = |word: &str| Ok(word.to_owned());
        match (path, part) {
            (_, "document") => return word("informed-consent"),
            (_, "part") => return word("health"),
            ("/clinicians/{slug}", _) => return word("adaeze"),
            // The demo publishes what the program comes with, and its first version is the one that visitors read.
            (path, "slug") if path.contains("/articles/") => return word("when-it-hurts"),
            (_, "revision") => return word("1"),
            (_, "slug") => return word("theo"),
            (_, "token" | "link") => return word("never-given"),
            (_, "digest" | "number") => return word("0"),
            (_, "*path") => return word("icons.svg"),
            _ => {}
        }
        let ids = match whose {
            Whose::Nobody => return Ok(nobody().to_string()),
            Whose::Malformed => return word("no-id"),
            Whose::Noor
            | Whose::Sam
            | Whose::Hannah
            | Whose::Maya
            | Whose::Devon
            | Whose::Renata
            | Whose::Between
            | Whose::Walter
            | Whose::Apart => self.ids(whose)?,
        };
        let begins = |begin: &str| path.starts_with(begin);
        let id = match part {
            "case" => ids.case,
            "participant" | "side" => ids.participant,
            "assignment" => ids.assignment,
            "consent" => ids.consent,
            "id" if path.contains("/sign-ins/") && whose.is_own_of(one.role) => one.spare,
            "id" if path.contains("/sign-ins/") => ids.sign_in,
            "id" if begins("/desk/cases/") => ids.case,
            "id" if begins("/desk/notes/") => ids.note,
            "id" if begins("/desk/sessions/") => ids.session,
            "id" if begins("/desk/inbox/") => ids.enquiry,
            "id" if begins("/desk/people/") => ids.person,
            "id" if path.ends_with("/own") || path.ends_with("/joint") => ids.participant,
            "id" if begins("/my/goals/") => ids.goal,
            "receipt" => ids.receipt,
            "release" => ids.release,
            "signature" => ids.signature,
            "copy" => ids.copy,
            "demand" => ids.demand,
            // The demo has none of these: passkeys are made by devices; entries of a journal, messages and process notes by browsers.
            // Nothing was destroyed in it.
            "entry" | "note" | "thread" | "message" | "attachment" | "certificate" => nobody(),
            "id" if path.contains("/passkeys/") => nobody(),
            "id" if begins("/desk/emergencies/") || begins("/desk/questions/") => nobody(),
            "id" if begins("/demo/outbox/") => nobody(),
            _ => return Err(format!("teach hostile/src/cast.rs what {part} of {path} is").into()),
        };
        Ok(id.to_string())
    }
}

/// Waits until every copy of a record that was asked for is made.
pub(crate) fn made(ground: &Ground) -> Result<(), Anything> {
    let begun = Instant::now();
    while records::copies::under_way(ground)? > 0 {
        if begun.elapsed() > Duration::from_mins(1) {
            return Err("copies of records are not made".into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// An id that was never given to anything.
pub(crate) fn nobody() -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_dead_beef)
}

impl Someone {
    /// Signs in as the demo's page does it, or comes as a visitor, and takes a form's token.
    pub(crate) fn enter(&mut self, caller: &mut Caller) -> Result<(), Anything> {
        if !self.slug.is_empty() {
            self.cookie = enter(caller, self.slug)?;
        }
        let page = match self.role {
            "anonymous" => "/sign-in",
            "client" | "partner" | "stranger" | "left" | "joined" | "parted" => "/my/account",
            _ => "/desk/account",
        };
        let seen = caller.get(page, &self.cookie)?;
        if self.cookie.is_empty() {
            self.cookie = seen.cookies();
        }
        seen.token().clone_into(&mut self.token);
        if self.token.is_empty() {
            return Err(format!(
                "{} has no form's token at {page}: {}",
                self.role, seen.status
            )
            .into());
        }
        Ok(())
    }

    /// Signs in twice, so that one of the two can be ended.
    pub(crate) fn enter_twice(
        &mut self,
        caller: &mut Caller,
        ground: &Ground,
    ) -> Result<(), Anything> {
        if !self.slug.is_empty() {
            self.enter(caller)?;
            self.spare = records::newest_sign_in(ground)?;
        }
        self.enter(caller)
    }

    /// Opens a page.
    pub(crate) fn get(&self, caller: &mut Caller, path: &str) -> Result<Answer, Anything> {
        caller.get(path, &self.cookie)
    }

    /// Sends a form with the token of who sends it.
    pub(crate) fn post(
        &self,
        caller: &mut Caller,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Anything> {
        let mut form = format!("csrf={}", self.token);
        for (name, value) in fields {
            for part in ["&", name, "=", &escaped(value)] {
                form.push_str(part);
            }
        }
        self.send(caller, path, &form)
    }

    /// Sends a form that must be taken.
    pub(crate) fn does(
        &self,
        caller: &mut Caller,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Anything> {
        let answer = self.post(caller, path, fields)?;
        match answer.status {
            200 | 303 => Ok(answer),
            status => Err(format!("{path}: {status} {}", answer.body).into()),
        }
    }

    /// Gives homework to a participant, or to `everybody`.
    pub(crate) fn gives(
        &self,
        caller: &mut Caller,
        case: Uuid,
        whom: &str,
    ) -> Result<(), Anything> {
        let fields = [
            ("for", whom),
            ("what", "own"),
            ("title", "A walk"),
            ("text", "Ten minutes."),
            ("remark", ""),
        ];
        self.does(caller, &format!("/desk/cases/{case}/homework"), &fields)?;
        Ok(())
    }

    /// Asks for a release of somebody's own side, and they for their own copy.
    pub(crate) fn lets_leave(
        &self,
        caller: &mut Caller,
        (case, whom): (Uuid, Uuid),
        slug: &str,
    ) -> Result<(), Anything> {
        let whom = whom.to_string();
        let release = [
            ("side", whom.as_str()),
            ("kinds", "goals"),
            ("from", "2026-01-01"),
            ("until_day", "2026-12-31"),
            ("to", "A physician"),
            ("way", "letter"),
            ("purpose", "Care elsewhere"),
            ("until", "2999-12-31"),
        ];
        self.does(caller, &format!("/desk/cases/{case}/releases"), &release)?;
        let cookie = enter(caller, slug)?;
        let token = caller.get("/my/copies", &cookie)?.token().to_owned();
        let path = format!("/my/copies/of/{whom}");
        match caller
            .post(&path, &cookie, &format!("csrf={token}"))?
            .status
        {
            303 => Ok(()),
            status => Err(format!("{path}: {status}").into()),
        }
    }

    /// Sends a form as it is, from a place where nobody was before.
    pub(crate) fn send(
        &self,
        caller: &mut Caller,
        path: &str,
        form: &str,
    ) -> Result<Answer, Anything> {
        let place = crate::elsewhere();
        caller.ask(&Ask {
            method: "POST",
            path,
            cookie: &self.cookie,
            form,
            more: &[("X-Forwarded-For", &place)],
        })
    }
}

/// The cookie of a new sign-in as one of the demo's people.
pub(crate) fn enter(caller: &mut Caller, slug: &str) -> Result<String, Anything> {
    let answer = caller.post("/demo/enter", "", &format!("person={slug}"))?;
    match answer.status {
        303 => Ok(answer.cookies()),
        status => Err(format!("{slug} could not enter: {status}").into()),
    }
}
