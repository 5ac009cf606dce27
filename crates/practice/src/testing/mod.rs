//! For tests of the heart and of the doors: a small fictional practice, its cast, and a clock that stands still.
//!
//! Thursday 19 November 2026, six in the morning in Portland. P. Raman owns the practice; Dr. Adaeze Okafor is a
//! clinician and supervises Ren Castellano; Theo Lindqvist keeps the front desk and Lena Brandt the bills. Clients are
//! made by name ([`Fictional::client`]). Nothing of the program uses this.

pub mod age;
pub mod author;
mod care;
mod device;

pub use device::Device;

use std::sync::Arc;

use store::testing::Folder;
use store::{DatabaseUrl, Store};
use vault::{KeyFile, Kind, PassphraseCost, Secret, SeededRandomness};

use crate::access::{
    CredentialBody, CredentialKind, DeskAccess, FreshAccess, JobAccess, PortalAccess, Purpose,
    Role, SignedIn,
};
use crate::accounts::{Invitation, NewAccount, NewStaff, SignInToken, StaffPage};
use crate::booking::records::{Hours, insert_hours, insert_room};
use crate::cases::{self, Case};
use crate::clock::{SetClock, micros};
use crate::core::{Opening, Practice};
use crate::error::AccessError;
use crate::ids::{PersonId, RoomId, uuid_v7};
use crate::own_words::{Keys, OwnWords, PublicKeys, Slots};
use crate::people::{self, Channel, Identity, Way};
use crate::private::Private;
use crate::receipts::Action;

/// The instant at which every story begins.
pub const BEGINS: &str = "2026-11-19T14:00:00Z";
/// Everybody's password, also the one-time password of staff who have not enrolled.
pub const PASSWORD: &str = "a lamp beside the door";

/// The fictional practice.
pub struct Fictional {
    /// The practice, unlocked.
    pub practice: Practice,
    /// Its clock.
    pub clock: Arc<SetClock>,
    /// P. Raman, owner; signs in as `raman`.
    pub owner: PersonId,
    /// Dr. Adaeze Okafor, clinician and supervisor; signs in as `okafor`.
    pub clinician: PersonId,
    /// Ren Castellano, associate; signs in as `castellano`.
    pub associate: PersonId,
    /// Theo Lindqvist, front desk; signs in as `lindqvist`.
    pub front_desk: PersonId,
    /// Lena Brandt, biller; signs in as `brandt`.
    pub biller: PersonId,
    /// The data.
    pub store: Store,
    /// The keyring.
    pub keyring: Store,
    randomness: Arc<SeededRandomness>,
}

/// The secret that unlocks the fictional practice's keyring.
#[must_use]
pub fn secret() -> Secret {
    Secret::KeyFile(KeyFile::generate(&SeededRandomness::new(1)))
}

/// Runs one story on a new fictional practice with an embedded database.
pub async fn once(story: impl AsyncFn(Fictional)) {
    let folder = Folder::new();
    story(fictional(&folder.sqlite()).await).await;
}

/// Runs one story twice, on an embedded database and on PostgreSQL, each with a new fictional practice.
pub async fn both(story: impl AsyncFn(Fictional)) {
    store::testing::both_at(async |url| story(fictional(&url).await).await).await;
}

/// Makes the fictional practice in an empty database, its keyring beside it.
///
/// # Panics
/// When it cannot be made.
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub async fn fictional(url: &DatabaseUrl) -> Fictional {
    let store = store::testing::open(url).await;
    let keyring = crate::keys::keyring_beside(url)
        .await
        .expect("the keyring's database opens");
    let clock = Arc::new(SetClock::new(BEGINS.parse().expect("an instant")));
    let randomness = Arc::new(SeededRandomness::new(2));
    let opening = Opening {
        store: store.clone(),
        keyring: keyring.clone(),
        clock: Arc::clone(&clock) as _,
        randomness: Arc::clone(&randomness) as _,
    };
    let published = r#"{"name":"Linden Row"}"#.to_owned();
    let practice = Practice::create(opening, &secret(), PassphraseCost::CHEAPEST, published)
        .await
        .expect("the practice is made");
    practice.begin_authority().await.expect("first grants");
    let owner = hire(&practice, "P. Raman", "raman", vec![(Role::Owner, None)]).await;
    let clinical = vec![(Role::Clinician, None), (Role::Supervisor, None)];
    let clinician = hire(&practice, "Dr. Adaeze Okafor", "okafor", clinical).await;
    let learning = vec![(Role::Associate, Some(clinician))];
    let associate = hire(&practice, "Ren Castellano", "castellano", learning).await;
    let desk = vec![(Role::FrontDesk, None)];
    let front_desk = hire(&practice, "Theo Lindqvist", "lindqvist", desk).await;
    let biller = hire(
        &practice,
        "Lena Brandt",
        "brandt",
        vec![(Role::Biller, None)],
    )
    .await;
    Fictional {
        practice,
        clock,
        owner,
        clinician,
        associate,
        front_desk,
        biller,
        store,
        keyring,
        randomness,
    }
}

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
async fn hire(
    practice: &Practice,
    name: &str,
    sign_in_name: &str,
    roles: Vec<(Role, Option<PersonId>)>,
) -> PersonId {
    let clinical = roles
        .iter()
        .any(|(role, _)| matches!(role, Role::Clinician | Role::Associate));
    let credentials = if clinical {
        vec![licence()]
    } else {
        Vec::new()
    };
    practice
        .add_staff(
            &JobAccess::set_up(),
            NewStaff {
                identity: identity(name),
                slug: sign_in_name.to_owned(),
                page: StaffPage {
                    name: name.to_owned(),
                    public: clinical,
                    ..StaffPage::default()
                },
                roles,
                credentials,
                account: account(sign_in_name),
            },
        )
        .await
        .expect("staff are made")
}

