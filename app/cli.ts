/** The command line. In: argv. Out: the command's output and a documented exit status. */
import { main } from "./main.ts";

// A reader that closes the pipe early (`| head`) is no error; neither is a terminal that is gone.
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);

await main(process.argv.slice(2));
