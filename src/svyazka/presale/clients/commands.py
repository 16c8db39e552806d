"""Writing clients down. Called by the deals' commands, which ask the rights."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from svyazka.engine.identity import normal_name
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.clients.queries import Identity, keys_of
from svyazka.presale.journal.prepared import insert


def add_client(said: Identity, lines: Sequence[str], *, at: datetime, sure: bool) -> int:
    """Add a client. Returns its id. Must run inside a transaction.

    :param sure: False while only a stranger has said so: the INN, which names a company to us, is then not taken yet
    """
    client = insert(
        Client(
            name=said.name[:200],
            normal_name=normal_name(said.name)[:200],
            inn=(said.inn or "") if sure else "",
            lines=list(lines),
            created_at=at,
        )
    )
    if said.contact_name or said.phone or said.email:
        insert(Contact(client=client, **contact_values(said)))
    _add_keys(client, said)
    return client.pk


def learn(client_id: int, said: Identity, lines: Sequence[str], *, correct: bool) -> None:
    """Add what was newly learned to a client. Nothing that is known gets lost.

    :param correct: the speaker may put a contact's phone and address right; otherwise a person with other ones than we
        know is written down beside the known one, so that nobody can redirect our calls by handing in a request
    """
    client = Client.objects.get(pk=client_id)
    changed = _learn(client, said, lines)
    if changed:
        client.save(update_fields=changed)
    if said.contact_name or said.phone or said.email:
        _save_contact(client, said, correct=correct)
    _add_keys(client, said)


def _add_keys(client: Client, said: Identity) -> None:
    fresh = [ClientKey(client=client, kind=key.kind, value=key.value[:254]) for key in keys_of(said)]
    ClientKey.objects.bulk_create(fresh, ignore_conflicts=True)


def _learn(client: Client, said: Identity, lines: Sequence[str]) -> list[str]:
    changed = []
    if said.inn and not client.inn and not Client.objects.filter(inn=said.inn).exclude(inn="").exists():
        client.inn = said.inn
        changed.append("inn")
    if said.name and not client.name:
        client.name, client.normal_name = said.name[:200], normal_name(said.name)[:200]
        changed += ["name", "normal_name"]
    more = [line for line in lines if line not in client.lines]
    if more:
        client.lines = [*client.lines, *more]
        changed.append("lines")
    return changed


def contact_values(said: Identity) -> dict[str, Any]:
    """The columns of the person who was named; without a name he is called by his address or phone."""
    return {
        "name": (said.contact_name or said.email or said.phone or "")[:120], "duty": said.contact_duty[:120], "decides": said.decides, "phone": said.phone or said.phone_raw[:40],
        "email": said.email or "", "channel": said.channel[:40],
    }  # fmt: skip


def _save_contact(client: Client, said: Identity, *, correct: bool) -> None:
    values = contact_values(said)
    namesakes = Contact.objects.filter(client=client, name=values["name"]).order_by("pk")
    for contact in namesakes:
        same = all(getattr(contact, key) in {"", values[key]} for key in ("phone", "email") if values[key])
        if same or correct:
            for field, value in values.items():
                if value:
                    setattr(contact, field, value)
            contact.save()
            return
    Contact.objects.create(client=client, **values)
