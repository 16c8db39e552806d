"""The first week in words: by role why all this exists for him, what he gets, and where he begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from svyazka.engine.process import Process
from svyazka.presale.channels.queries import messengers_on
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.people.rights import may
from svyazka.speech.process_words import capital, say_role

Words = str | Promise

ROLES: Final = (
    "administrator", "process_owner", "head", "dispatcher", "manager", "expert", "estimator", "fixer", "lead_generator",
)  # fmt: skip
"""Who has a first week, in the order in which somebody with several begins."""
ANYBODY: Final = "lead_generator"
"""What everybody is, whatever else: whoever hears of a need hands it in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and where."""

    title: str
    text: str
    href: str
    done: bool


@dataclass(frozen=True, slots=True)
class Path:
    """A role's first week. ``lost`` is what he stops losing, ``gained`` what he gets instead."""

    role: str
    name: str
    why: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def ahead(self) -> Step | None:
        """The first step that isn't; None at the end of the path."""
        return next((step for step in self.steps if not step.done), None)


def roles_of(actor: Actor) -> tuple[str, ...]:
    """The roles and duties of which somebody's first week is made."""
    mine = actor.roles | actor.duties
    return tuple(role for role in ROLES if role in mine) or (ANYBODY,)


def path_of(role: str, *, facts: frozenset[str], viewer: Actor, process: Process, language: str) -> Path:
    """The path of one of :data:`ROLES`.

    :param facts: those of :func:`presale.launch.first_days.first_facts` that hold; none for a path that isn't his
    """
    story = _STORIES[role]
    why = next((one.why.say(language) for one in process.roles if one.role == role), "")
    return Path(
        role, capital(say_role(role, process, language)), why or str(story.why), _said(story.lost), _said(story.gained),
        _company_steps(directory()) if role == "administrator" else _own_steps(story, facts, viewer),
    )  # fmt: skip


def path_ahead(*, facts: frozenset[str], viewer: Actor, process: Process, language: str) -> Path | None:
    """The first of his paths that has a step left; of handing requests in only if that is all he does."""
    roles = roles_of(viewer)
    wanted = [role for role in roles if role != ANYBODY] or roles
    paths = (path_of(role, facts=facts, viewer=viewer, process=process, language=language) for role in wanted)
    return next((path for path in paths if path.ahead), None)


def first_steps(viewer: Actor) -> tuple[Step, ...]:
    """What has to be set up, as long as something without which requests can't be handled is open; nothing for whoever can't."""
    if not may(viewer, "people.change"):
        return ()
    steps = _company_steps(directory())
    needed = steps[1:]  # a company may be called Svyazka
    return () if all(step.done for step in needed) else steps


def _said(words: tuple[Words, ...]) -> tuple[str, ...]:
    return tuple(map(str, words))


def _own_steps(story: "_Story", facts: frozenset[str], viewer: Actor) -> tuple[Step, ...]:
    reach = "linked" if messengers_on() else "wished"
    keys = dict.fromkeys(reach if key == _REACH else key for key in story.steps)
    return tuple(
        Step(str(one.title), str(one.text), one.href(viewer.me), not one.by.isdisjoint(facts))
        for one in (_STEPS[key] for key in keys)
    )


