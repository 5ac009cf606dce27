//! The log's tree, proofs, receipts and heads against their vectors, and what must hold for every log.

use proptest::prelude::*;

use super::*;
use crate::vectors::{array, file, hashes, hex, id, list, number, text};
use crate::{CompartmentId, VaultError};

fn leaves(count: u32) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(&number.to_be_bytes()))
        .collect()
}

fn tree(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::new();
    tree.extend(leaves.iter().copied());
    tree
}

#[test]
fn roots_are_those_of_the_vectors_at_every_size() {
    let vectors = file("rfc6962.json");
    let (mut tree, mut frontier) = (Tree::new(), Frontier::new());
    let roots = hashes(&vectors["roots"]);
    assert_eq!(roots[0], EMPTY_ROOT);
    assert_eq!((tree.root(), frontier.root()), (EMPTY_ROOT, EMPTY_ROOT));
    for (leaf, root) in list(&vectors["leaves"]).iter().zip(&roots[1..]) {
        let leaf = leaf_hash(&hex(leaf));
        tree.push(leaf);
        frontier.push(leaf);
        assert_eq!((tree.root(), frontier.root()), (*root, *root));
    }
    for (size, root) in (0..).zip(&roots) {
        assert_eq!(tree.root_at(size), Some(*root));
    }
    assert_eq!(tree.root_at(tree.size() + 1), None);
}

#[test]
fn the_root_of_eight_leaves_is_the_one_that_certificate_transparency_publishes() {
    let roots = hashes(&file("rfc6962.json")["roots"]);
    let known = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
    assert_eq!(roots[8], array::<32>(&known.into()));
}

#[test]
fn proofs_are_those_of_the_vectors_and_hold() {
    let vectors = file("rfc6962.json");
    let hashed = list(&vectors["leaves"])
        .iter()
        .map(|leaf| leaf_hash(&hex(leaf)))
        .collect::<Vec<_>>();
    let (tree, roots) = (tree(&hashed), hashes(&vectors["roots"]));
    for case in list(&vectors["inclusion"]) {
        let (index, size): (u64, u64) = (number(&case["index"]), number(&case["size"]));
        let (proof, root) = (
            hashes(&case["proof"]),
            roots[usize::try_from(size).unwrap()],
        );
        assert_eq!(
            tree.inclusion_proof(index, size).unwrap(),
            proof,
            "{index} of {size}"
        );
        let leaf = hashed[usize::try_from(index).unwrap()];
        assert_eq!(
            verify_inclusion(&leaf, index, size, &proof, &root),
            Ok(()),
            "{index} of {size}"
        );
    }
    for case in list(&vectors["consistency"]) {
        let (old, new): (u64, u64) = (number(&case["old"]), number(&case["new"]));
        let proof = hashes(&case["proof"]);
        assert_eq!(
            tree.consistency_proof(old, new).unwrap(),
            proof,
            "{old} to {new}"
        );
        let root = |size: u64| &roots[usize::try_from(size).unwrap()];
        let verified = verify_consistency((old, root(old)), (new, root(new)), &proof);
        assert_eq!(verified, Ok(()), "{old} to {new}");
    }
}

#[test]
fn there_is_no_proof_of_what_is_not_there() {
    let tree = tree(&leaves(5));
    assert_eq!(tree.inclusion_proof(5, 5), None);
    assert_eq!(tree.inclusion_proof(0, 6), None);
    assert_eq!(tree.consistency_proof(4, 3), None);
    assert_eq!(tree.consistency_proof(4, 6), None);
    let root = tree.root();
    assert_eq!(
        verify_inclusion(&leaves(1)[0], 0, 0, &[], &root),
        Err(LogError::Proof)
    );
    assert_eq!(
        verify_consistency((6, &root), (5, &root), &[]),
        Err(LogError::Proof)
    );
    assert_eq!(
        verify_consistency((1, &root), (0, &root), &[]),
        Err(LogError::Proof)
    );
    assert_eq!(
        verify_consistency((0, &EMPTY_ROOT), (5, &root), &[]),
        Ok(())
    );
    assert_eq!(
        verify_consistency((0, &EMPTY_ROOT), (5, &root), &[root]),
        Err(LogError::Proof)
    );
}

#[test]
fn a_frontier_with_too_many_or_too_few_hashes_is_refused() {
    let mut frontier = Frontier::new();
    for leaf in leaves(11) {
        frontier.push(leaf);
    }
    let encoded = frontier.encode();
    assert_eq!(Frontier::decode(&encoded), Ok(frontier));
    for length in 0..encoded.len() {
        assert!(Frontier::decode(&encoded[..length]).is_err());
    }
    let longer = [encoded.as_slice(), &[0; 32]].concat();
    assert_eq!(
        Frontier::decode(&longer),
        Err(LogError::Malformed("frontier"))
    );
}

