//! Sealed rows that somebody with the file edited, cut, emptied, exchanged, moved, put elsewhere or put in: whoever opens a page
//! sees what was there before or nothing at all, and `audit verify` names each row.
//!
//! The tables are those of the schema that have a column `sealed`: a new one is attacked without being named here, and one
//! in which the practice has no row fails, until this trial writes one.

use std::collections::{BTreeMap, BTreeSet};

use outside::Anything;
use outside::http::{Ask, Caller};
use uuid::Uuid;

use crate::cast::{Cast, ROLES, Whose};
use crate::ground::{Extent, Ground};
use crate::records::{self, Sealed, data::Data};
use crate::{elsewhere, expected, own_words, written};

/// What is done to a row.
struct Attack {
    name: &'static str,
    /// The row, another row of its compartment, a row of a stranger's.
    act: fn(&Sealed, &Sealed, &Sealed) -> Sealed,
    /// What its readers may see afterwards.
    leaves: Leaves,
}

/// What a page that shows the row may be afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    /// As it was, or an error.
    SameOrError,
    /// Also without what it shows of the row, because what says that it is another compartment's is as good as removed; never with
    /// the stranger's words.
    SameOrLess,
}

const ATTACKS: [Attack; 7] = [
    Attack {
        name: "edited",
        act: |row, _, _| row.with(flipped(&row.bytes)),
        leaves: Leaves::SameOrError,
    },
    Attack {
        name: "cut",
        act: |row, _, _| {
            row.with(
                row.bytes
                    .iter()
                    .copied()
                    .take(row.bytes.len() - 1)
                    .collect(),
            )
        },
        leaves: Leaves::SameOrError,
    },
    Attack {
        name: "emptied",
        act: |row, _, _| row.with(Vec::new()),
        leaves: Leaves::SameOrError,
    },
    Attack {
        name: "given the words of a row beside it",
        act: |row, beside, _| row.with(beside.bytes.clone()),
        leaves: Leaves::SameOrError,
    },
    Attack {
        name: "given a stranger's words",
        act: |row, _, stranger| row.with(stranger.bytes.clone()),
        leaves: Leaves::SameOrError,
    },
    Attack {
        name: "given a stranger's words and compartment",
        act: |row, _, stranger| Sealed {
            compartment: stranger.compartment.clone(),
            ..row.with(stranger.bytes.clone())
        },
        leaves: Leaves::SameOrLess,
    },
    Attack {
        name: "moved to a stranger's compartment",
        act: |row, _, stranger| Sealed {
            compartment: stranger.compartment.clone(),
            ..row.clone()
        },
        leaves: Leaves::SameOrLess,
    },
];

/// Pages as they were, by who opened them and where.
type Pages = BTreeMap<(&'static str, String), String>;

/// Attacks all of it.
pub(crate) fn rows() -> Result<(), Anything> {
    attack(&Ground::of("rows")?, Extent::All)
}

/// Attacks all of it in the practice that stands there.
pub(crate) fn attack(ground: &Ground, extent: Extent) -> Result<(), Anything> {
    written::import(ground)?;
    let server = ground.serve(&[])?;
    let cast = Cast::gather(ground, &server)?;
    let mut caller = Caller::new(server.at);
    written::write(ground, &cast, &mut caller)?;
    let data = ground.database()?;
    let mut tables = records::tables_with(&data, "sealed")?;
    tables.retain(|table| !own_words::ONLY_BROWSERS.contains(&table.as_str()));
    let (first, again) = (pages(&cast, &mut caller)?, pages(&cast, &mut caller)?);
    let steady: Pages = first
        .into_iter()
        .filter(|(at, page)| again.get(at) == Some(page))
        .collect();
    println!(
        "  rows: {}, {} tables, {} pages",
        ground.name,
        tables.len(),
        steady.len()
    );
    if tables.len() < 15 || steady.len() < 100 {
        return Err("too little to attack".into());
    }
    let strangers = words_of_strangers(&steady);
    if strangers.len() < 20 || !strangers.contains("Hannah") {
        return Err(format!("only {} words are the stranger's alone", strangers.len()).into());
    }
    let mut wrong = Vec::new();
    let chosen = ATTACKS.iter().enumerate();
    // Every third: edited, exchanged within its compartment, moved to another one.
    let chosen = chosen.filter(|(at, _)| extent == Extent::All || at % 3 == 0);
    for (_, attack) in chosen {
        let touched = all_tables(&cast, &data, &tables, attack)?;
        for ((role, path), page) in pages(&cast, &mut caller)? {
            if let Some(was) = steady.get(&(role, path.clone()))
                && let Some(what) = shows(attack.leaves, (was, &page), (role, &strangers))
            {
                wrong.push(format!("{}: {role} sees {what} at {path}", attack.name));
            }
        }
        for missed in unnamed(ground, &touched)? {
            wrong.push(format!(
                "{}: audit verify does not name {missed}",
                attack.name
            ));
        }
        for (table, before, _) in &touched {
            records::write(&data, table, before)?;
        }
    }
    wrong.extend(put_in(ground, &data, &tables)?);
    wrong.extend(older(ground, &data)?);
    server.stop()?;
    ground
        .must_hold()
        .map_err(|why| format!("after everything was put right: {why}"))?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n  ").into())
    }
}

