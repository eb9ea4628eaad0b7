"""What leaves for other people: reports, bundles, notices; redacted by default."""
