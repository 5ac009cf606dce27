//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::backup::words::{Backup, Restore};
use crate::retention::words::Records;
use crate::settings::{self, Flags};
use crate::succession::Succession;

/// The practice system of a sex therapist: one program, one folder, on a machine of your own.
#[derive(Parser)]
#[command(name = "alcove", version, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 refused, 2 wrong use.")]
pub(crate) struct Asked {
    #[command(subcommand)]
    pub(crate) act: Act,
}

/// What is to be done.
#[derive(Subcommand)]
pub(crate) enum Act {
    /// Make a practice: its data folder, its key file beside it, its owner.
    Init(Init),
    /// Serve a practice.
    #[command(after_long_help = settings::help())]
    Serve(Serve),
    /// Make the server of a data folder forget its keys, and return when it did.
    ///
    /// What is at work ends first (ten seconds at most), then the process begins anew, so that nothing of the keys or of a
    /// record is left in its memory. It answers health, published pages and /unlock until somebody unlocks it there with a
    /// passphrase or two cards. A key file does not unlock it by itself again before the server is stopped and started.
    Lock(Lock),
    /// Make (once) and serve a fictional practice to look around in.
    Demo(Demo),
    /// Take in what other systems gave: clients, couples, appointments, conditions.
    ///
    /// Read are FHIR R4 (bundles, and a resource a line), client lists and appointment lists as CSV, iCalendar and vCard
    /// files, told apart by what is in them. All of a file is taken or nothing of it; what single items are refused for
    /// is told with the line. The same file again changes nothing. Files with people in them are taken first.
    ///
    /// A client comes to the clinician whom the file names, else to the one of their last session in the file, else to
    /// --clinician, else to the clinician who has been here longest (the owner, where nobody is a clinician yet).
    /// Addresses count as safe only where the file says so, and never for somebody who has told their own. What is
    /// clinical, and every note, stays closed until a consent is recorded.
    Import(Import),
    /// Look into the log of who opened what.
    #[command(subcommand)]
    Audit(Audit),
    /// Make a backup of a practice, also of one that is being served.
    ///
    /// It holds the data as one moment has them, encrypted so that only the named recipients can read it (age; `alcove backup
    /// recipient` makes one). What did not change since the last one is not written again. The keyring goes to another place,
    /// which must not be kept together with the data's. The log gets a receipt.
    ///
    /// Kept are the newest backup of each of the last 7 days, 5 weeks and 12 months that have one; copies of the keyring for
    /// `backup_keys_days`, and always the newest. What is destroyed in the practice can be opened no more after that.
    Backup(Backup),
    /// Put a backup where nothing is, and unlock it.
    ///
    /// It takes the identity of one of its recipients, and what unlocks the practice. What was done after the backup was made is
    /// missing; it is told how much. The keyring accepts the older data by this act alone, and the log says so with a receipt.
    Restore(Restore),
    /// Say what is wrong with the folder, the keys, the clock or the settings.
    Doctor(Look),
    /// The ways to unlock the practice.
    #[command(subcommand)]
    Keys(Keys),
    /// The cards of who takes over a clinician's notes, if the clinician dies or cannot work.
    #[command(subcommand)]
    Succession(Succession),
    /// Let somebody who works here in again.
    #[command(subcommand)]
    Accounts(Accounts),
    /// How long records are kept: what is due, holds, destruction by two people.
    #[command(subcommand)]
    Records(Records),
    /// Print every setting with its meaning.
    Settings(Reference),
    /// Print the help of every command as one page.
    #[command(hide = true)]
    Commands(Reference),
    /// Print every address that the program answers, with its methods.
    #[command(hide = true)]
    Routes,
}

/// `alcove audit`
#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Recompute the log and compare every stored row with the receipt of its newest write.
    ///
    /// Says what was changed, removed, put in or put back from outside, naming the row, and exits with 1 then. It
    /// trusts the keyring and the secret that opens it, and nothing in the data. A database and keyring that were put back
    /// together as they were earlier are found with --against, and a signed head that was kept elsewhere.
    Verify(Verify),
    /// Prove one receipt to somebody who has neither the database nor the keyring.
    ///
    /// The proof holds what the receipt says (ids and plain words, no names), its way into the log, and the signed head of the
    /// log. Its form is the one of c2sp.org/tlog-proof.
    Prove(Prove),
    /// Check a proof, anywhere, without a practice.
    Check(Check),
    /// Print the log's public key, to give out to those who check proofs.
    Key(Look),
    /// Print the newest signed head of the log, to keep elsewhere.
    Head(Look),
}

