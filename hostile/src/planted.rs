//! Words that stand nowhere else, typed by one person, and who may ever be shown them.

use outside::Anything;
use outside::http::{Ask, Caller};

use crate::cast::{Cast, Whose};
use crate::{ground, participants};

/// A word and who may read it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secret {
    /// As it was typed.
    pub(crate) word: &'static str,
    readers: &'static [&'static str],
}

impl Secret {
    /// Whether somebody of this role may not be shown it at this address. The demo's own pages name everybody.
    pub(crate) fn is_kept_from(&self, role: &str, path: &str) -> bool {
        !self.readers.contains(&role) && !path.starts_with("/demo")
    }
}

/// What clients began to write, which nobody else reads before they give it.
const REFLECTIONS: [(Whose, &str, Secret); 4] = [
    (
        Whose::Noor,
        "client",
        Secret {
            word: "quillmerrow",
            readers: &["client"],
        },
    ),
    (
        Whose::Sam,
        "partner",
        Secret {
            word: "taperlodge",
            readers: &["partner"],
        },
    ),
    (
        Whose::Hannah,
        "stranger",
        Secret {
            word: "fernwhimbrel",
            readers: &["stranger"],
        },
    ),
    (
        Whose::Maya,
        "",
        Secret {
            word: "saltcandle",
            readers: &[],
        },
    ),
];

/// What clinicians noted, which those read who care for the case.
const NOTES: [(Whose, &str, Secret); 3] = [
    (
        Whose::Noor,
        "clinician",
        Secret {
            word: "drumlinvetch",
            readers: &["clinician"],
        },
    ),
    (
        Whose::Hannah,
        "colleague",
        Secret {
            word: "ospreykettle",
            readers: &["colleague"],
        },
    ),
    (
        Whose::Maya,
        "associate",
        Secret {
            word: "maplecurlew",
            readers: &["associate", "supervisor"],
        },
    ),
];

/// Names of clients: those who care for them, those whom they are with, and those who reach people by phone and letter.
const NAMES: [Secret; 3] = [
    Secret {
        word: "Noor",
        readers: &[
            "client",
            "partner",
            "clinician",
            "owner",
            "front-desk",
            "biller",
        ],
    },
    Secret {
        word: "Hannah",
        readers: &["stranger", "colleague", "owner", "front-desk", "biller"],
    },
    Secret {
        word: "Maya",
        readers: &["associate", "supervisor", "owner", "front-desk", "biller"],
    },
];

/// What stands in the time of some and not of others.
const TIMES: [Secret; 2] = [
    Secret {
        word: participants::BETWEEN,
        readers: &["colleague"],
    },
    Secret {
        word: participants::APART,
        readers: &["clinician"],
    },
];

/// Types all of it, as each of them would.
pub(crate) fn plant(cast: &Cast, caller: &mut Caller) -> Result<Vec<Secret>, Anything> {
    let mut secrets = NAMES.to_vec();
    secrets.extend(TIMES);
    for (whose, role, secret) in REFLECTIONS {
        reflection(cast, caller, (whose, role), secret.word)?;
        secrets.push(secret);
    }
    for (whose, role, secret) in NOTES {
        note(cast, caller, (whose, role), secret.word)?;
        secrets.push(secret);
    }
    let typed: Vec<&str> = secrets
        .iter()
        .skip(NAMES.len())
        .map(|secret| secret.word)
        .collect();
    ground::plant(&typed)?;
    Ok(secrets)
}

/// Keeps a reflection as a draft, by the module that saves drafts.
fn reflection(
    cast: &Cast,
    caller: &mut Caller,
    of: (Whose, &str),
    word: &str,
) -> Result<(), Anything> {
    let (whose, role) = of;
    let mut maya = cast.one("client")?.clone();
    let one = if role.is_empty() {
        maya.slug = "maya";
        maya.enter(caller)?;
        &maya
    } else {
        cast.one(role)?
    };
    let page = format!("/my/homework/{}", cast.ids(whose)?.assignment);
    let seen = one.get(caller, &page)?;
    let revision = seen.field("revision");
    let form = format!("csrf={}&told={word}&revision={revision}", one.token);
    saved(caller, &one.cookie, &format!("{page}/own/draft"), &form)
}

/// Keeps a note as a draft.
fn note(cast: &Cast, caller: &mut Caller, of: (Whose, &str), word: &str) -> Result<(), Anything> {
    let (whose, role) = of;
    let one = cast.one(role)?;
    let page = format!("/desk/sessions/{}", cast.ids(whose)?.session);
    let seen = one.get(caller, &page)?;
    let (side, revision) = (seen.field("side"), seen.field("revision"));
    let form = format!(
        "csrf={}&side={side}&revision={revision}&brought={word}",
        one.token
    );
    saved(caller, &one.cookie, &format!("{page}/note"), &form)
}

fn saved(caller: &mut Caller, cookie: &str, path: &str, form: &str) -> Result<(), Anything> {
    let answer = caller.ask(&Ask {
        method: "POST",
        path,
        cookie,
        form,
        more: &[("Accept", "application/json")],
    })?;
    match answer.status {
        200 | 204 => Ok(()),
        status => Err(format!("{path} was not saved: {status} {}", answer.body).into()),
    }
}
