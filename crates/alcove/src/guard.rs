//! What the program does, before anything else, so that its memory stays its own: no core dumps, no other process of the same
//! account that looks into it, and, where the system allows, no page of it on a disk for swap.
//!
//! Not here: that secrets are overwritten when they are dropped (`vault`), and the new memory after a lock (`serve::again`).

use std::fs;
use std::io;

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Pid, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::{CapabilitySet, capabilities};

/// Takes the precautions.
///
/// # Errors
/// When the system refuses to have no core dumps; what may be swapped is told by [`Kept`] instead.
pub(crate) fn begin() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    // Its files below /proc belong to root from now on: no debugger and no other program of this account reads its memory.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // Under a limit, an allocation would fail later where it is reached: everything is kept, or nothing.
    if may_keep_everything() {
        // Pages are kept once they are used, so that a reserved stack of a thread takes no memory.
        let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        mlockall(all)?;
    }
    Ok(())
}

/// Whether this account may keep any size of memory: as LimitMEMLOCK=infinity of its service says, or as root.
fn may_keep_everything() -> bool {
    let unlimited = Rlimit {
        current: None,
        maximum: None,
    };
    let is_above_limits =
        || capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK));
    setrlimit(Resource::Memlock, unlimited).is_ok() || is_above_limits()
}

/// How the memory of a process is kept, as the system tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    pub(crate) from_core_dumps: bool,
    pub(crate) from_swap: bool,
}

impl Kept {
    /// Asks about a process.
    ///
    /// # Errors
    /// When there is no such process, or nobody tells.
    pub(crate) fn of(process: Pid) -> io::Result<Self> {
        let folder = format!("/proc/{}", process.as_raw_pid());
        Ok(Self::read(
            &fs::read_to_string(format!("{folder}/limits"))?,
            &fs::read_to_string(format!("{folder}/status"))?,
        ))
    }

    fn read(limits: &str, status: &str) -> Self {
        let words = |text: &str, name: &str| -> Vec<String> {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let words = line.unwrap_or_default().split_whitespace();
            words.map(str::to_owned).collect()
        };
        let core = words(limits, "Max core file size");
        let kept = words(status, "VmLck:");
        Self {
            from_core_dumps: core.first().is_some_and(|soft| soft == "0"),
            from_swap: kept.first().is_some_and(|size| size != "0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_how_memory_is_kept() {
        let limits = |core: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max core file size        {core}                    0                    bytes     \n"
            )
        };
        let status =
            |size: &str| format!("Name:\talcove\nVmLck:\t{size} kB\nVmPin:\t       0 kB\n");
        let kept = |core: &str, size: &str| Kept::read(&limits(core), &status(size));
        assert_eq!(
            kept("0", "  812345"),
            Kept {
                from_core_dumps: true,
                from_swap: true
            }
        );
        assert_eq!(
            kept("unlimited", "       0"),
            Kept {
                from_core_dumps: false,
                from_swap: false
            }
        );
    }
}
