/** The forward pass for one scene as ONNX bytes. In: network and layout. Out: a model whose inputs are scene and weights. */
import { Graph } from "../autodiff/index.ts";
import { buildNetwork, type NetworkConfig } from "./network.ts";
import type { Layout } from "./layout.ts";

/** ONNX bytes; weights are inputs, so one session serves every checkpoint of this shape. */
export function inferenceModel(config: NetworkConfig, layout: Layout): Uint8Array {
  const graph = new Graph();
  const { kind, point, to, start, end, form, number, grip, drop, presses, value } = buildNetwork(graph, config, layout, 1).outputs;
  return graph.toModel({ kind, point, to, start, end, form, number, grip, drop, presses, value });
}
