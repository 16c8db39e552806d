"""Commands about the journal and the anchors kept outside the database."""

from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone, translation

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import administrator, now
from svyazka.presale.deals.proof import all_faults
from svyazka.presale.deals.queries import deal_id_of, rows_by_id
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.queries import Fault, latest_entry_id, timeline
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.speech.acts import say_act, say_channel, say_client
from svyazka.worker.anchors import AnchorDamaged, anchored_heads, write_anchor

app = typer.Typer()
journal = typer.Typer(no_args_is_help=True, help="The journal: every act, append-only.")
app.add_typer(journal, name="journal")

Number = Annotated[
    str, typer.Argument(help="A deal's number, e.g. 2026-0042.", metavar="[NUMBER]", show_default=False)
]
Workspace = Annotated[
    bool, typer.Option("--workspace", help="Acts of no one deal instead: meetings about several, people.")
]
_WRONG = {
    "changed": "its content is not what was written",
    "gap": "entries before it are missing",
    "detail": "what was typed with it was altered",
    "cut": "the end that an anchor knows is gone or another",
    "erased": "what was typed with it is gone, and no act says that it was erased",
    "unerased": "an act says that what was typed with it was erased, and it is there again",
    "unguarded": "the database's triggers against changes are gone: svyazka manage migrate presale 0001, then svyazka migrate, puts them back",
    "ids": "rows before it are missing, whatever they told",
    "end": "rows after it are missing, whatever they told",
    "stray_detail": "what was typed belongs to no entry",
    "no_chain": "the deal is there, its acts are gone",
    "no_deal": "the acts are there, the deal is gone",
    "numbers": "the deals with the numbers before it are gone",
}


@journal.command("verify")
def verify(deal: Annotated[str, typer.Option(help="Only this deal's chain.", metavar="NUMBER")] = "") -> None:
    """Prove that no entry was changed, taken out or cut off. Names each that was and exits with 1."""
    try:
        anchored = anchored_heads()
    except AnchorDamaged as damaged:
        raise Failure(f"The anchor {damaged} was changed, or the one before it is gone.", "Compare anchors/ with a backup.") from None  # fmt: skip
    chain = deal_id_of(deal, viewer=administrator()) if deal else None
    found = list(all_faults(chain=chain, anchored=anchored))
    for fault in found:
        print(_told(fault))
    if found:
        raise typer.Exit(1)
    if chain is None:
        print(f"The journal holds: {latest_entry_id()} entries, {len(anchored)} chains anchored.")
    else:
        newest = timeline(chain=chain, with_details=False, limit=1)[0]
        print(f"The deal's chain holds: {newest.seq} entries{', anchored' if chain in anchored else ''}.")


def _told(fault: Fault) -> str:
    where = "company" if fault.chain == 0 else "?"
    if fault.chain > 0:
        row = rows_by_id([fault.chain], viewer=administrator()).get(fault.chain)
        where = row.number if row else f"chain {fault.chain}"
    entry = f", entry {fault.seq}" if fault.seq else ""
    place = f"row {fault.entry_id}" if fault.entry_id else "no row"
    return f"{where}{entry} ({place}): {_WRONG[fault.kind]}"


@journal.command("erase")
def erase(
    entry: Annotated[list[int], typer.Option(help="Its place as journal show tells it; may be given again.")],
    number: Number = "",
    *,
    workspace: Workspace = False,
    as_: Annotated[str, typer.Option("--as", help="Administrator who acts; by default the first one.")] = "",
) -> None:
    """Erase what was typed with acts, for good. The acts stay, and that it was erased is one more."""
    actor = administrator(as_)
    deal_id = _deal(number, workspace=workspace, viewer=actor)
    erased = erase_typed(deal_id=deal_id, seqs=entry, actor=actor, at=now())
    print(f"Acts whose words are erased: {erased}. Older backups still hold them.")


@journal.command("anchor")
def anchor() -> None:
    """Write the ends of all chains to today's anchor in SVYAZKA_DATA/anchors; the worker does so every night."""
    print(write_anchor(timezone.localdate(), now()))


@journal.command("show")
def show(
    number: Number = "",
    *,
    workspace: Workspace = False,
    last: Annotated[int, typer.Option(help="How many of the newest acts.", min=1, max=10_000)] = 200,
) -> None:
    """Print acts of a chain, oldest first: place in the chain, when, who, by which way, what."""
    viewer = administrator()
    print_acts(_deal(number, workspace=workspace, viewer=viewer), viewer=viewer, limit=last)


def _deal(number: str, *, workspace: bool, viewer: Actor) -> int | None:
    """The deal whose chain is meant; None for the workspace's own.

    :raises Failure: neither is said, or both
    """
    if bool(number) == workspace:
        raise Failure("Whose acts?", "Give a deal's number, or --workspace for acts of no one deal.", 2)
    return None if workspace else deal_id_of(number, viewer=viewer)


def print_acts(deal_id: int | None, *, viewer: Actor, limit: int) -> None:
    """One line an act, in the language of the installation; an act about a meeting of several deals with the meeting's page."""
    people, language = directory(), settings.LANGUAGE_CODE
    _, process = current_process()
    if deal_id is not None:
        process = process_version(rows_by_id([deal_id], viewer=viewer)[deal_id].process_number)
    with translation.override(language):
        for entry in reversed(timeline(chain=deal_id or WORKSPACE, with_details=False, limit=limit)):
            said = say_act(entry.act, entry.data, people=people, process=process, language=language)
            if deal_id is None and "meeting" in entry.data:
                said += f" (/meetings/{entry.data['meeting']}/)"
            by_client = entry.channel == "client"
            who = say_client(entry.detail)[0] if by_client else people.name(entry.actor_id) or "—"
            at = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
            print(f"{entry.seq:>4}  {at}  {who}, {say_channel(entry.channel)}: {said}")
