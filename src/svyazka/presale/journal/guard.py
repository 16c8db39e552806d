"""Triggers that keep the journal append-only, in the dialect of each database."""

_REFUSE = "journal entries are never changed"
_SQLITE = "CREATE TRIGGER {name} BEFORE {change} ON presale_entry BEGIN SELECT RAISE(ABORT, '{words}'); END"
_FUNCTION = (
    "CREATE FUNCTION presale_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$"
)
_TRIGGER = (
    "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON presale_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION presale_entry_refuse()"
)

INSTALL = {
    "sqlite": (
        _SQLITE.format(name="entry_no_update", change="UPDATE", words=_REFUSE),
        _SQLITE.format(name="entry_no_delete", change="DELETE", words=_REFUSE),
    ),
    "postgresql": (_FUNCTION, _TRIGGER),
}

ERASURE = "detail.erased"
"""The act that records an erasure; its ``entries`` name the entries whose details go."""
_REPLACED = """CREATE TRIGGER detail_no_replace BEFORE INSERT ON presale_detail
    WHEN EXISTS (SELECT 1 FROM presale_detail WHERE entry_id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'what was typed is never changed'); END"""
_REPLACED_BY_NO_KEY = """CREATE TRIGGER detail_no_replace BEFORE INSERT ON presale_detail
    WHEN EXISTS (SELECT 1 FROM presale_detail WHERE entry_id = NEW.entry_id)
    OR EXISTS (SELECT 1 FROM presale_detail WHERE rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'what was typed is never changed'); END"""
_SQLITE_TIGHTER = (
    # OR REPLACE deletes the row in its way without asking the delete trigger: so nothing may be in its way
    """CREATE TRIGGER entry_no_replace BEFORE INSERT ON presale_entry
    WHEN EXISTS (SELECT 1 FROM presale_entry WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM presale_entry WHERE chain = NEW.chain AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END""",
    _REPLACED,
    """CREATE TRIGGER detail_no_update BEFORE UPDATE ON presale_detail
    BEGIN SELECT RAISE(ABORT, 'what was typed is never changed'); END""",
    """CREATE TRIGGER detail_no_delete BEFORE DELETE ON presale_detail
    WHEN NOT EXISTS (
        SELECT 1 FROM presale_entry said, json_each(said.data, '$.entries') one
        WHERE said.chain = (SELECT chain FROM presale_entry WHERE id = OLD.entry_id)
        AND said.act = 'detail.erased' AND one.value = OLD.entry_id
    )
    BEGIN SELECT RAISE(ABORT, 'what was typed is erased by its own command only'); END""",
)
_POSTGRES_TIGHTER = (
    """CREATE FUNCTION presale_detail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP <> 'DELETE' THEN RAISE EXCEPTION 'what was typed is never changed'; END IF;
    IF EXISTS (
        SELECT 1 FROM presale_entry said
        WHERE said.chain = (SELECT chain FROM presale_entry WHERE id = OLD.entry_id)
        AND said.act = 'detail.erased' AND said.data->'entries' @> to_jsonb(OLD.entry_id)
    ) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'what was typed is erased by its own command only';
    END $$""",
    (
        "CREATE TRIGGER detail_no_change BEFORE UPDATE OR DELETE ON presale_detail "
        "FOR EACH ROW EXECUTE FUNCTION presale_detail_refuse()"
    ),
    (
        "CREATE TRIGGER detail_no_truncate BEFORE TRUNCATE ON presale_detail "
        "FOR EACH STATEMENT EXECUTE FUNCTION presale_detail_refuse()"
    ),
)
TIGHTEN = {"sqlite": _SQLITE_TIGHTER, "postgresql": _POSTGRES_TIGHTER}
"""What the second of the guard's migrations adds: no replacing of an entry, no touching of what was typed."""
_NO_REPLACE = "DROP TRIGGER IF EXISTS detail_no_replace"
CLOSE_ROWID = {"sqlite": (_NO_REPLACE, _REPLACED_BY_NO_KEY), "postgresql": ()}
"""What the third adds: SQLite's rowid is a second key, by which a row could be replaced as well."""
OPEN_ROWID = {"sqlite": (_NO_REPLACE, _REPLACED), "postgresql": ()}
LOOSEN = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS entry_no_replace",
        _NO_REPLACE,
        "DROP TRIGGER IF EXISTS detail_no_update",
        "DROP TRIGGER IF EXISTS detail_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS detail_no_change ON presale_detail",
        "DROP TRIGGER IF EXISTS detail_no_truncate ON presale_detail",
        "DROP FUNCTION IF EXISTS presale_detail_refuse()",
    ),
}
_BASE = {
    "sqlite": ("DROP TRIGGER IF EXISTS entry_no_update", "DROP TRIGGER IF EXISTS entry_no_delete"),
    "postgresql": (
        "DROP TRIGGER IF EXISTS entry_no_change ON presale_entry",
        "DROP FUNCTION IF EXISTS presale_entry_refuse()",
    ),
}
REMOVE = {vendor: (*LOOSEN[vendor], *_BASE[vendor]) for vendor in _BASE}
"""All of it, whichever is there."""
WHOLE = {vendor: (*INSTALL[vendor], *TIGHTEN[vendor], *CLOSE_ROWID[vendor]) for vendor in INSTALL}
"""All of it, as it is now."""
TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        frozenset(
            {
                "entry_no_update", "entry_no_delete", "entry_no_replace",
                "detail_no_replace", "detail_no_update", "detail_no_delete",
            }
        ),
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN ('presale_entry'::regclass, 'presale_detail'::regclass)",
        frozenset({"entry_no_change", "detail_no_change", "detail_no_truncate"}),
    ),
}  # fmt: skip
"""Which triggers there have to be, and the question which there are."""
