/** The sections of `flywheel bench`, in the order they run. */
import { coverageSection } from "./coverage.ts";
import { environmentSection } from "./environment.ts";
import { readingSection } from "./reading.ts";
import type { Section } from "./section.ts";
import { torchSection } from "./torch.ts";
import { trainingSection } from "./training.ts";

export const SECTIONS: readonly Section[] = [
  { name: "training", summary: "FLOP/s of training steps as a share of this machine's matmul", run: trainingSection },
  { name: "torch", summary: "training samples/s beside the same model in PyTorch on the CPU", run: torchSection },
  { name: "reading", summary: "time per new screen, word recall and precision per task", run: readingSection },
  { name: "coverage", summary: "oracle episodes through the model's action space", run: coverageSection },
  { name: "environment", summary: "steps/s with 1, 2, 4 contexts, warm resets", run: environmentSection },
];