def _company_steps(people: Directory) -> tuple[Step, ...]:
    """The way from an empty installation to the first request."""
    return (
        Step(
            _("Name the company and its hours"),
            _("All due times are counted in working hours."),
            "/people/company/",
            people.workspace_name != "Svyazka",
        ),
        Step(
            _("Add the units"),
            _("Sales and delivery, each with its own hours and time zone."),
            "/people/units/new/",
            bool(people.units),
        ),
        Step(
            _("Add a dispatcher"),
            _("Every request comes to the single window; the dispatcher answers the client and decides. Until there is one, you do."),
            "/people/new/?duty=dispatcher",
            bool(people.active(duty="dispatcher")),
        ),
        Step(
            _("Add managers"),
            _("A manager runs a deal and speaks to the client for all of us. Give somebody the role “manager”."),
            "/people/new/?role=manager",
            bool(people.active(role="manager")),
        ),
        Step(
            _("Add experts and estimators"),
            _("With their competences, so that the right one is found for a meeting or an estimate."),
            "/people/new/?role=expert&role=estimator",
            bool(people.active(role="expert") and people.active(role="estimator")),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Story:
    """What a role is told. ``why`` stands where the process itself says nothing about the role."""

    lost: tuple[Words, ...]
    gained: tuple[Words, ...]
    steps: tuple[str, ...] = ()
    why: Words = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A step; ``by`` are facts of which each ticks it, ``href`` leads there, given who goes."""

    title: Words
    text: Words
    href: Callable[[int], str]
    by: frozenset[str]


def _at(href: str) -> Callable[[int], str]:
    return lambda person: href.replace("{me}", str(person))


def _kind(title: Words, text: Words, href: str, *by: str) -> _Kind:
    return _Kind(title, text, _at(href), frozenset(by))


_REACH: Final = "reach"
"""By a messenger where there is one, by letters otherwise."""

_STEPS: Final[Mapping[str, _Kind]] = {
    "linked": _kind(
        gettext_lazy("Link your messenger"),
        gettext_lazy("What you owe comes there while there is still time, and a button is enough to answer."),
        "/settings/notices/", "linked",
    ),
    "wished": _kind(
        gettext_lazy("Choose what reaches you, and when"),
        gettext_lazy("At once or in a digest, and in which hours nothing."),
        "/settings/notices/", "wished",
    ),
    "skilled": _kind(
        gettext_lazy("See that your competences are right"),
        gettext_lazy("You are found by them. If something is missing, tell the administrator."),
        "/people/{me}/", "skilled",
    ),
    "brought": _kind(
        gettext_lazy("Hand in a first request"),
        gettext_lazy("The company, what it needs, whom to call. Less than a minute."),
        "/window/new/", "brought",
    ),
    "heard_back": _kind(
        gettext_lazy("See what has become of it"),
        gettext_lazy("Taken or declined, and why: you are told, and it stays in your list."),
        "/window/?show=leads", "heard_back",
    ),
    "answered": _kind(
        gettext_lazy("Answer a client"),
        gettext_lazy("Who is in charge and what comes next. Then record that the client has an answer."),
        "/window/", "answered",
    ),
    "decided": _kind(
        gettext_lazy("Decide on a request"),
        gettext_lazy("Take it and appoint a manager, or decline it with a reason."),
        "/window/", "decided",
    ),
    "opened_door": _kind(
        gettext_lazy("Make a form for the website"),
        gettext_lazy("A link of its own: what clients write there comes straight to the window."),
        "/window/links/", "opened_door",
    ),
    "asked_expert": _kind(
        gettext_lazy("Ask for your first expert"),
        gettext_lazy("On a deal’s page: which competence, for when, with which goal. Whoever takes it first goes."),
        "/board/list/?person={me}", "asked_expert",
    ),
    "planned": _kind(
        gettext_lazy("Plan a meeting"),
        gettext_lazy("Our goal, the client’s goal, and an agenda in minutes."),
        "/meetings/new/", "planned",
    ),
    "wrote": _kind(
        gettext_lazy("Send a follow-up letter"),
        gettext_lazy("What was said and what comes next, on one screen. The client confirms it with one press."),
        "/meetings/", "wrote",
    ),
    "kept": _kind(
        gettext_lazy("Keep a first promise"),
        gettext_lazy("It stands on My day with its time; press “Done” when it is."),
        "/", "kept",
    ),
    "fixed": _kind(
        gettext_lazy("Decide what you are called for"),
        gettext_lazy("The question comes to My day with its time. Your decision stands on the deal."),
        "/", "kept",
    ),
    "went": _kind(
        gettext_lazy("Take a request for an expert"),
        gettext_lazy("What for, which industry, when. Take what you are strong in."),
        "/experts/", "went",
    ),
    "read": _kind(
        gettext_lazy("Read a dossier and sign it"),
        gettext_lazy("All that is known of the client, on one page. What changes afterwards is marked."),
        "/meetings/", "read",
    ),
    "estimated": _kind(
        gettext_lazy("Hand in an estimate"),
        gettext_lazy("Each line with the client’s task and what it brings the business."),
        "/", "estimated",
    ),
    "sent_expert": _kind(
        gettext_lazy("Answer a request for an expert"),
        gettext_lazy("Send one of your people, or go yourself."),
        "/experts/", "sent_expert", "went",
    ),
    "ran": _kind(
        gettext_lazy("Hold a status run"),
        gettext_lazy("Ten clients an hour, each on one screen; what is decided becomes a task at once."),
        "/run/", "planned",
    ),
    "looked_back": _kind(
        gettext_lazy("Look back on a closed deal"),
        gettext_lazy("Begin with one that was won: what helped most?"),
        "/reviews/", "looked_back", "proposed",
    ),
    "published": _kind(
        gettext_lazy("Make the process yours"),
        gettext_lazy("It comes ready for use. Change what differs in your company, and publish it under your name."),
        "/process/edit/", "published",
    ),
    "proposed": _kind(
        gettext_lazy("Decide on a proposal, or make one"),
        gettext_lazy("What people would like otherwise, each with the figure and the day by which it is judged."),
        "/process/proposals/", "proposed",
    ),
}  # fmt: skip

_STORIES: Final[Mapping[str, _Story]] = {
    "administrator": _Story(
        why=gettext_lazy("You set the company up once. From then on due times, reminders and rights look after themselves."),
        lost=(
            gettext_lazy("Evenings of explaining where everything is: everybody has his day on one page."),
            gettext_lazy("Time on looking in three systems: deals, files and letters lie together, in one backup."),
        ),
        gained=(
            gettext_lazy("Five steps, and requests can come. The rest can wait."),
            gettext_lazy("Who did what and when stands in a journal that nobody can rewrite."),
        ),
    ),
    "process_owner": _Story(
        why=gettext_lazy("The rules are yours: written down, the same for everybody, and changed as soon as they get in the way."),
        lost=(
            gettext_lazy("Hours of arguing whose version of a rule is the right one."),
            gettext_lazy("Improvements that nobody ever checked: each is judged by a figure, on a day."),
        ),
        gained=(
            gettext_lazy("You change the process yourself, without a programmer."),
            gettext_lazy("Before a rule stops anybody you see which deals it would have stopped."),
        ),
        steps=(_REACH, "published", "proposed"),
    ),
    "head": _Story(
        why=gettext_lazy("You see how each deal is doing without calling anybody. Whom to send and what is stuck is told by facts."),
        lost=(
            gettext_lazy("Evenings of calling round: “What is happening with this client?”"),
            gettext_lazy("Hours of arguing whose fault it was: who held the ball, and how long, is on record."),
            gettext_lazy("Your people’s project days, because somebody else was louder."),
        ),
        gained=(
            gettext_lazy("In the morning, what is overdue in your unit, in one list."),
            gettext_lazy("Your people are proposed by competence and load, and the reasons are shown."),
        ),
        steps=(_REACH, "sent_expert", "ran", "looked_back"),
    ),
    "dispatcher": _Story(
        lost=(
            gettext_lazy("Requests in somebody’s notebook: whatever way they come, they are in one queue."),
            gettext_lazy("An expert’s day spent on what was never ours."),
        ),
        gained=(
            gettext_lazy("You hear of a first answer while there is still time to give it."),
            gettext_lazy("Duplicates and spam are recognised and spoil nobody’s figures."),
        ),
        steps=(_REACH, "answered", "decided", "opened_door"),
    ),
    "manager": _Story(
        lost=(
            gettext_lazy("Promises, yours to the client and colleagues’ to you: each has a name and a time."),
            gettext_lazy("Files in five chats: all that belongs to a deal is in one folder."),
            gettext_lazy("The drive to the client spent telling the expert where you are going."),
        ),
        gained=(
            gettext_lazy("The client knows the next step and needn’t ask “when?”"),
            gettext_lazy("Colleagues are reminded by the system, not by you."),
        ),
        steps=(_REACH, "asked_expert", "planned", "wrote", "kept"),
    ),
    "expert": _Story(
        lost=(
            gettext_lazy("Project days cut short by “drop everything and come”."),
            gettext_lazy("The first quarter of an hour of a meeting, spent finding out where you are."),
        ),
        gained=(
            gettext_lazy("One page before you go: the client, the goals, the question that is sure to come."),
            gettext_lazy("What you have done for a deal is on record, and you see it before anybody else does."),
        ),
        steps=(_REACH, "skilled", "went", "read"),
    ),
    "estimator": _Story(
        lost=(
            gettext_lazy("Days of waiting for data that were counted as yours."),
            gettext_lazy("Days on a second estimate because a task was forgotten in the first."),
        ),
        gained=(
            gettext_lazy("Each line answers a task that the client has confirmed."),
            gettext_lazy("At the defence the client understands what the money is for, and says so."),
        ),
        steps=(_REACH, "skilled", "estimated", "kept"),
    ),
    "fixer": _Story(
        lost=(
            gettext_lazy("Hours at meetings where you were needed for one minute."),
            gettext_lazy("Hours of arguing which discount was agreed a month ago."),
        ),
        gained=(
            gettext_lazy("You are called with the facts, one question and a time."),
            gettext_lazy("Until then nobody sees you on the deal."),
        ),
        steps=(_REACH, "wished", "brought", "fixed"),
    ),
    "lead_generator": _Story(
        lost=(
            gettext_lazy("A need that a client mentioned in passing and that stayed in your notes."),
            gettext_lazy("Sight of the client you brought: the request stays in your list to the end."),
        ),
        gained=(
            gettext_lazy("From a phone, the web or a chat: three questions, and it has a number."),
            gettext_lazy("You stay its author up to the contract."),
        ),
        steps=(_REACH, "brought", "heard_back"),
    ),
}  # fmt: skip