fn entry(value: &serde_json::Value) -> Entry {
    let optional = |value: &serde_json::Value| value.as_str().map(|id| id.parse().unwrap());
    let word = |field: &str| text(&value[field]).into();
    let row = |row: &serde_json::Value| RowDigest {
        table: text(&row["table"]).into(),
        row: id(&row["row"]),
        revision: number(&row["revision"]),
        digest: array(&row["digest"]),
    };
    Entry {
        id: id(&value["id"]),
        at: value["at"].as_i64().unwrap(),
        actor: optional(&value["actor"]),
        sign_in: optional(&value["sign_in"]),
        role: word("role"),
        action: word("action"),
        purpose: word("purpose"),
        outcome: word("outcome"),
        compartments: list(&value["compartments"])
            .iter()
            .map(|value| CompartmentId(id(value)))
            .collect(),
        rows: list(&value["rows"]).iter().map(row).collect(),
    }
}

#[test]
fn receipts_encode_as_in_the_vectors_and_read_back() {
    let vectors = file("receipts.json");
    for case in list(&vectors["cases"]) {
        let (entry, encoded) = (entry(&case["entry"]), hex(&case["encoded"]));
        assert_eq!(entry.encode(), encoded);
        assert_eq!(entry.leaf_hash(), array(&case["leaf"]));
        assert_eq!(entry.check(), Ok(()));
        assert_eq!(Entry::decode(&encoded), Ok(entry));
        for length in 0..encoded.len() {
            assert!(Entry::decode(&encoded[..length]).is_err(), "{length} bytes");
        }
    }
    for case in list(&vectors["malformed"]) {
        let decoded = Entry::decode(&hex(&case["encoded"]));
        assert_eq!(
            decoded,
            Err(LogError::Malformed("receipt")),
            "{}",
            text(&case["name"])
        );
    }
}

#[test]
fn a_receipt_carries_no_free_text() {
    let good = entry(&file("receipts.json")["cases"][0]["entry"]);
    let refused = |change: fn(&mut Entry), field| {
        let mut changed = good.clone();
        change(&mut changed);
        assert_eq!(changed.check(), Err(VaultError::FreeText { field }));
    };
    refused(|entry| entry.role = "Noor Haddad".into(), "role");
    refused(|entry| entry.action = "notes sign".into(), "action");
    refused(|entry| entry.purpose = "a".repeat(65).into(), "purpose");
    refused(|entry| entry.outcome = "refusé".into(), "outcome");
    refused(|entry| entry.rows[0].table = "note;".into(), "table");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn frontier_and_tree_have_the_same_root(count in 0_u32..300) {
        let leaves = leaves(count);
        let mut frontier = Frontier::new();
        for leaf in &leaves {
            frontier.push(*leaf);
        }
        prop_assert_eq!(frontier.root(), tree(&leaves).root());
        prop_assert_eq!(frontier.size(), u64::from(count));
        prop_assert_eq!(Frontier::decode(&frontier.encode()), Ok(frontier));
    }

    #[test]
    fn inclusion_proofs_hold_and_changed_ones_fail(
        (size, count) in (1_u32..200).prop_flat_map(|count| (1..=count, Just(count))),
        (at, step, bit) in (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..8_u32),
    ) {
        let leaves = leaves(count);
        let (tree, at) = (tree(&leaves), at.index(usize::try_from(size).unwrap()));
        let (index, size) = (u64::try_from(at).unwrap(), u64::from(size));
        let mut proof = tree.inclusion_proof(index, size).unwrap();
        let root = tree.root_at(size).unwrap();
        let verify = |index, size, proof: &[Hash]| verify_inclusion(&leaves[at], index, size, proof, &root);
        prop_assert_eq!(verify(index, size, &proof), Ok(()));
        prop_assert!(verify(index + 1, size, &proof).is_err());
        prop_assert!(verify_inclusion(&leaf_hash(b"another"), index, size, &proof, &root).is_err());
        let longer = [proof.as_slice(), &[root]].concat();
        prop_assert!(verify(index, size, &longer).is_err());
        if !proof.is_empty() {
            prop_assert!(verify(index, size, &proof[1..]).is_err());
            let step = step.index(proof.len());
            proof[step][5] ^= 1 << bit;
            prop_assert!(verify(index, size, &proof).is_err());
        }
    }

    #[test]
    fn consistency_proofs_hold_and_changed_ones_fail(
        (old, new) in (1_u32..200).prop_flat_map(|new| (1..=new, Just(new))),
        (step, bit) in (any::<prop::sample::Index>(), 0..8_u32),
    ) {
        let mut leaves = leaves(new);
        let (old, new) = (u64::from(old), u64::from(new));
        let whole = tree(&leaves);
        let mut proof = whole.consistency_proof(old, new).unwrap();
        let (old_root, new_root) = (whole.root_at(old).unwrap(), whole.root());
        let verify = |proof: &[Hash]| verify_consistency((old, &old_root), (new, &new_root), proof);
        prop_assert_eq!(verify(&proof), Ok(()));
        leaves[0] = leaf_hash(b"rewritten");
        let rewritten = tree(&leaves);
        let forged = rewritten.consistency_proof(old, new).unwrap();
        let forged = verify_consistency((old, &old_root), (new, &rewritten.root()), &forged);
        prop_assert!(forged.is_err());
        if !proof.is_empty() {
            prop_assert!(verify(&proof[1..]).is_err());
            let step = step.index(proof.len());
            proof[step][5] ^= 1 << bit;
            prop_assert!(verify(&proof).is_err());
        }
    }

    #[test]
    fn a_receipt_reads_back_and_two_differ_in_their_bytes(
        ids in any::<(u128, u128, u128)>(),
        at in any::<i64>(),
        has in any::<(bool, bool)>(),
        words in ("[a-z/]{0,9}", "[a-z/]{0,9}", "[a-z/]{0,9}", "[a-z/]{0,9}"),
        compartments in proptest::collection::vec(any::<u128>(), 0..5),
        rows in proptest::collection::vec((any::<u128>(), any::<u32>(), any::<[u8; 32]>()), 0..4),
    ) {
        let id = uuid::Uuid::from_u128;
        let row = |(row, revision, digest)| RowDigest { table: "note".into(), row: id(row), revision, digest };
        let one = Entry {
            id: id(ids.0),
            at,
            actor: has.0.then(|| id(ids.1)),
            sign_in: has.1.then(|| id(ids.2)),
            role: words.0.into(),
            action: words.1.into(),
            purpose: words.2.into(),
            outcome: words.3.into(),
            compartments: compartments.into_iter().map(|value| CompartmentId(id(value))).collect(),
            rows: rows.into_iter().map(row).collect(),
        };
        prop_assert_eq!(Entry::decode(&one.encode()), Ok(one.clone()));
        let mut moved = one.clone();
        std::mem::swap(&mut moved.action, &mut moved.purpose);
        prop_assert_eq!(moved.encode() == one.encode(), moved == one);
    }
}

