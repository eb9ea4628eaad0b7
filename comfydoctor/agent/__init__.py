"""A reader without a window, for another computer: it reads, and changes nothing."""
