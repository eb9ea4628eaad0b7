"""Workflows in both forms: read, converted, named and checked."""

import json

from comfydoctor.workflow.convert import prompt_json, to_api
from comfydoctor.workflow.fingerprint import content_hash, fingerprint
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.requirements import requirements
from tests.workflow.servers import classes
from tests.workflow.test_lint import GOOD, drawn
from tests.workflow.test_parse import API, nested

SEEDS = [
    json.dumps(API).encode(),
    json.dumps({"prompt": API}).encode(),
    json.dumps(nested().workflow()).encode(),
    json.dumps(GOOD).encode(),
    json.dumps(drawn().workflow()).encode(),
]
WORDS = [
    *(
        b'"class_type"',
        b'"inputs"',
        b'"nodes"',
        b'"links"',
        b'"mode":4',
        b'"-10"',
        b"-20",
    ),
    *(b"null", b"[]", b"{}", b"1e999", b'"Reroute"', b'"PrimitiveNode"', b'"SetNode"'),
    *(b'"proxyWidgets"', b'"widgets_values"', b'"widget"', b'"definitions"'),
]


def run(data: bytes) -> None:
    found = parse(data)
    fingerprint(found)
    content_hash(found)
    server = classes()
    prompt_json(to_api(found, server))
    lint(found, server)
    requirements(found, server)
