"""Files made of others: one stylesheet out of many, and one sprite of the icons.

The stylesheet is the kit's ``ui/css/*.css`` in the order of their names, then each slice's ``page.css``. The finder
below is listed in ``STATICFILES_FINDERS``, so ``collectstatic``, the development server and the tests all meet both
without a build step.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from svyazka.web.ui.icons import SPRITE, sprite

STYLESHEET: Final = "ui/svyazka.css"
WEB: Final = Path(__file__).resolve().parent.parent

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT: Final = re.compile(r"\n\s*")


def stylesheet() -> str:
    """The whole stylesheet without comments and indents. A slice's file lands in the layer ``pages``."""
    kit = [path.read_text("utf-8") for path in sorted((WEB / "ui" / "css").glob("*.css"))]
    pages = [f"@layer pages {{\n{path.read_text('utf-8')}\n}}" for path in sorted(WEB.glob("*/page.css"))]
    return _INDENT.sub("\n", _COMMENT.sub("", "\n".join([*kit, *pages]))).strip() + "\n"


MADE: Final[dict[str, Callable[[], str]]] = {STYLESHEET: stylesheet, SPRITE: sprite}


class MadeFinder(BaseFinder):
    """Writes what is made beside ``STATIC_ROOT`` when its sources have changed, and finds it there."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self._storage = FileSystemStorage(location=Path(settings.STATIC_ROOT).with_name("made"))

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be set wrongly here."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's
        """The file's path, or an empty list for any other file."""
        if path not in MADE:
            return []
        found = str(self._written(path))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """All of them, for ``collectstatic``."""
        for path in MADE:
            self._written(path)
            yield path, self._storage

    def _written(self, path: str) -> Path:
        target = Path(self._storage.path(path))
        text = MADE[path]()
        if not target.is_file() or target.read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(target)  # whole or not at all: several test processes may be here at once
        return target
