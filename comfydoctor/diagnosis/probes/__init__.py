"""The checks, in the order in which they are shown."""

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes.clock import Clock
from comfydoctor.diagnosis.probes.disk import Disk
from comfydoctor.diagnosis.probes.dropped_outputs import DroppedOutputs
from comfydoctor.diagnosis.probes.exposure import Exposure
from comfydoctor.diagnosis.probes.live_events import LiveEvents
from comfydoctor.diagnosis.probes.log import Log
from comfydoctor.diagnosis.probes.manager_security import ManagerSecurity
from comfydoctor.diagnosis.probes.memory import Memory
from comfydoctor.diagnosis.probes.model_files import ModelFiles
from comfydoctor.diagnosis.probes.node_imports import NodeImports
from comfydoctor.diagnosis.probes.package_versions import PackageVersions
from comfydoctor.diagnosis.probes.queue_moves import QueueMoves
from comfydoctor.diagnosis.probes.recent_failures import RecentFailures
from comfydoctor.diagnosis.probes.response_time import ResponseTime
from comfydoctor.diagnosis.probes.server_answers import ServerAnswers
from comfydoctor.diagnosis.probes.start_flags import StartFlags
from comfydoctor.diagnosis.probes.torch_build import TorchBuild
from comfydoctor.diagnosis.probes.vram_held import VramHeld
from comfydoctor.diagnosis.probes.vram_pressure import VramPressure
from comfydoctor.diagnosis.probes.workflow_fits import WorkflowFits
from comfydoctor.diagnosis.probes.workflow_models import WorkflowModels
from comfydoctor.diagnosis.probes.workflow_nodes import WorkflowNodes

PROBES: tuple[Probe, ...] = (
    ServerAnswers(),
    ResponseTime(),
    LiveEvents(),
    QueueMoves(),
    RecentFailures(),
    DroppedOutputs(),
    Log(),
    TorchBuild(),
    VramHeld(),
    VramPressure(),
    Memory(),
    Disk(),
    ModelFiles(),
    NodeImports(),
    PackageVersions(),
    StartFlags(),
    ManagerSecurity(),
    Exposure(),
    Clock(),
    WorkflowNodes(),
    WorkflowModels(),
    WorkflowFits(),
)
