"""Fingerprints of certificates, as kept, shown and compared."""

import hashlib


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a DER certificate in hex, for `ServerProfile.pinned_sha256`."""
    return hashlib.sha256(certificate).hexdigest()


def normal_fingerprint(text: str) -> str:
    """``AB:CD ...`` as browsers and ``openssl x509 -fingerprint`` show it -> hex."""
    return "".join(text.split()).replace(":", "").lower().removeprefix("sha256=")
