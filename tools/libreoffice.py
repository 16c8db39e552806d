"""Make sure that there is a LibreOffice to reckon our workbooks with: ``python -m tools.libreoffice``."""

import shutil
import sys

from tools import system


def find() -> str | None:
    """The program, or nothing."""
    return shutil.which("soffice") or shutil.which("libreoffice")


if __name__ == "__main__":
    if find() or system.install("libreoffice-calc-nogui"):
        sys.exit(0)
    print("!!! THE WORKBOOK WAS NOT RECKONED ANEW: there is no LibreOffice.", file=sys.stderr)
    sys.exit(1 if system.in_ci() else 0)
