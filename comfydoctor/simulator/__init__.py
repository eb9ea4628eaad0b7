"""An embedded stand-in for ComfyUI; always labelled as simulated."""
