"""Which inputs are seeds: they change with every run and mean nothing."""

SEEDS = frozenset({"seed", "noise_seed", "rand_seed", "random_seed"})


def is_seed(name: str, value: object) -> bool:
    """Whether an input is a seed, by its name and kind."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    return plain and (name in SEEDS or name.endswith(("_seed", ".seed")))
