//! Reading, signing and withdrawing: each participant alone, in their own side.

use jiff::civil::Date;
use vault::Opened;

use super::texts::{self, ConsentText};
use super::{
    ConsentContent, ConsentError, Document, Given, Signed, Standing, States, asked, facts,
    of_participant, records,
};
use crate::access::{DeskAccess, PortalAccess, Purpose, Work};
use crate::cases::{self, Case, Part, Participant, Sides};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ConsentId, ParticipantId, PracticeId};
use crate::imports::{self, records::EntryState};
use crate::language::Language;
use crate::people::Named;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;
use crate::settings;

/// The documents of one of the signed-in client's cases.
#[derive(Clone, Debug)]
pub struct MyConsents {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// Each document and how it stands.
    pub documents: Vec<Document>,
}

/// A document as its participant reads it before signing, and what was signed of it before.
#[derive(Clone, Debug)]
pub struct ConsentPage {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The text with the practice's facts.
    pub text: ConsentText,
    /// SHA-256 of exactly this text, in hexadecimal; a signature names it.
    pub digest: String,
    /// How it stands.
    pub standing: Standing,
    /// What was signed, newest first.
    pub signed: Vec<Signed>,
    /// The language that was asked for; where the text is not there in it, `text` is the English one and says so.
    pub language: Language,
    /// The languages that can be asked for, the practice's first one first.
    pub languages: Vec<Language>,
}

impl ConsentPage {
    /// Whether the text is in another language than was asked for, because it is not there in that one.
    #[must_use]
    pub fn fell_back(&self) -> bool {
        self.text.language != self.language.tag()
    }
}

/// A consent with exactly the text that was signed.
#[derive(Clone, Debug)]
pub struct SignedText {
    /// What was signed.
    pub signed: Signed,
    /// The text.
    pub text: ConsentText,
}

/// The documents of one participant, as who cares for them sees it.
#[derive(Clone, Debug)]
pub struct CareConsents {
    /// The case.
    pub case: Case,
    /// The participant.
    pub who: Participant,
    /// The case's participants by name, in its order.
    pub people: Vec<Named>,
    /// How it stands with each document.
    pub states: States,
    /// What was signed, newest first.
    pub signed: Vec<Signed>,
}

/// A signature to be.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The digest of the text that was read.
    pub digest: String,
    /// The name as typed.
    pub name: Private<String>,
    /// The language in which it was read; the practice's first one where nothing is said.
    pub language: Option<Language>,
}

