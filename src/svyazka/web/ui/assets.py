"""One stylesheet out of many: the kit's ``ui/css/*.css`` in the order of their names, then each slice's ``page.css``.

The finder below is listed in ``STATICFILES_FINDERS``, so ``collectstatic``, the development server and the tests all
meet ``ui/svyazka.css`` without a build step.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STYLESHEET: Final = "ui/svyazka.css"
WEB: Final = Path(__file__).resolve().parent.parent

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT: Final = re.compile(r"\n\s*")


def stylesheet() -> str:
    """The whole stylesheet without comments and indents. A slice's file lands in the layer ``pages``."""
    kit = [path.read_text("utf-8") for path in sorted((WEB / "ui" / "css").glob("*.css"))]
    pages = [f"@layer pages {{\n{path.read_text('utf-8')}\n}}" for path in sorted(WEB.glob("*/page.css"))]
    return _INDENT.sub("\n", _COMMENT.sub("", "\n".join([*kit, *pages]))).strip() + "\n"


class StylesheetFinder(BaseFinder):
    """Writes the stylesheet beside ``STATIC_ROOT`` when its sources have changed, and finds it there."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self._storage = FileSystemStorage(location=Path(settings.STATIC_ROOT).with_name("stylesheet"))

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be set wrongly here."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's
        """The file's path, or an empty list for any other file."""
        if path != STYLESHEET:
            return []
        found = str(self._written())
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """The one file, for ``collectstatic``."""
        self._written()
        yield STYLESHEET, self._storage

    def _written(self) -> Path:
        target = Path(self._storage.path(STYLESHEET))
        text = stylesheet()
        if not target.is_file() or target.read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(target)  # whole or not at all: several test processes may be here at once
        return target
