/**
 * Published results on MiniWoB++ to stand beside one's own: each with what it looks at, on how many tasks, and whether it was trained on them.
 * Averages over different tasks are not comparable one to one; the number of tasks is always shown.
 */
export interface PublishedResult {
  readonly system: string;
  /** What it looks at. */
  readonly sees: "pixels" | "page's tree" | "page's tree and pixels";
  readonly tasks: number;
  readonly trainedOnThem: boolean;
  readonly success: number;
  readonly source: string;
}

const AGENTLAB = "AgentLab reproducibility journal: 625 episodes, at most 10 steps, raw reward above 0";
const CAAP = "table of CAAP (2024)";

export const PUBLISHED: readonly PublishedResult[] = [
  { system: "Claude 3.5 Sonnet, GenericAgent", sees: "page's tree", tasks: 125, trainedOnThem: false, success: 0.698, source: AGENTLAB },
  { system: "GPT-4o, GenericAgent", sees: "page's tree", tasks: 125, trainedOnThem: false, success: 0.638, source: AGENTLAB },
  { system: "Llama 3.1 70B, GenericAgent", sees: "page's tree", tasks: 125, trainedOnThem: false, success: 0.576, source: AGENTLAB },
  { system: "Pix2Act, 282 M, 1.3 M demonstrations", sees: "pixels", tasks: 59, trainedOnThem: true, success: 0.962, source: CAAP },
  { system: "SeeClick, 9.6 B, 2 800 demonstrations", sees: "pixels", tasks: 55, trainedOnThem: true, success: 0.694, source: CAAP },
  { system: "CC-Net without the page's tree", sees: "pixels", tasks: 104, trainedOnThem: true, success: 0.24, source: CAAP },
];
