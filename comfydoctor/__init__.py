"""ComfyDoctor: watches a ComfyUI, says what is wrong with it, and puts it right."""

__version__ = "0.1.0"
