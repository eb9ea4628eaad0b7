"""Free memory: models and the cache of results."""

from comfydoctor.fixes.memory import MemoryFix


class FreeMemory(MemoryFix):
    """``unload_models`` and ``free_memory`` together."""

    id = "free-memory"
    title = "Free memory"
    about = "Unloads all models and drops cached results; helps after out of memory."
    free_memory = True
    loses = (
        "Only speed: the next job starts cold. It loads its models again and computes "
        "every step anew. No job and no file is lost."
    )
