"""Writing clients down. Called by the deals' commands, which ask the rights."""

from collections.abc import Sequence
from datetime import datetime

from svyazka.engine.identity import normal_name
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.clients.queries import Identity, keys_of


def save_client(*, client_id: int | None, said: Identity, lines: Sequence[str], at: datetime) -> int:
    """Add a client, or add what was newly learned to the one with ``client_id``. Returns its id.

    Nothing that is known gets lost: an empty value never replaces a written one. Must run inside a transaction.
    """
    known = Client.objects.filter(pk=client_id).first() if client_id else None
    if known is None:
        client = Client.objects.create(
            name=said.name[:200],
            normal_name=normal_name(said.name)[:200],
            inn=said.inn or "",
            lines=list(lines),
            created_at=at,
        )
    else:
        client = known
        changed = _learn(client, said, lines)
        if changed:
            client.save(update_fields=changed)
    if said.contact_name or said.phone or said.email:
        _save_contact(client, said, is_new=known is None)
    fresh = [ClientKey(client=client, kind=key.kind, value=key.value[:254]) for key in keys_of(said)]
    ClientKey.objects.bulk_create(fresh, ignore_conflicts=True)
    return client.pk


def _learn(client: Client, said: Identity, lines: Sequence[str]) -> list[str]:
    changed = []
    if said.inn and not client.inn and not ClientKey.objects.filter(kind="inn", value=said.inn).exists():
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


def _save_contact(client: Client, said: Identity, *, is_new: bool) -> None:
    values = {
        "duty": said.contact_duty[:120], "decides": said.decides, "phone": said.phone or said.phone_raw[:40],
        "email": said.email or "", "channel": said.channel[:40],
    }  # fmt: skip
    name = (said.contact_name or said.email or said.phone or "")[:120]
    contact = None if is_new else Contact.objects.filter(client=client, name=name).first()
    if contact is None:
        Contact.objects.create(client=client, name=name, **values)
        return
    for field, value in values.items():
        if value:
            setattr(contact, field, value)
    contact.save()
