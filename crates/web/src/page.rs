//! The frame of a page: which door, what is current, who is signed in, what is to be noticed.
//!
//! Every template of a door has a field `page: web::Page` and extends one of the layouts. Titles
//! are neutral words ("Home", "To do"): never a name, never a topic.

use std::fmt;

use crate::assets;
use crate::house::House;
use crate::visit::Visit;

/// The three doors; also the density and the frame of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Anyone.
    Public,
    /// Clients, `/my`.
    Portal,
    /// The practice, `/desk`.
    Desk,
}

impl Door {
    /// The door that a path belongs to.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("my") => Self::Portal,
            Some("desk") => Self::Desk,
            _ => Self::Public,
        }
    }

    /// Its word in the style sheets.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Portal => "portal",
            Self::Desk => "desk",
        }
    }

    /// Its first page.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            Self::Public => "/",
            Self::Portal => "/my",
            Self::Desk => "/desk",
        }
    }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One entry of a door's navigation; a door keeps its list as a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The capability's word, compared with [`Page::here`].
    pub key: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Where it goes.
    pub href: &'static str,
    /// Its icon (the bar at the bottom of a phone, the desk's rail).
    pub icon: &'static str,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// Something is done.
    Done,
    /// Something needs the person.
    Attention,
    /// Something went wrong, or cannot be undone.
    Danger,
}

impl Tone {
    /// The class that goes with `alert`.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Done => "alert--ok",
            Self::Attention => "alert--attn",
            Self::Danger => "alert--danger",
        }
    }

    /// The icon that goes with it.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Plain => "info",
            Self::Done => "check",
            Self::Attention | Self::Danger => "alert",
        }
    }
}

/// A line at the top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub tone: Tone,
    /// The strong words at its start; may be empty.
    pub lead: String,
    /// The rest.
    pub text: String,
    /// What can be done about it at once: where a form goes, and the words of its button.
    pub act: Option<(String, &'static str)>,
}

/// Who is shown as signed in, in the words that the person chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The name to use.
    pub name: String,
    /// On the desk, letters after the name or a role.
    pub line: String,
}

impl Shown {
    /// "AO" of "Adaeze Okafor".
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.name, "")
    }
}

/// The initials of each word, each followed by `after`, two at most: "N." of "Noor".
#[must_use]
pub fn initials(name: &str, after: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters
        .take(2)
        .flat_map(|letter| letter.to_uppercase().chain(after.chars()))
        .collect()
}

/// The frame of one page.
#[derive(Clone)]
pub struct Page {
    /// Neutral words for the browser's tab, without " · Alcove".
    pub title: String,
    /// Which door's frame.
    pub door: Door,
    /// The key of the current entry of [`Page::nav`]; empty for none.
    pub here: &'static str,
    /// The door's navigation.
    pub nav: &'static [Link],
    /// Entries with a number that needs the person, by key; zero is not shown.
    pub counts: Vec<(&'static str, u32)>,
    /// Who is signed in.
    pub person: Option<Shown>,
    /// What is to be noticed, at the top of the page.
    pub notices: Vec<Notice>,
    /// Whether search engines may keep the page: published pages only.
    pub indexed: bool,
    visit: Visit,
}

impl Page {
    /// A page with a neutral `title` in the frame of `door`.
    #[must_use]
    pub fn new(visit: &Visit, door: Door, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            door,
            here: "",
            nav: &[],
            counts: Vec::new(),
            person: None,
            notices: Vec::new(),
            indexed: false,
            visit: visit.clone(),
        }
    }

    /// The door's navigation, and which entry is current.
    #[must_use]
    pub fn nav(mut self, nav: &'static [Link], here: &'static str) -> Self {
        self.nav = nav;
        self.here = here;
        self
    }

    /// Who is signed in.
    #[must_use]
    pub fn signed_in(mut self, name: impl Into<String>, line: impl Into<String>) -> Self {
        self.person = Some(Shown {
            name: name.into(),
            line: line.into(),
        });
        self
    }

    /// A number at an entry of the navigation.
    #[must_use]
    pub fn count(mut self, key: &'static str, count: u32) -> Self {
        self.counts.push((key, count));
        self
    }

    /// A line at the top of the page.
    #[must_use]
    pub fn notice(mut self, tone: Tone, lead: impl Into<String>, text: impl Into<String>) -> Self {
        self.notices.push(Notice {
            tone,
            lead: lead.into(),
            text: text.into(),
            act: None,
        });
        self
    }

    /// A line at the top of the page, before all others, with a button that posts to `action`.
    #[must_use]
    pub fn standing(mut self, notice: Notice) -> Self {
        self.notices.insert(0, notice);
        self
    }

    /// Lets search engines keep the page.
    #[must_use]
    pub fn published(mut self) -> Self {
        self.indexed = true;
        self
    }

    /// The practice.
    #[must_use]
    pub fn house(&self) -> &House {
        self.visit.web().house()
    }

    /// Whether passkeys can be used here.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.visit.web().settings().passkeys
    }

    /// The token for `<input type="hidden" name="csrf">`; the macro `ui::token(page)` writes the field.
    #[must_use]
    pub fn csrf(&self) -> String {
        self.visit.csrf()
    }

    /// The style sheet of this door.
    #[must_use]
    pub fn sheet(&self) -> String {
        assets::sheet(self.door)
    }

    /// An asset's address.
    #[must_use]
    pub fn asset(&self, path: &str) -> String {
        assets::asset(path)
    }

    /// What a browser compares an asset with before it runs it: `sha384-…`.
    #[must_use]
    pub fn integrity(&self, path: &str) -> &'static str {
        assets::integrity(path)
    }

    /// This page's own path, for forms that come back to it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.visit.path()
    }

    /// Whether this screen shows initials only.
    #[must_use]
    pub fn initials_only(&self) -> bool {
        self.visit.initials_only()
    }

    /// A client's name as this screen may show it: "Noor", or "N." while it shows initials only.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        if self.initials_only() {
            initials(name, ".")
        } else {
            name.to_owned()
        }
    }

    /// The number at an entry of the navigation.
    #[must_use]
    pub fn counted(&self, key: &str) -> u32 {
        self.counts
            .iter()
            .find(|(at, _)| *at == key)
            .map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_door() {
        assert_eq!(Door::of("/"), Door::Public);
        assert_eq!(Door::of("/my/homework"), Door::Portal);
        assert_eq!(Door::of("/desk"), Door::Desk);
        assert_eq!(Door::of("/mystery"), Door::Public);
    }

    #[test]
    fn initials_stand_for_a_name() {
        assert_eq!(initials("Adaeze Okafor", ""), "AO");
        assert_eq!(initials("noor", "."), "N.");
        assert_eq!(initials("Ann-Lise (Lis) van Dam", "."), "A.L.");
        assert_eq!(initials("  ", "."), "");
    }
}
