"""The checks, in the order in which they are shown."""

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes.server_answers import ServerAnswers

PROBES: tuple[Probe, ...] = (ServerAnswers(),)
