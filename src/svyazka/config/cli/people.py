"""Commands about people and their keys: ``person``, ``token``, ``link``."""

import sys
from dataclasses import replace
from datetime import timedelta
from getpass import getpass
from typing import Annotated

import typer
from django.conf import settings

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import administrator, now, person
from svyazka.presale.deals.links import links, make_link, revoke_link
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, issue_token, revoke_token, save_person
from svyazka.presale.people.queries import PersonCard, actor_by_id, directory, people_page, tokens_of
from svyazka.presale.people.rights import DUTIES, ROLES, SCOPES
from svyazka.presale.people.second_factors import forget_second_factors

app = typer.Typer()
people = typer.Typer(no_args_is_help=True, help="People who work here.")
tokens = typer.Typer(no_args_is_help=True, help="Bearer tokens of the API.")
addresses = typer.Typer(no_args_is_help=True, help="Addresses of the public request form.")
app.add_typer(people, name="person")
app.add_typer(tokens, name="token")
app.add_typer(addresses, name="link")

Email = Annotated[str, typer.Option("--email", help="The person's address.", show_default=False)]
As = Annotated[str, typer.Option("--as", help="Administrator who acts; by default the first one.")]


@people.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="Surname, given name and, if any, patronymic.", show_default=False)],
    duty: Annotated[list[str] | None, typer.Option(help=f"Duty, may be repeated: {', '.join(DUTIES)}.")] = None,
    role: Annotated[list[str] | None, typer.Option(help=f"Presale role, may be repeated: {', '.join(ROLES)}.")] = None,
    unit: Annotated[str, typer.Option(help="Name of the unit.")] = "",
    *,
    agent: Annotated[bool, typer.Option("--agent", help="A partner agent, not one of ours.")] = False,
    as_: As = "",
) -> None:  # fmt: skip
    """Add a person; the password is asked for, or read from a pipe. The first one needs --duty administrator."""
    surname, given, *rest = [*name.split(), "", ""]
    wrong = set(duty or ()) - set(DUTIES)
    if wrong:
        raise Failure(f"There is no duty {', '.join(sorted(wrong))}.", f"Duties: {', '.join(DUTIES)}.", 2)
    units = {card.name: card.id for card in directory().units.values()}
    if unit and unit not in units:
        raise Failure(f"There is no unit “{unit}”.", f"Units: {', '.join(units) or 'none yet'}.")
    if not directory().people and "administrator" not in (duty or ()):
        raise Failure("The first person has to be an administrator.", "Add --duty administrator.")
    actor = Actor(None, "cli") if not directory().people else administrator(as_)
    profile = Profile(
        email, surname, given, " ".join(part for part in rest if part), units.get(unit), frozenset(duty or ()),
        tuple(role or ("lead_generator",)), is_agent=agent, language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
    )  # fmt: skip
    save_person(profile=profile, actor=actor, at=now(), password=_password())
    print(f"{email} may sign in.")


@people.command("password")
def password(email: Email, as_: As = "") -> None:
    """Give a person a new password; it is asked for, or read from a pipe."""
    card = person(email)
    save_person(
        profile=_profile(card), person_id=card.id, actor=administrator(as_), at=now(), password=_password()
    )
    print(f"{card.email} has a new password.")


@people.command("second-factor")
def second_factor(email: Email, as_: As = "") -> None:
    """Take a person's codes and passkeys away: the phone is lost, or the server's key is."""
    card = person(email)
    forget_second_factors(person_id=card.id, actor=administrator(as_), at=now())
    print(f"{card.email} is signed out everywhere and signs in by password alone.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass("Password: ")
    if first != getpass("Once more: "):
        raise Failure("The two passwords differ.")
    return first


def _profile(card: PersonCard) -> Profile:
    """Everything about a person as it is, to be changed in one point."""
    viewer = administrator()
    row = next(row for row in people_page(viewer=viewer, at=now()) if row.card.id == card.id)
    surname, given, *rest = [*card.full_name.split(), "", ""]
    profile = Profile(
        card.email, surname, given, " ".join(part for part in rest if part), card.unit_id, card.duties,
        tuple(card.roles), card.is_agent, card.is_active, card.presale_hours, card.language, card.time_zone,
    )  # fmt: skip
    return replace(profile, skills=tuple((skill.competence, skill.level) for skill in row.skills))


@people.command("list")
def list_people() -> None:
    """Everybody: address, name, unit, duties, roles."""
    for card in directory().people.values():
        marks = [*sorted(card.duties), *sorted(card.roles)]
        if card.is_agent:
            marks.append("agent")
        if not card.is_active:
            marks.append("left")
        print(f"{card.email}\t{card.full_name}\t{card.unit_name}\t{', '.join(marks)}")


@tokens.command("create")
def create_token(
    email: Email,
    scopes: Annotated[str, typer.Option(help=f"By comma: {', '.join(SCOPES)}.", show_default=False)],
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=3650)] = 365,
    name: Annotated[str, typer.Option(help="What it is for.")] = "console",
    as_: As = "",
) -> None:
    """Make a token. Prints the token and nothing else; it is never shown again."""
    wanted = scopes.replace(",", " ").split()
    if not wanted or not set(wanted) <= set(SCOPES):
        raise Failure(f"“{scopes}” is not a list of scopes.", f"Scopes: {', '.join(SCOPES)}.", 2)
    print(
        issue_token(
            person_id=person(email).id, name=name, scopes=wanted, life=timedelta(days=days),
            actor=administrator(as_), at=now(),
        )
    )  # fmt: skip


@tokens.command("list")
def list_tokens(email: Email) -> None:
    """A person's tokens: number, name, scopes, until when, last use. The secrets are not kept."""
    actor = actor_by_id(person(email).id, "cli")
    for row in tokens_of(viewer=actor) if actor else ():
        state = "revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d}"
        print(
            f"{row.id}\t{row.name}\t{', '.join(row.scopes)}\t{state}\tlast used {row.last_used_on or 'never'}"
        )


@tokens.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number, see token list.")], as_: As = ""
) -> None:
    """End a token at once."""
    revoke_token(token_id=number, actor=administrator(as_), at=now())
    print(f"Token {number} is revoked.")


@addresses.command("create")
def create_link(
    name: Annotated[
        str, typer.Option(help="Where the address is used, e.g. 'our website'.", show_default=False)
    ],
    agent: Annotated[str, typer.Option(help="Address of the partner agent whose leads come by it.")] = "",
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=3650)] = 365,
    as_: As = "",
) -> None:
    """Make an address of the public request form. Prints the address and nothing else; it is never shown again."""
    secret = make_link(
        name=name, agent_id=person(agent).id if agent else None, life=timedelta(days=days), actor=administrator(as_),
        at=now(),
    )  # fmt: skip
    print(f"{settings.PUBLIC_URL}/r/{secret}/")


@addresses.command("list")
def list_links() -> None:
    """All addresses: number, name, agent, until when. The secrets are not kept."""
    names = directory()
    for row in links(viewer=administrator()):
        state = "revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d}"
        print(f"{row.id}\t{row.name}\t{names.name(row.agent_id)}\t{state}")


@addresses.command("revoke")
def end_link(
    number: Annotated[int, typer.Argument(help="The address's number, see link list.")], as_: As = ""
) -> None:
    """End an address at once."""
    revoke_link(link_id=number, actor=administrator(as_), at=now())
    print(f"Address {number} is revoked.")
