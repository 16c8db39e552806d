"""From values to a paper: a template of ours beside this file, typst, and the values as data.

Values reach the template as JSON and are set there as strings: whatever somebody typed is letters on the paper, never markup, a
formula or a file to be read. Nothing is fetched, and only the fonts that typst brings are used, so that a paper is the same on
every machine.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_TEMPLATES: Final = Path(__file__).parent
_TOO_LONG: Final = "too long for one sheet"


class TooLong(Exception):
    """What has to stand on one sheet doesn't fit there in letters that can be read."""


def set_paper(template: str, values: Mapping[str, Any]) -> bytes:
    """The paper as PDF.

    :param template: its name without ``.typ``
    :param values: strings, numbers, lists and mappings: the template's ``given``
    :raises TooLong: the template has found no way to keep it on its sheet
    """
    import typst  # a compiler of 80 MB, which only a process that sets papers loads

    try:
        made = typst.compile(
            _TEMPLATES / f"{template}.typ", root=_TEMPLATES, format="pdf", ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        )  # fmt: skip
    except typst.TypstError as error:
        if _TOO_LONG in error.message:
            raise TooLong from error
        raise
    assert isinstance(made, bytes)
    return made
