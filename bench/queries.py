"""Statements a request takes, counted in one process of the product: ``python -m bench.queries KEYS``."""

import json
import os
import sys


def main() -> None:
    """Ask each workload's request three times and count the third: the others fill caches, those of a first letter too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.workloads import WORKLOADS

    keys = json.loads(sys.argv[1])
    counted = {}
    for work in WORKLOADS:
        calls = work.product(keys)
        for _ in range(3):
            call = next(calls)
            headers = {name: value for name, value in call.headers.items() if name != "Content-Type"}
            with CaptureQueriesContext(connection) as caught:
                answer = Client(headers={"host": "127.0.0.1", **headers}).generic(
                    call.method, call.path, call.body, content_type="application/json"
                )
            if answer.status_code == call.expects:
                counted[work.key] = len(caught)
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