/// Every page that somebody may open of their own, as far as it is theirs.
fn pages(cast: &Cast, caller: &mut Caller) -> Result<Pages, Anything> {
    let lines = expected::read(include_str!("../expected/routes.txt"))?;
    let mut pages = Pages::new();
    let roles = ROLES.iter().enumerate();
    // Who came, left or was parted reads the same pages as other clients.
    for (column, (role, _)) in roles.filter(|(_, (role, _))| Whose::in_time_of(role).is_none()) {
        let one = cast.one(role)?;
        let reads = lines.iter().filter(|line| {
            // An account's page tells when each sign-in was last used, the latest first.
            line.method == "GET"
                && !line.path.ends_with("/account")
                && !["/assets", "/demo"]
                    .iter()
                    .any(|begin| line.path.starts_with(begin))
        });
        for line in reads {
            for whose in Whose::REAL
                .into_iter()
                .filter(|whose| whose.is_own_of(role) || *whose == Whose::Noor)
            {
                if !line.cell(column, whose)?.starts_with("page") {
                    continue;
                }
                let path = cast.fill(&line.path, &line.path, (whose, one))?;
                let place = elsewhere();
                let more = [("X-Forwarded-For", place.as_str())];
                let ask = Ask {
                    method: "GET",
                    path: &path,
                    cookie: &one.cookie,
                    more: &more,
                    ..Ask::default()
                };
                let answer = caller.ask(&ask)?;
                let page = without(&answer.body, "name=\"csrf\" value=\"", "\"");
                // How much of the hour has gone changes by itself.
                let page = without(&page, "<progress class=\"bar sess__bar\"", "</progress>");
                pages.insert((role, path), format!("{} {page}", answer.status));
            }
        }
    }
    Ok(pages)
}

/// The page without what stands from `begin` to `end`, wherever that is.
fn without(page: &str, begin: &str, end: &str) -> String {
    let mut parts = page.split(begin);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once(end).map_or(part, |(_, rest)| rest));
    }
    text
}

/// What a page shows that it may not.
fn shows(leaves: Leaves, page: (&str, &str), who: (&str, &BTreeSet<String>)) -> Option<String> {
    let ((was, is), (role, strangers)) = (page, who);
    if was == is || !is.starts_with("200") {
        return None;
    }
    if leaves == Leaves::SameOrError {
        let differs = was
            .bytes()
            .zip(is.bytes())
            .position(|(one, other)| one != other);
        let at = differs
            .unwrap_or(is.len().min(was.len()))
            .saturating_sub(60);
        let around = |page: &str| -> String { page.chars().skip(at).take(160).collect() };
        return Some(format!(
            "something else, {:?} in the place of {:?},",
            around(is),
            around(was)
        ));
    }
    // Who may read the stranger's words anyway is no witness.
    if matches!(
        role,
        "stranger" | "colleague" | "owner" | "front-desk" | "biller"
    ) {
        return None;
    }
    words(is).into_iter().find(|word| strangers.contains(word))
}

/// The words that stand on the pages of the stranger and of her clinician, and of nobody else who cares or comes.
fn words_of_strangers(pages: &Pages) -> BTreeSet<String> {
    let of = |roles: &[&str]| -> BTreeSet<String> {
        let theirs = pages.iter().filter(|((role, _), _)| roles.contains(role));
        theirs.flat_map(|(_, page)| words(page)).collect()
    };
    let others = of(&[
        "anonymous",
        "client",
        "partner",
        "clinician",
        "associate",
        "supervisor",
    ]);
    of(&["stranger", "colleague"])
        .difference(&others)
        .cloned()
        .collect()
}

/// What a person reads on a page, word by word; short ones are everybody's.
fn words(page: &str) -> BTreeSet<String> {
    let texts = page
        .split('<')
        .filter_map(|piece| Some(piece.split_once('>')?.1));
    let words = texts.flat_map(|text| text.split(|letter: char| !letter.is_alphabetic()));
    words
        .filter(|word| word.len() > 4)
        .map(str::to_owned)
        .collect()
}

