"""The pyqtgraph side; imported only after the first paint."""
