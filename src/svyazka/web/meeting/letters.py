"""The letter: drafted, mended, sent, taken back, answered otherwise."""

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from itertools import count
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings import letters
from svyazka.presale.meetings.letters import MOST_POINTS, LetterPoint, Text
from svyazka.presale.meetings.queries import MeetingPage, meeting_page
from svyazka.presale.people.queries import directory
from svyazka.speech.letters import draft_of, left_out, mended
from svyazka.web.jinja import render
from svyazka.web.meeting.sheet import chosen_guests
from svyazka.web.meeting.words import Words
from svyazka.web.ui.acting import refused_by
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import said, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The draft as a form; posting it keeps it."""
    actor = actor_in(request)
    seen = _open(meeting_id, actor)
    if request.method != "POST":
        draft = _draft(seen)
        return _show(request, seen, actor, draft, no_room=0 if seen.letters else left_out(seen, draft))
    text = _typed(request.POST)
    return _perform(
        request, seen, actor,
        lambda: _kept(letters.write_letter(meeting_id=meeting_id, text=text, seen=_number(request.POST.get("seen", "")), actor=actor, at=timezone.now())),
        text,
    )  # fmt: skip


def _kept(version: int) -> str:
    return _("The draft is kept, version %(num)s. Read it once more and send it.") % {"num": version}


def _open(meeting_id: int, actor: Actor) -> MeetingPage:
    """The meeting whose letter is written.

    :raises NotFound: no such meeting, none with a client, not over yet, or nothing for this person to read
    """
    seen = meeting_page(meeting_id=meeting_id, viewer=actor)
    if seen.row.kind != "client" or not seen.private or seen.row.state not in {"held", "closed"}:
        raise NotFound
    return seen


def _draft(seen: MeetingPage) -> Text:
    """What the form shows at first: the draft that is kept, the corrected version, or a new one from what was typed."""
    last = seen.letters[-1] if seen.letters else None
    if last is not None and (last.sent_at is None or last.answer != "corrected"):
        return Text(
            last.subject,
            last.why,
            tuple(LetterPoint(one["key"], one["part"], one["text"]) for one in last.points),
            last.language,
        )
    language = directory().language
    with translation.override(language):
        return mended(seen) or draft_of(seen, language)


def _typed(post: QueryDict) -> Text:
    def text(name: str) -> str:
        return str(post.get(name, "")).replace("\x00", "").strip()

    rows = [
        (text(f"point-{place}-key"), text(f"point-{place}-part"), written)
        for place in range(MOST_POINTS + 2)
        if (written := text(f"point-{place}-text"))
    ]
    # a row that is new has no key yet, and gets one that no other has
    known = {key for key, _part, _text in rows}
    free = (f"p{number}" for number in count(1) if f"p{number}" not in known)
    points = tuple(LetterPoint(key or next(free), part, written) for key, part, written in rows)
    return Text(text("subject"), text("why"), points, text("language"))


def _number(text: str) -> int:
    """A version; what is none is one that isn't there."""
    found = whole_number(text, digits=5)
    return -1 if found is None else found


def _show(
    request: HttpRequest, seen: MeetingPage, actor: Actor, text: Text, *, status: int = 200,
    errors: Mapping[str, str] | None = None, sentence: str = "", no_room: int = 0,
) -> HttpResponse:  # fmt: skip
    words = Words(seen, directory(), actor, timezone.now())
    last = words.letter
    blank = LetterPoint("", "agreed", "")
    context: dict[str, Any] = {
        "page": seen, "row": seen.row, "words": words, "text": text, "points": [*text.points, blank], "last": last,
        "seen": last.version if last else 0, "writes": "letter.send" in seen.may, "errors": errors or {}, "sentence": sentence,
        "problems": [(_box(name), wrong) for name, wrong in (errors or {}).items()],
        "no_room": no_room, "is_draft": last is not None and last.sent_at is None, "size": len(text.why) + sum(len(one.text) for one in text.points),
        "most": letters.LONGEST, "corrected": last is not None and last.answer == "corrected",
        "changes": differences(last.points, last.corrections) if last else [],
    }  # fmt: skip
    return render(request, "meeting/letter.html", context, status=status)


