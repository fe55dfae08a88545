/*
 * A picture of an id: sixteen bars from the id's own bytes, and a hue.
 * Law: one id always gives one picture, so that two ids are told apart, and one id is recognised, without reading.
 */

const SVG = "http://www.w3.org/2000/svg";
const BARS = 16;

/** Give sixteen numbers from 0 to 255: a UUID's own bytes, else a spread of the text's characters. */
function bytesOf(id) {
  const hex = id.replaceAll("-", "");
  if (/^[0-9a-f]{32}$/i.test(hex)) {
    return Array.from({ length: BARS }, (_, place) => Number.parseInt(hex.slice(place * 2, place * 2 + 2), 16));
  }
  let state = 2166136261;
  const next = (code) => {
    state = Math.imul(state ^ code, 16777619) >>> 0;
    return (Math.imul(state, 2654435761) >>> 24) & 255;
  };
  for (const character of id) next(character.codePointAt(0));
  return Array.from({ length: BARS }, (_, place) => next(place + 1));
}

/** Give the hue of an id in degrees, from teal over blue and violet to pink: red and green mean something on the page. */
export function hueOf(id) {
  const bytes = bytesOf(id);
  return Math.round(175 + (((bytes[0] << 8) | bytes[15]) / 65536) * 170);
}

/** Draw an id into an svg element, or make a small one; no id clears it. */
export function drawSeal(id, svg = document.createElementNS(SVG, "svg")) {
  svg.replaceChildren();
  svg.setAttribute("viewBox", "0 0 64 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("seal");
  if (!id) return svg;
  svg.style.setProperty("--seal-hue", hueOf(id));
  bytesOf(id).forEach((byte, place) => {
    const height = 4 + (byte / 255) * 20;
    const bar = document.createElementNS(SVG, "rect");
    bar.setAttribute("x", place * 4 + 0.4);
    bar.setAttribute("y", 24 - height);
    bar.setAttribute("width", 3.2);
    bar.setAttribute("height", height);
    svg.append(bar);
  });
  return svg;
}
