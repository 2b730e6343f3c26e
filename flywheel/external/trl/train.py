"""
Supervised fine-tuning with TRL, as a trainer of `flywheel run --trainer`: reads the JSON file that FLYWHEEL_CONFIG names, learns the answers of the
export's SFT rows (the prompts are not learned), and writes whole weights with their processor. In: --steps, --batch, --rate. Out: `output`.

It goes on from the parent's weights; the first time from the base: a folder, a model of the Hub, or "toy". A training that was stopped goes on
from what it left in `scratch`.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import torch
from datasets import load_dataset
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

import toy_model

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--steps", type=int, default=300, help="optimiser steps")
arguments.add_argument("--batch", type=int, default=1, help="rows in a step")
arguments.add_argument("--rate", type=float, default=1e-5, help="highest learning rate")
options = arguments.parse_args()

config = json.loads(Path(os.environ["FLYWHEEL_CONFIG"]).read_text())
scratch = Path(config["scratch"])
shards = sorted(str(path) for path in Path(config["data"], "trl", "sft").glob("train-*.parquet"))
if not shards:
    sys.exit("The export holds no answers to imitate: no episode passed, and nobody demonstrated.")
rows = load_dataset("parquet", data_files=shards, split="train", cache_dir=str(scratch / "rows"))
data = rows.select_columns(["prompt", "completion", "images"])


def start():
    """Where the weights come from. The toy's first training gives it a vocabulary of what its teacher says."""
    folder = config["parent"]["folder"] if config["parent"] else None
    if folder or config["base"] != toy_model.NAME:
        return folder or config["base"]
    messages = [message for row in data.remove_columns("images") for message in [*row["prompt"], *row["completion"]]]
    return str(toy_model.save(scratch / "toy", [part["text"] or "" for message in messages for part in message["content"]], config["seed"]))


trainer = SFTTrainer(
    model=start(),
    train_dataset=data,
    args=SFTConfig(
        output_dir=str(scratch / "states"),
        # Cutting would take pictures apart.
        max_length=None,
        max_steps=options.steps,
        per_device_train_batch_size=options.batch,
        learning_rate=options.rate,
        lr_scheduler_type="cosine",
        warmup_steps=options.steps // 20,
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        gradient_checkpointing=torch.cuda.is_available(),
        logging_steps=10,
        save_steps=100,
        save_total_limit=1,
        seed=config["seed"],
        report_to="none",
    ),
)
states = scratch / "states"
trainer.train(resume_from_checkpoint=get_last_checkpoint(states) if states.exists() else None)
trainer.save_model(config["output"])
shutil.rmtree(states, ignore_errors=True)
