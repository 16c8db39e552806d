"""Make sure that there is a browser to test in: ``python -m tools.chromium``."""

import shutil
import sys

from tools import system


def find() -> str | None:
    """The browser's program, or nothing."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


if __name__ == "__main__":
    sys.exit(0 if find() or system.install("chromium") else 1)