/// One row of each table before and after.
type Touched = Vec<(String, Sealed, Sealed)>;

/// Attacks one row of each table: one that the cast's pages show, where there is one.
fn all_tables(
    cast: &Cast,
    data: &Data,
    tables: &[String],
    attack: &Attack,
) -> Result<Touched, Anything> {
    let (noor, hannah) = (cast.ids(Whose::Noor)?, cast.ids(Whose::Hannah)?);
    let mut all = Vec::new();
    for table in tables {
        let rows = records::sealed_rows(data, table, noor.participant)?;
        let row = rows.first().cloned();
        let row = row.ok_or_else(|| {
            format!("the practice has no row in {table}: let hostile/src/rows.rs write one")
        })?;
        // Of the same table where it has another, so that the words would be read as such.
        let stranger = records::sealed_rows(data, table, hannah.participant)?
            .into_iter()
            .next();
        let stranger = stranger.filter(|stranger| stranger.compartment != row.compartment);
        all.push((table, row, stranger, rows));
    }
    let every: Vec<Sealed> = all
        .iter()
        .flat_map(|(.., rows)| rows.iter().cloned())
        .collect();
    let person = records::sealed_rows(data, "people", hannah.participant)?
        .into_iter()
        .next()
        .ok_or("no people")?;
    let mut touched = Touched::new();
    for (table, row, stranger, _) in all {
        let beside = every
            .iter()
            .find(|other| other.compartment == row.compartment && other.of != row.of);
        // A compartment with one row has none beside it: the stranger's are put there.
        let stranger = stranger.as_ref().unwrap_or(&person);
        let changed = (attack.act)(&row, beside.unwrap_or(stranger), stranger);
        records::write(data, table, &changed)?;
        touched.push((table.clone(), row, changed));
    }
    Ok(touched)
}

/// The rows that `audit verify` does not name.
fn unnamed(ground: &Ground, touched: &Touched) -> Result<Vec<String>, Anything> {
    let named = named(ground)?;
    // A row of the table of revisions is an earlier state of another table's row.
    let missed = touched
        .iter()
        .filter(|(_, row, _)| !named.contains(&row.of));
    Ok(missed
        .map(|(table, row, _)| format!("{table} {}", row.of))
        .collect())
}

fn named(ground: &Ground) -> Result<BTreeSet<Uuid>, Anything> {
    let said = ground.run(&["audit", "verify", "--json"])?;
    let line = said.text.lines().find(|line| line.starts_with('{'));
    let verdict: serde_json::Value = serde_json::from_str(line.ok_or_else(|| said.text.clone())?)?;
    let findings = verdict.get("findings").and_then(|list| list.as_array());
    let rows = findings
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("row")?.as_str()?.parse().ok());
    Ok(rows.collect())
}

/// A copy of a row under a new id, in each table that takes one.
fn put_in(ground: &Ground, data: &Data, tables: &[String]) -> Result<Vec<String>, Anything> {
    let mut put = Vec::new();
    for (at, table) in tables
        .iter()
        .filter(|table| *table != "revisions")
        .enumerate()
    {
        let new = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + at as u128);
        if records::copy_row(data, table, new)? {
            put.push((table.clone(), new));
        }
    }
    let named = named(ground)?;
    let missed = put.iter().filter(|(_, new)| !named.contains(new));
    let wrong = missed
        .map(|(table, new)| format!("put in: audit verify does not name {table} {new}"))
        .collect();
    for (table, new) in &put {
        records::delete(data, table, *new)?;
    }
    if put.len() < 10 {
        return Err(format!("only {} tables took a copied row", put.len()).into());
    }
    Ok(wrong)
}

/// An earlier state of a row in the place of the newest, for each table that keeps earlier ones.
fn older(ground: &Ground, data: &Data) -> Result<Vec<String>, Anything> {
    let put = records::put_older(data)?;
    let named = named(ground)?;
    let missed = put.iter().filter(|(_, row)| !named.contains(&row.of));
    let wrong = missed
        .map(|(table, row)| format!("put back: audit verify does not name {table} {}", row.of))
        .collect();
    for (table, row) in &put {
        records::write(data, table, row)?;
    }
    if put.len() < 5 {
        return Err(format!(
            "only {} tables have an earlier state to put back",
            put.len()
        )
        .into());
    }
    Ok(wrong)
}

/// One bit in the middle is another.
fn flipped(sealed: &[u8]) -> Vec<u8> {
    let middle = sealed.len() / 2;
    sealed
        .iter()
        .enumerate()
        .map(|(at, byte)| if at == middle { byte ^ 1 } else { *byte })
        .collect()
}
