"""Look through an installation for anything half done: ``python -m tests.flows.whole`` prints what it finds as JSON."""

import json
import os
import sys
from typing import Any

HALVES = {
    "a deal without its first entry in the journal": """
        SELECT d.id FROM presale_deal d WHERE NOT EXISTS
        (SELECT 1 FROM presale_entry e WHERE e.chain = d.id AND e.seq = 1 AND e.act = 'deal.received')""",
    "an open deal that stands in no stage": """
        SELECT d.id FROM presale_deal d WHERE d.status = 'open' AND NOT EXISTS
        (SELECT 1 FROM presale_visit v WHERE v.deal_id = d.id AND v.left_at IS NULL AND v.stage = d.stage)""",
    "a deal whose author has no seat": """
        SELECT d.id FROM presale_deal d WHERE d.author_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM presale_seat s WHERE s.deal_id = d.id AND s.role = 'lead_generator')""",
    "a deal that counts its open commitments wrong": """
        SELECT d.id FROM presale_deal d WHERE d.open_commitments <>
        (SELECT count(*) FROM presale_commitment c WHERE c.deal_id = d.id AND c.outcome = 'open')""",
    "a commitment that the journal doesn't know": """
        SELECT c.id FROM presale_commitment c WHERE
        (SELECT count(*) FROM presale_commitment o WHERE o.deal_id = c.deal_id) <>
        (SELECT count(*) FROM presale_entry e WHERE e.chain = c.deal_id AND e.act = 'commitment.opened')""",
    "an act on no deal": """
        SELECT e.id FROM presale_entry e WHERE e.chain <> 0 AND NOT EXISTS
        (SELECT 1 FROM presale_deal d WHERE d.id = e.chain)""",
    "a typed text whose hash is kept, but not the text": """
        SELECT e.id FROM presale_entry e WHERE e.detail_hash <> '' AND NOT EXISTS
        (SELECT 1 FROM presale_detail t WHERE t.entry_id = e.id)""",
}


def main() -> None:
    """Print the faults, and by external reference and id everything that is there."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection

    from svyazka.presale.journal.queries import faults

    found: list[Any] = [f"journal: {fault}" for fault in faults()]
    with connection.cursor() as cursor:
        for what, query in HALVES.items():
            cursor.execute(query)
            found += [f"{what}: {row[0]}" for row in cursor.fetchall()]
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            found += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            found += [str(row) for row in cursor.fetchall()]
    deals = apps.get_model("presale.Deal").objects
    commitments = apps.get_model("presale.Commitment").objects
    there = {
        "faults": found,
        "deals": list(deals.exclude(external_id="").values_list("external_id", flat=True)),
        "commitments": list(commitments.values_list("pk", flat=True)),
    }
    sys.stdout.write(json.dumps(there))


if __name__ == "__main__":
    main()
