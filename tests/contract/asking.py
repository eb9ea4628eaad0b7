"""Which method of the client sends a recorded request."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from comfydoctor.comfy.client import Client
from tests.contract.recordings import Exchange

Ask = Callable[[Client, Exchange, list[str]], Awaitable[Any]]


def _prompt(client: Client, exchange: Exchange, _: list[str]) -> Awaitable[Any]:
    sent = exchange.sent if isinstance(exchange.sent, dict) else {}
    prompt = sent.get("prompt")
    return client.submit(prompt if isinstance(prompt, dict) else {})


def _change_queue(client: Client, exchange: Exchange, _: list[str]) -> Awaitable[Any]:
    sent = exchange.sent or {}
    if "delete" in sent:
        return client.delete_queued(sent["delete"])
    return client.clear_queue()


def _change_history(client: Client, exchange: Exchange, _: list[str]) -> Awaitable[Any]:
    sent = exchange.sent or {}
    if "delete" in sent:
        return client.delete_history(sent["delete"])
    return client.clear_history()


def _view(client: Client, exchange: Exchange, _: list[str]) -> Awaitable[Any]:
    return client.view(exchange.query.get("filename", ""))


def _move(client: Client, _: Exchange, parts: list[str]) -> Awaitable[Any]:
    return client.move_user_file(parts[0], parts[1])


ROUTES: tuple[tuple[str, str, Ask], ...] = (
    ("GET", r"/system_stats", lambda c, e, p: c.system_stats()),
    ("GET", r"/prompt", lambda c, e, p: c.queue_remaining()),
    ("GET", r"/features", lambda c, e, p: c.features()),
    ("GET", r"/queue", lambda c, e, p: c.queue()),
    ("POST", r"/queue", _change_queue),
    ("POST", r"/prompt", _prompt),
    ("POST", r"/interrupt", lambda c, e, p: c.interrupt()),
    (
        "POST",
        r"/free",
        lambda c, e, p: c.free(unload_models=True, free_memory=False),
    ),
    ("GET", r"/history", lambda c, e, p: c.history()),
    ("GET", r"/history/([^/]+)", lambda c, e, p: c.history_entry(p[0])),
    ("POST", r"/history", _change_history),
    ("GET", r"/api/jobs", lambda c, e, p: c.jobs()),
    ("GET", r"/api/jobs/([^/]+)", lambda c, e, p: c.job(p[0])),
    ("POST", r"/api/jobs/cancel", lambda c, e, p: c.cancel_all(["a"])),
    ("POST", r"/api/jobs/([^/]+)/cancel", lambda c, e, p: c.cancel(p[0])),
    ("GET", r"/object_info", lambda c, e, p: c.object_info_bytes()),
    ("GET", r"/object_info/([^/]+)", lambda c, e, p: c.object_info_class(p[0])),
    ("GET", r"/node_replacements", lambda c, e, p: c.node_replacements()),
    ("GET", r"/models", lambda c, e, p: c.model_folders()),
    ("GET", r"/models/([^/]+)", lambda c, e, p: c.models(p[0])),
    ("GET", r"/experiment/models/([^/]+)", lambda c, e, p: c.model_files(p[0])),
    (
        "GET",
        r"/view_metadata/([^/]+)",
        lambda c, e, p: c.model_metadata(p[0], e.query.get("filename", "")),
    ),
    ("GET", r"/embeddings", lambda c, e, p: c.embeddings()),
    ("GET", r"/internal/logs/raw", lambda c, e, p: c.log_entries()),
    ("GET", r"/internal/logs", lambda c, e, p: c.log_text()),
    ("GET", r"/internal/folder_paths", lambda c, e, p: c.folder_paths()),
    ("PATCH", r"/internal/logs/subscribe", lambda c, e, p: c.subscribe_logs("a")),
    ("GET", r"/internal/files/([^/]+)", lambda c, e, p: c.internal_files(p[0])),
    ("GET", r"/v2/userdata", lambda c, e, p: c.user_files_v2()),
    ("GET", r"/userdata/([^/]+)", lambda c, e, p: c.read_user_file(p[0])),
    ("POST", r"/userdata/([^/]+)/move/([^/]+)", _move),
    ("DELETE", r"/userdata/([^/]+)", lambda c, e, p: c.delete_user_file(p[0])),
    ("GET", r"/settings", lambda c, e, p: c.settings()),
    ("GET", r"/settings/([^/]+)", lambda c, e, p: c.setting(p[0])),
    ("GET", r"/users", lambda c, e, p: c.users()),
    ("GET", r"/extensions", lambda c, e, p: c.extensions()),
    ("GET", r"/workflow_templates", lambda c, e, p: c.templates()),
    ("GET", r"/global_subgraphs", lambda c, e, p: c.global_subgraphs()),
    ("GET", r"/api/assets", lambda c, e, p: c.assets()),
    ("GET", r"/api/tags", lambda c, e, p: c.tags()),
    ("GET", r"/view", _view),
    ("POST", r"/upload/image", lambda c, e, p: c.upload_image("up.png", b"x")),
)


def ask(client: Client, exchange: Exchange) -> Awaitable[Any] | None:
    """Send what was recorded; None for requests that a client never makes."""
    for method, pattern, send in ROUTES:
        found = re.fullmatch(pattern, exchange.path)
        if found and method == exchange.method:
            return send(client, exchange, [unquote(part) for part in found.groups()])
    return None
