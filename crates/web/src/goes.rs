//! Where something goes: the one control with which anybody who writes says on which side of a case words stand. It is a group
//! of radio buttons in the colours, icons and edges of the sides, for keyboards and without script. The macro `goes` of
//! `macros/ui.html` writes it. Not here: what may go where, which is `practice::routing`.

use crate::audience::Audience;

/// One side to which something can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goes {
    /// What the form says for it.
    pub value: String,
    /// Who reads it there.
    pub audience: Audience,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether a module offers it, because only the browser can do it: a process note.
    pub by_module: bool,
}

impl Goes {
    /// A side.
    #[must_use]
    pub fn to(value: impl Into<String>, audience: Audience) -> Self {
        Self {
            value: value.into(),
            audience,
            chosen: false,
            by_module: false,
        }
    }

    /// The same, chosen or not.
    #[must_use]
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }

    /// The author's process note, which only their browser can write.
    #[must_use]
    pub fn process_note() -> Self {
        Self {
            by_module: true,
            ..Self::to(
                PROCESS,
                Audience::new(crate::Seen::Sealed, "Process note, only you"),
            )
        }
    }
}

/// What a form says for the author's process note.
pub const PROCESS: &str = "process";
