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
REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS entry_no_update", "DROP TRIGGER IF EXISTS entry_no_delete"),
    "postgresql": (
        "DROP TRIGGER IF EXISTS entry_no_change ON presale_entry",
        "DROP FUNCTION IF EXISTS presale_entry_refuse()",
    ),
}
