"""Plays a job in another environment of MiniWoB++: `python peer.py browsergym|browsergym-lean|gymnasium JOB.json CHROMIUM CHROMEDRIVER`.

In: a job of run.ts. Out: JSON lines: `started` with the time to the first observation, `played` with the time of every reset and step, after which it
waits for its standard input to end, so that its memory can be read. Every observation holds a screenshot, taken as PNG and decoded.
"""

import json
import logging
import os
import pathlib
import sys
import time

BORN = time.perf_counter()
KIND, JOB, CHROMIUM, CHROMEDRIVER = sys.argv[1:5]


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class BrowserGym:
    """As shipped; lean: without its waits and without reading the page's DOM, a screenshot of its own making instead."""

    def __init__(self, task, lean):
        import browsergym.miniwob  # noqa: F401  registers the tasks
        import gymnasium
        import playwright.sync_api

        shipped = playwright.sync_api.BrowserType.launch
        # Its chat window opens a browser that cannot be named by an option.
        playwright.sync_api.BrowserType.launch = lambda self, **options: shipped(self, **{"executable_path": CHROMIUM, **options})
        logging.getLogger("browsergym").setLevel(logging.ERROR)  # it warns of every waiting time that is overridden
        options = {"slow_mo": 0, "pre_observation_delay": 0, "use_raw_page_output": True} if lean else {}
        self.lean = lean
        self.environment = gymnasium.make(f"browsergym/miniwob.{task}", action_mapping=None, disable_env_checker=True, **options)

    def look(self, observation):
        from browsergym.core.observation import extract_screenshot

        return extract_screenshot(observation["page"]) if self.lean else observation["screenshot"]

    def reset(self, seed):
        return self.look(self.environment.reset(seed=seed)[0])

    def step(self, x, y):
        observation, _, terminated, _, _ = self.environment.step(f"page.mouse.click({x}, {y})")
        self.look(observation)
        return terminated

    def close(self):
        self.environment.close()


class Gymnasium:
    def __init__(self, task):
        import gymnasium
        import miniwob
        from miniwob.action import ActionTypes

        gymnasium.register_envs(miniwob)
        self.click = ActionTypes.CLICK_COORDS
        self.environment = gymnasium.make(f"miniwob/{task}-v1", disable_env_checker=True).unwrapped

    def reset(self, seed):
        return self.environment.reset(seed=seed)[0]["screenshot"]

    def step(self, x, y):
        import numpy

        action = self.environment.unwrapped.create_action(self.click, coords=numpy.array([x, y], dtype=numpy.float32))
        return self.environment.step(action)[2]

    def close(self):
        self.environment.close()


def open_task(task):
    return Gymnasium(task) if KIND == "gymnasium" else BrowserGym(task, KIND == "browsergym-lean")


def milliseconds(since):
    return 1000 * (time.perf_counter() - since)


def main():
    import miniwob

    pages = pathlib.Path(miniwob.__file__).parent / "html" / "miniwob"
    os.environ.update(MINIWOB_URL=f"file://{pages}/", MINIWOB_CHROME_BINARY=CHROMIUM, MINIWOB_CHROMEDRIVER=CHROMEDRIVER)
    resets, steps, current, opened = [], [], None, None
    began = None
    for task, seed, clicks in json.loads(pathlib.Path(JOB).read_text()):
        warm = task == opened
        if not warm:
            if current is not None:
                current.close()
            current, opened = open_task(task), task
        at = time.perf_counter()
        current.reset(seed)
        if began is None:
            say("started", ms=milliseconds(BORN))
            began = time.perf_counter()
        if warm:
            resets.append(milliseconds(at))
        for x, y in clicks:
            at = time.perf_counter()
            ended = current.step(x, y)
            steps.append(milliseconds(at))
            if ended:
                break
    say("played", ms=milliseconds(began), resets=resets, steps=steps)
    sys.stdin.read()
    current.close()


main()
