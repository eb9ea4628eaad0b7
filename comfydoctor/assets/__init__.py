"""Model files: headers, integrity, base family, LoRA match. Header reads only."""
