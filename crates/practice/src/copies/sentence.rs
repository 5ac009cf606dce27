//! The sentence with which every document that goes out ends, whatever is in it and whatever was left out: because it always
//! stands there, it tells nothing (R2, R3).

use crate::language::Language;

/// The sentence, in a language. There is no other place from which a document takes it.
#[must_use]
pub const fn closing(language: Language) -> &'static str {
    match language {
        Language::English => {
            "Every document of this kind ends with this sentence: it may leave out what belongs to another person alone, what its \
             purpose does not need, what not everybody concerned has agreed to, and a clinician’s own notes; nothing follows from \
             this sentence about whether there is any of it."
        }
        Language::German => {
            "Jedes Dokument dieser Art endet mit diesem Satz: Es kann auslassen, was allein einer anderen Person gehört, was sein \
             Zweck nicht braucht, wozu nicht alle Betroffenen zugestimmt haben, und die eigenen Notizen einer Fachperson; aus \
             diesem Satz folgt nichts darüber, ob es davon etwas gibt."
        }
    }
}
