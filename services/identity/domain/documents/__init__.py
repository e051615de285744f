"""Identity documents: reading their machine readable zone, and judging what it says.

`recognise` turns rows of text into a zone, `fields_of` a zone into fields, `judge` fields into a
verdict. Nothing here opens a picture, reads a clock or keeps state.
"""

from services.identity.domain.documents.comparison import Declared
from services.identity.domain.documents.crops import Crop, CropLabel
from services.identity.domain.documents.fields import Cut, DocumentFields, ZoneName, fields_of
from services.identity.domain.documents.printed import PrintedNames, PrintedText, confirmed_names, labelled_names
from services.identity.domain.documents.reasons import Outcome, Reason
from services.identity.domain.documents.recognition import Certainty, Zone, recognise, settle
from services.identity.domain.documents.seals import Seal, SealedHolder, SealFinding, SealKind, SealStatus
from services.identity.domain.documents.verdict import Reading, Verdict, judge, judge_document

__all__ = [
    "Certainty",
    "Crop",
    "CropLabel",
    "Cut",
    "Declared",
    "DocumentFields",
    "Outcome",
    "PrintedNames",
    "PrintedText",
    "Reading",
    "Reason",
    "Seal",
    "SealFinding",
    "SealKind",
    "SealStatus",
    "SealedHolder",
    "Verdict",
    "Zone",
    "ZoneName",
    "confirmed_names",
    "fields_of",
    "judge",
    "judge_document",
    "labelled_names",
    "recognise",
    "settle",
]
