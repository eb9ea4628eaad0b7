"""The checks, in the order in which they are shown."""

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes.antivirus import Antivirus
from comfydoctor.diagnosis.probes.attention_builds import AttentionBuilds
from comfydoctor.diagnosis.probes.clock import Clock
from comfydoctor.diagnosis.probes.container_gpu import ContainerGpu
from comfydoctor.diagnosis.probes.container_limits import ContainerLimits
from comfydoctor.diagnosis.probes.core_requirements import CoreRequirements
from comfydoctor.diagnosis.probes.dependencies import Dependencies
from comfydoctor.diagnosis.probes.disk import Disk
from comfydoctor.diagnosis.probes.dropped_outputs import DroppedOutputs
from comfydoctor.diagnosis.probes.exposure import Exposure
from comfydoctor.diagnosis.probes.folder_rights import FolderRights
from comfydoctor.diagnosis.probes.gpu_neighbours import GpuNeighbours
from comfydoctor.diagnosis.probes.graphics_driver import GraphicsDriver
from comfydoctor.diagnosis.probes.install_path import InstallPath
from comfydoctor.diagnosis.probes.live_events import LiveEvents
from comfydoctor.diagnosis.probes.log import Log
from comfydoctor.diagnosis.probes.manager_security import ManagerSecurity
from comfydoctor.diagnosis.probes.manager_settings import ManagerSettings
from comfydoctor.diagnosis.probes.memory import Memory
from comfydoctor.diagnosis.probes.model_files import ModelFiles
from comfydoctor.diagnosis.probes.model_paths import ModelPaths
from comfydoctor.diagnosis.probes.network_environment import NetworkEnvironment
from comfydoctor.diagnosis.probes.node_imports import NodeImports
from comfydoctor.diagnosis.probes.pack_load_times import PackLoadTimes
from comfydoctor.diagnosis.probes.pack_requirements import PackRequirements
from comfydoctor.diagnosis.probes.pack_twins import PackTwins
from comfydoctor.diagnosis.probes.package_versions import PackageVersions
from comfydoctor.diagnosis.probes.page_file import PageFile
from comfydoctor.diagnosis.probes.python_environment import PythonEnvironment
from comfydoctor.diagnosis.probes.python_version import PythonVersion
from comfydoctor.diagnosis.probes.queue_moves import QueueMoves
from comfydoctor.diagnosis.probes.recent_failures import RecentFailures
from comfydoctor.diagnosis.probes.response_time import ResponseTime
from comfydoctor.diagnosis.probes.server_answers import ServerAnswers
from comfydoctor.diagnosis.probes.server_files import ServerFiles
from comfydoctor.diagnosis.probes.start_flags import StartFlags
from comfydoctor.diagnosis.probes.torch_build import TorchBuild
from comfydoctor.diagnosis.probes.vram_held import VramHeld
from comfydoctor.diagnosis.probes.vram_pressure import VramPressure
from comfydoctor.diagnosis.probes.workflow_fits import WorkflowFits
from comfydoctor.diagnosis.probes.workflow_models import WorkflowModels
from comfydoctor.diagnosis.probes.workflow_nodes import WorkflowNodes
from comfydoctor.diagnosis.probes.wsl_limits import WslLimits

PROBES: tuple[Probe, ...] = (
    ServerAnswers(),
    ResponseTime(),
    LiveEvents(),
    QueueMoves(),
    RecentFailures(),
    DroppedOutputs(),
    Log(),
    TorchBuild(),
    GraphicsDriver(),
    AttentionBuilds(),
    VramHeld(),
    GpuNeighbours(),
    VramPressure(),
    Memory(),
    PageFile(),
    ContainerLimits(),
    ContainerGpu(),
    WslLimits(),
    Disk(),
    ServerFiles(),
    InstallPath(),
    FolderRights(),
    ModelPaths(),
    ModelFiles(),
    Antivirus(),
    NodeImports(),
    PackLoadTimes(),
    PackTwins(),
    PackRequirements(),
    PackageVersions(),
    CoreRequirements(),
    Dependencies(),
    PythonVersion(),
    PythonEnvironment(),
    NetworkEnvironment(),
    StartFlags(),
    ManagerSecurity(),
    ManagerSettings(),
    Exposure(),
    Clock(),
    WorkflowNodes(),
    WorkflowModels(),
    WorkflowFits(),
)
