"""Node types that exist in the browser only: no server knows them or needs to."""

REROUTES = frozenset({"Reroute", "Reroute (rgthree)", "SetNode", "easy setNode"})
"""What comes in goes out."""
NOTES = frozenset(
    {
        "Note",
        "MarkdownNote",
        "Note Plus (mtb)",
        "Label (rgthree)",
        "Bookmark (rgthree)",
        "Node Collector (rgthree)",
        "Fast Muter (rgthree)",
        "Fast Bypasser (rgthree)",
        "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)",
        "Fast Actions Button (rgthree)",
        "Mute / Bypass Relay (rgthree)",
        "Mute / Bypass Repeater (rgthree)",
        "Random Unmuter (rgthree)",
        "PrimitiveNode",
        "GetNode",
        "easy getNode",
    }
)
"""What is drawn, switches other nodes, or gives a value."""


def is_virtual(kind: str) -> bool:
    """Whether the browser keeps such a node to itself."""
    return kind in REROUTES or kind in NOTES


def is_group(kind: str) -> bool:
    """The older kind of node that stands for several; unlike a subgraph."""
    return kind.startswith(("workflow>", "workflow/"))
