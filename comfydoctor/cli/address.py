"""Which server a command means."""

import argparse

from comfydoctor.doctor.office import Office
from comfydoctor.errors import UsageError
from comfydoctor.model.server import ServerProfile


async def choose_server(options: argparse.Namespace, office: Office) -> ServerProfile:
    """The profile for ``--url``, else for the environment, else the one found.

    A profile kept in the settings brings its login and certificate along.
    """
    url: str | None = options.url or office.address_from_environment()
    if url:
        return await office.profile_for(url)
    found = await office.find_servers()
    if not found:
        raise UsageError(
            "No ComfyUI was found on this computer.",
            advice="Name one with --url http://ADDRESS:PORT. If it does not start, "
            "`comfydoctor check --local` reads its files.",
        )
    return await office.profile_for(found[0].url)
