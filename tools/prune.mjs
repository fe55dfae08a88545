// Leaves out of the glue what nothing in it calls: windows and sound (SDL), loops that draw, file systems of Node and of workers, WebGL.
//
// Takes: the text of the joined, slim glue. Gives: it without what cannot be reached, as small as terser makes it. Assumes: `eval` stands in
// it for extension modules and scripts only, which the lean runtime does not load (it would see all names, and all would stay); and
// what hangs on `Module` under its own name is asked for by that name, or not at all. A place that is not there once is
// refused. Leave it out, and the glue is half again as large.
import { minify } from "terser";

/** What keeps alive what a page does not use, and what stands there instead. @type {[string, string][]} */
const ROOTS = [
  ["registerPostMainLoop(()=>SDL.audio?.queueNewAudioData?.());", ""],
  ['if(typeof Browser!="undefined")Browser.init();', ""],
  [
    'Module["requestAnimationFrame"]=MainLoop.requestAnimationFrame;Module["pauseMainLoop"]=MainLoop.pause;Module["resumeMainLoop"]=MainLoop.resume;MainLoop.init();',
    "",
  ],
  ["FS.filesystems={MEMFS,IDBFS,NODEFS,WORKERFS,PROXYFS}", "FS.filesystems={MEMFS}"],
];
/** What hangs on `Module` for others; their names are those of other things that are asked for. */
const FOR_OTHERS = new Set(["GL", "GLctx", "NODEFS", "createContext", "getUserMedia", "requestFullscreen", "setCanvasSize"]);
const EVALS = /(?<![\w.$])eval\(/g;
const SHOWN = /\bModule\["(\w+)"\]=\1;/g;
const TAKEN_APART = /\{([\w$:, ]+)\}=/g;

/** @param {string} glue @returns {Promise<string>} */
export async function prune(glue) {
  let text = glue;
  for (const [root, instead] of ROOTS) {
    if (text.split(root).length !== 2) throw new Error(`the glue has not once: ${root}`);
    text = text.replace(root, instead);
  }
  const asked = new Set([...text.replace(SHOWN, "").matchAll(/(?:\.|\[")(\w+)\b/g)].map(([, name]) => name));
  for (const [, names] of text.matchAll(TAKEN_APART)) for (const name of names.split(",")) asked.add(name.split(":")[0].trim());
  text = text.replace(SHOWN, (all, name) => (asked.has(name) && !FOR_OTHERS.has(name) ? all : "")).replace(EVALS, "(0,eval)(");
  const { code } = await minify(text, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, pure_getters: true, toplevel: true },
    format: { comments: false },
  });
  if (!code) throw new Error("terser gives nothing");
  return code;
}
