"""Workflows that lie on a server, and their kept states."""

import json
import urllib.error
import urllib.parse
import urllib.request

from comfydoctor.model.version import Origin, Place
from comfydoctor.workflow.sighting import sight

PATH = "portrait.json"


def drawn(steps, **more):
    nodes = [{"id": 1, "type": "KSampler", "widgets_values": [7, "fixed", steps]}]
    return json.dumps({"id": "u", "nodes": nodes, "links": [], **more}).encode()


def save(url, content, path=f"workflows/{PATH}"):
    """As a browser saves."""
    address = f"{url}/userdata/{urllib.parse.quote(path, safe='')}"
    request = urllib.request.Request(address, content, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


def files(url, folder=""):
    """Content of every file of the user."""
    user = {}
    for place in (folder,) if folder else ("workflows", "comfydoctor"):
        listing = f"{url}/userdata?dir={place}&recurse=true"
        try:
            with urllib.request.urlopen(listing, timeout=10) as answer:
                names = json.load(answer)
        except urllib.error.HTTPError:
            continue
        for name in names:
            full = urllib.parse.quote(f"{place}/{name}", safe="")
            with urllib.request.urlopen(f"{url}/userdata/{full}", timeout=10) as a:
                user[f"{place}/{name}"] = a.read()
    return user


def keep(bench, content, path=PATH):
    """Keep a state of the file as our watching would."""
    key = bench.care.profile.key
    place = Place(f"{key}|{path}", path.removesuffix(".json"), path, key)
    return bench.store.versions().keep(sight(place, content, Origin.SERVER, bench.now))
