"""Make sure that there is an nginx to test our example with: ``python -m tools.nginx``."""

import os
import shutil
import sys

from tools import system


def find() -> str | None:
    """The server's program, or nothing. Debian keeps it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


if __name__ == "__main__":
    if find() or system.install("nginx"):
        sys.exit(0)
    print("!!! THE EXAMPLE FOR NGINX WAS NOT TESTED: there is no nginx.", file=sys.stderr)
    sys.exit(1 if system.in_ci() else 0)