def _box(name: str) -> str:
    """The id of the box that an error is about."""
    part, _dot, place = name.partition(".")
    return (
        f"id_point-{place}-text" if place else {"guests": "send", "points": "points"}.get(part, f"id_{part}")
    )


def differences(
    points: tuple[Mapping[str, str], ...], corrections: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the client has put otherwise, point by point: pieces of text that stayed (``same``), went (``gone``), came (``new``)."""
    return [
        (one["part"], pieces(one["text"], corrections[one["key"]]))
        for one in points
        if one["key"] in corrections
    ]


def pieces(was: str, now: str) -> list[tuple[str, str]]:
    """The words of two texts, told apart."""
    old, new = was.split(), now.split()
    found: list[tuple[str, str]] = []
    for kind, begin, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(old[begin:end])))
            continue
        if end > begin:
            found.append(("gone", " ".join(old[begin:end])))
        if last > first:
            found.append(("new", " ".join(new[first:last])))
    return found


def _perform(
    request: HttpRequest,
    seen: MeetingPage,
    actor: Actor,
    command: Callable[[], str],
    text: Text | None = None,
) -> HttpResponse:
    refused = refused_by(request, command)
    if refused is not None:
        seen = _open(seen.row.id, actor)  # the draft may be kept by now, though it wasn't sent
        return _show(
            request, seen, actor, text or _draft(seen), status=refused.status, errors=refused.errors,
            sentence=refused.sentence,
        )  # fmt: skip
    return see_other("meeting:letter", meeting_id=seen.row.id)


@require_POST
def send(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Send the letter; what was typed and not kept yet is kept first, so that the client gets what is on the screen."""
    actor = actor_in(request)
    seen = _open(meeting_id, actor)
    text = _typed(request.POST) if "seen" in request.POST else None

    def kept() -> int:
        """The draft's version."""
        drafted = bool(seen.letters) and seen.letters[-1].sent_at is None
        version = _number(request.POST.get("version", ""))
        # a version that was a draft when the page was made, and has been sent since: pressed twice
        if text is None or (version > 0 and not drafted) or (drafted and text == _draft(seen)):
            return version
        return letters.write_letter(
            meeting_id=meeting_id,
            text=text,
            seen=_number(request.POST.get("seen", "")),
            actor=actor,
            at=timezone.now(),
        )

    def command() -> str:
        sent = letters.send_letter(
            meeting_id=meeting_id,
            version=kept(),
            guests=chosen_guests(request.POST),
            actor=actor,
            at=timezone.now(),
        )
        if not sent:
            return _(
                "No letter goes out: there is no address, or no mail server. The links stand here; pass them on yourself."
            )
        return ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", sent) % {
            "num": sent
        }

    return _perform(request, seen, actor, command, text)


@require_POST
def take_back(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Shut the links of a letter that went wrong."""
    actor = actor_in(request)

    def command() -> str:
        letters.take_back_letter(
            meeting_id=meeting_id,
            version=_number(request.POST.get("version", "")),
            actor=actor,
            at=timezone.now(),
        )
        return _("The links of this letter don’t work any more.")

    return _perform(request, _open(meeting_id, actor), actor, command)


@require_POST
def answered(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The client has confirmed the letter otherwise than on its page."""
    actor = actor_in(request)

    def command() -> str:
        letters.say_answered(
            meeting_id=meeting_id, version=_number(request.POST.get("version", "")), how=said(request.POST, "how"),
            ready=request.POST.get("ready", ""), actor=actor, at=timezone.now(),
        )  # fmt: skip
        return _("Recorded: the client has confirmed the letter.")

    return _perform(request, _open(meeting_id, actor), actor, command)
