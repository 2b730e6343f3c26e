"""`datasets` decodes the pictures, and TRL's own functions put them into the messages. In: the folder. Out: checks, exit status."""

import glob
import sys

import toy

folder = sys.argv[1]

from datasets import load_dataset  # noqa: E402
from PIL import Image  # noqa: E402
from trl.data_utils import prepare_multimodal_messages  # noqa: E402

columns = {"sft": {"prompt", "completion"}, "kto": {"prompt", "completion", "label"}, "dpo": {"prompt", "chosen", "rejected"}, "ct": {"prompt", "completion"}}
largest = toy.manifest(folder)["largest"]
for kind, wanted in columns.items():
    files = sorted(glob.glob(f"{folder}/trl/{kind}/train-*.parquet"))
    if not files:
        continue
    data = load_dataset("parquet", data_files=files, split="train")
    promised = sum(file["rows"] for file in toy.manifest(folder)["files"] if file["path"].startswith(f"trl/{kind}/train-"))
    toy.holds(f"TRL {kind}, rows", len(data), promised)
    toy.holds(f"TRL {kind}, columns", wanted <= set(data.column_names), True)
    pictures = 0
    for row in data:
        marks = sum(part["type"] == "image" for message in row["prompt"] for part in message["content"])
        if marks != len(row["images"]) or not all(isinstance(image, Image.Image) for image in row["images"]):
            toy.holds(f"TRL {kind}, pictures", (marks, row["images"]), "as many pictures as places")
        if any(image.width > largest["width"] or image.height > largest["height"] for image in row["images"]):
            toy.holds(f"TRL {kind}, sizes", [image.size for image in row["images"]], largest)
        prepared = prepare_multimodal_messages(row["prompt"], images=row["images"])
        inside = [part["image"] for message in prepared for part in message["content"] if part["type"] == "image"]
        if len(inside) != marks:
            toy.holds(f"TRL {kind}, prepared pictures", len(inside), marks)
        pictures += marks
    toy.holds(f"TRL {kind}, decoded and placed pictures", pictures, sum(len(row) for row in data["images"]))

for name in ("steps", "episodes"):
    table = load_dataset("parquet", data_files=f"{folder}/{name}.parquet", split="train")
    toy.holds(f"datasets {name}, rows", len(table), toy.rows_of(folder, f"{name}.parquet"))
card = load_dataset(folder, "sft", split="train")
toy.holds("datasets reads the card's configuration", len(card), sum(f["rows"] for f in toy.manifest(folder)["files"] if f["path"].startswith("trl/sft/train-")))
