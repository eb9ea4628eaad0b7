"""Random WebSocket frames: valid, nearly valid, mutated and nonsense."""

import json
import struct

from hypothesis import strategies as st

TYPES = [
    "status",
    "execution_start",
    "execution_cached",
    "executing",
    "progress",
    "progress_state",
    "executed",
    "execution_success",
    "execution_error",
    "execution_interrupted",
    "logs",
    "feature_flags",
    "cm-queue-status",
]
FIELDS = [
    "prompt_id",
    "node",
    "nodes",
    "value",
    "max",
    "status",
    "entries",
    "traceback",
]
SAMPLES = [
    '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":1}},"sid":"a"}}',
    '{"type":"progress","data":{"value":1,"max":9,"prompt_id":"p","node":"3"}}',
    '{"type":"logs","data":{"entries":[{"t":"10:00","m":"x"}],"size":null}}',
    '{"type":"execution_error","data":{"prompt_id":"p","traceback":["a","b"]}}',
    '{"type":"progress_state","data":{"prompt_id":"p","nodes":{"1":{"value":1}}}}',
    '{"type":"executed","data":{"node":"1","output":{"images":[]},"prompt_id":"p"}}',
]

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=6,
)
shaped = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES) | st.text(max_size=12),
        "data": st.dictionaries(st.sampled_from(FIELDS), _values, max_size=4) | _values,
    }
).map(json.dumps)
binary = st.builds(
    lambda event, size, rest: struct.pack(">II", event, size) + rest,
    st.integers(0, 6),
    st.integers(0, 40) | st.integers(0, 2**32 - 1),
    st.binary(max_size=60),
)
mutated = st.builds(
    lambda text, at, gap, piece: text[:at] + piece + text[at + gap :],
    st.sampled_from(SAMPLES),
    st.integers(0, 80),
    st.integers(0, 8),
    st.text(max_size=5),
)
any_frame = shaped | binary | mutated | st.text() | st.binary()