/// A licence in Oregon, in date for years; `person` is filled in by who takes it.
#[must_use]
pub fn licence() -> CredentialBody {
    CredentialBody {
        person: PersonId(uuid::Uuid::nil()),
        kind: CredentialKind::Licence,
        name: "Licensed marriage and family therapist".to_owned(),
        issuer: "Oregon Board of Licensed Professional Counselors and Therapists".to_owned(),
        number: "T1234".to_owned(),
        jurisdiction: "US-OR".to_owned(),
        from: "2019-03-01".to_owned(),
        until: "2028-02-29".to_owned(),
        verified_how: "Looked up at the board".to_owned(),
        verified_on: "2026-10-01".to_owned(),
    }
}

/// Names and one safe way of somebody fictional.
#[must_use]
pub fn identity(name: &str) -> Identity {
    let word = name
        .split_whitespace()
        .last()
        .unwrap_or(name)
        .to_lowercase();
    Identity {
        name: Private::from(name),
        ways: vec![Way::new(
            Channel::Mail,
            Private::from(format!("{word}@example.org")),
            true,
        )],
        ..Identity::default()
    }
}

/// A sign-in name with everybody's password.
#[must_use]
pub fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test cannot go on without it"
)]
impl Fictional {
    /// The same practice as another start of the program finds it: locked.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn started_again(&self) -> Practice {
        Practice::open(Opening {
            store: self.store.clone(),
            keyring: self.keyring.clone(),
            clock: Arc::clone(&self.clock) as _,
            randomness: Arc::clone(&self.randomness) as _,
        })
        .await
        .expect("the practice opens")
    }

    /// Another clinician, who signs in as `sign_in_name`.
    ///
    /// # Panics
    /// When they cannot be hired.
    pub async fn colleague(&self, name: &str, sign_in_name: &str) -> PersonId {
        let clinical = vec![(Role::Clinician, None)];
        hire(&self.practice, name, sign_in_name, clinical).await
    }

    /// A person with the name to use `name`, and nothing else: no case, no account.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn person(&self, name: &str) -> PersonId {
        self.person_of(identity(name)).await
    }

    /// A person with this identity, and nothing else.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn person_of(&self, identity: Identity) -> PersonId {
        let made = self.practice.make(&[Kind::Identity]).await.expect("a key");
        let practice = self.practice.id();
        self.practice
            .write(
                &JobAccess::set_up(),
                Action::SetUp,
                move |work| {
                    let compartment = made.first().expect("one").id();
                    let opened = work.open_made(Action::SetUp, Purpose::Keeping, &made)?;
                    let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                    let place = ("people", work.new_id(), 1);
                    let row = work.seal(open, place, &identity)?;
                    Ok::<_, AccessError>((micros(work.now()), row))
                },
                move |tx, (at, row)| {
                    people::insert(tx, practice, *at, row)?;
                    Ok(PersonId(row.id()))
                },
            )
            .await
            .expect("a person is made")
    }

    /// An invitation of `person`, as it stands in the link.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn invitation(&self, person: PersonId) -> Invitation {
        self.practice
            .write(
                &JobAccess::set_up(),
                Action::AccountChange,
                move |work| Invitation::prepare(work, person, None, work.now()),
                |_, invitation| Ok::<_, AccessError>(invitation.clone()),
            )
            .await
            .expect("an invitation is made")
    }

    /// A client called `name`, with an account that signs in as `name` in small letters; no case yet.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn client(&self, name: &str) -> PersonId {
        let person = self.person(name).await;
        let invitation = self.invitation(person).await;
        self.practice
            .accept_invitation(invitation.text(), account(&name.to_lowercase()))
            .await
            .expect("the invitation is accepted");
        person
    }

    /// An open case of Dr. Okafor: individual with one of `people`, relational with more.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn case_of(&self, people: &[PersonId]) -> Case {
        self.case_with(self.clinician, None, people).await
    }

    /// An open case of `clinician`, supervised by `supervisor`.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn case_with(
        &self,
        clinician: PersonId,
        supervisor: Option<PersonId>,
        people: &[PersonId],
    ) -> Case {
        let new = self
            .practice
            .new_case(clinician, supervisor, people.to_vec())
            .await
            .expect("the case has keys");
        let practice = self.practice.id();
        let mut case = self
            .practice
            .write(
                &JobAccess::set_up(),
                Action::SetUp,
                move |work| cases::prepare(work, &new),
                move |tx, case| {
                    cases::insert(tx, practice, case)?;
                    Ok::<_, AccessError>(case.clone())
                },
            )
            .await
            .expect("the case is made");
        // Its screening was settled when the story begins, unless the story is about that.
        case.joint_from = case.joint.map(|_| case.opened_at);
        self.joint_from(&case, case.joint_from).await;
        case
    }

    /// Joint work of a case waits for the screening, as in every new one (R11).
    pub async fn waits(&self, case: &Case) {
        self.joint_from(case, None).await;
    }

    async fn joint_from(&self, case: &Case, from: Option<i64>) {
        let values = vec![case.id.into(), from.into()];
        self.by_hand("UPDATE cases SET joint_from = $2 WHERE id = $1", values)
            .await;
    }

    /// Signs `person` in without a password, as the demo does; the token is for the cookie.
    ///
    /// # Panics
    /// When they have no account.
    pub async fn token(&self, person: PersonId) -> SignInToken {
        self.practice
            .enter_demo(person)
            .await
            .expect("they have an account")
    }

    /// The access of a client who is signed in.
    ///
    /// # Panics
    /// When they are no client.
    pub async fn portal(&self, person: PersonId) -> PortalAccess {
        match self.signed_in(person).await {
            SignedIn::Portal(access) => access,
            SignedIn::Desk(_) => panic!("staff do not stand at the portal"),
        }
    }

    /// The access of a member of staff who is signed in.
    ///
    /// # Panics
    /// When they are no staff.
    pub async fn desk(&self, person: PersonId) -> DeskAccess {
        match self.signed_in(person).await {
            SignedIn::Desk(access) => access,
            SignedIn::Portal(_) => panic!("clients do not stand at the desk"),
        }
    }

    /// The access of a member of staff who is signed in and has just proved themselves.
    ///
    /// # Panics
    /// When they are no staff.
    pub async fn fresh(&self, person: PersonId) -> FreshAccess {
        let access = self.desk(person).await;
        self.practice.fresh(&access).expect("they proved it")
    }

    /// Gives somebody who has an account public keys of the right form, which nobody can open anything with.
    ///
    /// # Panics
    /// When they cannot be kept.
    pub async fn has_keys(&self, person: PersonId) {
        let access = self.signed_in(person).await;
        let letter = if person == self.clinician { "q" } else { "p" };
        let new = OwnWords {
            keys: PublicKeys {
                recipient: format!("age1{}", letter.repeat(58)),
                author: "ab".repeat(32),
            },
            slots: Slots {
                recovery: age::for_passphrase(12),
                passphrase: Some(age::for_passphrase(18)),
                passkey: None,
            },
        };
        let kept = match &access {
            SignedIn::Portal(access) => {
                let keeping = self.practice.keep_own_words(access, new, None, Keys::Same);
                keeping.await
            }
            SignedIn::Desk(access) => {
                let keeping = self.practice.keep_own_words(access, new, None, Keys::Same);
                keeping.await
            }
        };
        kept.expect("the keys are kept");
    }

    async fn signed_in(&self, person: PersonId) -> SignedIn {
        let token = self.token(person).await;
        self.practice
            .signed_in(token.text())
            .await
            .expect("they are signed in")
    }

    /// Changes the data from outside, as somebody with the database file could.
    ///
    /// # Panics
    /// When the statement does not work.
    pub async fn by_hand(&self, sql: &str, values: Vec<store::Value>) -> u64 {
        let sql = sql.to_owned();
        self.store
            .write(move |tx| tx.exec(&sql, &values))
            .await
            .expect("the statement works")
    }
}

/// Two rooms, and Dr. Okafor works Tuesday to Friday from nine to five in Portland.
///
/// # Panics
/// When they cannot be entered.
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub async fn premises(house: &Fictional) {
    let (practice, clinician, now) = (house.practice.id(), house.clinician, house.practice.now());
    let randomness = vault::SeededRandomness::new(77);
    let rooms = ["Room 1", "Room 2"].map(|name| (RoomId::new(now, &randomness), name));
    let ids: Vec<_> = (2..=5).map(|_| uuid_v7(now, &randomness)).collect();
    house
        .store
        .write(move |tx| {
            for (room, name) in rooms {
                insert_room(tx, practice, room, name)?;
            }
            for (weekday, id) in (2..=5).zip(&ids) {
                let hours = Hours {
                    clinician,
                    weekday,
                    begins: "09:00".to_owned(),
                    ends: "17:00".to_owned(),
                    zone: "America/Los_Angeles".to_owned(),
                    place: "both".to_owned(),
                    use_for: "both".to_owned(),
                };
                insert_hours(tx, practice, *id, &hours)?;
            }
            Ok::<_, store::StoreError>(())
        })
        .await
        .expect("rooms and hours are entered");
}
