"""What an installation weighs: memory under load, start to the first page, packages on the disk."""

import re
import statistics
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path

from bench.client import drive
from bench.measure import CROWD, Pace
from bench.serving import serve
from bench.subject import Subject
from bench.workloads import WORKLOADS

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Footprint:
    """Megabytes of all web processes after load, seconds from the start to the first list page."""

    memory: float
    cold: float


def footprint(subject: Subject, *, product: bool, pace: Pace) -> Footprint:
    """Start three times for the time, load the last one for the memory."""
    listed = next(work for work in WORKLOADS if work.key == "W2")
    page = next((listed.product if product else listed.limit)(subject.keys))
    cold = []
    for turn in range(3):
        with serve(subject, workers=pace.workers, first=page) as server:
            cold.append(server.cold)
            if turn == 2:
                for work in WORKLOADS:
                    calls = islice((work.product if product else work.limit)(subject.keys), 400)
                    drive(server.port, calls, senders=CROWD, seconds=pace.seconds)
                weight = server.weight()
    return Footprint(weight, statistics.median(cold))


def installed(name: str = "svyazka") -> tuple[int, float]:
    """Packages that the product needs, without its extras, and their megabytes on the disk."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        key = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if key in found:
            continue
        try:
            found[key] = distribution(key)
        except PackageNotFoundError:
            continue  # asked for on another system or Python only
        waiting += [
            re.split(r"[^\w.-]", line, maxsplit=1)[0]
            for line in found[key].requires or ()
            if "extra ==" not in line or key == "django-allauth"
        ]
    files = (Path(file.locate()) for one in found.values() for file in one.files or ())
    size = sum(path.stat().st_size for path in files if path.is_file())
    return len(found), size / MEGABYTE
