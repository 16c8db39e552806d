"""Files that a page asks for. All others are thrown away (``config/uploads.py``)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest


class CappedUpload(TemporaryFileUploadHandler):
    """Keeps of each file as much as shows that it is too large, and not a byte more.

    :param limit: how many bytes it may have
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self._limit = limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what there is room for."""
        part = raw_data[: self._limit + 1 - self._kept]
        self._kept += len(part)
        self.file.write(part)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file as far as it was kept."""
        return super().file_complete(self._kept)
