//! The words of `alcove succession`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::Place;

/// `alcove succession`
#[derive(Subcommand)]
pub(crate) enum Succession {
    /// Make three cards, any two of which open process notes that clinicians left for the executor.
    ///
    /// It needs no practice and no network: do it on another machine, if you like. The PDF has a page for each card; print it,
    /// give the pages to three people or places, delete the file. What is printed here is public: the recipient, which the owner
    /// registers on the page "Succession", and its check, which stands on the cards too, so that people can compare it. The
    /// identity itself is written nowhere.
    Make(MakeCards),
    /// Put two cards together, for the executor: the identity that opens the notes, for any age tool.
    ///
    /// It asks for the cards, needs no practice, and writes the identity to --out (for this account alone), or prints it.
    /// With --rehearse it says whether the two cards open what is encrypted for that recipient, and writes nothing.
    Open(OpenCards),
    /// Take out the process notes of one clinician for the executor, still encrypted.
    ///
    /// Only of a clinician who said yes to it on their own page. A file a note, as their browser made it, and a list of them by
    /// case and session, without names. The log gets the reason's receipt and one for each case, and the clinician is told.
    Export(ExportNotes),
}

/// `alcove succession make`
#[derive(Args)]
pub(crate) struct MakeCards {
    /// The PDF file to make; one that is there is not touched.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `alcove succession open`
#[derive(Args)]
pub(crate) struct OpenCards {
    /// The card in this file, and a second one, instead of asking: give it twice.
    #[arg(long, value_name = "PATH")]
    pub(crate) card_file: Vec<PathBuf>,
    /// Where to write the identity; a file that is there is not touched.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Only try: the recipient (age1...) or its check, as it is registered.
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "out")]
    pub(crate) rehearse: Option<String>,
}

/// `alcove succession export`
#[derive(Args)]
pub(crate) struct ExportNotes {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Whose notes: the sign-in name, or the last word of the address of their page, such as okafor.
    #[arg(long, value_name = "NAME")]
    pub(crate) clinician: String,
    /// Why, for the owner's page; it is kept sealed. On a terminal it is asked for.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The folder to make.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
