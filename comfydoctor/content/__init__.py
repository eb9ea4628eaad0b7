"""resources/ turned into checked objects; the only reader of resources/."""
