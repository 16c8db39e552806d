"""Processes that come with the product, as YAML in Russian and English."""

from importlib.resources import files

DEFAULT = "presale"


def packaged_text(key: str = DEFAULT) -> str:
    """The YAML of a packaged process.

    :raises FileNotFoundError: no process of this key comes with the product
    """
    return files(__name__).joinpath(f"{key}.yaml").read_text(encoding="utf-8")
