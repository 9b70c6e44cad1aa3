"""Who has agreed to what on the Moon and beyond, when, and who says so.

    import selenograph

    record = selenograph.open()                          # ./release; or a dump, or an address
    record.ask("participants", programme="programme/ilrs", on="2024-06-01").pandas()
    record.query("SELECT ?state WHERE { ?state a sg:State }").rows

Every error raised on purpose is a SelenographError.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selenograph.dataset import Answer, Dataset, open
    from selenograph.graph.errors import SelenographError

__all__ = ["Answer", "Dataset", "SelenographError", "open"]


def __getattr__(name: str) -> object:
    """Load what is asked for only then (PEP 562): parts of this package have no need of all."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from selenograph import dataset

    return getattr(dataset, name)


def __dir__() -> list[str]:
    return __all__