impl Practice {
    /// The documents of the signed-in client, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_consents(&self, access: &PortalAccess) -> Result<Vec<MyConsents>, AccessError> {
        self.read(access, |work| {
            let described = settings::described(work)?;
            let mut found = Vec::new();
            for mine in cases::parts_of_mine(work)? {
                let opened =
                    work.open(Action::Consent, Purpose::OwnRecord, &mine.compartments())?;
                found.push(MyConsents {
                    sides: cases::sides(work, &opened, &mine)?,
                    documents: of_participant(work, mine.case.kind, &described, mine.who.id)?
                        .documents,
                });
            }
            Ok(found)
        })
        .await
    }

    /// A document with the practice's facts, to be read and signed.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the part is not the signed-in person's, or is not asked for this document.
    pub async fn consent_page(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        document: String,
        language: Option<Language>,
    ) -> Result<ConsentPage, AccessError> {
        self.read(access, move |work| {
            let mine = cases::part_of_mine(work, participant)?;
            let opened = work.open(Action::Consent, Purpose::OwnRecord, &mine.compartments())?;
            let languages = settings::described(work)?.spoken();
            let language = wanted(&languages, language);
            let (text, digest) = current(work, &mine, &document, language)?;
            let practice = work.practice();
            let stored = records::of_participant(work.tx, practice, participant)?;
            let standing =
                records::standing(&records::marks(work.tx, practice, participant)?, &text);
            let mut signed = Vec::new();
            for one in stored.iter().filter(|one| one.mark.document == document) {
                let content: ConsentContent = work.unseal(&opened, "consents", &one.cell)?;
                signed.push(told(one, content).signed);
            }
            Ok(ConsentPage {
                sides: cases::sides(work, &opened, &mine)?,
                text,
                digest,
                standing,
                signed,
                language,
                languages,
            })
        })
        .await
    }

    /// Exactly what the signed-in client signed.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not theirs.
    pub async fn signed_text(
        &self,
        access: &PortalAccess,
        consent: ConsentId,
    ) -> Result<SignedText, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let stored =
                records::consent(work.tx, practice, consent)?.ok_or(AccessError::NotThere)?;
            let mine = cases::part_of_mine(work, stored.participant)?;
            let opened = work.open(Action::Consent, Purpose::OwnRecord, &[mine.who.own])?;
            let content = work.unseal(&opened, "consents", &stored.cell)?;
            Ok(told(&stored, content))
        })
        .await
    }

    /// Signs a document: exactly the text that was read, in the signer's own side.
    ///
    /// # Errors
    /// [`ConsentError::NameMissing`]; [`ConsentError::OtherText`] when the text changed since it was read;
    /// [`ConsentError::Signed`] when this version is in force already.
    pub async fn sign_consent(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        document: String,
        signing: Signing,
    ) -> Result<ConsentId, ConsentError> {
        let practice = self.id();
        self.write(
            access,
            Action::Consent,
            move |work| {
                let mine = cases::part_of_mine(work, participant)?;
                if !mine.goes_on() {
                    return Err(AccessError::NotThere.into());
                }
                let languages = settings::described(work)?.spoken();
                let language = wanted(&languages, signing.language);
                let (text, digest) = current(work, &mine, &document, language)?;
                if signing.name.reveal().trim().is_empty() {
                    return Err(ConsentError::NameMissing);
                }
                if signing.digest != digest {
                    return Err(ConsentError::OtherText);
                }
                let content = ConsentContent {
                    text,
                    digest,
                    name: signing.name.map(|name| name.trim().to_owned()),
                    at: micros(work.now()),
                    given: Given::Here,
                    withdrawn_at: None,
                };
                prepare(work, Purpose::OwnRecord, &mine, &content)
            },
            move |tx, prepared| put(tx, practice, prepared),
        )
        .await
    }

    /// Records a consent that a participant gave elsewhere, on paper or with another system (R9).
    ///
    /// # Errors
    /// [`ConsentError::PlaceMissing`]; [`ConsentError::DayToCome`]; [`ConsentError::Withdrawn`] when the participant withdrew it on that day or later;
    /// [`ConsentError::Signed`]; [`AccessError::NotThere`] when it is not for who asks.
    pub async fn record_consent(
        &self,
        access: &DeskAccess,
        participant: ParticipantId,
        document: String,
        (day, place): (Date, Private<String>),
    ) -> Result<ConsentId, ConsentError> {
        let practice = self.id();
        self.write(
            access,
            Action::Consent,
            move |work| {
                let mine = cases::part_of_care(work, participant)?;
                let by = work.person()?;
                let (text, digest) = current(work, &mine, &document, Language::English)?;
                let place = place.map(|place| place.trim().to_owned());
                if place.reveal().is_empty() {
                    return Err(ConsentError::PlaceMissing);
                }
                let described = settings::described(work)?;
                if day > described.today(work) {
                    return Err(ConsentError::DayToCome);
                }
                let marks = records::marks(work.tx, practice, participant)?;
                if withdrawn_since(&marks, &document, &described, day) {
                    return Err(ConsentError::Withdrawn);
                }
                let content = ConsentContent {
                    text,
                    digest,
                    name: Private::default(),
                    at: micros(work.now()),
                    given: Given::Elsewhere { day, place, by },
                    withdrawn_at: None,
                };
                prepare(work, Purpose::Care, &mine, &content)
            },
            move |tx, prepared| put(tx, practice, prepared),
        )
        .await
    }

    /// How it stands with a participant's documents, and what was signed, for who cares for them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn consents_of(
        &self,
        access: &DeskAccess,
        case: CaseId,
        participant: ParticipantId,
    ) -> Result<CareConsents, AccessError> {
        self.read(access, move |work| {
            let found = cases::opening::find(work, Action::Consent, case)?;
            let who = found.case.participants.iter();
            let who = who.copied().find(|who| who.id == participant);
            let Some(who) = who else {
                return Err(work.refused(Action::Consent, Purpose::Care));
            };
            let (opened, _) = found.open_part(work, Action::Consent, &who)?;
            let (states, signed) = of_care(work, &opened, &found.case, participant)?;
            Ok(CareConsents {
                people: found.names(&opened)?,
                case: found.case,
                who,
                states,
                signed,
            })
        })
        .await
    }
}

