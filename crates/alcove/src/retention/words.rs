//! The words of `alcove records`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Look, Place};

/// `alcove records`
#[derive(Subcommand)]
pub(crate) enum Records {
    /// List the records that need not be kept any more, those on hold, and those whose destruction waits for a second person.
    ///
    /// Nothing is destroyed by itself. Who asks signs in here with name, password and one-time code, as at the desk; for the
    /// owner it is all records, for others those of their own cases.
    Due(Look),
    /// Put a record on hold: whatever its rule says, it is not destroyed.
    ///
    /// For the owner. The reason is sealed, and the log gets a receipt.
    Hold(OfRecord),
    /// Lift a hold. For the owner, with a reason.
    Lift(LiftHold),
    /// Destroy a record whose years are over: one person asks, another one confirms.
    ///
    /// Both sign in here, one after the other, with name, password and one-time code. Its sealed rows go, its keys die, and every
    /// key is wrapped anew, so that what the disk kept opens nothing. A hold wins. Copies of the keyring from before open it until
    /// they have expired; the certificate says when.
    Destroy(DestroyRecord),
    /// Confirm a destruction that another person asked for.
    Confirm(OfRequest),
    /// Write the certificate of a destruction as PDF.
    Certificate(WriteCertificate),
}

/// A record by its number.
#[derive(Args)]
pub(crate) struct OfRecord {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The record's number, as `alcove records due` gives it.
    #[arg(value_name = "RECORD")]
    pub(crate) record: String,
}

/// `alcove records destroy`
#[derive(Args)]
pub(crate) struct DestroyRecord {
    #[command(flatten)]
    pub(crate) of: OfRecord,
    /// Only ask; the other person confirms within two weeks, here or at the desk.
    #[arg(long)]
    pub(crate) ask: bool,
}

/// `alcove records lift`
#[derive(Args)]
pub(crate) struct LiftHold {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The hold's number, as `alcove records due` gives it.
    #[arg(value_name = "HOLD")]
    pub(crate) hold: String,
}

/// A destruction by its number.
#[derive(Args)]
pub(crate) struct OfRequest {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The number of the destruction, as `alcove records due` or `destroy` gives it.
    #[arg(value_name = "DESTRUCTION")]
    pub(crate) destruction: String,
}

/// `alcove records certificate`
#[derive(Args)]
pub(crate) struct WriteCertificate {
    #[command(flatten)]
    pub(crate) of: OfRequest,
    /// The PDF file to make; one that is there is not touched.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
