"""ms-swift loads the rows with its own loader and preprocessor. In: the folder. Out: checks, exit status."""

import os
import sys

import toy

toy.without_sound()
folder = sys.argv[1]
os.environ["ROOT_IMAGE_DIR"] = folder
os.environ["USE_HF"] = "1"

from swift.dataset import load_dataset  # noqa: E402

for kind in ("sft", "kto", "dpo_swift", "ct_mm"):
    path = f"jsonl/{kind}.jsonl"
    promised = toy.rows_of(folder, path)
    if promised == 0:
        continue
    data, _ = load_dataset([os.path.join(folder, path)], num_proc=1, strict=True, load_from_cache_file=False)
    toy.holds(f"ms-swift {kind}, rows", len(data), promised)
    toy.holds(f"ms-swift {kind}, images", sum(len(row["images"]) for row in data), sum(len(row["images"]) for row in toy.lines(folder, path)))
    turns = [row["messages"][-1]["role"] for row in data]
    toy.holds(f"ms-swift {kind}, each ends with an answer", set(turns), {"assistant"})
