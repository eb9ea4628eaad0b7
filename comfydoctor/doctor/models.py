"""Model files for the command line and the window: cache, folders, server, matches."""

from collections.abc import Iterator
from contextlib import contextmanager

from comfydoctor import __version__
from comfydoctor.assets.cache import ModelCache
from comfydoctor.assets.match import Matcher as LoraMatcher
from comfydoctor.assets.scan import Found, find_models
from comfydoctor.assets.scan import Scanner as ModelScanner
from comfydoctor.content.families import families_stamp
from comfydoctor.errors import StoreError
from comfydoctor.store.database import Database
from comfydoctor.store.paths import Paths
from comfydoctor.store.schema import MODELS

__all__ = ["Found", "LoraMatcher", "ModelScanner", "find_models", "open_cache"]


@contextmanager
def open_cache(paths: Paths | None = None) -> Iterator[ModelCache | None]:
    """What is known of model files; None where nothing can be kept."""
    place = (paths or Paths.find()).cache / "models.db"
    try:
        database = Database(place, MODELS)
    except StoreError:
        yield None
        return
    try:
        cache = ModelCache(database, f"{__version__} {families_stamp()}")
        yield cache
        cache.keep()
    finally:
        database.close()
