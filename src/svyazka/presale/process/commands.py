"""Publishing a process."""

from datetime import datetime

from svyazka.engine.lint import load_process
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, line
from svyazka.presale.people.commands import touch_settings
from svyazka.presale.people.rights import require
from svyazka.presale.process.models import ProcessVersion


@command
def publish_process(
    *, text: str, note: str, actor: Actor, at: datetime, instead_of: int | None = None
) -> int:
    """Publish ``text`` as the next version. Returns its number. New requests follow it; deals under way keep theirs.

    :param instead_of: the version number that the editor began from; a newer one in between is a conflict
    :raises ProcessInvalid: the text does not pass the lint
    :raises Conflict: ``process_changed``, somebody published meanwhile
    """
    require(actor, "process.publish")
    load_process(text)
    lock_journal()
    last = ProcessVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if instead_of is not None and instead_of != last:
        raise Conflict("process_changed", number=last)
    version = ProcessVersion.objects.create(
        number=last + 1, text=text, note=line(note, 300), published_at=at, published_by_id=actor.person_id
    )
    touch_settings()
    record(chain=WORKSPACE, act=Act("process.published", {"version": version.number}), actor=actor, at=at)
    return version.number
