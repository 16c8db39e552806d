"""Words of meetings: kinds, states, purposes of a door, what is jotted down."""

from typing import Final, Literal

CLIENT: Final = "client"
HUDDLE: Final = "huddle"
INTERNAL: Final = "internal"
STATUS: Final = "status"
REVIEW: Final = "review"
KINDS: Final = (CLIENT, HUDDLE, INTERNAL, STATUS, REVIEW)

PLANNED: Final = "planned"
RUNNING: Final = "running"
HELD: Final = "held"
"""Over, and its tasks, verdict and controller aren't written down yet."""
CLOSED: Final = "closed"
CANCELLED: Final = "cancelled"
STATES: Final = (PLANNED, RUNNING, HELD, CLOSED, CANCELLED)
AHEAD: Final = (PLANNED, RUNNING)

PLAN: Final = "plan"
LETTER: Final = "letter"
PURPOSES: Final = (PLAN, LETTER)
"""What the client finds behind a signed address."""

Jotted = Literal["note", "decision", "parked"]
NOTE: Final = "note"
DECISION: Final = "decision"
PARKED: Final = "parked"
JOTS: Final = (NOTE, DECISION, PARKED)
"""What is written down in the room: a note on a point, a decision, a question put off."""

VERDICTS: Final = ("go_on", "doubts", "not_ours")
ANSWERS: Final = ("confirmed", "corrected")
READY: Final = ("yes", "not_yet")
"""The client's own answer whether he is ready for the next step: the expert's measure (R29)."""
PARTS: Final = ("heard", "agreed", "question", "next")
"""What a point of a letter is: what we heard, what was agreed, what is still open, what comes next."""
NO_TASK: Final = ("waived", "cancelled")
"""How a commitment ends that is no task of a meeting any more."""
