"""The published shapes of the Bot API, as aiogram's source release carries them: ``python -m tools.bot_api`` fetches them.

They are for tests: a request that we send is held against what Telegram publishes, not against what our library thinks of it.
The release is the one that ``requirements/dev.lock`` names, checked by the hash that stands there.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).parents[1] / "requirements" / "dev.lock"
SCHEMA: Final = Path(sys.prefix) / "bot-api.json"
_PINNED: Final = re.compile(r"^aiogram==.*\\(?:\n +--hash=.*)+", re.MULTILINE)


def schema() -> dict[str, Any]:
    """Methods and types by their names, as read off Telegram's own page.

    :raises FileNotFoundError: they haven't been fetched
    """
    groups = json.loads(SCHEMA.read_text(encoding="utf-8"))["items"]
    return {one["name"]: one for group in groups for one in group["children"]}


def fetch() -> None:
    """Put them beside the packages.

    :raises subprocess.CalledProcessError: pip can't get the release, or its hash is not the one of the lock
    """
    pinned = _PINNED.search(LOCK.read_text(encoding="utf-8"))
    assert pinned is not None, "the lock names no aiogram"
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "requirements")
        wanted.write_text(pinned[0], encoding="utf-8")
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--require-hashes"),
                # the wheel carries no schema; building its metadata takes what the lock has installed already
                *("--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-d", folder, "-r", str(wanted)),
            ],
            check=True,
        )  # fmt: skip
        (release,) = Path(folder).glob("aiogram-*.tar.gz")
        with tarfile.open(release) as archive:
            folder_in_it = release.name.removesuffix(".tar.gz")
            member = archive.extractfile(f"{folder_in_it}/.butcher/schema/schema.json")
            assert member is not None, "the release carries no schema"
            SCHEMA.write_bytes(member.read())


if __name__ == "__main__":
    fetch()
