"""The way from an empty installation to the first request: what an administrator has to do, in order."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory
from svyazka.presale.people.rights import may


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and where."""

    title: str
    text: str
    href: str
    done: bool


def first_steps(viewer: Actor, people: Directory) -> tuple[Step, ...]:
    """The steps, as long as one without which requests can't be handled is open; nothing for whoever can't take them."""
    if not may(viewer, "people.change"):
        return ()
    add = reverse("people:new")
    steps = (
        Step(
            _("Name the company and its hours"),
            _("All due times are counted in working hours."),
            reverse("people:company"),
            people.workspace_name != "Svyazka",
        ),
        Step(
            _("Add the units"),
            _("Sales and delivery, each with its own hours and time zone."),
            reverse("people:unit_new"),
            bool(people.units),
        ),
        Step(
            _("Add a dispatcher"),
            _("Every request comes to the single window; the dispatcher answers the client and decides. Until there is one, you do."),
            f"{add}?duty=dispatcher",
            bool(people.active(duty="dispatcher")),
        ),
        Step(
            _("Add managers"),
            _("A manager runs a deal and speaks to the client for all of us. Give somebody the role “manager”."),
            f"{add}?role=manager",
            bool(people.active(role="manager")),
        ),
        Step(
            _("Add experts and estimators"),
            _("With their competences, so that the right one is found for a meeting or an estimate."),
            f"{add}?role=expert&role=estimator",
            bool(people.active(role="expert") and people.active(role="estimator")),
        ),
    )  # fmt: skip
    needed = steps[1:]  # a company may be called Svyazka
    return () if all(step.done for step in needed) else steps
