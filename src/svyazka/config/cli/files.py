"""Commands about the files in the deals' folders."""

import typer

from svyazka.config.cli.who import administrator, now
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.documents.keeping import FileFault, file_faults
from svyazka.presale.documents.queries import deals_of

app = typer.Typer()
files = typer.Typer(no_args_is_help=True, help="The files in the deals' folders.")
app.add_typer(files, name="files")

_WRONG = {
    "missing": "is missing: take it from a backup",
    "changed": "is not what was filed: take it from a backup",
    "orphaned": "lies in no folder, and the worker has not swept it",
    "fresh": "lies in no folder yet; if it stays so, the worker sweeps it",
    "stray": "is none of ours",
}


@files.command("check")
def check() -> None:
    """Read every file and compare it with what the folders hold. Names each that doesn't fit and exits with 1."""
    found = list(file_faults(at=now()))
    for fault in found:
        print(_told(fault))
    if any(fault.kind != "fresh" for fault in found):
        raise typer.Exit(1)
    print("The files hold.")


def _told(fault: FileFault) -> str:
    where = ""
    if fault.documents:
        deals = rows_by_id(deals_of(fault.documents), viewer=administrator())
        numbers = ", ".join(sorted(row.number for row in deals.values()))
        where = f" (files {', '.join(map(str, fault.documents))} of {numbers})"
    return f"{fault.name}{where} {_WRONG[fault.kind]}"
