"""Files for tests: put into a folder as any channel does it."""

from io import BytesIO

from svyazka.presale.documents.commands import file_document
from svyazka.presale.journal.values import Actor
from tests.company import TUESDAY

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"


def filed(
    deal_id: int, actor: Actor, name: str = "Протокол.pdf", *, content: bytes = PDF, source: str = ""
) -> int:
    """A file in the folder of this deal; gives its id."""
    return file_document(
        deal_id=deal_id, name=name, content=BytesIO(content), actor=actor, at=TUESDAY, source=source
    ).id
