"""What we keep: paths, settings, database, journal, audit trail."""
