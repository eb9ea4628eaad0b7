"""Flowcharts: what is known answers them, the person answers the rest."""
