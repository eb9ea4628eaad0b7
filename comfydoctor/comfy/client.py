"""Everything one ComfyUI server can be asked, one method per route."""

from comfydoctor.comfy.manager import ManagerRoutes
from comfydoctor.comfy.routes_file import FileRoutes
from comfydoctor.comfy.routes_job import JobRoutes
from comfydoctor.comfy.routes_log import LogRoutes
from comfydoctor.comfy.routes_node import NodeRoutes
from comfydoctor.comfy.routes_queue import QueueRoutes
from comfydoctor.comfy.routes_server import ServerRoutes


class Client(
    ServerRoutes,
    QueueRoutes,
    JobRoutes,
    LogRoutes,
    NodeRoutes,
    FileRoutes,
    ManagerRoutes,
):
    """``Client(http)``; its methods raise the errors of `ServerError`."""
