"""What we raise when *we* cannot do something; the patient's trouble is a Finding.

The tree, so that one look tells what to catch::

    DoctorError                 everything below; ``str()`` is a sentence for people
    ├── ServerError             one exchange with one server failed
    │   ├── Unreachable         nobody answers: refused, no such host, cut off
    │   ├── TimedOut            no (complete) answer within the deadline
    │   ├── TooMuch             the answer is larger or deeper than we accept
    │   ├── Garbled             the answer is not what its type says
    │   ├── NotComfy            something answers, but it is not a ComfyUI
    │   ├── Redirected          the server points elsewhere; see ``location``
    │   ├── LoginNeeded         401 or a login page
    │   ├── Forbidden           403; an origin check or a proxy
    │   ├── Untrusted           the certificate is not one we trust
    │   ├── Unsupported         this server's version has no such route
    │   └── Rejected            any other error status; see ``status``, ``body``
    ├── ContentError            a file under resources/ is wrong
    ├── SettingsError           a setting or profile is wrong
    ├── StoreError              our own files
    │   ├── ReadOnly            another instance or a newer schema owns them
    │   ├── DiskFull            no room to keep what must be kept
    │   └── Damaged             a file of ours fails its check
    ├── FixError                a remedy cannot go on
    │   ├── StalePlan           the state changed since the plan was shown
    │   ├── NotApplicable       there is nothing for this fix to do
    │   └── NotUndoable         the action is irreversible, expired or undone
    ├── ModelFileError          a model file cannot be opened or read
    ├── NotAWorkflow            a file or text holds no graph that we can read
    └── UsageError              the command line is off
"""


class DoctorError(Exception):
    """Base of the tree. ``advice`` says what the person can do, or is empty."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class ServerError(DoctorError):
    """An exchange with ``url`` (without its secrets) failed."""

    def __init__(self, message: str, *, url: str = "", advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.url = url


class Unreachable(ServerError):
    """Nobody answers there."""


class TimedOut(ServerError):
    """The total deadline of the exchange passed."""


class TooMuch(ServerError):
    """A limit on size, depth or number was passed; the rest was not read."""


class Garbled(ServerError):
    """The bytes do not parse as what they should be."""


class NotComfy(ServerError):
    """Another program answers at this address."""


class Redirected(ServerError):
    """The server answered with a redirect, which is never followed by itself."""

    def __init__(self, message: str, *, location: str, url: str = "") -> None:
        super().__init__(message, url=url)
        self.location = location


class LoginNeeded(ServerError):
    """The server wants a name and password or a token."""


class Forbidden(ServerError):
    """The server, or a proxy before it, refuses us."""


class Untrusted(ServerError):
    """TLS failed: self-signed, expired, changed or wrong name.

    ``fingerprint`` is the SHA-256 of the certificate shown, for pinning.
    """

    def __init__(
        self, message: str, *, url: str = "", advice: str = "", fingerprint: str = ""
    ) -> None:
        super().__init__(message, url=url, advice=advice)
        self.fingerprint = fingerprint


class Unsupported(ServerError):
    """The route does not exist on this server."""


class Rejected(ServerError):
    """The server answered with an error status. ``body`` is capped text."""

    def __init__(
        self, message: str, *, status: int, body: str = "", url: str = ""
    ) -> None:
        super().__init__(message, url=url)
        self.status = status
        self.body = body


class ContentError(DoctorError):
    """A content file is wrong; the message names file and place."""


class SettingsError(DoctorError):
    """A setting or server profile is wrong."""


class StoreError(DoctorError):
    """Our own files cannot be read or written."""


class ReadOnly(StoreError):
    """The store may be read but not written now."""


class DiskFull(StoreError):
    """No room is left for what must be kept."""


class Damaged(StoreError):
    """A file of ours fails its check."""


class FixError(DoctorError):
    """A remedy cannot go on; nothing further was changed."""


class StalePlan(FixError):
    """The state is no longer the one the plan was made for."""


class NotApplicable(FixError):
    """There is nothing for this fix to do here."""


class NotUndoable(FixError):
    """The action cannot be undone (any more)."""


class ModelFileError(DoctorError):
    """A model file cannot be opened or read; what it holds is not known."""


class NotAWorkflow(DoctorError):
    """A file or a text holds no graph that we can read."""


class UsageError(DoctorError):
    """The command line is off."""
