"""Graphs that real ComfyUI runs without a model."""


def sleeping(seconds, mode="poll", nonce=0, times=1):
    """A job that takes its time; ``poll`` heeds an interrupt, ``block`` does not."""
    sleep = {"seconds": seconds, "mode": mode, "steps": 10}
    graph = picture(nonce)
    last = "1"
    for place in range(times):
        name = "2" if place == 0 else f"2{place}"
        inputs = {"image": [last, 0], **sleep, "nonce": nonce}
        graph[name] = {"class_type": "FaultSleep", "inputs": inputs}
        last = name
    graph["9"]["inputs"]["images"] = [last, 0]
    return graph


def picture(color=0):
    """A job that needs no model and is quick."""
    image = {"width": 64, "height": 64, "batch_size": 1, "color": color}
    return {
        "1": {"class_type": "EmptyImage", "inputs": image},
        "9": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }


def faulty(fault, **inputs):
    """A job with one of the fault nodes in its middle."""
    graph = picture(1)
    graph["2"] = {"class_type": fault, "inputs": {"image": ["1", 0], **inputs}}
    graph["9"]["inputs"]["images"] = ["2", 0]
    return graph


def painting(checkpoint):
    """A job that loads a checkpoint and samples with it."""
    latent = {"width": 512, "height": 512, "batch_size": 1}
    text = {"text": "x", "clip": ["1", 1]}
    decode = {"samples": ["5", 0], "vae": ["1", 2]}
    sampler = {"seed": 1, "steps": 4, "cfg": 7.0, "denoise": 1.0}
    sampler |= {"sampler_name": "euler", "scheduler": "normal"}
    sampler |= {"model": ["1", 0], "positive": ["2", 0], "negative": ["2", 0]}
    return {
        "1": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": checkpoint},
        },
        "2": {"class_type": "CLIPTextEncode", "inputs": text},
        "4": {"class_type": "EmptyLatentImage", "inputs": latent},
        "5": {"class_type": "KSampler", "inputs": sampler | {"latent_image": ["4", 0]}},
        "6": {"class_type": "VAEDecode", "inputs": decode},
        "9": {"class_type": "PreviewImage", "inputs": {"images": ["6", 0]}},
    }
