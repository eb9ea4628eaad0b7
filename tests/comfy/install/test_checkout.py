"""Commits out of git's files, in every layout git writes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from comfydoctor.comfy.install.checkout import read_checkout, without_login
from tests.comfy.install.trees import COMMIT, OTHER, git, write


def test_a_packed_branch_is_found(tmp_path: Path) -> None:
    git(tmp_path)
    (tmp_path / ".git/refs/heads/master").unlink()
    write(
        tmp_path / ".git/packed-refs",
        f"# pack-refs with: peeled\n{OTHER} refs/heads/dev\n"
        f"{COMMIT} refs/heads/master\n",
    )
    found = read_checkout(tmp_path)
    assert found and found.commit == COMMIT


def test_a_detached_head_has_no_branch(tmp_path: Path) -> None:
    git(tmp_path)
    write(tmp_path / ".git/HEAD", OTHER + "\n")
    found = read_checkout(tmp_path)
    assert found and (found.commit, found.branch) == (OTHER, "")


def test_a_work_tree_is_followed_to_its_clone(tmp_path: Path) -> None:
    git(tmp_path / "main")
    own = tmp_path / "main/.git/worktrees/side"
    write(own / "HEAD", "ref: refs/heads/master\n")
    write(own / "commondir", "../..\n")
    write(tmp_path / "side/.git", f"gitdir: {own}\n")
    found = read_checkout(tmp_path / "side")
    assert found and found.commit == COMMIT
    assert found.remote == "https://github.com/x/y.git"


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/none", "ref: ../../etc/passwd", "ref: HEAD", "xyz"]
)
def test_a_damaged_head_gives_nothing(tmp_path: Path, head: str) -> None:
    git(tmp_path)
    write(tmp_path / ".git/HEAD", head)
    assert read_checkout(tmp_path) is None


def test_refs_that_point_at_each_other_end(tmp_path: Path) -> None:
    git(tmp_path)
    write(tmp_path / ".git/refs/heads/master", "ref: refs/heads/master")
    assert read_checkout(tmp_path) is None


def test_an_address_without_a_login_stays(tmp_path: Path) -> None:
    assert without_login("git@github.com:x/y.git") == "git@github.com:x/y.git"
    assert without_login("https://a:b@h:1/x") == "https://h:1/x"
    assert without_login("http://[bad") == ""


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")
def test_git_itself_says_the_same(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        name = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        done = subprocess.run(
            ["git", *name, *words], cwd=tmp_path, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    run("init", "-q", "-b", "work")
    run("commit", "-q", "--allow-empty", "-m", "first")
    run("pack-refs", "--all")
    found = read_checkout(tmp_path)
    assert found and (found.commit, found.branch) == (run("rev-parse", "HEAD"), "work")
