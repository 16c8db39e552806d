"""How large a file is, in words."""

from django.template.defaultfilters import filesizeformat


def say_size(size: int) -> str:
    """Bytes as people say them: «1,2 МБ»."""
    return filesizeformat(size)
