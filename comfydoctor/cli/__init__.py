"""The command line: ComfyDoctor without a window."""