/// `alcove keys`
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// List the ways to unlock.
    Slots(Look),
    /// Add a way to unlock.
    ///
    /// A passkey is added in a browser, on the owner's page "Ways to unlock".
    #[command(subcommand)]
    Add(AddSlot),
    /// Try a way to unlock, as after a loss, and change nothing.
    ///
    /// It asks for one: a passphrase, two cards or the key file. It proves that it opens the keyring, and that the newest checkpoint
    /// and who may do what are those that the keyring knows. The log says when it was tried and with which slot; `alcove keys
    /// slots` shows it. A secret that opens nothing is refused with 1, which the log says too where the key file is at hand.
    Rehearse(Look),
    /// Wrap every key anew, also while the practice is served.
    ///
    /// Wraps of before are dead then, also in what the disk keeps of them. Do it after a copy of the keyring may have been seen by
    /// somebody, together with another way to unlock, and once a year. Where it is cut off, the next one goes on.
    Rotate(Look),
    /// Remove a way to unlock.
    ///
    /// Unlock with another one, which proves that it stays. A copy of the keyring that was made before, as in a backup, still
    /// opens with what is removed here.
    Remove(RemoveSlot),
}

/// `alcove keys add`
#[derive(Subcommand)]
pub(crate) enum AddSlot {
    /// Add a passphrase; without a key file, the server then starts locked and asks for it at /unlock.
    Passphrase(AddPassphrase),
    /// Add three cards, any two of which unlock.
    ///
    /// Each goes to somebody else, or to another place. The file has a page for each: print it, give the pages away, delete the
    /// file. Whoever finds two of them together can unlock, and so can whoever finds the file.
    Cards(AddCards),
    /// Add a key file, with which the server on this machine unlocks by itself.
    ///
    /// It protects a stolen database, data folder or backup, and not a stolen machine. `alcove init` makes one; this makes
    /// another one, after a first was lost or for a second machine.
    Machine(AddMachine),
}

/// `alcove accounts`
#[derive(Subcommand)]
pub(crate) enum Accounts {
    /// Give somebody who works here a one-time password in the place of what signed them in.
    ///
    /// For the owner, to whom nobody else can give one; for others the owner does it on the page of the practice. It is
    /// printed once, and leaves a receipt. The codes of before end, too: at the next sign-in the person chooses a
    /// password and sets codes up again. Clients get a new link from the desk.
    Reset(Reset),
}

/// `alcove accounts reset`
#[derive(Args)]
pub(crate) struct Reset {
    /// The sign-in name, or the last word of the address of their page, such as okafor.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Another sign-in name from now on, where the old one is forgotten.
    #[arg(long, value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a practice is.
#[derive(Args)]
pub(crate) struct Place {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[arg(long, value_name = "URL", help = settings::meaning("database"))]
    pub(crate) database: Option<String>,
    #[arg(long, value_name = "PATH", help = settings::meaning("key_file"))]
    pub(crate) key_file: Option<PathBuf>,
    /// Unlock with the passphrase in this file instead of the key file.
    #[arg(long, value_name = "PATH")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Unlock with the card in this file, and a second one: give it twice.
    #[arg(long, value_name = "PATH", conflicts_with = "passphrase_file")]
    pub(crate) card_file: Vec<PathBuf>,
    /// Unlock with two cards that are typed in.
    #[arg(long, conflicts_with_all = ["passphrase_file", "card_file"])]
    pub(crate) cards: bool,
}

impl Place {
    /// The flags among the settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            listen: None,
            database: self.database.clone(),
            key_file: self.key_file.clone(),
        }
    }
}

