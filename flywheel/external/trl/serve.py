"""
Serves a model with `transformers serve`, as a command of `flywheel run --reload` that stays: FLYWHEEL_MODEL names the weights (a folder, a model of
the Hub, or "toy"), FLYWHEEL_NAME what the agent calls them, FLYWHEEL_URL where it asks. Runs until it is ended.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from huggingface_hub import snapshot_download
from huggingface_hub.constants import HF_HUB_CACHE
from transformers.cli.serve import Serve
from transformers.cli.serving import chat_completion

import toy_model

weights, name, address = os.environ["FLYWHEEL_MODEL"], os.environ["FLYWHEEL_NAME"], urlsplit(os.environ["FLYWHEEL_URL"])
# It is listed for /v1/models.
os.makedirs(HF_HUB_CACHE, exist_ok=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

# Answers go out as the model wrote them. Calls would be taken out of them otherwise, and half a call be answered with 500 instead of half a call.
chat_completion.parse_assistant_message = lambda *_, cleaned_content="", **__: (cleaned_content, None, None)

# Servers of transformers call a model as it was named to them, and answer to no other name: here the name is a link to whichever weights it means now.
with tempfile.TemporaryDirectory() as place:
    link = Path(place) / name
    link.parent.mkdir(parents=True, exist_ok=True)
    if weights == toy_model.NAME:
        toy_model.save(link)
    else:
        link.symlink_to(Path(weights).absolute() if Path(weights).is_dir() else snapshot_download(weights), target_is_directory=True)
    os.chdir(place)
    Serve(name, host=address.hostname, port=address.port or 80)
