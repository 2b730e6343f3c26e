/**
 * The graph under construction: inputs, parameters, constants, nodes, and the tape that reverse mode walks.
 * Operations add nodes through `emit`; `toModel` writes the live ones as ONNX bytes (opset 18, IR 9).
 */
import { AutodiffError } from "./errors.ts";
import {
  AttributeType,
  ElementType,
  encodeModel,
  floatValueInfo,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./onnxSchema.ts";

/** Sizes of the axes; a scalar has the shape []. All shapes are static. */
export type Shape = readonly number[];

/** A symbolic float32 value of a graph. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  /** True when it depends on a parameter, so that a gradient may flow through it. */
  readonly differentiable: boolean;
}

/** One tensor for each element of `T`. */
export type TensorOfEach<T extends readonly unknown[]> = { -readonly [K in keyof T]: Tensor };

/** Maps the gradient of an operation's output to the gradient of one of its inputs. */
export type Pullback = (gradient: Tensor) => Tensor;

type AttributeValue = number | readonly number[] | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  /** Int64 vectors that follow the tensor inputs: shapes, axes. */
  readonly integers: readonly (readonly number[])[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface TapeEntry {
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly pullbacks: readonly Pullback[];
}

interface Constant {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface ModelOptions {
  /** Leave the number of rows open: the first axis of every input and output may then have any size. For graphs without parameters that only work on rows. */
  readonly openRows?: boolean;
}

export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Int64 vectors that follow the tensor inputs: shapes, axes. */
  readonly integers?: readonly (readonly number[])[];
}

const OPSET = 18;
const IR_VERSION = 9;

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape as error messages show it. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Builder of one ONNX graph. */
export class Graph {
  readonly #inputs = new Map<string, Tensor>();
  readonly #parameters: Tensor[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #nodes: Node[] = [];
  readonly #producers = new Map<string, Node>();
  readonly #tape: TapeEntry[] = [];
  #recording = true;

  /** A value fed at every run. */
  input(name: string, shape: Shape): Tensor {
    return this.#declare(name, shape, false);
  }

  /** An input that is differentiated: a weight. */
  parameter(name: string, shape: Shape): Tensor {
    const tensor = this.#declare(name, shape, true);
    this.#parameters.push(tensor);
    return tensor;
  }

  /** A constant: one number for every element of `shape` (default: a scalar), or the elements themselves. */
  constant(value: number | Float32Array, shape: Shape = []): Tensor {
    checkShape(shape);
    const data = typeof value === "number" ? new Float32Array(sizeOf(shape)).fill(value) : value.slice();
    if (data.length !== sizeOf(shape)) {
      throw new AutodiffError(`A constant of shape ${shapeText(shape)} was given ${data.length} elements`, `Give ${sizeOf(shape)} elements`);
    }
    const name = typeof value === "number" ? `#${value}${shapeText(shape)}` : `#constant${this.#constants.size}`;
    this.#constants.set(name, { shape, data });
    return { graph: this, name, shape, differentiable: false };
  }

  /** Parameters in order of declaration. */
  get parameters(): readonly Tensor[] {
    return this.#parameters;
  }

  /** What reverse mode walks backwards. */
  get tape(): readonly TapeEntry[] {
    return this.#tape;
  }

  /** Adds one node with one output. No gradient flows through it until it is recorded. */
  emit(op: string, inputs: readonly Tensor[], shape: Shape, options: EmitOptions = {}): Tensor {
    const [tensor] = this.emitMany(op, inputs, [shape], options);
    return tensor;
  }

  /** Adds one node with several outputs. */
  emitMany<const T extends readonly Shape[]>(op: string, inputs: readonly Tensor[], shapes: T, options: EmitOptions = {}): TensorOfEach<T> {
    for (const input of inputs) this.#checkOwn(input, op);
    shapes.forEach(checkShape);
    const { attributes = {}, integers = [] } = options;
    const id = `#${this.#nodes.length}:${op}`;
    const tensors = shapes.map((shape, index) => ({ graph: this, name: index === 0 ? id : `${id}.${index}`, shape, differentiable: false }));
    const outputs = tensors.map(({ name }) => name);
    const node: Node = { op, inputs, integers, outputs, attributes };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    return tensors as TensorOfEach<T>;
  }

  /**
   * Makes `output` differentiable with respect to `inputs`, one pullback each. The nodes between them may be
   * many: reverse mode sees one operation. Does nothing when no input depends on a parameter.
   */
  record(output: Tensor, inputs: readonly Tensor[], pullbacks: readonly Pullback[]): Tensor {
    if (!this.#recording || !inputs.some((input) => input.differentiable)) return output;
    const recorded = { ...output, differentiable: true };
    this.#tape.push({ output: recorded, inputs, pullbacks });
    return recorded;
  }

  /** Runs `build` without recording: what it emits is not differentiable. */
  withoutTape<T>(build: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    try {
      return build();
    } finally {
      this.#recording = before;
    }
  }

  /** The node that computes a tensor; undefined for inputs and constants. */
  producer(tensor: Tensor): Node | undefined {
    return this.#producers.get(tensor.name);
  }

  /** ONNX bytes that compute `outputs` under the given names. Nodes and inputs they do not need are left out. */
  toModel(outputs: Readonly<Record<string, Tensor>>, { openRows = false }: ModelOptions = {}): Uint8Array {
    const entries = Object.entries(outputs);
    for (const [, tensor] of entries) this.#checkOwn(tensor, "toModel");
    const { nodes, live } = this.#live(entries.map(([, tensor]) => tensor.name));
    const vectors = new Map(nodes.flatMap(({ integers }) => integers.map((values) => [integerName(values), values])));
    const names = this.#outputNames(entries);
    const rename = (name: string): string => names.renamed.get(name) ?? name;
    const info = (name: string, shape: Shape): ValueInfoProto => floatValueInfo(name, openRows ? shape.with(0, -1) : shape);
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: "autodiff",
      opsetImport: [{ domain: "", version: OPSET }],
      graph: {
        name: "graph",
        node: [...nodes.map((node) => encodeNode(node, rename)), ...names.copies],
        initializer: [...[...this.#constants].filter(([name]) => live.has(name)).map(encodeConstant), ...[...vectors].map(encodeIntegers)],
        input: [...this.#inputs.values()].filter((input) => live.has(input.name)).map((input) => info(input.name, input.shape)),
        output: entries.map(([name, tensor]) => info(name, tensor.shape)),
      },
    });
  }

  #declare(name: string, shape: Shape, differentiable: boolean): Tensor {
    checkShape(shape);
    if (name === "" || name.startsWith("#") || this.#inputs.has(name)) {
      throw new AutodiffError(`"${name}" cannot name an input`, "Give every input its own name, not starting with #");
    }
    const tensor = { graph: this, name, shape, differentiable };
    this.#inputs.set(name, tensor);
    return tensor;
  }

  #checkOwn(tensor: Tensor, user: string): void {
    if (tensor.graph !== this) {
      throw new AutodiffError(`${user} was given "${tensor.name}" of another graph`, "Build all tensors in one graph");
    }
  }

  #live(outputs: readonly string[]): { nodes: Node[]; live: ReadonlySet<string> } {
    const live = new Set(outputs);
    const nodes: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((name) => live.has(name))) continue;
      for (const input of node.inputs) live.add(input.name);
      nodes.push(node);
    }
    return { nodes: nodes.toReversed(), live };
  }

  /** A computed tensor takes its output name; inputs, constants and second names go through an Identity node. */
  #outputNames(entries: readonly (readonly [string, Tensor])[]): {
    renamed: ReadonlyMap<string, string>;
    copies: NodeProto[];
  } {
    const renamed = new Map<string, string>();
    const copies: NodeProto[] = [];
    for (const [name, tensor] of entries) {
      if (name === "" || name.startsWith("#") || this.#inputs.has(name)) {
        throw new AutodiffError(`"${name}" cannot name an output`, "Choose a name no input has, not starting with #");
      }
      if (this.#producers.has(tensor.name) && !renamed.has(tensor.name)) renamed.set(tensor.name, name);
      else {
        const input = [renamed.get(tensor.name) ?? tensor.name];
        copies.push({ name: `copy_${name}`, opType: "Identity", input, output: [name], attribute: [] });
      }
    }
    return { renamed, copies };
  }
}

function checkShape(shape: Shape): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return;
  throw new AutodiffError(`${shapeText(shape)} is not a shape`, "Every axis needs a positive whole size");
}

function integerName(values: readonly number[]): string {
  return `#int64${shapeText(values)}`;
}

function encodeNode(node: Node, rename: (name: string) => string): NodeProto {
  return {
    name: node.outputs[0]!,
    opType: node.op,
    input: [...node.inputs.map((input) => rename(input.name)), ...node.integers.map(integerName)],
    output: node.outputs.map(rename),
    attribute: Object.entries(node.attributes).map(encodeAttribute),
  };
}

function encodeAttribute([name, value]: readonly [string, AttributeValue]): AttributeProto {
  if (typeof value === "number") return { name, type: AttributeType.int, i: value };
  if ("float" in value) return { name, type: AttributeType.float, f: value.float };
  return { name, type: AttributeType.ints, ints: value };
}

function encodeConstant([name, { shape, data }]: readonly [string, Constant]): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, dataType: ElementType.float, rawData };
}

function encodeIntegers([name, values]: readonly [string, readonly number[]]): TensorProto {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: [values.length], dataType: ElementType.int64, rawData };
}
