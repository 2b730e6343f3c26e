"""LLaMA-Factory loads the folder with its own parser, converter, template and loss mask. In: the folder. Out: checks, exit status."""

import os
import sys

import toy

toy.without_sound()
folder = sys.argv[1]
os.environ["DISABLE_VERSION_CHECK"] = "1"

from types import SimpleNamespace  # noqa: E402

from datasets import load_dataset  # noqa: E402
from llamafactory.data.converter import align_dataset  # noqa: E402
from llamafactory.data.parser import get_dataset_list  # noqa: E402
from llamafactory.data.processor import SupervisedDatasetProcessor  # noqa: E402
from llamafactory.data.template import TEMPLATES  # noqa: E402
from llamafactory.hparams import DataArguments  # noqa: E402

arguments = DataArguments(dataset_dir=folder, cutoff_len=100_000, mask_history=True, overwrite_cache=True)
training = SimpleNamespace(local_process_index=0)
kinds = {"gui_sft": "sft", "gui_kto": "kto", "gui_dpo": "dpo_llamafactory", "gui_ct_mm": "ct_mm", "gui_ct_text": "ct_text"}
aligned = {}
for name, file in kinds.items():
    path = f"jsonl/{file}.jsonl"
    if toy.rows_of(folder, path) == 0:
        continue
    [attributes] = get_dataset_list([name], folder)
    data = load_dataset("json", data_files=os.path.join(folder, path), split="train")
    aligned[name] = align_dataset(data, attributes, arguments, training)
    # A row that the converter cannot use comes out without an answer.
    answered = [row for row in aligned[name] if row["_prompt"] and (name == "gui_ct_text" or row["_response"])]
    toy.holds(f"LLaMA-Factory {name}, rows", len(answered), toy.rows_of(folder, path))
    if name != "gui_ct_text":
        images = [image for row in answered for image in row["_images"]]
        toy.holds(f"LLaMA-Factory {name}, images found", sum(os.path.isfile(image) for image in images), len(images))

labels = {row["label"] for row in toy.lines(folder, "jsonl/kto.jsonl")}
toy.holds("LLaMA-Factory gui_kto, both labels", labels, {True, False})

tokenizer = toy.tokenizer()
processor = SimpleNamespace(image_processor=toy.image_processor(), tokenizer=tokenizer, image_max_pixels=2**22, image_min_pixels=1)
for name in ("video_max_pixels", "video_min_pixels", "video_fps", "video_maxlen"):
    setattr(processor, name, 1)
supervised = SupervisedDatasetProcessor(TEMPLATES["qwen2_vl"], tokenizer, processor, arguments)
rows = aligned["gui_sft"].select(range(min(20, len(aligned["gui_sft"]))))
encoded = supervised.preprocess_dataset(rows.to_dict())
wanted = toy.lines(folder, "jsonl/sft.jsonl")[: len(rows)]
learned = [tokenizer.decode([token for token in label if token >= 0]) for label in encoded["labels"]]
answers = [f"{row['messages'][-1]['content']}<|im_end|>" for row in wanted]
toy.holds("LLaMA-Factory gui_sft, only the last answer is learned", [text.strip() for text in learned], answers)
