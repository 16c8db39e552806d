"""Programs that tests need and Python packages don't bring: found, or installed where we may."""

import os
import shutil
import subprocess
import sys


def install(package: str) -> bool:
    """Install a Debian package as root; otherwise say, loudly, which command to run. Tells whether it was installed."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"--- installing {package}", flush=True)
        calm = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], check=False, stdout=subprocess.DEVNULL, env=calm)
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=calm).returncode == 0
    print(f"\n!!! {package} is not installed. Run:  sudo {' '.join(command)}\n", file=sys.stderr, flush=True)
    return False


def in_ci() -> bool:
    """Whether a check that can't be run has to fail the build."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
