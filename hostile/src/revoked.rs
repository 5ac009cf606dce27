//! Pages that were opened before something was taken back, and forms sent from them afterwards: access that ended, a sign-in
//! that was ended elsewhere, a consent that was withdrawn, a part in a case that ended. None of them does anything any more.

use outside::Anything;
use outside::http::{Answer, Caller};

use crate::cast::{Cast, Someone, Whose};
use crate::expected::{Line, class};
use crate::ground::Ground;
use crate::records::data::Data;
use crate::{cast, records};

struct Stage {
    ground: Ground,
    cast: Cast,
    caller: Caller,
    data: Data,
}

impl Stage {
    /// A form that was on a page before: refused now, and nothing of it is kept.
    fn refused(
        &mut self,
        what: &str,
        one: &Someone,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<(), Anything> {
        // A letter that leaves by itself is no doing of theirs.
        records::put_letters_off(&self.data)?;
        let before = records::digests(&self.data)?;
        let answer = one.post(&mut self.caller, path, fields)?;
        let found = class(&answer);
        if !Line::is_refusal(&found) && found != "form" {
            return Err(format!("{what}: {path} still answers {found}").into());
        }
        let after = records::digests(&self.data)?;
        let changed: Vec<&String> = after
            .keys()
            .filter(|table| before.get(*table) != after.get(*table))
            .collect();
        if changed.is_empty() {
            Ok(())
        } else {
            Err(format!("{what}: {path} changed {changed:?}").into())
        }
    }

    /// A page that was open before: not shown any more.
    fn gone(&mut self, what: &str, one: &Someone, path: &str) -> Result<(), Anything> {
        let found = class(&one.get(&mut self.caller, path)?);
        if Line::is_refusal(&found) {
            Ok(())
        } else {
            Err(format!("{what}: {path} still answers {found}").into())
        }
    }

    fn opened(&mut self, one: &Someone, path: &str) -> Result<Answer, Anything> {
        let answer = one.get(&mut self.caller, path)?;
        if answer.status == 200 {
            Ok(answer)
        } else {
            Err(format!("{path} by {}: {}", one.role, answer.status).into())
        }
    }

    fn done(&mut self, one: &Someone, path: &str, fields: &[(&str, &str)]) -> Result<(), Anything> {
        let answer = one.post(&mut self.caller, path, fields)?;
        if answer.status == 303 {
            Ok(())
        } else {
            Err(format!("{path} by {}: {} {}", one.role, answer.status, answer.body).into())
        }
    }
}

/// Plays all of it.
pub(crate) fn revoked() -> Result<(), Anything> {
    let ground = Ground::of("revoked")?;
    let server = ground.serve(&[])?;
    let mut stage = Stage {
        cast: Cast::gather(&ground, &server)?,
        caller: Caller::new(server.at),
        data: ground.database()?,
        ground,
    };
    sign_in_ended_elsewhere(&mut stage)?;
    signed_out(&mut stage)?;
    consent_withdrawn(&mut stage)?;
    part_ended(&mut stage)?;
    supervision_over(&mut stage)?;
    access_ended(&mut stage)?;
    server.stop()?;
    stage.ground.must_hold()
}

/// Hannah ends another sign-in of hers; what is open there does nothing any more.
fn sign_in_ended_elsewhere(stage: &mut Stage) -> Result<(), Anything> {
    let here = stage.cast.one("stranger")?.clone();
    let mut there = here.clone();
    there.enter(&mut stage.caller)?;
    let id = records::newest_sign_in(&stage.ground)?;
    let page = format!("/my/homework/{}", stage.cast.ids(Whose::Hannah)?.assignment);
    stage.opened(&there, &page)?;
    stage.done(&here, &format!("/my/account/sign-ins/{id}/end"), &[])?;
    stage.gone("a sign-in ended elsewhere", &there, &page)?;
    stage.refused(
        "a sign-in ended elsewhere",
        &there,
        &format!("{page}/own/draft"),
        &[("told", "late")],
    )
}

/// A form that was open when its window signed out, or locked the desk.
fn signed_out(stage: &mut Stage) -> Result<(), Anything> {
    for (role, out) in [
        ("colleague", "/sign-out"),
        ("colleague", "/desk/lock"),
        ("colleague", "/exit"),
    ] {
        let mut one = stage.cast.one(role)?.clone();
        one.enter(&mut stage.caller)?;
        let page = format!("/desk/cases/{}", stage.cast.ids(Whose::Hannah)?.case);
        stage.opened(&one, &page)?;
        one.post(&mut stage.caller, out, &[])?;
        stage.gone(out, &one, &page)?;
        let fields = [
            ("for", "everybody"),
            ("what", "own"),
            ("title", "late"),
            ("text", "late"),
        ];
        stage.refused(out, &one, &format!("{page}/homework"), &fields)?;
    }
    Ok(())
}

/// Hannah withdraws her informed consent; her clinician has her session's page open, and she her homework (R9).
fn consent_withdrawn(stage: &mut Stage) -> Result<(), Anything> {
    let ids = stage.cast.ids(Whose::Hannah)?.clone();
    let (client, clinician) = (
        stage.cast.one("stranger")?.clone(),
        stage.cast.one("colleague")?.clone(),
    );
    let session = format!("/desk/sessions/{}", ids.session);
    let homework = format!("/my/homework/{}", ids.assignment);
    stage.opened(&clinician, &session)?;
    stage.opened(&client, &homework)?;
    let withdraw = format!("/my/consents/{}/informed-consent/withdraw", ids.participant);
    stage.done(&client, &withdraw, &[])?;
    let side = ids.participant.to_string();
    let note = [("side", side.as_str()), ("brought", "late")];
    stage.refused(
        "a consent withdrawn",
        &clinician,
        &format!("{session}/note"),
        &note,
    )?;
    stage.refused(
        "a consent withdrawn",
        &client,
        &format!("{homework}/own"),
        &[("told", "late")],
    )?;
    stage.refused(
        "a consent withdrawn",
        &client,
        &format!("{homework}/own/draft"),
        &[("told", "late")],
    )
}

/// June's part in the case with Walter ends while her pages are open.
fn part_ended(stage: &mut Stage) -> Result<(), Anything> {
    let june = records::ids(&stage.ground, records::person(&stage.ground, "june")?)?;
    let mut client = stage.cast.one("client")?.clone();
    client.slug = "june";
    client.enter(&mut stage.caller)?;
    let clinician = stage.cast.one("clinician")?.clone();
    let homework = format!("/my/homework/{}", june.assignment);
    stage.opened(&client, &homework)?;
    stage.opened(&client, "/my/goals")?;
    let end = format!("/desk/cases/{}/people/{}/end", june.case, june.participant);
    stage.done(&clinician, &end, &[("reason", "late"), ("sure", "yes")])?;
    let what = "a part that ended";
    stage.refused(
        what,
        &client,
        &format!("{homework}/own/draft"),
        &[("told", "late")],
    )?;
    stage.refused(
        what,
        &client,
        &format!("{homework}/shared/draft"),
        &[("shared", "late")],
    )?;
    let goals = format!("/my/goals/{}", june.participant);
    let goal = [
        ("joint-words", "late"),
        ("own-words", "late"),
        ("words", "late"),
    ];
    stage.refused(what, &client, &format!("{goals}/joint"), &goal)?;
    stage.refused(what, &client, &format!("{goals}/own"), &goal)?;
    let born = format!("born-{}", june.participant);
    let answers = [(born.as_str(), "1970-01-01")];
    stage.refused(
        what,
        &client,
        &format!("/my/intake/{}", june.participant),
        &answers,
    )
}

/// Another supervisor is named for the associate: the one before sees nothing that comes after.
fn supervision_over(stage: &mut Stage) -> Result<(), Anything> {
    let (owner, before) = (
        stage.cast.one("owner")?.clone(),
        stage.cast.one("supervisor")?.clone(),
    );
    let case = format!("/desk/cases/{}", stage.cast.ids(Whose::Maya)?.case);
    stage.opened(&before, &case)?;
    stage.done(&owner, "/desk/practice/staff/joy/end", &[])?;
    stage.gone("a supervisor's access that ended", &before, &case)?;
    stage.refused(
        "a supervisor's access that ended",
        &before,
        &format!("{case}/homework"),
        &[
            ("for", "everybody"),
            ("what", "own"),
            ("title", "late"),
            ("text", "late"),
        ],
    )
}

/// The associate's access ends while a session's page is open, with a draft in it.
fn access_ended(stage: &mut Stage) -> Result<(), Anything> {
    let ids = stage.cast.ids(Whose::Maya)?.clone();
    let (owner, associate) = (
        stage.cast.one("owner")?.clone(),
        stage.cast.one("associate")?.clone(),
    );
    let session = format!("/desk/sessions/{}", ids.session);
    let case = format!("/desk/cases/{}", ids.case);
    stage.opened(&associate, &session)?;
    stage.opened(&associate, &case)?;
    stage.done(&owner, "/desk/practice/staff/ren/end", &[])?;
    let what = "access that ended";
    for page in [
        session.as_str(),
        case.as_str(),
        "/desk",
        "/desk/cases",
        "/desk/calendar",
    ] {
        stage.gone(what, &associate, page)?;
    }
    let side = ids.participant.to_string();
    let note = [("side", side.as_str()), ("brought", "late")];
    stage.refused(what, &associate, &format!("{session}/note"), &note)?;
    let mut again = associate;
    match cast::enter(&mut stage.caller, again.slug) {
        Err(_) => Ok(()),
        Ok(cookie) => {
            again.cookie = cookie;
            stage.gone(what, &again, "/desk")
        }
    }
}
