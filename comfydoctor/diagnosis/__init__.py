"""From traces of trouble to findings with evidence."""
