import { openWorkspace } from "./flywheel/store/workspace.ts";
const w = await openWorkspace(process.argv[2]!, {readOnly:true}); const run = w.runs.list()[0]!.id;
for (const e of w.evaluations.list(run)) { const s = e.summary as any; console.log(e.purpose, e.cycle, e.checkpoint, s.estimate.toFixed(3), s.low.toFixed(3), s.high.toFixed(3), "n",s.n, s.leftOut ?? ""); }
for (const r of w.ledger.rows(run)) console.log(JSON.stringify(r));
for (const p of w.checkpoints.promotions(run)) console.log(p.checkpoint, p.action, JSON.stringify(p.decision).slice(0,300));
const finals = w.episodes.list({run, purpose:(process.argv[3]??"final") as any}); const by = Map.groupBy(finals, e=>e.task+" "+e.bucket);
const cps=[...new Set(finals.map(e=>e.checkpoint))]; for (const [k,v] of [...by].sort()) console.log(k.padEnd(34), cps.map(c=>{const o=v.filter(e=>e.checkpoint===c); return o.filter(e=>e.verdict==="pass").length+"/"+o.length}).join("  "));
for (const s of w.stages.list(run)) if (/train|reinforce/.test(s.stage)) { const r = s.result as any; console.log(s.cycle, s.stage, s.seconds?.toFixed(0), JSON.stringify(r).slice(0,200), r.curve ? r.curve.filter((_:any,i:number)=>i%3==0).map((c:any)=>c.stage[0]+c.step+":"+c.loss.toFixed(2)+(c.heldOut!==null?"/"+c.heldOut.toFixed(2):"")).join(" ") : ""); }
