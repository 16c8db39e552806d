"""Recognising a client, and reading his profile."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q

from svyazka.engine.identity import (
    company_domain,
    likeness,
    name_words,
    normal_email,
    normal_name,
    normal_phone,
    similarity,
    valid_inn,
)
from svyazka.presale.clients.models import Client, ClientKey
from svyazka.presale.journal.prepared import Prepared

SIMILAR = 0.87
"""From this likeness of names on, two clients are shown as possibly the same."""
CANDIDATES = 100


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
        email=mail, site=company_domain(mail) if mail else None, contact_name=" ".join(contact_name.split()),
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
    # the longest word, whatever its ending: it is the rarest, so that candidates stay few
    longest = min(name_words(said.name), key=lambda word: (-len(word), word), default="")
    return (*signs, Key("word", longest[:5])) if len(longest) >= 3 else tuple(signs)


@dataclass(frozen=True, slots=True)
class ClientMatch:
    """A client we may have met before. ``by`` holds the signs in common: inn, phone, email, domain, name, similar."""

    client_id: int
    name: str
    by: tuple[str, ...]
    likeness: float


def find_clients(said: Identity) -> tuple[ClientMatch, ...]:
    """Clients that may be the same as this one, surest first. Two queries."""
    keys = keys_of(said)
    if not keys:
        return ()
    normal = normal_name(said.name)
    found: dict[int, tuple[str, set[str]]] = {}
    for client_id, name, kind, _ in _holders(key for key in keys if key.kind != "word"):
        found.setdefault(client_id, (name, set()))[1].add(kind)
    for client_id, name, _, other in _holders(key for key in keys if key.kind == "word"):
        if likeness(normal, other) >= SIMILAR:
            found.setdefault(client_id, (name, {"similar"}))
    matches = [
        ClientMatch(client_id, name, tuple(sorted(kinds)), similarity(said.name, name))
        for client_id, (name, kinds) in found.items()
    ]
    return tuple(sorted(matches, key=lambda match: (-_sureness(match.by), -match.likeness, match.client_id)))


_WITH_INN = Prepared(
    lambda inn, same: (
        ClientKey.objects.filter(kind="inn", value=inn, client__inn=same)
        .order_by("client_id")
        .values_list("client_id", flat=True)[:1]
    )
)


def client_with_inn(inn: str | None) -> int | None:
    """The client of ours with this INN."""
    return _WITH_INN.first(inn=inn, same=inn) if inn else None


def _holders(keys: Iterable[Key]) -> Iterable[tuple[int, str, str, str]]:
    """Clients with any of these keys, newest first: id, name, the key's kind, normal name."""
    wanted = {
        name: said
        for place, key in enumerate(keys)
        for name, said in ((f"kind{place}", key.kind), (f"value{place}", key.value[:254]))
    }
    return _with_any(len(wanted) // 2)(**wanted) if wanted else ()


@cache
def _with_any(number: int) -> Prepared[Any]:
    """Clients with any of so many keys, newest first."""

    def build(**said: Any) -> Any:
        signs = (Q(kind=said[f"kind{place}"], value=said[f"value{place}"]) for place in range(number))
        # in the order of the index, so that the database can stop at the limit
        found = ClientKey.objects.filter(reduce(or_, signs)).order_by("-client_id")
        return found.values_list("client_id", "client__name", "kind", "client__normal_name")[:CANDIDATES]

    return Prepared(build)


def _sureness(by: Iterable[str]) -> int:
    weights = {"inn": 16, "phone": 8, "email": 8, "name": 4, "domain": 2, "similar": 1}
    return sum(weights[kind] for kind in by)


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A person of the client's."""

    name: str
    duty: str
    decides: bool
    phone: str
    email: str
    channel: str


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client with his people; none of them for those who may not see them."""

    id: int
    name: str
    inn: str
    lines: tuple[str, ...]
    contacts: tuple[ContactCard, ...]


# one line a contact, and one with nothing beside the client where there are none
_CARD: Prepared[Any] = Prepared(
    lambda client: Client.objects.filter(pk=client)
    .order_by("-contacts__decides", "contacts__pk")
    .values_list(
        "name", "inn", "lines", "contacts__pk", "contacts__name", "contacts__duty", "contacts__decides",
        "contacts__phone", "contacts__email", "contacts__channel",
    )
)  # fmt: skip


def client_card(client_id: int, *, private: bool) -> ClientCard:
    """The client's card; ``private`` shows his people, who they are and how to reach them."""
    rows = _CARD(client=client_id)
    people = [row[4:] for row in rows if private and row[3] is not None]
    name, inn, lines, *_ = rows[0]
    return ClientCard(client_id, name, inn, tuple(lines), tuple(ContactCard(*one) for one in people))
