"""Recognising a client, and reading his profile."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from svyazka.engine.identity import (
    email_domain,
    name_words,
    normal_email,
    normal_name,
    normal_phone,
    similarity,
    valid_inn,
)
from svyazka.presale.clients.models import Client, ClientKey, Contact

SIMILAR = 0.87
"""From this likeness of names on, two clients are shown as possibly the same."""
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What of a request tells who the client is. ``inn``, ``phone`` and ``email`` are in normal form or None."""

    name: str = ""
    inn: str | None = None
    phone: str | None = None
    phone_raw: str = ""
    email: str | None = None
    site: str | None = None
    contact_name: str = ""
    contact_duty: str = ""
    decides: bool = False
    channel: str = ""


def identity(
    *, name: str = "", inn: str = "", phone: str = "", email: str = "", contact_name: str = "",
    contact_duty: str = "", decides: bool = False, channel: str = "",
) -> Identity:  # fmt: skip
    """Bring what was typed into normal form; what isn't valid becomes None and identifies nobody."""
    mail = normal_email(email)
    return Identity(
        name=" ".join(name.split()), inn=valid_inn(inn), phone=normal_phone(phone), phone_raw=phone.strip(),
        email=mail, site=email_domain(mail) if mail else None, contact_name=" ".join(contact_name.split()),
        contact_duty=contact_duty.strip(), decides=decides, channel=channel.strip(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """One sign by which a client is recognised."""

    kind: str
    value: str


def keys_of(said: Identity) -> tuple[Key, ...]:
    """All signs that an identity gives, words of the name included (they only find candidates)."""
    signs = [
        Key(kind, value)
        for kind, value in (
            ("inn", said.inn), ("phone", said.phone), ("email", said.email), ("domain", said.site),
            ("name", normal_name(said.name)),
        )
        if value
    ]  # fmt: skip
    words = {word[:5] for word in name_words(said.name) if len(word) >= 3}
    return (*signs, *(Key("word", word) for word in sorted(words)))


@dataclass(frozen=True, slots=True)
class ClientMatch:
    """A client we may have met before. ``by`` holds the signs in common: inn, phone, email, domain, name, similar."""

    client_id: int
    name: str
    by: tuple[str, ...]
    likeness: float


def find_clients(said: Identity) -> tuple[ClientMatch, ...]:
    """Clients that may be the same as this one, surest first."""
    keys = keys_of(said)
    if not keys:
        return ()
    wanted = reduce(or_, (Q(kind=key.kind, value=key.value) for key in keys))
    found: dict[int, set[str]] = {}
    for client_id, kind in ClientKey.objects.filter(wanted).values_list("client_id", "kind")[
        : CANDIDATES * 4
    ]:
        found.setdefault(client_id, set()).add(kind)
    names = dict(Client.objects.filter(pk__in=list(found)[:CANDIDATES]).values_list("pk", "name"))
    matches = []
    for client_id, name in names.items():
        kinds = found[client_id] - {"word"}
        likeness = similarity(said.name, name) if said.name else 0.0
        if "name" not in kinds and likeness >= SIMILAR:
            kinds.add("similar")
        if kinds:
            matches.append(ClientMatch(client_id, name, tuple(sorted(kinds)), likeness))
    return tuple(sorted(matches, key=lambda match: (-_sureness(match.by), -match.likeness, match.client_id)))


def _sureness(by: Iterable[str]) -> int:
    weights = {"inn": 16, "phone": 8, "email": 8, "name": 4, "domain": 2, "similar": 1}
    return sum(weights[kind] for kind in by)


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A person of the client's; phone and e-mail are None for those who may not see them."""

    name: str
    duty: str
    decides: bool
    phone: str | None
    email: str | None
    channel: str


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client with his people."""

    id: int
    name: str
    inn: str
    lines: tuple[str, ...]
    contacts: tuple[ContactCard, ...]


def client_card(client_id: int, *, private: bool) -> ClientCard:
    """The client's card; ``private`` shows how to reach his people."""
    client = Client.objects.get(pk=client_id)
    contacts = tuple(
        ContactCard(
            row.name, row.duty, row.decides, row.phone if private else None, row.email if private else None,
            row.channel,
        )
        for row in Contact.objects.filter(client_id=client_id).order_by("-decides", "pk")
    )  # fmt: skip
    return ClientCard(client.pk, client.name, client.inn, tuple(client.lines), contacts)
