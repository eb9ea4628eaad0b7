"""Asks a ComfyUI's own code what it would say to prompts; runs nothing of them.

For ComfyUI's own Python, in its folder's version:
``python comfyui_verdicts.py COMFYUI_FOLDER BASE_FOLDER PROMPTS.json VERDICTS.json``.
"""

import asyncio
import json
import os
import sys
from pathlib import Path


async def verdicts(prompts: dict) -> dict:
    """``validate_prompt`` for each, with all node packs of the base folder loaded."""
    import execution
    import nodes
    import server

    server.PromptServer(asyncio.get_running_loop())
    await nodes.init_extra_nodes(init_custom_nodes=True, init_api_nodes=True)
    found = {}
    for name, prompt in prompts.items():
        try:
            said = await execution.validate_prompt(name, prompt, None)
        except Exception as error:  # noqa: BLE001 - the server answers 500 to any
            found[name] = {"error": {"type": "exception", "message": repr(error)}}
        else:
            found[name] = {"error": said[1], "node_errors": said[3]}
    return found


def main() -> None:
    folder, base, prompts, answers = map(Path, sys.argv[1:5])
    prompts, answers = prompts.absolute(), answers.absolute()
    sys.path.insert(0, str(folder))
    sys.argv = ["main.py", "--cpu", "--base-directory", str(base.absolute())]
    os.chdir(folder)
    import comfy.options

    comfy.options.enable_args_parsing()
    import folder_paths

    folder_paths.set_input_directory(str(base.absolute() / "input"))
    found = asyncio.run(verdicts(json.loads(prompts.read_text())))
    answers.write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
