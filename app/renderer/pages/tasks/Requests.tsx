/** What the curriculum asked to be shown, open requests first. In: requests. Out: the way to answer one. */
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { plural } from "../../../report/words.ts";
import { Button } from "../../parts/Button.tsx";
import { ago } from "../../parts/format.ts";

type Request = Outputs["tasks"]["requests"][number];

const SHOWN = 8;

export function Requests({ requests, onShow }: { readonly requests: readonly Request[]; readonly onShow: (request: Request) => void }): ReactNode {
  if (requests.length === 0) return null;
  const open = requests.filter(({ wanted }) => wanted > 0);
  return (
    <section>
      <h2>
        Demonstrations asked for <span className="t12 faint">{open.length === 0 ? "all answered" : `${plural(open.length, "request")} open`}</span>
      </h2>
      <ul className="requests">
        {requests.slice(0, SHOWN).map((request) => (
          <li key={request.id} className="row t12">
            <span className="grow">
              {request.task}, <span className="dim">{request.bucket}</span>
            </span>
            <span className="dim">
              {request.answered} of {request.asked} by {request.source}, cycle {request.cycle}, {ago(request.createdAt)}
            </span>
            {request.wanted > 0 && (
              <Button small onClick={() => onShow(request)}>
                Show {request.wanted}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
