"""What the surroundings of a server tell: its files, its process, its computer."""
