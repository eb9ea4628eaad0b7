"""Property tests without a deadline per example: the machine may be busy."""

from hypothesis import settings

settings.register_profile("comfydoctor", deadline=None)
settings.load_profile("comfydoctor")
