/** Imported before everything else: schemas decide when they are made whether to compile themselves, and the content policy allows no eval. */
import { z } from "zod";

z.config({ jitless: true });