/// Looking at a practice.
#[derive(Args)]
pub(crate) struct Look {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove audit verify`
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) look: Look,
    /// A signed head that was kept elsewhere, a saved letter with one, or a folder of them; the log must go on from each. May
    /// be given several times.
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Vec<PathBuf>,
}

/// `alcove audit prove`
#[derive(Args)]
pub(crate) struct Prove {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The receipt's number, as the access log shows it.
    #[arg(long, value_name = "N")]
    pub(crate) receipt: u64,
    /// Where to write the proof, instead of printing it; a file that is there stays.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `alcove audit check`
#[derive(Args)]
pub(crate) struct Check {
    /// The proof, or a file of the access log with proofs.
    #[arg(value_name = "PROOF")]
    pub(crate) proof: PathBuf,
    /// The key that the practice gave out (`alcove audit key`), instead of believing the one that the proof brings.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove init`
#[derive(Args)]
pub(crate) struct Init {
    /// The data folder to make. Its key file is made beside it: DIR.key.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[arg(long, value_name = "URL", help = settings::meaning("database"))]
    pub(crate) database: Option<String>,
    /// Where to make the key file instead, for example on another medium.
    #[arg(long, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,
    /// The practice's name (default: Our practice).
    #[arg(long, value_name = "NAME")]
    pub(crate) practice_name: Option<String>,
    /// The owner's name (default: The owner).
    #[arg(long, value_name = "NAME")]
    pub(crate) owner_name: Option<String>,
    /// The owner's email address (default: owner@localhost).
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) owner_email: Option<String>,
    /// The name with which the owner signs in.
    #[arg(long, value_name = "NAME", default_value = "owner")]
    pub(crate) sign_in_name: String,
    /// The owner also sees clients.
    #[arg(long)]
    pub(crate) owner_is_clinician: bool,
    /// The place whose law and help lines hold, such as US or US-OR.
    #[arg(long, value_name = "CODE", default_value = "US")]
    pub(crate) place: String,
    /// The time zone of the calendar, such as `America/New_York` (default: this machine's).
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove serve`
#[derive(Args)]
pub(crate) struct Serve {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) flags: Flags,
    /// Start locked, also where there is a key file.
    #[arg(long)]
    pub(crate) locked: bool,
}

/// The flag that keeps a server locked.
pub(crate) const LOCKED: &str = "--locked";

/// `alcove lock`
#[derive(Args)]
pub(crate) struct Lock {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
}

/// `alcove demo`
#[derive(Args)]
pub(crate) struct Demo {
    /// The demo's folder (default: in your folder for data).
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS:PORT", help = settings::meaning("listen"))]
    pub(crate) listen: Option<String>,
    /// Start locked, also where there is a key file.
    #[arg(long)]
    pub(crate) locked: bool,
}

/// `alcove import`
#[derive(Args)]
pub(crate) struct Import {
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// The clinician of a calendar, and of those of whom the file names none: the last word of the address of their
    /// page, such as okafor.
    #[arg(long, value_name = "SLUG")]
    pub(crate) clinician: Option<String>,
    /// A name for the system that the files come from, so that record 7 of one is not record 7 of another.
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: Option<String>,
    /// What 02/03/2026 means where the file leaves it open.
    #[arg(long, value_name = "ORDER")]
    pub(crate) dates: Option<Dates>,
    /// Only tell what would happen; each file is looked at as if it were the only one.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The order of a date with slashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Dates {
    /// 02/03/2026 is the third of February.
    MonthFirst,
    /// 02/03/2026 is the second of March.
    DayFirst,
}

/// `alcove keys add passphrase`
#[derive(Args)]
pub(crate) struct AddPassphrase {
    #[command(flatten)]
    pub(crate) place: Place,
    /// A file with the new passphrase; on a terminal it is asked for.
    #[arg(long, value_name = "PATH")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
}

/// `alcove keys add cards`
#[derive(Args)]
pub(crate) struct AddCards {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The PDF file to make, with a page for each card; one that is there is not touched.
    #[arg(long, value_name = "FILE", required_unless_present = "show")]
    pub(crate) out: Option<PathBuf>,
    /// Print the cards here, too; without --out they stand nowhere else.
    #[arg(long)]
    pub(crate) show: bool,
}

/// `alcove keys add machine`
#[derive(Args)]
pub(crate) struct AddMachine {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Where to make it, outside of the data folder (default: where the server looks for its key file).
    #[arg(long, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,
}

/// `alcove keys remove`
#[derive(Args)]
pub(crate) struct RemoveSlot {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The slot's name, as `alcove keys slots` gives it.
    #[arg(value_name = "SLOT")]
    pub(crate) slot: String,
}

/// A page of reference.
#[derive(Args)]
pub(crate) struct Reference {
    /// As the page in docs/.
    #[arg(long)]
    pub(crate) markdown: bool,
}
