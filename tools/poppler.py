"""Make sure that papers can be read to test them: ``python -m tools.poppler``."""

import shutil
import sys

from tools import system

PROGRAMS = ("pdfinfo", "pdftotext", "pdftohtml")


def find() -> bool:
    """Whether the programs are there."""
    return all(map(shutil.which, PROGRAMS))


if __name__ == "__main__":
    if find() or system.install("poppler-utils"):
        sys.exit(0)
    print("!!! THE PAPERS WERE NOT TESTED: there is no poppler to read them.", file=sys.stderr)
    sys.exit(1 if system.in_ci() else 0)
