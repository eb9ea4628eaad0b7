"""Readings over time: sources, sampler, series."""
