"""The collector of garbage, told what it needn't look at."""

import gc


def settle() -> None:
    """What start-up has made stays to the end: the collector needn't walk it again and again while pages are drawn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
