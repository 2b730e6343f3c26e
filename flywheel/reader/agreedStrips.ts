/**
 * Lines of recorded screens that teach although no page tells what stands in them: those that the reader and tesseract.js, made from other
 * data in another way, read alike. In: screens, both readers. Out: labelled lines.
 */
import { sameWord } from "../../agent/perception/evaluateWords.ts";
import type { Word } from "../../agent/perception/perception.ts";
import type { Reader } from "../../agent/perception/reader.ts";
import { textStrips, type Strip } from "../../agent/perception/textLines.ts";
import { classOf, SPACE } from "../../agent/reader/alphabet.ts";
import type { ReadCharacter } from "../../agent/reader/decodeLine.ts";
import { toStrip } from "../../agent/reader/lineFrames.ts";
import type { LabelledCharacter } from "../../agent/reader/lineLabel.ts";
import type { LineReader, ReadLine } from "../../agent/reader/lineReader.ts";
import type { LabelledStrip } from "../../agent/reader/stripPool.ts";
import type { Pixels } from "../../env/observation.ts";

/** How sure the second reader must be of every word. */
const SURE = 0.9;
/** Half the width of a character that stands alone, px of the scaled line. */
const HALF = 5;

/** Lines of a screen that both read alike, with the characters where the first one saw them. */
export async function agreedStrips(pixels: Pixels, deviceScaleFactor: number, lines: LineReader, second: Reader): Promise<LabelledStrip[]> {
  const strips = textStrips(pixels, deviceScaleFactor);
  const read = await lines.read(strips, deviceScaleFactor);
  const others = await second.read(pixels, deviceScaleFactor);
  return strips.flatMap((strip, at) => {
    const line = read[at]!;
    const alike = agree(line, wordsOn(strip, others, deviceScaleFactor));
    return alike ? [{ strip, deviceScaleFactor, label: { characters: charactersOf(line), unknown: [] } }] : [];
  });
}

/** Words of a screen whose middle lies on a strip, from left to right. */
function wordsOn({ left, top, width, height }: Strip, words: readonly Word[], scale: number): Word[] {
  const inside = ({ box }: Word): boolean => {
    const [x, y] = [(box.x + box.width / 2) * scale - left, (box.y + box.height / 2) * scale - top];
    return x > 0 && x < width && y > 0 && y < height;
  };
  return words.filter(inside).toSorted((a, b) => a.box.x - b.box.x);
}

function agree({ words }: ReadLine, others: readonly Word[]): boolean {
  if (words.length !== others.length || !words.some(({ text }) => text.length > 2)) return false;
  return words.every(({ text }, at) => sameWord(text, others[at]!.text) && others[at]!.confidence >= SURE);
}

/** Each character reaches half-way to its neighbours; between words there is a space. */
function charactersOf({ words, geometry }: ReadLine): LabelledCharacter[] {
  const labelled: LabelledCharacter[] = [];
  for (const { characters } of words) {
    const own = characters.map((_, at) => placeOf(characters, at));
    const last = labelled.at(-1);
    const first = own[0]!;
    const left = toStrip(geometry, first.left);
    if (last && left > last.right) labelled.push({ character: SPACE, left: last.right, right: left });
    own.forEach((place, at) => {
      labelled.push({ character: classOf(characters[at]!.text), left: toStrip(geometry, place.left), right: toStrip(geometry, place.right) });
    });
  }
  return labelled;
}

function placeOf(characters: readonly ReadCharacter[], at: number): { readonly left: number; readonly right: number } {
  const { x } = characters[at]!;
  const [before, after] = [characters[at - 1]?.x, characters[at + 1]?.x];
  const toLeft = before === undefined ? (after === undefined ? HALF : (after - x) / 2) : (x - before) / 2;
  const toRight = after === undefined ? toLeft : (after - x) / 2;
  return { left: x - toLeft, right: x + toRight };
}
