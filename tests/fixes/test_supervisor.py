import os

import pytest

from comfydoctor.fixes import supervisor
from comfydoctor.fixes.supervisor import supervisor_of

USER = "/user.slice/user-1000.slice/user@1000.service/app.slice"


@pytest.mark.parametrize(
    ("theirs", "who", "advice"),
    [
        ("/system.slice/comfyui.service", "Systemd", "systemctl restart comfyui.ser"),
        (f"{USER}/comfy.service", "Systemd", "systemctl --user restart comfy.serv"),
        ("/system.slice/docker-0a1b.scope", "A container", "docker restart"),
        ("/kubepods/burstable/pod1/2", "A container", "docker restart"),
    ],
)
def test_a_group_of_processes_names_its_owner(theirs, who, advice):
    found = supervisor._by_cgroup(theirs, "/user.slice/session-2.scope", False)
    assert found.said == f"{who} keeps this ComfyUI running."
    assert advice in found.advice


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        "/user.slice/user-1000.slice/session-2.scope",
        f"{USER}/app-gnome-terminal.service",
        f"{USER}/gnome-terminal-server.service",
        "/system.slice/ssh.service",
    ],
)
def test_what_a_person_started_has_none(theirs):
    assert supervisor._by_cgroup(theirs, "/other", False) is None


def test_inside_the_same_container_it_is_ours():
    same = "/docker/0a1b"
    assert supervisor._by_cgroup(same, same, False) is None
    assert supervisor._by_cgroup(same, "/docker/ffff", False) is not None


def test_this_very_process_was_started_by_a_person():
    assert supervisor_of(os.getpid(), {}) is None
