/**
 * The part of the ONNX protobuf schema that a graph of plain float32 operations needs, and its encoder.
 * In: a {@link ModelProto} object. Out: the bytes of an .onnx file. Field numbers are those of onnx.proto (IR version 9).
 */
import protobuf from "protobufjs";

const SCHEMA = `
syntax = "proto2";
package onnx;
message ModelProto {
  optional int64 irVersion = 1;
  optional string producerName = 2;
  optional GraphProto graph = 7;
  repeated OperatorSetIdProto opsetImport = 8;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1;
  optional string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string opType = 4;
  repeated AttributeProto attribute = 5;
}
message AttributeProto {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  repeated int64 ints = 8;
  optional int32 type = 20;
}
message TensorProto {
  repeated int64 dims = 1;
  optional int32 dataType = 2;
  optional string name = 8;
  optional bytes rawData = 9;
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message TypeProto {
  message Tensor { optional int32 elemType = 1; optional TensorShapeProto shape = 2; }
  optional Tensor tensorType = 1;
}
message TensorShapeProto {
  message Dimension { optional int64 dimValue = 1; }
  repeated Dimension dim = 1;
}`;

export const ElementType = { float: 1, int64: 7, bool: 9 } as const;
export const AttributeType = { float: 1, int: 2, ints: 7 } as const;

export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly ints?: readonly number[];
}

export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}

export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly { readonly dimValue: number }[] };
    };
  };
}

export interface ModelProto {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly NodeProto[];
    readonly initializer: readonly TensorProto[];
    readonly input: readonly ValueInfoProto[];
    readonly output: readonly ValueInfoProto[];
  };
}

const modelType = protobuf.parse(SCHEMA).root.lookupType("onnx.ModelProto");

/** The bytes of an .onnx file. */
export function encodeModel(model: ModelProto): Uint8Array {
  return modelType.encode(model).finish();
}

/** A float32 value as a graph input or output is declared; an axis of size −1 is open. */
export function floatValueInfo(name: string, shape: readonly number[]): ValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: ElementType.float, shape: { dim } } } };
}
