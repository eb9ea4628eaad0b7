"""The pages of the window; they know the bridge and model nouns, not each other."""
