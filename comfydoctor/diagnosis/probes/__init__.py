"""Automatic checks, one file each."""
