"""Does a real ComfyUI apply exactly the LoRA keys that we say it does?

    python -m tests.assets.comfyui.compare COMFYUI_DIR ITS_PYTHON

Every recorded model meets LoRAs made for it and for others, in every form of LoRA and
under every way to name layers. Prints each disagreement; the exit code is 1 with any.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.assets.adapter import adapter_of
from comfydoctor.assets.base import read_base
from comfydoctor.assets.identify import Identifier
from comfydoctor.assets.loraconvert import converted
from comfydoctor.assets.match import applied_keys
from comfydoctor.assets.tensors import Tensor
from tests.assets import known

CHILD = Path(__file__).with_name("apply_in_comfyui.py")
BEGINS = ("lora_unet_", "diffusion_model.", "transformer.", "lycoris_", "unet.", "")
CHECKPOINTS = ("sd1", "sd2", "sdxl")
Tensors = dict[str, Tensor]


def bases() -> Iterator[tuple[str, Tensors, str]]:
    """Name, tensors, prefix of the diffusion model."""
    for name in CHECKPOINTS:
        yield f"checkpoint/{name}", known.checkpoint_of(name), "model.diffusion_model."
    for name in known.model_names("diffusion"):
        yield name, known.tensors_of(name), ""


def loras() -> Iterator[tuple[str, Tensors]]:
    """Name and tensors; the name begins with that of the model it is for."""
    named = known.recorded("lora_names")
    for model in named:
        for begin in BEGINS:
            for how in known.FORMS:
                made = known.lora_for(model, begin, how, every=29)
                if made and (how in ("kohya", "peft") or begin == "lora_unet_"):
                    yield f"{model}|{begin or 'no prefix'}|{how}", made


def cases() -> dict[str, object]:
    """Every base with its own LoRAs and with the main two of every other model."""
    all_bases, all_loras = list(bases()), dict(loras())
    pairs = []
    for base, _tensors, _prefix in all_bases:
        own = base.replace("checkpoint/", "diffusion/")
        texts = base.replace("checkpoint/", "text/")
        for name in all_loras:
            model, begin, how = name.split("|")
            main = how == "kohya" and begin == "lora_unet_"
            if model in (own, texts) or main:
                pairs.append([base, name])
    return {
        "bases": {
            name: {
                "tensors": {k: t.shape for k, t in tensors.items()},
                "prefix": prefix,
                "clip": name.startswith("checkpoint/"),
            }
            for name, tensors, prefix in all_bases
        },
        "loras": {
            n: {k: t.shape for k, t in ts.items()} for n, ts in all_loras.items()
        },
        "pairs": pairs,
    }


def ours(base: Tensors, lora: Tensors, identifier: Identifier) -> set[str]:
    """The keys that we say would apply."""
    identity = identifier.identify(base, {})
    layers = read_base(base, identity, identifier.families.get(identity.family_id))
    return applied_keys(adapter_of(converted(lora)), layers)


def say(*words: object) -> None:
    """One line."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main() -> int:
    """Ask both, compare."""
    folder, python = sys.argv[1:3]
    asked = cases()
    with tempfile.TemporaryDirectory() as place:
        question, answers = Path(place, "cases.json"), Path(place, "answers.json")
        question.write_text(json.dumps(asked))
        command = [python, str(CHILD), folder, str(question), str(answers)]
        subprocess.run(command, check=True)
        told = json.loads(answers.read_text())
    return report(told)


def report(told: list[dict[str, object]]) -> int:
    """Print what differs."""
    identifier = Identifier()
    tensors = {name: held for name, held, _prefix in bases()}
    made = dict(loras())
    keys = wrong = 0
    for one in told:
        base, lora = str(one["base"]), str(one["lora"])
        theirs = set(one["applied"])  # type: ignore[call-overload]
        mine = ours(tensors[base], made[lora], identifier)
        keys += len(made[lora])
        if mine != theirs:
            wrong += len(mine ^ theirs)
            say(f"{base} + {lora}: we {len(mine)}, ComfyUI {len(theirs)}")
            say("   only we:", sorted(mine - theirs)[:3])
            say("   only ComfyUI:", sorted(theirs - mine)[:3])
    say(f"{len(told)} pairs, {keys} keys, {wrong} judged otherwise than ComfyUI does")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
