"""Unload the models, keep the cache of results."""

from comfydoctor.fixes.memory import MemoryFix


class UnloadModels(MemoryFix):
    """``unload_models`` alone."""

    id = "unload-models"
    title = "Unload models"
    about = "Unloads all models and keeps cached results: milder than freeing memory."
    free_memory = False
    loses = (
        "Only speed: the next job loads its models again. Cached results stay; no job "
        "and no file is lost."
    )
