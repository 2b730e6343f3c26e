"""verl's dataset reads the RL questions, and its agent loop adapter can be imported. In: the folder. Out: checks, exit status."""

import os
import sys
import tempfile

import toy

toy.without_sound()
folder = sys.argv[1]
sys.path.insert(0, folder)

from omegaconf import OmegaConf  # noqa: E402
from verl.utils.dataset.rl_dataset import RLHFDataset  # noqa: E402

path = "verl/train.parquet"
config = OmegaConf.create(
    {"cache_dir": tempfile.mkdtemp(), "max_prompt_length": 100_000, "filter_overlong_prompts": False, "return_raw_chat": True, "truncation": "error"}
)
data = RLHFDataset(os.path.join(folder, path), toy.tokenizer(), config)
toy.holds("verl train, rows", len(data), toy.rows_of(folder, path))
seeds = {(row["task"], row["seed"]) for row in toy.lines(folder, "rl/instances.jsonl") if row["split"] == "train"}
rows = [data[i] for i in range(len(data))]
toy.holds("verl train, questions", {(row["extra_info"]["task_id"], row["extra_info"]["seed"]) for row in rows}, seeds)
toy.holds("verl train, agent loop", {row["agent_name"] for row in rows}, {"gui_env"})
toy.holds("verl train, prompts end with the user", {row["raw_prompt"][-1]["role"] for row in rows}, {"user"})

from adapters.verl_gui_env import GuiEnvAgentLoop  # noqa: E402
from verl.experimental.agent_loop.agent_loop import AgentLoopBase  # noqa: E402

toy.holds("verl adapter is an agent loop", issubclass(GuiEnvAgentLoop, AgentLoopBase) and not GuiEnvAgentLoop.__abstractmethods__, True)
