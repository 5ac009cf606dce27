//! The words of `alcove backup` and `alcove restore`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use crate::cli::Place;
use crate::settings;

/// `alcove backup`, alone or with another word. Derived, the flags of the one would be asked of the other.
pub(crate) enum Backup {
    /// Alone.
    Make(MakeBackup),
    /// With another word.
    Act(BackupAct),
}

impl Args for Backup {
    fn augment_args(command: Command) -> Command {
        let command = BackupAct::augment_subcommands(MakeBackup::augment_args(command));
        command
            .subcommand_required(false)
            .arg_required_else_help(false)
            .subcommand_negates_reqs(true)
            .args_conflicts_with_subcommands(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Backup {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        if matches.subcommand().is_some() {
            BackupAct::from_arg_matches(matches).map(Self::Act)
        } else {
            MakeBackup::from_arg_matches(matches).map(Self::Make)
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// What else is done with backups.
#[derive(Subcommand)]
pub(crate) enum BackupAct {
    /// Make an identity that can read backups, and print the recipient to name in `backup_recipients`.
    ///
    /// The owner makes one, and the professional executor. Keep the file away from this machine and from the backups.
    Recipient(NewRecipient),
    /// List the backups, and the copies of the keyring.
    List(ListBackups),
    /// Restore into a scratch folder, compare everything, and remove it again.
    ///
    /// Every row is read back and compared with what the backup says, the keyring opens it, and the whole log is verified.
    Verify(VerifyBackup),
}

/// `alcove backup`, without another word
#[derive(Args)]
pub(crate) struct MakeBackup {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) shelves: Shelves,
    /// Who can read it, instead of `backup_recipients`; may be given several times.
    #[arg(long, value_name = "AGE1...")]
    pub(crate) recipient: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where backups are.
#[derive(Args)]
pub(crate) struct Shelves {
    #[arg(long, value_name = "PLACE", help = settings::meaning("backup_to"))]
    pub(crate) backups: Option<String>,
    #[arg(long, value_name = "DIR", help = settings::meaning("backup_keys_to"))]
    pub(crate) keys: Option<String>,
}

/// Which backup, and who reads it.
#[derive(Args)]
pub(crate) struct Which {
    #[command(flatten)]
    pub(crate) shelves: Shelves,
    /// The file with the identity of one of the recipients.
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: PathBuf,
    /// The backup, as `alcove backup list` names it (default: the newest).
    #[arg(long, value_name = "NAME")]
    pub(crate) backup: Option<String>,
    /// The copy of the keyring, likewise (default: the newest, so that what was destroyed stays destroyed).
    #[arg(long, value_name = "NAME")]
    pub(crate) keyring: Option<String>,
}

/// `alcove backup recipient`
#[derive(Args)]
pub(crate) struct NewRecipient {
    /// The file to make; one that is there is not touched.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// `alcove backup list`
#[derive(Args)]
pub(crate) struct ListBackups {
    /// The data folder, for its settings.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) shelves: Shelves,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove backup verify`
#[derive(Args)]
pub(crate) struct VerifyBackup {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Where to restore for the comparison (default: DIR.verifying); it must not be there, and is removed.
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove restore`
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
