"""Remedies, one file each, and the runner that applies them."""

from comfydoctor.fixes.base import Fix
from comfydoctor.fixes.cancel_job import CancelJob
from comfydoctor.fixes.change_flags import ChangeFlags
from comfydoctor.fixes.clear_queue import ClearQueue
from comfydoctor.fixes.close_program import CloseProgram
from comfydoctor.fixes.disable_pack import DisablePack
from comfydoctor.fixes.enable_pack import EnablePack
from comfydoctor.fixes.find_bad_pack import FindBadPack
from comfydoctor.fixes.free_memory import FreeMemory
from comfydoctor.fixes.group_queue import GroupQueue
from comfydoctor.fixes.hold_queue import HoldQueue
from comfydoctor.fixes.interrupt_job import InterruptJob
from comfydoctor.fixes.mend_workflow import MendWorkflow
from comfydoctor.fixes.move_job import MoveJob
from comfydoctor.fixes.move_model import MoveModel
from comfydoctor.fixes.quarantine_model import QuarantineModel
from comfydoctor.fixes.reorder_queue import ReorderQueue
from comfydoctor.fixes.restart_server import RestartServer
from comfydoctor.fixes.resubmit_job import ResubmitJob
from comfydoctor.fixes.resubmit_lighter import ResubmitLighter
from comfydoctor.fixes.revert_workflow import RevertWorkflow
from comfydoctor.fixes.send_jobs import SendJobs
from comfydoctor.fixes.start_server import StartServer
from comfydoctor.fixes.stop_everything import StopEverything
from comfydoctor.fixes.unload_models import UnloadModels

FIXES: tuple[type[Fix], ...] = (
    ClearQueue,
    StopEverything,
    InterruptJob,
    FreeMemory,
    UnloadModels,
    CancelJob,
    MoveJob,
    ReorderQueue,
    GroupQueue,
    HoldQueue,
    SendJobs,
    ResubmitJob,
    ResubmitLighter,
    RestartServer,
    StartServer,
    RevertWorkflow,
    FindBadPack,
    DisablePack,
    EnablePack,
    QuarantineModel,
    MoveModel,
    MendWorkflow,
    ChangeFlags,
    CloseProgram,
)
"""Every fix, in the order of lists and menus."""
