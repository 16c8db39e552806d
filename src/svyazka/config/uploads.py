"""Files that nobody asked for: none is kept, and a huge one isn't even read. A view that wants files brings its own handler."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class NoUploads(FileUploadHandler):
    """Django's own handlers write any stranger's gigabytes to the disk before a view is asked."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 (Django's)
        content_length: int,
        *more: Any,
        **named: Any,
    ) -> None:
        """:raises RequestDataTooBig: the whole form is longer than a form without files may be"""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("A form is larger than any of ours.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Thrown away."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""
