"""verl agent loop that plays a task in an environment: one prompt of `verl/train.parquet` becomes one episode.

In: a row of the dataset (its `extra_info` names task and seed). Out: the tokens of the whole episode with a mask that is 1 for what the model said,
the screenshots, and the verifier's reward. Environments are reached over OpenEnv's WebSocket at FLYWHEEL_ENV_URL (default http://127.0.0.1:8123);
the model's text is sent as it is and parsed there by the dialect that wrote the prompt. Tokens are never rendered anew: each turn is merged.
"""

import base64
import io
import json
import os
from typing import Any
from uuid import uuid4

import websockets
from PIL import Image
from verl.experimental.agent_loop.agent_loop import AgentLoopBase, AgentLoopOutput
from verl.utils.profiler import simple_timer

DEFAULT_URL = "http://127.0.0.1:8123"


class Environment:
    """One connection is one environment; every message gets one answer."""

    def __init__(self, url: str):
        self.url = url.rstrip("/").replace("http", "ws", 1) + "/ws"
        self.socket = None

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url, max_size=100 * 2**20)
        return self

    async def __aexit__(self, *_):
        await self.socket.send(json.dumps({"type": "close"}))
        await self.socket.close()

    async def ask(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Sends a message; raises RuntimeError with the server's words when it refuses."""
        await self.socket.send(json.dumps({"type": kind, "data": data}))
        answer = json.loads(await self.socket.recv())
        if answer["type"] == "error":
            raise RuntimeError(f"{answer['data'].get('code')}: {answer['data'].get('message')}")
        return answer["data"]


def screenshot(observation: dict[str, Any]) -> Image.Image:
    """The screenshot of an observation, a PNG data URI."""
    png = base64.b64decode(observation["screenshot_b64"].split(",", 1)[1])
    return Image.open(io.BytesIO(png)).convert("RGB")


def user_turn(text: str | None = None) -> dict[str, Any]:
    """A user's turn that ends with a screenshot."""
    words = [] if not text else [{"type": "text", "text": text}]
    return {"role": "user", "content": [*words, {"type": "image"}]}


class GuiEnvAgentLoop(AgentLoopBase):
    """Plays until the environment is done, `max_steps` are taken, or the response is full."""

    def __init__(self, *args, max_steps: int = 15, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_steps = max_steps
        self.response_length = self.rollout_config.response_length

    async def run(self, sampling_params: dict[str, Any], **kwargs) -> AgentLoopOutput:
        question = kwargs["extra_info"]
        reset = {"task_id": question["task_id"], "seed": int(question["seed"])}
        async with Environment(os.environ.get("FLYWHEEL_ENV_URL", DEFAULT_URL)) as environment:
            return await self._play(environment, reset, list(kwargs["raw_prompt"]), sampling_params)

    async def _play(self, environment, reset, messages, sampling_params) -> AgentLoopOutput:
        result = await environment.ask("reset", reset)
        images = [screenshot(result["observation"])]
        self._assert_mm_supported(True)
        # The dataset's prompt has the words; the first screenshot comes from the environment.
        messages = [*messages[:-1], user_turn(messages[-1]["content"])]
        tokens = await self.ct_build_initial_tokens(messages, images=images)
        prompt_length, mask, log_probs, metrics, reward, turns = len(tokens), [], None, {}, 0.0, 1
        for _ in range(self.max_steps):
            with simple_timer("generate_sequences", metrics):
                output = await self.server_manager.generate(
                    request_id=uuid4().hex, prompt_ids=tokens, sampling_params=sampling_params, image_data=images
                )
            log_probs = log_probs if log_probs is not None else ([] if output.log_probs else None)
            merged, mask, log_probs = await self.ct_merge_assistant_token(
                tokens, output.token_ids, mask, log_probs, assistant_logprobs=output.log_probs or None
            )
            tokens, turns = merged.token_ids, turns + 1
            text = self.tokenizer.decode(output.token_ids, skip_special_tokens=True)
            with simple_timer("tool_calls", metrics):
                result = await environment.ask("step", {"text": text})
            reward = float(result["reward"] or 0.0)
            if result["done"] or len(mask) >= self.response_length:
                break
            images = [*images, screenshot(result["observation"])]
            before, messages = messages, [*messages, {"role": "assistant", "content": text}, user_turn()]
            merged, mask, log_probs = await self.ct_merge_context_msg([*before, messages[-2]], messages, tokens, mask, log_probs)
            tokens, turns = merged.token_ids, turns + 1
        response = tokens[prompt_length:]
        return AgentLoopOutput(
            prompt_ids=tokens[:prompt_length],
            response_ids=response[: self.response_length],
            response_mask=mask[: self.response_length],
            response_logprobs=log_probs[: self.response_length] if log_probs else None,
            multi_modal_data={"images": images},
            reward_score=reward,
            num_turns=turns,
            metrics=metrics,
            extra_fields={"turn_scores": [], "tool_rewards": []},
        )
