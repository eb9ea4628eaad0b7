"""One server under care: the only door for the window and the command line."""
