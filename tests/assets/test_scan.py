import os
from pathlib import Path

import pytest

from comfydoctor.assets.cache import ModelCache
from comfydoctor.assets.scan import Quick, Scanner, find_models, quick_check
from comfydoctor.model.modelfile import ModelFormat, ModelKind
from comfydoctor.store.database import Database
from comfydoctor.store.schema import MODELS
from tests.assets.known import lora_for, tensors_of, write_sparse


@pytest.fixture
def models(tmp_path):
    root = tmp_path / "models"
    for folder in ("loras/style", "vae", "checkpoints", ".git"):
        (root / folder).mkdir(parents=True)
    lora = lora_for("diffusion/sd1", "lora_unet_down", "kohya")
    write_sparse(root / "loras/style/a.safetensors", lora)
    write_sparse(root / "vae/b.safetensors", tensors_of("vae/sd"), short=99)
    (root / "checkpoints/c.ckpt.part").write_bytes(b"PK")
    (root / "checkpoints/readme.txt").write_bytes(b"x")
    (root / ".git/d.bin").write_bytes(b"x")
    return root


INSERT = "INSERT OR REPLACE INTO model VALUES (?, ?, ?, ?, ?)"


def found_in(root):
    return sorted(find_models([(root, "")]), key=lambda found: found.name)


def test_models_are_found_with_their_folder_and_comfyuis_name(models):
    found = found_in(models)
    assert [(one.name, one.folder) for one in found] == [
        ("checkpoints/c.ckpt.part", "checkpoints"),
        ("loras/style/a.safetensors", "loras"),
        ("vae/b.safetensors", "vae"),
    ]
    known = Path(found[1].path).stat()
    assert (found[1].size, found[1].modified) == (known.st_size, known.st_mtime_ns)


def test_a_typed_root_names_models_as_comfyui_does(models):
    found = list(find_models([(models / "loras", "loras")]))
    assert [(one.name, one.folder) for one in found] == [
        ("style/a.safetensors", "loras")
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_in_a_ring_and_twice_listed_folders_are_visited_once(models):
    (models / "loras/style/again").symlink_to(models, target_is_directory=True)
    (models / "broken.safetensors").symlink_to(models / "gone")
    assert len(list(find_models([(models, ""), (models / "loras", "loras")]))) == 3


def test_a_folder_that_is_gone_is_passed_over(tmp_path):
    assert list(find_models([(tmp_path / "gone", "loras")])) == []


def test_the_quick_look_tells_whole_from_cut_off(tmp_path):
    whole = write_sparse(tmp_path / "a.safetensors", tensors_of("vae/sd"))
    assert quick_check(str(whole), whole.stat().st_size) is Quick.WHOLE
    for short in (1, 10_000, 10**8):
        cut = write_sparse(
            tmp_path / "b.safetensors", tensors_of("vae/sd"), short=short
        )
        assert quick_check(str(cut), cut.stat().st_size) is not Quick.WHOLE
    headless = tmp_path / "c.safetensors"
    headless.write_bytes(whole.read_bytes()[:900])
    assert quick_check(str(headless), 900) is Quick.CUT_OFF
    page = tmp_path / "d.safetensors"
    page.write_bytes(b"<html><body>no</body>")
    assert quick_check(str(page), 21) is Quick.UNSURE
    assert quick_check(str(tmp_path / "gone"), 9) is Quick.UNSURE


def test_each_file_is_looked_into_once(models, tmp_path):
    found = found_in(models)
    database = Database(tmp_path / "models.db", MODELS)
    steps = []
    first = Scanner(ModelCache(database, "1")).examine_all(
        found, lambda count, model: steps.append((count, model.name))
    )
    assert [model.kind for model in first][1:] == [ModelKind.LORA, ModelKind.VAE]
    assert [count for count, _name in steps] == [1, 2, 3]
    for one in found:  # the same size and time, other content: the cache is believed
        known = Path(one.path).stat()
        Path(one.path).write_bytes(b"\0" * min(one.size, 100))
        os.truncate(one.path, one.size)
        os.utime(one.path, ns=(known.st_atime_ns, known.st_mtime_ns))
    again = Scanner(ModelCache(database, "1")).examine_all(found)
    assert again == first
    anew = Scanner(ModelCache(database, "2")).examine_all(found)
    assert anew != first  # another version looks for itself
    database.close()


def test_a_changed_file_is_looked_into_again(models, tmp_path):
    database = Database(tmp_path / "models.db", MODELS)
    cache = ModelCache(database, "1")
    found = found_in(models)[2]
    assert Scanner(cache).examine(found).whole is False
    path = write_sparse(Path(found.path), tensors_of("vae/sd"))
    known = path.stat()
    changed = found._replace(size=known.st_size, modified=known.st_mtime_ns)
    assert Scanner(cache).examine(changed).whole is True
    database.close()


def test_a_row_that_is_not_ours_is_ignored(models, tmp_path):
    database = Database(tmp_path / "models.db", MODELS)
    found = found_in(models)[2]
    for body in ("{}", "nonsense", '{"format": "x"}'):
        row = (found.path, found.size, found.modified, "1", body)
        database.write(lambda c, row=row: c.execute(INSERT, row))
        model = Scanner(ModelCache(database, "1")).examine(found)
        assert model.format is ModelFormat.SAFETENSORS
    database.close()


def test_a_glance_tells_what_two_small_reads_do_or_all_that_is_known(models, tmp_path):
    lora, vae = found_in(models)[1:]
    database = Database(tmp_path / "models.db", MODELS)
    scanner = Scanner(ModelCache(database, "1"))
    first = scanner.glance(lora)
    assert first.whole and not first.examined and first.kind is ModelKind.UNKNOWN
    cut = scanner.glance(vae)
    assert cut.whole is False and cut.problem and not cut.examined
    full = scanner.examine(lora)
    assert scanner.glance(lora) == full
    database.close()


def test_only_files_with_a_problem_are_told_as_broken(models):
    told = {model.name: model for model in Scanner().broken(found_in(models))}
    assert set(told) == {"checkpoints/c.ckpt.part", "vae/b.safetensors"}
