"""Workflows in both forms, with subgraphs, reroutes and faces."""

import json

from comfydoctor.workflow.fingerprint import content_hash, fingerprint
from comfydoctor.workflow.parse import parse
from tests.workflow.test_parse import API, _nested

SEEDS = [
    json.dumps(API).encode(),
    json.dumps({"prompt": API}).encode(),
    json.dumps(_nested().workflow()).encode(),
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
