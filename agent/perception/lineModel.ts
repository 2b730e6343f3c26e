/**
 * Tesseract's line network as an ONNX graph, so that a screen's words are read in a few native matrix products instead of one by one.
 * In: the model's weights. Out: ONNX bytes. Inputs `image` [batch, 1, 36, width] (0 = paper, −2 = ink) and `steps` [batch] (valid steps of
 * each row); output `probabilities` [steps, batch, characters], one step per 3 px.
 */
import {
  AttributeType,
  ElementType,
  encodeModel,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "../autodiff/onnxSchema.ts";
import type { LineModel, LstmLayer, Matrix } from "./tessdata.ts";

/** Px along the line per output step: the pooling of the network. */
export const STEP = 3;
const OPSET = 17;

interface Graph {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
}

/** ONNX bytes of the network. Rows of a batch do not influence one another, nor does what follows a row's valid steps. */
export function lineModelToOnnx(model: LineModel): Uint8Array {
  const graph: Graph = { nodes: [], constants: [] };
  addImageLayers(graph, model);
  addLineLayers(graph, model);
  const classes = model.softmax.rows;
  return encodeModel({
    irVersion: 9,
    producerName: "gui-flywheel",
    opsetImport: [{ domain: "", version: OPSET }],
    graph: {
      name: "line-reader",
      node: graph.nodes,
      initializer: graph.constants,
      input: [valueInfo("image", ElementType.float, [-1, 1, model.height, -1]), valueInfo("steps", ElementType.int64, [-1])],
      output: [valueInfo("probabilities", ElementType.float, [-1, -1, classes])],
    },
  });
}

/** Convolution, pooling and the LSTM down each column: `image` → `columns` [steps, batch, units]. */
function addImageLayers(graph: Graph, { height, convolution, columnLstm }: LineModel): void {
  const filters = convolution.rows;
  const rows = height / STEP;
  const { weights, bias } = shiftToPaper(convolution);
  const ints = (name: string, ...values: number[]): AttributeProto => ({ name, type: AttributeType.ints, ints: values });
  add(graph, "Conv", ["image", floats(graph, [filters, 1, 3, 3], weights), floats(graph, [filters], bias)], "conv", ints("pads", 1, 1, 1, 1));
  add(graph, "Tanh", ["conv"], "conv_tanh");
  add(graph, "MaxPool", ["conv_tanh"], "pool", ints("kernel_shape", STEP, STEP), ints("strides", STEP, STEP));
  add(graph, "Transpose", ["pool"], "by_row", ints("perm", 2, 3, 0, 1));
  add(graph, "Reshape", ["by_row", integers(graph, rows, -1, filters)], "pixels");
  addLstm(graph, columnLstm, "pixels", "column_state");
  add(graph, "Shape", ["by_row"], "by_row_shape");
  add(graph, "Slice", ["by_row_shape", integers(graph, 1), integers(graph, 3)], "steps_batch");
  add(graph, "Concat", ["steps_batch", integers(graph, columnLstm.units)], "columns_shape", { name: "axis", type: AttributeType.int, i: 0 });
  add(graph, "Reshape", ["column_state_last", "columns_shape"], "columns");
}

/** LSTMs along the line (forward, backward, forward) and the softmax over characters: `columns` → `probabilities`. */
function addLineLayers(graph: Graph, { lineLstms: [first, second, third], softmax }: LineModel): void {
  const squeeze = (from: string, to: string) => add(graph, "Squeeze", [from, integers(graph, 1)], to);
  addLstm(graph, first, "columns", "lstm1");
  squeeze("lstm1", "lstm1_flat");
  add(graph, "ReverseSequence", ["lstm1_flat", "steps"], "reversed");
  addLstm(graph, second, "reversed", "lstm2");
  squeeze("lstm2", "lstm2_flat");
  add(graph, "ReverseSequence", ["lstm2_flat", "steps"], "restored");
  addLstm(graph, third, "restored", "lstm3");
  squeeze("lstm3", "lstm3_flat");
  const inputs = softmax.columns - 1;
  add(graph, "MatMul", ["lstm3_flat", floats(graph, [inputs, softmax.rows], block([softmax], 0, inputs, true))], "scores");
  add(graph, "Add", ["scores", floats(graph, [softmax.rows], block([softmax], inputs, inputs + 1))], "logits");
  add(graph, "Softmax", ["logits"], "probabilities");
}

/** One direction, forward: `output` [steps, 1, batch, units] and `output`_last [1, batch, units]. */
function addLstm(graph: Graph, layer: LstmLayer, input: string, output: string): void {
  const { inputs, units } = layer;
  const gates = [layer.input, layer.output, layer.forget, layer.candidate];
  const bias = new Float32Array(8 * units);
  bias.set(block(gates, inputs + units, inputs + units + 1));
  graph.nodes.push({
    name: output,
    opType: "LSTM",
    input: [
      input,
      floats(graph, [1, 4 * units, inputs], block(gates, 0, inputs)),
      floats(graph, [1, 4 * units, units], block(gates, inputs, inputs + units)),
      floats(graph, [1, 8 * units], bias),
    ],
    output: [output, `${output}_last`],
    attribute: [{ name: "hidden_size", type: AttributeType.int, i: units }],
  });
}

/** Kernels [filter][row][column] for inputs where paper is 0 instead of 1, so that zero padding at the borders is paper. */
function shiftToPaper({ rows, columns, values }: Matrix): { weights: Float32Array; bias: Float32Array } {
  const weights = new Float32Array(rows * 9);
  const bias = new Float32Array(rows);
  for (let filter = 0; filter < rows; filter++) {
    bias[filter] = values[filter * columns + 9]!;
    for (let x = 0; x < 3; x++) {
      for (let y = 0; y < 3; y++) {
        const weight = values[filter * columns + 3 * x + y]!;
        weights[filter * 9 + 3 * y + x] = weight;
        bias[filter]! += weight;
      }
    }
  }
  return { weights, bias };
}

/** Columns [from, to) of matrices stacked one below the other, optionally transposed. */
function block(matrices: readonly Matrix[], from: number, to: number, transpose = false): Float32Array {
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const values = new Float32Array(rows * (to - from));
  let row = 0;
  for (const matrix of matrices) {
    for (let r = 0; r < matrix.rows; r++, row++) {
      for (let c = from; c < to; c++)
        values[transpose ? (c - from) * rows + row : row * (to - from) + c - from] = matrix.values[r * matrix.columns + c]!;
    }
  }
  return values;
}

function add({ nodes }: Graph, opType: string, input: readonly string[], output: string, ...attribute: AttributeProto[]): void {
  nodes.push({ name: output, opType, input, output: [output], attribute });
}

function constant({ constants }: Graph, dims: readonly number[], dataType: number, data: Float32Array | BigInt64Array): string {
  const name = `constant_${constants.length}`;
  constants.push({ name, dims, dataType, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
  return name;
}

const floats = (graph: Graph, dims: readonly number[], data: Float32Array): string => constant(graph, dims, ElementType.float, data);
const integers = (graph: Graph, ...values: number[]): string =>
  constant(graph, [values.length], ElementType.int64, BigInt64Array.from(values, BigInt));

/** −1 leaves a dimension open. */
function valueInfo(name: string, elemType: number, shape: readonly number[]): ValueInfoProto {
  return { name, type: { tensorType: { elemType, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } } };
}
