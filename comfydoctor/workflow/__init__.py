"""Workflows: what a graph asks for, and whether a server can do it."""
