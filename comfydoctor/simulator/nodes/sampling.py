"""Nodes that compute: sampler, VAE, upscaler, video."""

from dataclasses import dataclass, replace

from comfydoctor.simulator.disk import StoredFile
from comfydoctor.simulator.failure import Interrupted, NodeFailed, frame
from comfydoctor.simulator.nodes.image import picture_of
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.pictures import swatch
from comfydoctor.simulator.values import Conditioning, Latent, Picture, Weights

SAMPLER_FRAMES = (
    frame("nodes.py", 1572, "sample", "return common_ksampler(model, seed, steps)"),
    frame("nodes.py", 1505, "common_ksampler", "samples = comfy.sample.sample(model)"),
    frame("comfy/sample.py", 60, "sample", "samples = sampler.sample(noise)"),
    frame("comfy/samplers.py", 1163, "sample", "return sample(self.model, noise)"),
    frame(
        "comfy/ldm/modules/attention.py",
        506,
        "attention_pytorch",
        "out = torch.nn.functional.scaled_dot_product_attention(q, k, v)",
    ),
)
DECODE_FRAMES = (
    frame("nodes.py", 298, "decode", 'images = vae.decode(samples["samples"])'),
    frame("comfy/sd.py", 784, "decode", "out = self.first_stage_model.decode(samples)"),
    frame(
        "comfy/ldm/modules/diffusionmodules/model.py", 722, "forward", "h = self.mid(h)"
    ),
)


@dataclass
class Bar:
    """A progress bar as tqdm draws it."""

    total: int
    began: float

    def text(self, done: int, now: float) -> str:
        passed = max(0.001, now - self.began)
        share = done / self.total
        full = "█" * int(share * 10)
        filled = full + " " * (10 - len(full))
        if not done:
            return f"{0:3d}%|{filled}| 0/{self.total} [00:00<?, ?it/s]"
        each = passed / done
        pace = f"{1 / each:5.2f}it/s" if each < 1 else f"{each:5.2f}s/it"
        left = _clock((self.total - done) * each)
        times = f"[{_clock(passed)}<{left}, {pace}]"
        return f"{int(share * 100):3d}%|{filled}| {done}/{self.total} {times}"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes:02d}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


async def sample(work: Work) -> Outcome:
    """KSampler: a step at a time, interruptible between steps."""
    model: Weights = work.inputs["model"]
    latent: Latent = work.inputs["latent_image"]
    work_mb = model.family.work_mb * latent.megapixels * latent.count * latent.frames
    await work.load(model, work_mb)
    _say_misfit(work, model)
    _check_width(work.inputs["positive"], model)
    try:
        work.machine.vram.claim(work_mb)
    except NodeFailed as failure:
        raise replace(failure, frames=SAMPLER_FRAMES) from None
    try:
        await _steps(work, _step_seconds(work, model, latent))
    finally:
        work.machine.vram.release()
        work.machine.card.work(0.0)
    seed = int(work.inputs["seed"])
    return Outcome((replace(latent, seed=seed),))


def _say_misfit(work: Work, model: Weights) -> None:
    for name in model.patches:
        file = work.machine.disk.model("loras", name)
        if file is not None and file.family == "wrong-shape":
            work.machine.console.error(
                "ERROR lora diffusion_model.input_blocks.1.1.transformer_blocks.0."
                "attn2.to_k.weight shape '[320, 768]' is invalid for input of size"
                " 655360"
            )


def _check_width(words: Conditioning, model: Weights) -> None:
    """Text vectors of another model's width do not multiply."""
    if words.dim == model.family.dim:
        return
    message = (
        "mat1 and mat2 shapes cannot be multiplied"
        f" (154x{words.dim} and {model.family.dim}x320)\n"
    )
    path = "venv/lib/python3.11/site-packages/torch/nn/modules/linear.py"
    code = "return F.linear(input, self.weight, self.bias)"
    linear = frame(path, 134, "forward", code)
    frames = (*SAMPLER_FRAMES[:3], linear)
    raise NodeFailed("RuntimeError", message.rstrip("\n"), frames)


def _step_seconds(work: Work, model: Weights, latent: Latent) -> float:
    pixels = latent.megapixels * latent.count * latent.frames
    offloaded = 1.0 + 9.0 * work.machine.vram.offloaded_share()
    return model.family.step_seconds * pixels * offloaded


async def _steps(work: Work, each: float) -> None:
    machine, total = work.machine, int(work.inputs["steps"])
    bar = Bar(total, machine.pace.now())
    console, done = machine.console, 0
    console.bar(bar.text(0, bar.began))
    try:
        for done in range(1, total + 1):
            machine.card.work(0.97)
            await work.sleep(each * machine.card.slowness)
            shown = swatch(64, int(64 * done / total)) if work.previews else b""
            work.progress(done, total, shown)
            console.bar(bar.text(done, machine.pace.now()))
    except Interrupted:
        done -= 1
        raise
    finally:
        console.bar_end(bar.text(done, machine.pace.now()))


async def decode(work: Work) -> Outcome:
    """VAEDecode, video too."""
    latent: Latent = work.inputs["samples"]
    vae: Weights = work.inputs["vae"]
    count = latent.count * latent.frames
    await work.load(vae)
    try:
        work.machine.vram.claim(2400.0 * latent.megapixels * min(count, 8))
    except NodeFailed as failure:
        raise replace(failure, frames=DECODE_FRAMES) from None
    await work.compute(0.22 * latent.megapixels * count**0.7, 0.85)
    work.machine.vram.release()
    black = work.machine.mood.nan_vae and vae.family.id == "sdxl"
    look = "nan" if black else latent.look
    return Outcome((Picture(latent.width, latent.height, count, latent.seed, look),))


async def encode(work: Work) -> Outcome:
    """VAEEncode."""
    picture = picture_of(work, "pixels")
    await work.load(work.inputs["vae"])
    await work.compute(0.15, 0.8)
    return Outcome((Latent(picture.width, picture.height, picture.count),))


async def upscale(work: Work) -> Outcome:
    """ImageUpscaleWithModel: four times the size, tile by tile."""
    picture = picture_of(work, "image")
    pixels = picture.width * picture.height * picture.count / 1e6
    tiles = max(1, int(pixels * 4))
    for tile in range(1, tiles + 1):
        await work.compute(0.9 * pixels / tiles, 0.95)
        work.progress(tile, tiles)
    size = picture.width * 4, picture.height * 4
    return Outcome((replace(picture, width=size[0], height=size[1]),))


async def combine_video(work: Work) -> Outcome:
    """VHS_VideoCombine: one file of all frames."""
    picture = picture_of(work, "images")
    machine = work.machine
    await work.sleep(picture.count * picture.width * picture.height / 9e7)
    name = machine.disk.next_name("output", str(work.inputs["filename_prefix"]))
    shown = replace(picture, count=1)
    stored = StoredFile(machine.pace.now(), picture=shown, metadata=dict(work.hidden))
    machine.disk.files["output"][name + ".png"] = stored
    video = {"filename": name + ".mp4", "subfolder": "", "type": "output"}
    rate = {"format": "video/h264-mp4", "frame_rate": work.inputs["frame_rate"]}
    machine.disk.files["output"][name + ".mp4"] = replace(stored, content=b"\0" * 64)
    return Outcome((), {"gifs": [{**video, **rate, "workflow": name + ".png"}]})
