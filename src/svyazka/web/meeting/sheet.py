"""The plan as a form: rows of points, people and criteria, read from what was posted and given back as typed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils import timezone

from svyazka.engine.meetings import GIVEN
from svyazka.engine.process import ROOM_ROLES, RoomRole
from svyazka.presale.journal.values import Invalid
from svyazka.presale.meetings.drafts import MOST, Draft, DraftGuest, DraftPoint
from svyazka.presale.meetings.queries import MeetingPage
from svyazka.speech.refusals import say_code
from svyazka.web.ui.said import LONGEST, whole_number

BLANK: Final = 1
"""Empty rows below what is written; the page's script adds more."""
YEARS: Final = range(2000, 2100)

Row = Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """The plan's form. Rows are mappings of what stands in their boxes; ``room`` lists given room roles by blanks.

    :ivar errors: codes by field as :func:`~svyazka.presale.meetings.planning.change_plan` names them
    """

    our_goal: str = ""
    client_goal: str = ""
    place: str = ""
    starts_at: str = ""
    minutes: str = ""
    title: str = ""
    points: list[Row] = field(default_factory=list)
    ours: list[Row] = field(default_factory=list)
    theirs: list[Row] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> str | None:
        """What is wrong with a field, in words."""
        code = self.errors.get(name)
        return say_code(code) if code else None

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of the box that it is about."""
        return [(self._box(name), say_code(code)) for name, code in self.errors.items()]

    def _box(self, name: str) -> str:
        parts = name.split(".")
        if len(parts) == 3:
            return f"id_{parts[0]}-{parts[1]}-{parts[2]}"
        return name if name in {"points", "ours", "theirs", "criteria"} else f"id_{name}"

    @property
    def rows(self) -> Mapping[str, list[Row]]:
        """Each list with empty rows below it."""
        blank: Row = {}
        return {
            "points": [*self.points, *[blank] * BLANK],
            "ours": [*self.ours, *[blank] * BLANK],
            "theirs": [*self.theirs, *[blank] * BLANK],
        }

    @property
    def criteria_rows(self) -> list[str]:
        """Criteria with one empty row."""
        return [*self.criteria, ""]

    def draft(self) -> Draft:
        """The plan that is typed.

        :raises Invalid: the time can't be read
        """
        return Draft(
            our_goal=self.our_goal,
            client_goal=self.client_goal,
            place=self.place,
            starts_at=self._starts_at(),
            minutes=_number(self.minutes),
            title=self.title,
            points=tuple(
                DraftPoint(_number(row["minutes"]), row["text"], _role(row["role"]), _number(row["leader"]) or None)
                for row in self.points
            ),
            ours={_number(row["person"]): frozenset(row["room"].split()) for row in self.ours},
            theirs=tuple(
                DraftGuest(row["name"], row["duty"], bool(row["decides"]), row["email"]) for row in self.theirs
            ),
            criteria=tuple(self.criteria),
        )  # fmt: skip

    def _starts_at(self) -> datetime | None:
        if not self.starts_at:
            return None
        try:
            found = datetime.fromisoformat(self.starts_at)
        except ValueError:
            found = datetime.min  # noqa: DTZ901 (only its year is looked at)
        if found.year not in YEARS:
            raise Invalid(errors={"starts_at": "bad_date"})
        return found if found.tzinfo else timezone.make_aware(found)


def _given(roles: Collection[object]) -> str:
    """Room roles that are given to a person; the agenda says what else he does."""
    return " ".join(role for role in GIVEN if role in roles)


def _role(role: str) -> RoomRole:
    return next((known for known in ROOM_ROLES if known == role), "moderator")


def _number(text: str) -> int:
    """A whole number; 0 for what is none."""
    return whole_number(text) or 0


def chosen_guests(post: QueryDict) -> list[int]:
    """Places of the guests that a letter is to go to."""
    return [
        place for one in post.getlist("guests") if (place := whole_number(str(one), digits=4)) is not None
    ]


def of_page(page: MeetingPage) -> Sheet:
    """The plan as it is."""
    row = page.row
    return Sheet(
        our_goal=page.our_goal, client_goal=page.client_goal, place=page.place,
        starts_at=timezone.localtime(row.starts_at).strftime("%Y-%m-%dT%H:%M") if row.starts_at else "",
        minutes=str(row.minutes), title=row.title,
        points=[
            {"minutes": str(one.minutes), "text": one.text, "role": one.role, "leader": str(one.leader_id or "")}
            for one in page.points
        ],
        ours=[{"person": str(one.person_id), "room": _given(one.room)} for one in row.ours],
        theirs=[
            {"name": one.name, "duty": one.duty, "decides": "on" if one.decides else "", "email": one.email}
            for one in page.guests
        ],
        criteria=[one.text for one in page.criteria], seen=page.revision,
    )  # fmt: skip


def of_post(post: QueryDict) -> Sheet:
    """The plan as it was typed; rows that were left empty, or emptied, are gone.

    :raises Invalid: a text is longer than any may be
    """
    errors = {
        name: "too_long" for name, values in post.lists() if any(len(str(one)) > LONGEST for one in values)
    }

    def text(name: str) -> str:
        return str(post.get(name, "")).replace("\x00", "").strip()

    def rows(name: str, *boxes: str, needs: tuple[str, ...]) -> Iterator[Row]:
        for place in range(MOST[name] + BLANK + 1):
            row = {box: text(f"{name}-{place}-{box}") for box in boxes}
            if any(row[box] for box in needs):
                if name == "ours":
                    row["room"] = _given(post.getlist(f"ours-{place}-room"))
                yield row

    sheet = Sheet(
        our_goal=text("our_goal"), client_goal=text("client_goal"), place=text("place"), starts_at=text("starts_at"),
        minutes=text("minutes"), title=text("title"),
        points=list(rows("points", "minutes", "text", "role", "leader", needs=("text",))),
        ours=list(rows("ours", "person", needs=("person",))),
        theirs=list(rows("theirs", "name", "duty", "decides", "email", needs=("name", "duty", "email"))),
        criteria=[said for place in range(MOST["criteria"] + 2) if (said := text(f"criteria-{place}"))],
        seen=_number(text("seen")),
    )  # fmt: skip
    if errors:
        raise Invalid(errors=errors)
    return sheet
