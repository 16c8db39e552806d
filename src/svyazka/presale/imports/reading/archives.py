"""The parts of a ZIP, looked through before anybody else unpacks them. What an archive says of itself is not believed."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from svyazka.presale.imports.reading.limits import LARGE, MOST_INFLATED, MOST_PARTS, MOST_RATIO
from svyazka.presale.imports.reading.values import Unreadable

_LOCAL: Final = struct.Struct("<4s22xHH")
"""A part's own heading: signature, and how long its name and the rest are that stand before its bytes."""
_DECLARED: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
"""What no spreadsheet writes into its XML, and what entities need that grow without end."""


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each part's name in small letters and its bytes, one at a time.

    :raises Unreadable: ``bomb``, ``broken``, ``encrypted``
    """
    infos = _listed(data)
    for info in infos:
        name = _plain(info.filename)
        content = _inflated(data, info)
        if name.endswith((".xml", ".rels")) and b"<!" in content and _DECLARED.search(content):
            raise Unreadable("bomb")
        yield name, content


def _plain(name: str) -> str:
    """As readers look names up: small and large letters are one, slashes too."""
    return name.replace("\\", "/").casefold()


def _listed(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError):
        raise Unreadable("broken") from None
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_INFLATED:
        raise Unreadable("bomb")
    if any(info.file_size > max(LARGE, info.compress_size * MOST_RATIO) for info in infos):
        raise Unreadable("bomb")
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable("encrypted")
    if len({_plain(info.filename) for info in infos}) < len(
        infos
    ):  # which one is meant each reader decides for himself
        raise Unreadable("broken")
    return infos


def _inflated(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """A part's bytes, by our own hand: the standard library stops at the size that is declared, and others don't."""
    packed = _packed(data, info)
    match info.compress_type:
        case zipfile.ZIP_STORED:
            content = bytes(packed)
        case zipfile.ZIP_DEFLATED:
            engine = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = engine.decompress(packed, info.file_size + 1)
            except zlib.error:
                raise Unreadable("broken") from None
        case _:
            raise Unreadable("broken")
    if len(content) > info.file_size:
        raise Unreadable("bomb")
    if len(content) < info.file_size or zlib.crc32(content) != info.CRC:
        raise Unreadable("broken")
    return content


def _packed(data: bytes, info: zipfile.ZipInfo) -> memoryview:
    try:
        signature, name, extra = _LOCAL.unpack_from(data, info.header_offset)
    except struct.error:
        raise Unreadable("broken") from None
    begin = info.header_offset + _LOCAL.size + name + extra
    if signature != b"PK\x03\x04" or begin + info.compress_size > len(data):
        raise Unreadable("broken")
    return memoryview(data)[begin : begin + info.compress_size]
