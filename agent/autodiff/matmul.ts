/**
 * Matrix products and their gradients. A product with a 2-D right operand becomes one Gemm over all rows;
 * other products are a batched MatMul beside Transposes, which ONNX Runtime fuses into one kernel.
 */
import { AutodiffError } from "./errors.ts";
import { shapeText, sizeOf, type Shape, type Tensor } from "./graph.ts";
import { broadcastShape, reshape, sumTo, swapLastAxes } from "./layout.ts";

export interface MatmulOptions {
  /** Use `a` with its last two axes swapped. */
  readonly transposeA?: boolean;
  /** Use `b` with its last two axes swapped. */
  readonly transposeB?: boolean;
}

/** Matrix product over the last two axes, [..., M, K] x [..., K, N] -> [..., M, N]; the axes before them broadcast. */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  if (a.shape.length < 2 || b.shape.length < 2) throw mismatch(a, b);
  if (lastTwo(a, transposeA)[1] !== lastTwo(b, transposeB)[0]) throw mismatch(a, b);
  if (b.shape.length > 2 || (a.shape.length > 2 && transposeA)) return batched(a, b, transposeA, transposeB);
  const product = gemm(asRows(a), b, transposeA, transposeB);
  return reshape(product, [...a.shape.slice(0, -2), ...resultShape(a, b, transposeA, transposeB)]);
}

function gemm(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  const product = a.graph.emit("Gemm", [a, b], resultShape(a, b, transposeA, transposeB), { attributes });
  return a.graph.record(product, [a, b], productPullbacks(a, b, transposeA, transposeB));
}

function batched(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const product = a.graph.withoutTape(() => {
    const operands = [transposeA ? swapLastAxes(a) : a, transposeB ? swapLastAxes(b) : b];
    return a.graph.emit("MatMul", operands, [...batch, ...resultShape(a, b, transposeA, transposeB)]);
  });
  return a.graph.record(product, [a, b], productPullbacks(a, b, transposeA, transposeB));
}

/** For C = A B: dA = G Bᵀ and dB = Aᵀ G, with the transposes of A and B carried along. */
function productPullbacks(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): ((g: Tensor) => Tensor)[] {
  const toA = (g: Tensor): Tensor =>
    transposeA ? matmul(b, g, { transposeA: transposeB, transposeB: true }) : matmul(g, b, { transposeB: !transposeB });
  const toB = (g: Tensor): Tensor =>
    transposeB ? matmul(g, a, { transposeA: true, transposeB: transposeA }) : matmul(a, g, { transposeA: !transposeA });
  return [(g) => sumTo(toA(g), a.shape), (g) => sumTo(toB(g), b.shape)];
}

function asRows(x: Tensor): Tensor {
  const columns = x.shape.at(-1)!;
  return x.shape.length === 2 ? x : reshape(x, [sizeOf(x.shape) / columns, columns]);
}

/** Rows and columns of the last two axes, as used. */
function lastTwo({ shape }: Tensor, transposed: boolean): [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

function resultShape(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Shape {
  return [lastTwo(a, transposeA)[0], lastTwo(b, transposeB)[1]];
}

function mismatch(a: Tensor, b: Tensor): AutodiffError {
  return new AutodiffError(`${shapeText(a.shape)} and ${shapeText(b.shape)} do not multiply`, "Make the inner sizes equal, rank >= 2");
}
