"""The HTTP routes of ComfyUI, grouped as in its own sources."""
