"""Where pictures, films and sounds keep texts; nothing is ever decoded or run."""
