"""One record of the audit trail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditRecord:
    """Who did what to which server with what result; chained by hash."""

    index: int
    time: float
    who: str
    server: str
    action: str
    detail: str
    result: str
    previous: str
    """SHA-256 (hex) of the record before."""
    hash: str
