"""Django's doorway to the models of all concepts."""

from svyazka.presale.cases.models import Case
from svyazka.presale.channels.models import Code, Heard, Incoming, Message, Place, Talk, Way
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal, DealFeed, IntakeLink, Seat
from svyazka.presale.documents.models import Document
from svyazka.presale.experts.models import Claim, ExpertRequest, Reply
from svyazka.presale.imports.models import Brought, Import
from svyazka.presale.insight.models import Tally, Track, TrackLine
from svyazka.presale.journal.models import Detail, Entry, Receipt
from svyazka.presale.meetings.models import (
    Criterion,
    Door,
    Feed,
    Going,
    Guest,
    Jot,
    Letter,
    Meeting,
    Point,
    Reading,
    SmallThing,
    Task,
    Turn,
)
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.notices.models import Notice, Wishes
from svyazka.presale.people.models import (
    Absence,
    Assignment,
    Competence,
    DayOverride,
    Person,
    Skill,
    Token,
    Unit,
    Workspace,
)
from svyazka.presale.process.models import ProcessVersion
from svyazka.presale.questions.models import Question
from svyazka.presale.reviews.models import Ground, Proposal, Review
from svyazka.presale.stages.models import Evidence, Visit

__all__ = [
    "Absence", "Assignment", "Brought", "Case", "Claim", "Client", "ClientKey", "Code", "Commitment", "Competence",
    "Contact", "Criterion", "DayOverride", "Deal", "DealFeed", "Detail", "Document", "Door", "Entry", "Evidence",
    "ExpertRequest", "Feed", "Going", "Ground", "Guest", "Heard", "Import", "Incoming", "IntakeLink", "Jot", "Letter",
    "Meeting", "Message", "Notice", "Person", "Place", "Point", "ProcessVersion", "Proposal", "Question",
    "Reading", "Receipt", "Reply", "Review", "Run", "Seat", "Skill", "SmallThing", "Stop", "Talk", "Tally", "Task", "Token",
    "Track", "TrackLine", "Turn",
    "Unit", "Visit", "Way", "Wishes", "Workspace",
]  # fmt: skip
