//! Asking about a receipt: who reads the question, that no partner does, and that the answer comes back.

use super::{AskingError, Listed};
use crate::error::AccessError;
use crate::ids::{PersonId, ReceiptId};
use crate::post::Mailer;
use crate::private::Private;
use crate::receipts::{Opened, OpenedBy, Whose};
use crate::testing::{Fictional, both, once, secret};

const QUESTION: &str = "Why did the front desk look on Sunday?";
const ANSWER: &str = "To move your time; it will not happen again.";

/// Noor and Sam, a couple of Dr. Okafor's; the front desk has opened Noor's contact, Dr. Okafor both of theirs.
async fn couple(house: &Fictional) -> (PersonId, PersonId) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    house.case_of(&[noor, sam]).await;
    house.clock.pass_minutes(60);
    for staff in [house.front_desk, house.clinician] {
        let desk = house.desk(staff).await;
        house.practice.identity(&desk, noor).await.unwrap();
    }
    (noor, sam)
}

async fn lines(house: &Fictional, client: PersonId) -> Vec<Opened> {
    let portal = house.portal(client).await;
    let page = house
        .practice
        .who_opened_my_record(&portal, Whose::Others, None);
    page.await.unwrap().openings
}

/// What somebody of the staff did with the client's contact.
async fn line_by(house: &Fictional, client: PersonId, staff: PersonId) -> ReceiptId {
    let lines = lines(house, client).await;
    let by = |one: &&Opened| {
        matches!(&one.by, OpenedBy::Staff { person, .. } if *person == staff)
            && one.what == "Read contact details"
    };
    lines.iter().find(by).unwrap().id
}

async fn ask(house: &Fictional, client: PersonId, line: ReceiptId) -> Result<(), AskingError> {
    let portal = house.portal(client).await;
    let question = Private::from(QUESTION);
    house.practice.ask(&portal, line, question).await.map(drop)
}

async fn read(house: &Fictional, staff: PersonId) -> Vec<Listed> {
    let desk = house.desk(staff).await;
    house.practice.questions(&desk).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_a_question_reaches_the_owner_and_who_cares_and_the_answer_comes_back() {
    both(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        let line = line_by(&house, noor, house.front_desk).await;
        ask(&house, noor, line).await.unwrap();
        for staff in [house.owner, house.clinician] {
            let seen = read(&house, staff).await;
            assert_eq!(seen.len(), 1);
            assert_eq!(seen[0].words.reveal(), QUESTION);
            assert_eq!(seen[0].name.reveal(), "Noor");
            assert_eq!(seen[0].about.as_ref().unwrap().id, line);
        }
        for staff in [house.front_desk, house.associate, house.biller] {
            assert!(read(&house, staff).await.is_empty());
        }
        let id = read(&house, house.owner).await[0].question.id;
        let answer = async |staff| {
            let desk = house.desk(staff).await;
            house
                .practice
                .answer(&desk, id, Private::from(ANSWER))
                .await
        };
        assert!(matches!(
            answer(house.front_desk).await,
            Err(AskingError::Access(AccessError::NotThere))
        ));
        answer(house.owner).await.unwrap();
        assert!(matches!(
            answer(house.clinician).await,
            Err(AskingError::Answered)
        ));
        let portal = house.portal(noor).await;
        let (mine, staff) = house.practice.my_questions(&portal).await.unwrap();
        assert_eq!(mine[0].answer.as_ref().unwrap().reveal(), ANSWER);
        assert!(staff.contains_key(&house.owner));
        // R15: who read the question stands among the openings.
        let read = lines(&house, noor).await;
        let read = read
            .iter()
            .filter(|one| one.what == "Read a question about access");
        assert!(read.count() >= 2);
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_partner_learns_nothing_of_a_question() {
    once(async |house: Fictional| {
        let (noor, sam) = couple(&house).await;
        let before = lines(&house, sam).await;
        let line = line_by(&house, noor, house.front_desk).await;
        ask(&house, noor, line).await.unwrap();
        read(&house, house.owner).await;
        read(&house, house.clinician).await;
        assert_eq!(lines(&house, sam).await, before);
        let portal = house.portal(sam).await;
        assert!(
            house
                .practice
                .my_questions(&portal)
                .await
                .unwrap()
                .0
                .is_empty()
        );
        // Nor can they ask about a line that is not theirs, which is the same as one that never was.
        for one in [line, ReceiptId(uuid::Uuid::from_u128(3))] {
            let refused = ask(&house, sam, one).await;
            assert!(matches!(
                refused,
                Err(AskingError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_about_does_not_read_it_unless_they_own_the_practice() {
    once(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        let of_clinician = line_by(&house, noor, house.clinician).await;
        let portal = house.portal(noor).await;
        let page = house
            .practice
            .asking_page(&portal, of_clinician)
            .await
            .unwrap();
        assert_eq!(page.readers, ["P. Raman"]);
        assert!(!page.asked_about_reads);
        ask(&house, noor, of_clinician).await.unwrap();
        assert!(read(&house, house.clinician).await.is_empty());
        assert_eq!(read(&house, house.owner).await.len(), 1);

        let owner = house.desk(house.owner).await;
        house.practice.identity(&owner, noor).await.unwrap();
        let of_owner = line_by(&house, noor, house.owner).await;
        let page = house.practice.asking_page(&portal, of_owner).await.unwrap();
        assert!(page.asked_about_reads);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_the_letters_carry_no_word_and_questions_have_bounds() {
    once(async |house: Fictional| {
        let (noor, _) = couple(&house).await;
        let line = line_by(&house, noor, house.front_desk).await;
        let portal = house.portal(noor).await;
        for words in ["  ".to_owned(), "x".repeat(super::LONGEST + 1)] {
            let refused = house
                .practice
                .ask(&portal, line, Private::from(words.as_str()))
                .await;
            assert!(matches!(refused, Err(AskingError::Words)));
        }
        for _ in 0..super::WAITING {
            ask(&house, noor, line).await.unwrap();
        }
        assert!(matches!(
            ask(&house, noor, line).await,
            Err(AskingError::Many)
        ));
        let mailer = Mailer::kept("https://alder.example");
        house.practice.send_post(&mailer).await.unwrap();
        let outbox = house.practice.outbox(&mailer).await.unwrap();
        let told = outbox
            .iter()
            .filter(|letter| letter.text.reveal().contains("/desk/questions"));
        assert!(told.count() >= 2);
        assert!(
            outbox
                .iter()
                .all(|letter| !letter.text.reveal().contains("Sunday"))
        );
    })
    .await;
}
