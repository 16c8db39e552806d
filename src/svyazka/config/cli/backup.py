"""Commands that put everything into one archive and back."""

from pathlib import Path
from typing import Annotated

import typer

from svyazka.config.backup import CannotRestore, make_backup, restore_backup, verify_backup
from svyazka.config.backup.archive import Damaged, Manifest
from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import now
from svyazka.presale.documents.keeping import file_faults
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.worker.anchors import AnchorDamaged

app = typer.Typer()

Source = Annotated[Path, typer.Argument(help="A backup.", metavar="SRC", show_default=False)]


@app.command()
def backup(
    out: Annotated[
        Path,
        typer.Argument(help="File to write (.tar, or .tar.gz to compress), or a folder for a file named by the time.", metavar="OUT", show_default=False),
    ],
    *,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Put secret.key in as well.")] = False,
    check: Annotated[bool, typer.Option("--verify", help="Read the backup again and check it.")] = False,
) -> None:  # fmt: skip
    """Write database, files and anchors into one archive, while Svyazka runs. Prints the file and what is not in it."""
    path = out / f"svyazka-{now():%Y%m%d-%H%M%S}.tar" if out.is_dir() else out
    if not path.parent.is_dir():
        raise Failure(f"There is no folder {path.parent}.", "Make it first.")
    try:
        manifest = make_backup(path, at=now(), with_keys=with_keys)
        if check:
            verify_backup(path)
    except FileExistsError:
        raise Failure(
            f"{path} is there already.", "Choose another name: a backup replaces nothing."
        ) from None
    except OSError as error:
        raise Failure(f"The backup can't be written: {error.strerror or error}.") from None
    print(path)
    print(f"not in it: {', '.join(manifest.keys_out)}")


@app.command("verify-backup")
def verify(source: Source) -> None:
    """Check that a backup is whole and unchanged, and say what is in it."""
    _tell(_whole(source))


def _whole(source: Path) -> Manifest:
    try:
        return verify_backup(source)
    except Damaged as damaged:
        raise _failure(source, damaged) from None


def _failure(source: Path, damaged: Damaged) -> Failure:
    return Failure(
        f"{source} is not a whole backup: {damaged}.", "Take another one; nothing was changed here."
    )


def _tell(manifest: Manifest) -> None:
    files = sum(1 for name in manifest.members if name.startswith("files/"))
    keys = ", ".join(manifest.keys_in) or "none"
    print(f"Whole: {manifest.database}, made {manifest.made_at} by Svyazka {manifest.version}.")
    print(
        f"{len(manifest.members)} members, {files} files, keys inside: {keys}; not in it: {', '.join(manifest.keys_out)}"
    )


@app.command()
def restore(
    source: Source,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the people and deals that are here.")
    ] = False,
) -> None:
    """Put a backup in place, after checking all of it, and verify the journal. Stop Svyazka first."""
    try:
        faults = restore_backup(source, at=now(), force=force)
    except Damaged as damaged:
        raise _failure(source, damaged) from None
    except CannotRestore as refused:
        raise Failure(str(refused), refused.hint) from None
    except AnchorDamaged as broken:
        raise Failure(
            f"Restored, but the anchor {broken} had been changed when the backup was made.",
            "Compare anchors/ with a copy that lay elsewhere.",
        ) from None
    if faults:
        raise Failure(
            f"Restored, but the journal does not hold in {len(faults)} places.",
            "svyazka journal verify names them.",
        )
    lost = [one for one in file_faults(at=now()) if one.kind in {"missing", "changed"}]
    if lost:
        raise Failure(
            f"Restored, but {len(lost)} files of the folders are missing or changed, as they were when the backup was made.",
            "svyazka files check names them.",
        )
    print(f"Restored: {latest_entry_id()} journal entries, the journal holds.")
    print(
        "Everybody signs in anew. API tokens and form addresses are as they were when the backup was made:"
        " revoke again what was revoked since (svyazka token list, svyazka link list)."
    )
