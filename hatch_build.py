"""Compiles the Russian texts when the package is built or installed in place."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TextsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes a .mo beside each .po, so that users need no gettext."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before files are gathered."""
        compile_texts(Path(self.root) / "src")


def compile_texts(root: Path) -> int:
    """Write a .mo beside each .po below ``root``, where it is missing or changed; tell how many were written."""
    written = 0
    for source in sorted(root.rglob("*.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        target = source.with_suffix(".mo")
        draft = target.with_suffix(".mo.new")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        if target.exists() and target.read_bytes() == draft.read_bytes():
            draft.unlink()
        else:
            draft.replace(target)
            written += 1
    return written


if __name__ == "__main__":
    compile_texts(Path(__file__).parent / "src")
