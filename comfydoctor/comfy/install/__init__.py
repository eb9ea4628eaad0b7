"""Finds the ComfyUI installations of this computer and reads them as data."""
