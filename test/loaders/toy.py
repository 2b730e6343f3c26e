"""What the loader checks share: a byte-level tokenizer and an image processor of Qwen2-VL's shape, made here; and how a check is told."""

import json
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]


def without_sound() -> None:
    """Sound is no part of these data; a package for it would bring another build of torch."""
    module = types.ModuleType("torchaudio")
    module.__spec__ = ModuleSpec("torchaudio", None)
    sys.modules["torchaudio"] = module


def tokenizer():
    """One token per byte, and Qwen's special ones."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    raw = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(alphabet)}, merges=[]))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    raw.decoder = decoders.ByteLevel()
    raw.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")


def image_processor():
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    return Qwen2VLImageProcessorPil()


def manifest(folder: str) -> dict:
    return json.loads((Path(folder) / "manifest.json").read_text())


def rows_of(folder: str, path: str) -> int:
    """Rows the manifest promises; 0 where there is no such file."""
    return next((file["rows"] for file in manifest(folder)["files"] if file["path"] == path), 0)


def lines(folder: str, path: str) -> list[dict]:
    return [json.loads(line) for line in (Path(folder) / path).read_text().splitlines()]


def holds(name: str, found, expected) -> None:
    """Tells a check; one that does not hold ends the script."""
    if found != expected:
        print(f"NO   {name}: {found!r}, expected {expected!r}", flush=True)
        sys.exit(1)
    print(f"ok   {name}: {found!r}" if isinstance(found, int) else f"ok   {name}", flush=True)