/// How it stands with a participant's documents, and what they signed, where their own side was opened.
pub(crate) fn of_care(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    participant: ParticipantId,
) -> Result<(States, Vec<Signed>), AccessError> {
    let described = settings::described(work)?;
    let states = of_participant(work, case.kind, &described, participant)?;
    let practice = work.practice();
    let mut signed = Vec::new();
    for one in records::of_participant(work.tx, practice, participant)? {
        let content = work.unseal(opened, "consents", &one.cell)?;
        signed.push(told(&one, content).signed);
    }
    Ok((states, signed))
}

/// The language that was asked for, when the practice has it; else its first one.
fn wanted(languages: &[Language], asked: Option<Language>) -> Language {
    let known = asked.filter(|language| languages.contains(language));
    known
        .or_else(|| languages.first().copied())
        .unwrap_or_default()
}

/// The text in use with the practice's facts, and its digest, when the participant is asked for it.
fn current(
    work: &mut Work<'_, '_>,
    mine: &Part,
    document: &str,
    language: Language,
) -> Result<(ConsentText, String), AccessError> {
    let published = settings::described(work)?;
    let text = asked(mine.case.kind, &published)
        .into_iter()
        .find(|text| text.id == document)
        .ok_or(AccessError::NotThere)?;
    // The practice's own policy is there in its own words alone.
    let text = texts::text_in(&text.id, language)
        .unwrap_or(&text)
        .filled(&facts::facts(&published)?);
    let digest = texts::hexadecimal(&text);
    Ok((text, digest))
}

/// Whether a document was withdrawn on `day` or later: an older paper does not bring it back (R9).
fn withdrawn_since(
    marks: &[records::Mark],
    document: &str,
    practice: &settings::Description,
    day: Date,
) -> bool {
    marks
        .iter()
        .filter(|one| one.document == document)
        .filter_map(|one| one.withdrawn_at)
        .any(|at| day <= practice.day_of(from_micros(at)))
}

struct Prepared {
    participant: ParticipantId,
    document: String,
    version: u32,
    at: i64,
    row: SealedRow,
}

fn prepare(
    work: &mut Work<'_, '_>,
    purpose: Purpose,
    mine: &Part,
    content: &ConsentContent,
) -> Result<Prepared, ConsentError> {
    let practice = work.practice();
    let marks = records::marks(work.tx, practice, mine.who.id)?;
    if records::standing(&marks, &content.text).is_in_force() {
        return Err(ConsentError::Signed);
    }
    let opened = work.open(Action::Consent, purpose, &[mine.who.own])?;
    let open = opened.get(mine.who.own).ok_or(AccessError::NotThere)?;
    let row = work.seal(open, ("consents", work.new_id(), 1), content)?;
    let mark = records::Mark {
        document: content.text.id.clone(),
        version: content.text.version,
        in_force: true,
        given_at: content.at,
        withdrawn_at: None,
    };
    work.names_mark((ConsentId(row.id()), mine.who.id), 1, &mark);
    Ok(Prepared {
        participant: mine.who.id,
        document: content.text.id.clone(),
        version: content.text.version,
        at: content.at,
        row,
    })
}

fn put(
    tx: &mut store::Tx<'_>,
    practice: PracticeId,
    new: &Prepared,
) -> Result<ConsentId, ConsentError> {
    let place = (new.participant, new.document.as_str(), new.version, new.at);
    match records::insert(tx, practice, place, &new.row) {
        Ok(()) => {
            if new.document == records::INFORMED {
                imports::records::set_state(tx, practice, new.participant, EntryState::Open)?;
            }
            Ok(ConsentId(new.row.id()))
        }
        // Somebody with the same account was faster by a moment.
        Err(store::StoreError::Unique(_)) => Err(ConsentError::Signed),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn told(stored: &records::Stored, content: ConsentContent) -> SignedText {
    SignedText {
        signed: Signed {
            id: stored.id,
            document: stored.mark.document.clone(),
            title: content.text.title.clone(),
            version: stored.mark.version,
            name: content.name,
            at: from_micros(content.at),
            given: content.given,
            withdrawn: content.withdrawn_at.map(from_micros),
            digest: content.digest,
        },
        text: content.text,
    }
}
