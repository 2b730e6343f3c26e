/**
 * What the reader learns: cross-entropy over the characters of frames, and over the columns where characters have their middle.
 * In: scores, targets. Out: a scalar loss.
 */
import { abs, add, div, exp, log, logSoftmax, mul, neg, reduceSum, relu, scale, slice, sub, type Graph, type Tensor } from "../autodiff/index.ts";
import { CLASSES } from "./alphabet.ts";
import { FRAME_WIDTH, SCORES } from "./frameNetwork.ts";

/** How much the middles count beside the characters. */
const MIDDLES = 0.8;

/**
 * Targets are fed ready to multiply: `classes` [rows, classes] holds each frame's weight at its class, `middles` [rows, 4] 0–1 per
 * column, `middlesWeight` [rows, 1]. Both parts are weighted means over the batch.
 */
export function frameLoss(graph: Graph, rows: number, scores: Tensor): Tensor {
  const classes = graph.input("classes", [rows, CLASSES.length]);
  const middles = graph.input("middles", [rows, FRAME_WIDTH]);
  const middlesWeight = graph.input("middlesWeight", [rows, 1]);
  const characters = div(neg(reduceSum(mul(classes, logSoftmax(slice(scores, 1, 0, CLASSES.length))))), reduceSum(classes));
  const x = slice(scores, 1, CLASSES.length, SCORES);
  // log(1 + e^x) − x · target, written so that e^x cannot overflow.
  const softplus = add(relu(x), log(add(graph.constant(1), exp(neg(abs(x))))));
  const columns = div(reduceSum(mul(sub(softplus, mul(x, middles)), middlesWeight)), reduceSum(middlesWeight));
  return add(characters, scale(columns, MIDDLES));
}
