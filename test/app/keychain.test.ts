/** Keys of model servers: sealed on the disk, each for one server, handed over on the core's input; without real encryption nothing is written. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { KeyRing } from "../../app/core/keyRing.ts";
import { listenToParent } from "../../app/core/parent.ts";
import { Keychain, type Cipher } from "../../app/electron/keychain.ts";
import { safeCipher } from "../../app/electron/safeCipher.ts";
import { endpointSchema } from "../../agent/remote/endpoint.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";

const KEY = "sk-planted-secret-of-a-keychain";
const SERVER = "https://models.example";

/** Stands for the operating system: seals with a secret of its own. */
function systemCipher(secret = randomBytes(32)): Cipher {
  return {
    problem: async () => null,
    encrypt: async (text) => {
      const start = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", secret, start);
      return Buffer.concat([start, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt: async (bytes) => {
      const cipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]).toString();
    },
  };
}

const endpoint = (baseUrl: string) =>
  endpointSchema.parse({ name: "a", baseUrl, model: "m", dialect: "flywheel-json", keyVariable: "NOT_SET_ANYWHERE" });

test("a key is found again after a restart, sealed, readable by its owner only, until it is forgotten", async () => {
  using folder = temporaryFolder();
  const cipher = systemCipher();
  expect(await new Keychain(folder.path, cipher).keep(`${SERVER}/v1`, KEY)).toMatchObject({ kind: "kept" });
  const path = join(folder.path, "keys.json");
  expect(readFileSync(path, "utf8")).not.toContain(KEY);
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = new Keychain(folder.path, cipher);
  expect(await again.all()).toEqual({ [SERVER]: KEY });
  again.forget(SERVER);
  expect(await again.all()).toEqual({});
});

test("an entry moved to another server, sealed by another user, or damaged is no key", async () => {
  using folder = temporaryFolder();
  const keychain = new Keychain(folder.path, systemCipher());
  await keychain.keep(SERVER, KEY);
  const path = join(folder.path, "keys.json");
  const { [SERVER]: sealed } = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  writeFileSync(path, JSON.stringify({ "https://evil.example": sealed, [SERVER]: "AAAA" }));
  expect(await keychain.all()).toEqual({});
  writeFileSync(path, JSON.stringify({ [SERVER]: sealed }));
  expect(await new Keychain(folder.path, systemCipher()).all()).toEqual({});
  writeFileSync(path, "no json");
  expect(await keychain.all()).toEqual({});
});

test("without real encryption nothing is written, and the key is used until the app is closed", async () => {
  using folder = temporaryFolder();
  const known = { isEncryptionAvailable: () => true, encryptString: () => Buffer.from(KEY), decryptString: () => KEY };
  for (const safe of [
    { ...known, getSelectedStorageBackend: () => "basic_text" as const },
    { ...known, isEncryptionAvailable: () => false },
  ]) {
    const keychain = new Keychain(folder.path, safeCipher(safe, "linux"));
    expect(await keychain.problem()).toMatch(/no keychain/);
    expect(await keychain.keep(SERVER, KEY)).toMatchObject({ kind: "until-closed" });
    expect(await keychain.all()).toEqual({ [SERVER]: KEY });
    expect(existsSync(join(folder.path, "keys.json"))).toBe(false);
    expect(await new Keychain(folder.path, safeCipher(safe, "linux")).all()).toEqual({});
  }
});

test.each([
  ["ftp://models.example", KEY],
  ["no address", KEY],
  [SERVER, "two words"],
  [SERVER, ""],
  [SERVER, "x".repeat(4000)],
])("%s with such a key is refused", async (address, key) => {
  using folder = temporaryFolder();
  const keychain = new Keychain(folder.path, systemCipher());
  expect(await keychain.keep(address, key)).toMatchObject({ kind: "refused" });
  expect(await keychain.all()).toEqual({});
});

test("the core hears keys on its input, passes over what it cannot read, and ends with its parent", async () => {
  const [input, ring] = [new PassThrough(), new KeyRing()];
  const ended = Promise.withResolvers<void>();
  listenToParent(input, ring, () => ended.resolve());
  const heard = ring.changed.wait();
  for (const line of ["no json", '{"keys": 4}', JSON.stringify({ keys: { [SERVER]: KEY } })]) input.write(`${line}\n`);
  await heard;
  expect(ring.keyOf(endpoint(`${SERVER}/v1`))).toBe(KEY);
  expect(ring.keyOf(endpoint(`${SERVER}:8443/v1`))).toBeNull();
  expect(ring.keyOf(endpoint("http://models.example/v1"))).toBeNull();
  expect(ring.placeOf(endpoint("https://models.example.evil.example/v1"))).toBe("missing");
  input.end();
  await ended.promise;
});