#[test]
fn a_head_is_found_in_a_letter_and_its_block_spells_nothing() {
    let (vault, _) = crate::create(
        uuid::Uuid::from_u128(7),
        &crate::SeededRandomness::new(3),
        &crate::Secret::KeyFile(crate::KeyFile::generate(&crate::SeededRandomness::new(4))),
        crate::PassphraseCost::CHEAPEST,
    )
    .unwrap();
    let head = vault.sign_checkpoint(41, [9; 32]);
    let block = head.block();
    assert!(block.lines().all(|line| line.len() <= 64));
    let around = format!(
        "Received: by a\r\nX: 00ff\r\n\r\nHello,\r\n\r\n{}\r\nBye\r\n",
        block.replace('\n', "\r\n")
    );
    assert_eq!(Checkpoint::found_in(&around), Ok(head.clone()));
    assert_eq!(Checkpoint::found_in(&head.text()), Ok(head));
    // What is cut may still read like a head of another log, and is signed by nobody.
    let cut = Checkpoint::found_in(block.get(2..).unwrap());
    assert!(cut.is_err() || cut.is_ok_and(|cut| cut.verify(&vault.audit_key()).is_err()));
    assert!(Checkpoint::found_in("nothing").is_err());
}

#[test]
fn any_leaves_of_any_tree_are_proved_at_once_and_no_others() {
    for size in 0..10_u64 {
        let leaves: Vec<Hash> = (0..size).map(|at| leaf_hash(&at.to_be_bytes())).collect();
        let mut tree = Tree::new();
        tree.extend(leaves.iter().copied());
        for chosen in 0..(1_u64 << size) {
            let numbers: Vec<u64> = (0..size).filter(|at| chosen >> at & 1 == 1).collect();
            let hashes = tree.several_proof(&numbers, size).unwrap();
            let shown: Vec<(u64, Hash)> = numbers
                .iter()
                .map(|at| (*at, leaves[usize::try_from(*at).unwrap()]))
                .collect();
            assert_eq!(verify_several(&shown, size, &hashes, &tree.root()), Ok(()));
            if let Some((first, rest)) = shown.split_first() {
                let mut other = vec![(first.0, [7; 32])];
                other.extend_from_slice(rest);
                assert!(verify_several(&other, size, &hashes, &tree.root()).is_err());
                assert!(verify_several(rest, size, &hashes, &tree.root()).is_err());
                let beyond = [shown.as_slice(), &[(size, first.1)]].concat();
                assert!(verify_several(&beyond, size, &hashes, &tree.root()).is_err());
            }
        }
        if size > 0 {
            let all: Vec<u64> = (0..size).collect();
            assert_eq!(tree.several_proof(&all, size), Some(Vec::new()));
        }
        assert_eq!(tree.several_proof(&[size], size), None);
        assert_eq!(tree.several_proof(&[1, 1], size), None);
    }
}
