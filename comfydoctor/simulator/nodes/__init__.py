"""The node classes that the simulated server knows."""
