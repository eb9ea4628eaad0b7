"""The first look at a server, light enough to run before the window is painted."""

from comfydoctor.comfy.glance import Glance, glance

__all__ = ["Glance", "glance"]
