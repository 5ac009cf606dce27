//! Names in cells: one person's, or those of a couple in one cell.

use practice::imports::OfferedNames;
use practice::private::Private;

/// A name in its parts; the family name may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) given: String,
    pub(crate) family: Option<String>,
}

impl Name {
    /// `First Last`.
    pub(crate) fn whole(&self) -> String {
        match &self.family {
            Some(family) if self.given.is_empty() => family.clone(),
            Some(family) => format!("{} {family}", self.given),
            None => self.given.clone(),
        }
    }

    /// The name for comparing: without case, marks and double spaces.
    pub(crate) fn plain(&self) -> String {
        let whole = self.whole().to_lowercase();
        let words = whole
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// The names as they are offered, with another name to use where there is one.
    pub(crate) fn offered(&self, to_use: Option<String>) -> OfferedNames {
        let whole = self.whole();
        let others = if to_use.as_ref().is_some_and(|to_use| *to_use != whole) {
            vec![Private::new(whole.clone())]
        } else {
            Vec::new()
        };
        let given = Some(self.given.clone()).filter(|given| !given.is_empty());
        OfferedNames {
            to_use: Private::new(to_use.unwrap_or(whole)),
            given: given.map(Private::new),
            family: self.family.clone().map(Private::new),
            others,
        }
    }
}

/// `First Middle Last` or `Last, First`.
pub(crate) fn of_one(text: &str) -> Option<Name> {
    let text = text.trim();
    if let Some((family, given)) = text.split_once(',') {
        let (family, given) = (family.trim(), given.trim());
        if given.is_empty() {
            return of_one(family);
        }
        let family = Some(family.to_owned()).filter(|family| !family.is_empty());
        return Some(Name {
            given: given.to_owned(),
            family,
        });
    }
    match text.rsplit_once(char::is_whitespace) {
        _ if text.is_empty() => None,
        None => Some(Name {
            given: text.to_owned(),
            family: None,
        }),
        Some((given, family)) => Some(Name {
            given: given.trim().to_owned(),
            family: Some(family.to_owned()),
        }),
    }
}

/// What stands between the names of a couple. `&` always does; `/`, `+` and `and` only where the row is said to be a
/// couple, because names hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// Only `&`.
    Ampersand,
    /// `&`, `/`, `+` and `and`.
    Any,
}

/// The parts of a cell that names several people.
pub(crate) fn split(text: &str, between: Between) -> Vec<String> {
    let text = match between {
        Between::Ampersand => text.replace('＆', "&"),
        Between::Any => text
            .replace(['＆', '/', '+'], "&")
            .replace(" and ", " & ")
            .replace(" AND ", " & "),
    };
    let parts = text
        .split('&')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(ToOwned::to_owned).collect()
}

/// The people of one cell: `Ann & Bob Smith`, `Ann Smith & Bob Jones`, `Smith, Ann & Bob`.
pub(crate) fn of_couple(text: &str, between: Between) -> Vec<Name> {
    let parts = split(text, between);
    if let ([first, rest @ ..], 1) = (parts.as_slice(), text.matches(',').count())
        && let Some((family, given)) = first.split_once(',')
    {
        let given = std::iter::once(given.trim()).chain(rest.iter().map(String::as_str));
        let family = Some(family.trim().to_owned());
        return given
            .map(|given| Name {
                given: given.to_owned(),
                family: family.clone(),
            })
            .collect();
    }
    let mut names: Vec<Name> = parts.iter().filter_map(|part| of_one(part)).collect();
    let shared = names.last().and_then(|name| name.family.clone());
    for name in &mut names {
        if name.family.is_none() {
            name.family.clone_from(&shared);
        }
    }
    names
}

/// The people of two cells: `Ann & Bob` with `Smith`, or with `Smith & Jones`; none when it is not clear whose is what.
pub(crate) fn of_couple_in_two(given: &str, family: &str, between: Between) -> Option<Vec<Name>> {
    let (given, family) = (split(given, between), split(family, between));
    let families = match family.as_slice() {
        [] => vec![None; given.len()],
        [one] => vec![Some(one.clone()); given.len()],
        many if many.len() == given.len() => many.iter().cloned().map(Some).collect(),
        _ => return None,
    };
    Some(
        given
            .into_iter()
            .zip(families)
            .map(|(given, family)| Name { given, family })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Between, of_couple, of_couple_in_two, of_one};

    fn whole(names: &[super::Name]) -> Vec<String> {
        names.iter().map(super::Name::whole).collect()
    }

    #[test]
    fn one() {
        assert_eq!(of_one("Koepp, Abdul").unwrap().whole(), "Abdul Koepp");
        assert_eq!(
            of_one("Abdul M. Koepp").unwrap().family.as_deref(),
            Some("Koepp")
        );
        assert_eq!(of_one("Cher").unwrap().family, None);
        assert_eq!(of_one("  "), None);
        assert_eq!(of_one(",").map(|name| name.whole()), None);
    }

    #[test]
    fn couples_in_one_cell() {
        let any = |text: &str| whole(&of_couple(text, Between::Any));
        assert_eq!(
            any("Abdul & Mireille Koepp"),
            ["Abdul Koepp", "Mireille Koepp"]
        );
        assert_eq!(
            any("Abdul Koepp and Mireille Weber"),
            ["Abdul Koepp", "Mireille Weber"]
        );
        assert_eq!(
            any("Koepp, Abdul & Mireille"),
            ["Abdul Koepp", "Mireille Koepp"]
        );
        assert_eq!(
            any("Koepp, Abdul & Weber, Mireille"),
            ["Abdul Koepp", "Mireille Weber"]
        );
        assert_eq!(
            any("Ana/Ben/Cleo Diaz"),
            ["Ana Diaz", "Ben Diaz", "Cleo Diaz"]
        );
        assert_eq!(
            whole(&of_couple("Sandy Anderson", Between::Any)),
            ["Sandy Anderson"]
        );
        assert_eq!(of_couple("Ann/Bob Smith", Between::Ampersand).len(), 1);
    }

    #[test]
    fn couples_in_two_cells() {
        let two = |given, family| {
            of_couple_in_two(given, family, Between::Ampersand).map(|names| whole(&names))
        };
        assert_eq!(
            two("Abdul & Mireille", "Koepp").unwrap(),
            ["Abdul Koepp", "Mireille Koepp"]
        );
        assert_eq!(
            two("Abdul & Mireille", "Koepp & Weber").unwrap(),
            ["Abdul Koepp", "Mireille Weber"]
        );
        assert_eq!(two("Abdul", "Koepp & Weber"), None);
        assert_eq!(two("A & B & C", "D & E"), None);
    }
}
