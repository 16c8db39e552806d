"""How much the process that reads a table may take, of everything."""

from typing import Final

SECONDS: Final = 60
"""By the clock, however busy the machine is."""
CPU_SECONDS: Final = 30
"""Of work. A hundred thousand rows of twelve columns take four."""
MEMORY: Final = 1 << 30
"""A hundred thousand rows of twelve columns take a quarter of it."""
MOST_TOLD: Final = 64 << 20
"""Bytes of what was read. So much memory it costs whoever asked."""
MOST_INFLATED: Final = 256 << 20
"""Bytes that all parts of an archive have together. A sheet of a hundred thousand rows has sixty megabytes."""
MOST_PARTS: Final = 2_000
MOST_RATIO: Final = 200
"""How many times its packed size a large part may have; sheets have ten to forty, and DEFLATE can do no more than 1032."""
LARGE: Final = 16 << 20
"""From here on the ratio counts: a small part of one letter only harms nobody."""
STARTED: Final = 7
"""What the reader ends with once it has begun. Python ends with 1 where a module is missing, and that is no fault of the file."""


def bind_ourselves() -> None:
    """Take from this process what it doesn't need: memory, time, files, and a dump of what it has read."""
    import resource  # not on Windows; the product may be imported there

    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MOST_TOLD + (1 << 20)),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _bound(kind, limit, limit)
    _bound(
        resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 5
    )  # at the second one the system kills without a word


def _bound(kind: int, soft: int, hard: int) -> None:
    import resource

    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))
