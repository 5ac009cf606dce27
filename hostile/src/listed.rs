//! The addresses that the program answers, from itself.

use std::process::Command;

use outside::Anything;

/// An address as the program lists it.
pub(crate) struct Listed {
    /// As the program writes it, with the names of its ids.
    pub(crate) path: String,
    /// Those that it takes.
    pub(crate) methods: Vec<String>,
}

impl Listed {
    /// The addresses, from the program.
    pub(crate) fn all() -> Result<Vec<Self>, Anything> {
        let output = Command::new(outside::program()).arg("routes").output()?;
        let text = String::from_utf8(output.stdout)?;
        let one = |line: &str| {
            let (methods, path) = line.split_once(' ')?;
            Some(Self {
                path: path.to_owned(),
                methods: methods.split(',').map(str::to_owned).collect(),
            })
        };
        let listed: Vec<Self> = text.lines().filter_map(one).collect();
        if listed.len() < 80 {
            return Err(format!("the program lists {} addresses only", listed.len()).into());
        }
        Ok(listed)
    }

    /// Whether it names somebody's things.
    pub(crate) fn has_ids(&self) -> bool {
        let ids = [
            "{id}",
            "{case}",
            "{participant}",
            "{assignment}",
            "{consent}",
            "{signature}",
            "{receipt}",
            "{release}",
            "{demand}",
            "{copy}",
        ];
        ids.iter().any(|name| self.path.contains(name))
    }
}
