"""A flowchart as a picture one can walk through."""
